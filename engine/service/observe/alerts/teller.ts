import type { Held } from '../../held.ts'
import type { Service } from '../../service.ts'
import { type Book, CHANNELS, due, readBook, saveBook, tidied, told, updated } from './book.ts'
import type { Notice } from './notice.ts'
import { type Senders, sendersOf } from './send.ts'
import type { Watch } from './watch.ts'

/** Looks once, and tells whoever has not heard. Answers whether everybody was reached. */
export async function tell(held: Held, service: Service, watch: Watch): Promise<boolean> {
  const plan = held.opened.workspace.alerts
  if (!plan) return true
  const now = service.clock.now()
  const current = await watch.current(plan)
  const before = await readBook(held.ledger, now)
  const senders = sendersOf(plan)
  let book = updated(before, current, now.toISOString())
  let isAllTold = true
  for (const channel of CHANNELS) {
    const entries = due(book, channel, { now, repeatMs: plan.repeatMs, covered: current.covered })
    const send = senders[channel]
    if (!send || entries.length === 0) continue
    const link = service.publicUrl === undefined ? {} : { link: `${service.publicUrl}/w/${held.name}` }
    if (await isSent(send, { workspace: held.name, entries, channel, ...link }, service))
      book = told(book, channel, entries, now.toISOString())
    else isAllTold = false
  }
  await saveIfChanged(
    held,
    before,
    tidied(
      book,
      CHANNELS.filter(it => senders[it]),
      now,
    ),
  )
  return isAllTold
}

async function isSent(send: NonNullable<Senders['webhook']>, notice: Notice, { log }: Service): Promise<boolean> {
  try {
    await send(notice)
    return true
  } catch (thrown) {
    // its message may hold the address, which is a secret
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'failed'
    log.warn('an alert could not be sent, and is tried again', {
      workspace: notice.workspace,
      channel: notice.channel,
      code,
    })
    return false
  }
}

async function saveIfChanged({ ledger }: Held, before: Book, after: Book): Promise<void> {
  if (JSON.stringify(before) !== JSON.stringify(after)) await saveBook(ledger, after)
}

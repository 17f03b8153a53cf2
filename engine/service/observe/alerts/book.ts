import type { Ledger } from '../../../core/ledger.ts'
import type { Cause } from './causes.ts'

export const CHANNELS = ['webhook', 'email'] as const
export type Channel = (typeof CHANNELS)[number]

/** An alert as it is kept: a restart tells nobody twice. */
export interface Entry extends Cause {
  readonly since: string
  /** Who was told last, and when. */
  readonly told: Readonly<Partial<Record<Channel, string>>>
  /** Over, and not everybody has been told so yet. */
  readonly overAt?: string
}

/** Alerts of one workspace by id of their cause. */
export type Book = Readonly<Record<string, Entry>>

const NAME = 'alerts'
// a fact of no connection; facts lapse, this one stays until it is empty
const FOR_EVER = '9999-12-31T00:00:00.000Z'

export async function readBook(ledger: Ledger, now: Date): Promise<Book> {
  const text = await ledger.fact('', NAME, now)
  // written by saveBook, and by nobody else
  return text === undefined ? {} : (JSON.parse(text) as Book)
}

export async function saveBook(ledger: Ledger, book: Book): Promise<void> {
  if (Object.keys(book).length === 0) await ledger.forgetFact('', NAME)
  else await ledger.setFact('', NAME, JSON.stringify(book), FOR_EVER)
}

export interface Current {
  readonly active: readonly Cause[]
  /** Ids of causes of which nothing is told now: neither that they are there, nor that they are over. */
  readonly covered: ReadonlySet<string>
}

/** The book as it is now, before anybody is told. */
export function updated(book: Book, { active, covered }: Current, now: string): Book {
  const next: Record<string, Entry> = {}
  for (const it of active) {
    const { since = now, told = {} } = book[it.id] ?? {}
    next[it.id] = { ...it, since, told }
  }
  for (const entry of Object.values(book)) {
    if (next[entry.id]) continue
    if (covered.has(entry.id)) next[entry.id] = entry
    // nobody heard that it began, so nobody need hear that it is over
    else if (Object.keys(entry.told).length > 0) next[entry.id] = { ...entry, overAt: entry.overAt ?? now }
  }
  return next
}

/** What a channel has to tell now. */
export function due(
  book: Book,
  channel: Channel,
  when: { readonly now: Date; readonly repeatMs: number; readonly covered: ReadonlySet<string> },
) {
  return Object.values(book).filter(({ id, told, overAt }) => {
    const last = told[channel]
    if (overAt !== undefined) return last !== undefined
    if (when.covered.has(id)) return false
    return last === undefined || when.now.getTime() - Date.parse(last) >= when.repeatMs
  })
}

/** After a channel has told them. */
export function told(book: Book, channel: Channel, entries: readonly Entry[], at: string): Book {
  const next = { ...book }
  for (const { id, overAt } of entries) {
    const entry = next[id]
    if (!entry) continue
    const { [channel]: _last, ...others } = entry.told
    next[id] = { ...entry, told: overAt === undefined ? { ...entry.told, [channel]: at } : others }
  }
  return next
}

const GIVE_UP_MS = 24 * 3_600_000

/** Without what is over and known to be so by all who can be told, or over for so long that nobody asks any more. */
export function tidied(book: Book, channels: readonly Channel[], now: Date): Book {
  const isOpen = ({ overAt, told }: Entry) =>
    overAt === undefined ||
    (channels.some(it => told[it] !== undefined) && now.getTime() - Date.parse(overAt) < GIVE_UP_MS)
  return Object.fromEntries(Object.entries(book).filter(([, entry]) => isOpen(entry)))
}

import type { Held } from '../held.ts'
import type { Part } from '../part.ts'
import type { Service } from '../service.ts'

/** What /readyz looks at, in words that say nothing of customers. */
type Check = 'ledger' | 'vault' | 'workspaces' | 'running'
type Verdict = Readonly<Record<Check, 'ok' | 'failed'>>

// probes come from everywhere and without sign-in: whatever their number, this is how often the stores are asked
const KEEP_MS = 2_000
const DEADLINE_MS = 5_000

/**
 * GET /healthz: the process lives and its event loop turns, or nobody would answer. GET /readyz: it can do its work: every ledger can be written, every
 * vault opens, no workspace was left out, and nobody has told it to stop. Neither needs a sign-in.
 */
export const health: Part = async (app, service) => {
  let last: { readonly at: number; readonly verdict: Promise<Verdict> } | undefined
  const judge = () => {
    const at = performance.now()
    if (!last || at - last.at > KEEP_MS || service.isStopping) last = { at, verdict: checkAll(service) }
    return last.verdict
  }
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const checks = await judge()
    const isReady = Object.values(checks).every(it => it === 'ok')
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready', checks })
  })
  return undefined
}

async function checkAll(service: Service): Promise<Verdict> {
  const all = service.workspaces.all()
  const [ledger, vault] = await Promise.all([
    works(all.map(it => writeLedger(it, service.clock.now()))),
    works(all.map(openVault)),
  ])
  return {
    ledger: said(ledger),
    vault: said(vault),
    workspaces: said(service.leftOut.length === 0),
    running: said(!service.isStopping),
  }
}

const said = (isGood: boolean) => (isGood ? 'ok' : 'failed')

/** A fact of no connection, which nobody reads: a disk that is full or read-only shows in the write alone. */
async function writeLedger({ ledger }: Held, now: Date): Promise<void> {
  await ledger.setFact('', 'readiness', 'asked', new Date(now.getTime() + KEEP_MS).toISOString())
}

async function openVault({ opened }: Held): Promise<void> {
  await (await opened.vault()).secrets()
}

async function works(checks: readonly Promise<void>[]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), DEADLINE_MS)
  })
  const all = Promise.all(checks).then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([all, late])
  } finally {
    clearTimeout(timer)
  }
}

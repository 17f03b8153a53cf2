import { expect } from 'chai'
import fc from 'fast-check'
import type { Settlement } from '../../engine/core/ledger.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { awaited, countingSealer, dead, known, parked, settlement, started } from './records.ts'

const KEYS = ['V1', 'V2', 'V3', 'V4'] as const
const keys = fc.uniqueArray(fc.constantFrom(...KEYS))
/** What a page says about records; each record ends once per page, so the lists of ends share no key. */
const page = fc.record({ known: keys, forgotten: keys, tracked: keys, untracked: keys }).chain(facts =>
  fc.shuffledSubarray([...KEYS]).chain(ended =>
    fc.tuple(fc.nat(4), fc.nat(4)).map(([a, b]) => {
      const [from, to] = a < b ? [a, b] : [b, a]
      return { ...facts, dead: ended.slice(0, from), parked: ended.slice(from, to), healed: ended.slice(to) }
    }),
  ),
)
type Page = typeof page extends fc.Arbitrary<infer T> ? T : never

function toSettlement(it: Page, turn: number): Settlement {
  return settlement({
    known: it.known.map(key => known(key, { fingerprint: `${turn}` })),
    forgotten: it.forgotten.map(key => known(key)),
    tracked: it.tracked.map(key => ({ entity: 'VENDOR', key, sourceHash: `${turn}` })),
    untracked: it.untracked.map(key => ({ entity: 'VENDOR', key })),
    dead: it.dead.map(key => dead(key)),
    parked: it.parked.map(key => parked(key, { sourceEntity: 'VENDOR', awaits: [awaited(KEYS[0])] })),
    healed: it.healed.map(key => ({ entity: 'VENDOR', key })),
    counts: { read: 1 },
    checkpoint: { entity: 'VENDOR', cursor: { turn } },
  })
}

/** The ledger in a few lines, without a database. */
function model(pages: readonly Page[]) {
  const [links, hashes, open, waiting] = [new Map(), new Map(), new Map<string, number>(), new Set<string>()]
  let resolved = 0
  for (const [turn, it] of pages.entries()) {
    for (const key of it.known) links.set(key, `${turn}`)
    for (const key of it.forgotten) links.delete(key)
    for (const key of it.tracked) hashes.set(key, `${turn}`)
    for (const key of it.untracked) hashes.delete(key)
    for (const key of it.healed) {
      if (open.delete(key)) resolved++
      waiting.delete(key)
    }
    for (const key of it.parked) waiting.add(key)
    for (const key of it.dead) {
      open.set(key, (open.get(key) ?? 0) + 1)
      waiting.delete(key)
    }
  }
  const ready = links.has(KEYS[0]) ? waiting : new Set()
  return { links, hashes, open, resolved, waiting, ready, cursor: { turn: pages.length - 1 }, read: pages.length }
}

async function stored(pages: readonly Page[]): Promise<ReturnType<typeof model>> {
  const ledger = await openSqliteLedger({ file: ':memory:', workspace: 'acme', sealer: countingSealer() })
  await ledger.startRun(started())
  for (const [turn, it] of pages.entries()) await ledger.settle(toSettlement(it, turn))
  const links = await ledger.known('vendors', 'intacct', 'VENDOR', KEYS)
  const letters = await ledger.deadLetters({ state: 'open', limit: 99 })
  const found = {
    links: new Map(links.map(it => [it.sourceKey, it.fingerprint])),
    hashes: new Map(await ledger.tracked('vendors', 'VENDOR', KEYS)),
    open: new Map(letters.map(it => [it.sourceKey, it.attempts])),
    resolved: (await ledger.deadLetters({ state: 'resolved', limit: 999 })).length,
    waiting: new Set((await ledger.parked('vendors', 99)).map(it => it.sourceKey)),
    ready: new Set((await ledger.parkedReady('vendors', 99)).map(it => it.sourceKey)),
    cursor: { turn: Number((await ledger.checkpoint('vendors', 'VENDOR'))?.['turn']) },
    read: (await ledger.runs({ limit: 1 }))[0]?.counts.read ?? 0,
  }
  await ledger.close()
  return found
}

describe('any history of settlements', () => {
  it('leaves what a model of the ledger says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 6 }), async pages => {
        expect(await stored(pages)).to.deep.equal(model(pages))
      }),
      { numRuns: 60 },
    )
  }).timeout(60_000)
})

import { hash } from 'node:crypto'
import fc from 'fast-check'
import { connectors } from '../../../connectors/index.ts'
import { loadFixture } from '../../contract/fixture.ts'
import { complaintOf } from './complaint.ts'
import { type Ground, groundsOf } from './ground.ts'
import { live, type Outcome } from './live.ts'
import { type Story, story } from './story.ts'

/** What the histories of one connector came to; printed as the last line. */
export interface HistoriesEnd {
  readonly histories: number
  readonly lost: number
  readonly doubled: number
  readonly wronglyDeleted: number
  readonly resent: number
  readonly repeated: number
  readonly rereadInVain: number
  readonly sent: number
  readonly changes: number
}

type Sums = { -readonly [K in keyof HistoriesEnd]: HistoriesEnd[K] }

const ZERO: HistoriesEnd = {
  ...{ histories: 0, lost: 0, doubled: 0, wronglyDeleted: 0 },
  ...{ resent: 0, repeated: 0, rereadInVain: 0, sent: 0, changes: 0 },
}

function add(sums: Sums, it: Outcome): void {
  sums.histories += 1
  sums.resent += it.resent
  sums.repeated += it.repeated
  sums.rereadInVain += it.rereadInVain
  sums.sent += it.sent
  sums.changes += it.changes
}

async function prove(ground: Ground, numRuns: number, seed: number): Promise<HistoriesEnd> {
  const sums: Sums = { ...ZERO }
  let worst: Outcome | undefined
  const property = fc.asyncProperty(story, async (told: Story) => {
    const outcome = await live(ground, told)
    if (worst === undefined) add(sums, outcome)
    const complaint = complaintOf(outcome)
    if (complaint === '') return
    worst = outcome
    throw new Error(complaint)
  })
  const result = await fc.check(property, { numRuns, seed, ...replayOf() })
  if (!result.failed) return sums
  const { subject, entity } = ground
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : ''
  process.stdout.write(`${subject.connector.name} ${entity}\n${fc.defaultReportMessage(result)}\n${why}\n`)
  process.exitCode = 1
  const { lost = [], doubled = [], wronglyDeleted = [] } = worst ?? { lost: [String(result.errorInstance)] }
  return { ...sums, lost: lost.length, doubled: doubled.length, wronglyDeleted: wronglyDeleted.length }
}

/** `REPLAY=<path>` with the same seed goes straight to a story that failed. */
function replayOf(): { path?: string } {
  const path = process.env['REPLAY']
  return path === undefined ? {} : { path }
}

/** Other stories for each entity, the same each time; `SEED=<number>` tells others. */
function seedOf({ subject, entity }: Ground): number {
  const text = `${process.env['SEED'] ?? 20261121} ${subject.connector.name} ${entity}`
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 7), 16)
}

/** `node test/proof/histories/main.ts <connector> <histories an entity> [entity]` */
async function main([name = '', count = '10', only]: readonly string[]): Promise<void> {
  const connector = connectors.find(it => it.name === name)
  if (!connector) throw new Error(`no connector "${name}": ${connectors.map(it => it.name).join(', ')}`)
  const grounds = await groundsOf({ connector, fixture: await loadFixture(name) }, only)
  const whole: Sums = { ...ZERO }
  for (const ground of grounds) {
    const began = Date.now()
    const end = await prove(ground, Number(count), seedOf(ground))
    for (const it of Object.keys(whole) as (keyof HistoriesEnd)[]) whole[it] += end[it]
    const took = `${((Date.now() - began) / 1_000).toFixed(1)} s`
    process.stdout.write(`${name} ${ground.entity}: ${end.histories} histories in ${took}, ${JSON.stringify(end)}\n`)
  }
  process.stdout.write(`${JSON.stringify(whole)}\n`)
}

await main(process.argv.slice(2))

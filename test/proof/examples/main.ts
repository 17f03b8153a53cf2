import picocolors from 'picocolors'
import { connectors } from '../../../connectors/index.ts'
import { left, right, showTable } from '../../../engine/cli/show/table.ts'
import { loadFixture } from '../../contract/fixture.ts'
import { complaintOf } from '../histories/complaint.ts'
import { EXAMPLES, type Example } from '../histories/examples.ts'
import { type Ground, groundsOf } from '../histories/ground.ts'
import { live } from '../histories/live.ts'
import { tell } from '../histories/story.ts'
import { cursorSize } from './size.ts'

const LONG = process.env['PROOF'] === 'long'

interface Tally {
  examples: number
  wrong: number
}

/** What is wrong with the end of each story of a row, told to whom reads the proof. */
async function actOut(ground: Ground, { row, told }: Example, tally: Tally): Promise<void> {
  const say = (complaint: string, lines: readonly string[]) => {
    if (complaint === '') return
    tally.wrong += 1
    const { subject, entity } = ground
    process.stdout.write(`${subject.connector.name} ${entity}, ${row}\n${lines.join('\n')}\n${complaint}\n\n`)
  }
  if (told === 'size') {
    tally.examples += 1
    return say(await cursorSize(ground), ['a bulk edit of thousands of records in one instant'])
  }
  for (const story of told) {
    tally.examples += 1
    const complaint = await live(ground, story).then(complaintOf, (thrown: unknown) => `broke off: ${String(thrown)}`)
    say(complaint, tell(story))
  }
}

/** Of the entities that declare the same, one is as good as another: all of them only where there is time. */
function chosen(grounds: readonly Ground[], only: string | undefined): readonly Ground[] {
  if (LONG || only !== undefined) return grounds
  const promises = ({ contract: { field: _named, tieBreaker: _too, ...rest }, canAdd }: Ground) =>
    JSON.stringify([rest, canAdd])
  return [...Map.groupBy(grounds, promises).values()].flatMap(([first]) => first ?? [])
}

/** `node test/proof/examples/main.ts <connector> [row] [entity]`; the last line printed is `{ examples, wrong }`. */
async function main([name = '', row, only]: readonly string[]): Promise<void> {
  const connector = connectors.find(it => it.name === name)
  if (!connector) throw new Error(`no connector "${name}": ${connectors.map(it => it.name).join(', ')}`)
  const wanted = EXAMPLES.filter(it => row === undefined || it.row === row)
  if (wanted.length === 0) throw new Error(`no example "${row}"`)
  const grounds = chosen(await groundsOf({ connector, fixture: await loadFixture(name) }, only), only)
  const tally: Tally = { examples: 0, wrong: 0 }
  const lines: string[][] = []
  for (const example of wanted) {
    const those = grounds.filter(it => example.about(it.contract))
    const before = { ...tally }
    const began = Date.now()
    for (const ground of those) await actOut(ground, example, tally)
    const took = ((Date.now() - began) / 1_000).toFixed(1)
    const entities = those.map(it => it.entity).join(', ')
    lines.push([example.row, `${tally.examples - before.examples}`, `${tally.wrong - before.wrong}`, took, entities])
  }
  const columns = [left(`failure, ${name}`), right('stories'), right('wrong'), right('s'), left('acted out on')]
  process.stdout.write(showTable(columns, lines, picocolors))
  process.stdout.write(`${JSON.stringify({ examples: tally.examples, wrongExamples: tally.wrong })}\n`)
  if (tally.wrong > 0) process.exitCode = 1
}

await main(process.argv.slice(2))

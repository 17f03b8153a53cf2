import { connectors } from '../../../connectors/index.ts'
import { loadFixture } from '../../contract/fixture.ts'
import { openDesk } from './desk.ts'
import { benchOf, dieEverywhere, faultEverywhere, loseAnswers, ON_THE_WIRE, type Tally } from './lives.ts'

const LONG = process.env['PROOF'] === 'long'

/** `node test/proof/writes/main.ts <connector> [entity]`; the last line printed is `{ lives, wrong }`. */
async function main([name = '', only]: readonly string[]): Promise<void> {
  const connector = connectors.find(it => it.name === name)
  if (!connector) throw new Error(`no connector "${name}": ${connectors.map(it => it.name).join(', ')}`)
  const subject = { connector, fixture: await loadFixture(name) }
  const tally: Tally = { lives: 0, wrong: [] }
  const writable = Object.entries(connector.entities).filter(([entity, it]) => it.write && (only ?? entity) === entity)
  for (const [index, [entity]] of writable.entries()) {
    const began = Date.now()
    const before = tally.lives
    const desk = await openDesk(subject, entity)
    try {
      const bench = benchOf(desk, tally)
      // a call that fails while the process lives on is of one entity, unless there is time
      await dieEverywhere(bench, LONG || index === 0 ? ['crash', 'fail'] : ['crash'])
      // silence takes a whole time-out each: of one entity, unless there is time
      await faultEverywhere(bench, LONG || index === 0 ? ON_THE_WIRE : ON_THE_WIRE.filter(it => !isSilent(it.action)))
      for (let seed = 1; seed <= (LONG ? 10 : 1); seed++) await loseAnswers(bench, seed)
    } finally {
      await desk.close()
    }
    const took = `${((Date.now() - began) / 1_000).toFixed(1)} s`
    process.stdout.write(`${name} ${entity}: ${tally.lives - before} lives in ${took}\n`)
  }
  for (const it of tally.wrong) process.stdout.write(`${it}\n`)
  process.stdout.write(`${JSON.stringify({ lives: tally.lives, wrong: tally.wrong.length })}\n`)
  if (tally.wrong.length > 0) process.exitCode = 1
}

const isSilent = (action: string) => action.startsWith('hang')

await main(process.argv.slice(2))

import { setTimeout as delay } from 'node:timers/promises'
import { connectors } from '../../../connectors/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../../support/workspace.ts'
import { PAIRS, type Pair, type Place, RECORDS, SANDBOXES, VENDOR_FIELD } from './pairs.ts'

const LONG = process.env['PROOF'] === 'long'
const KILLS = Number(process.env['KILLS'] ?? (LONG ? 200 : 20))
/** A process has its own start-up to do first: what comes later is the run. */
const EARLIEST_MS = 250

interface Stage {
  readonly sandboxes: ReadonlyMap<string, Sandbox>
  readonly workspace: CliWorkspace
  /** Texts of the records that this proof has made, by pair and key. */
  readonly texts: ReadonlyMap<Pair, Map<string, string>>
}

const at = ({ sandboxes }: Stage, { connector }: Place) => {
  const sandbox = sandboxes.get(connector)
  if (!sandbox) throw new Error(`no sandbox of ${connector}`)
  return control(sandbox)
}

async function open(): Promise<Stage> {
  const sandboxes = new Map<string, Sandbox>()
  const wanted = connectors.filter(it => it.name in SANDBOXES)
  for (const { name, sandbox } of wanted) {
    const options = SANDBOXES[name] ?? {}
    sandboxes.set(
      name,
      await sandbox.start({ port: 0, host: '127.0.0.1', seed: 5, records: RECORDS[name] ?? 0, options }),
    )
  }
  const connections = [...sandboxes].map(([name, sandbox]) => [name.replaceAll('-', ''), { connector: name, sandbox }])
  const workspace = createCliWorkspace({
    connections: Object.fromEntries(connections),
    flows: PAIRS.map(({ use }) => ({ use })),
  })
  const stage = { sandboxes, workspace, texts: new Map(PAIRS.map(it => [it, new Map<string, string>()])) }
  const zoho = PAIRS[0]?.target
  if (zoho) await at(stage, zoho).knobs({ customFields: { Accounts: [VENDOR_FIELD] } })
  return stage
}

/** People add a record to every source and change the one that they added last. */
async function work(stage: Stage, round: number): Promise<void> {
  for (const pair of PAIRS) {
    const { source, more = {} } = pair
    const texts = stage.texts.get(pair)
    const put = async (key: string, text: string, rest: JsonObject) => {
      texts?.set(key, text)
      await at(stage, source).put(source.entity, { ...rest, [source.key]: key, [source.text]: text })
    }
    const last = [...(texts?.keys() ?? [])].at(-1)
    if (last !== undefined) await put(last, `Changed ${PAIRS.indexOf(pair)} ${round}`, {})
    await put(keyOf(pair, round), `Made ${PAIRS.indexOf(pair)} ${round}`, more)
  }
}

function keyOf(pair: Pair, round: number): string {
  const number = `P${PAIRS.indexOf(pair)}${String(round).padStart(4, '0')}`
  return pair.source.connector === 'sage-100' ? `00-${number}` : number
}

/** What is wrong between the two ends of a pair; nothing when each record is there once. */
async function differences(stage: Stage, pair: Pair): Promise<{ lost: string[]; doubled: string[] }> {
  const { source, target } = pair
  const wanted = (await at(stage, source).records(source.entity)).map(it => `${target.prefix ?? ''}${it[source.key]}`)
  const rows = await at(stage, target).records(target.entity)
  const found = rows.map(it => ({ key: String(it[target.key] ?? ''), text: String(it[target.text] ?? '') }))
  const held = new Map(found.map(it => [it.key, it.text]))
  const stale = [...(stage.texts.get(pair) ?? [])].filter(
    ([key, text]) => held.get(`${target.prefix ?? ''}${key}`) !== text,
  )
  const keys = found.map(it => it.key).filter(it => it !== '')
  return {
    lost: [...wanted.filter(key => !held.has(key)), ...stale.map(([key, text]) => `${key} (${text})`)],
    doubled: keys.filter((key, index) => keys.indexOf(key) !== index),
  }
}

/** A little chance of our own, the same each time: `SEED` takes another. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

async function main(): Promise<void> {
  const stage = await open()
  const random = chances(Number(process.env['SEED'] ?? 20261121))
  try {
    await work(stage, 0)
    const began = Date.now()
    let took = 4_000
    let killed = 0
    for (let round = 1; round <= KILLS; round++) {
      const { child, ended } = stage.workspace.start('run', '--all')
      await delay(EARLIEST_MS + random() * (took - EARLIEST_MS))
      child.kill('SIGKILL')
      const { code } = await ended
      if (code === null) killed += 1
      // it was over already: kill earlier from now on
      else took = Math.max(1_000, took * 0.8)
      await work(stage, round)
    }
    await rest(stage)
    const ends = await Promise.all(PAIRS.map(it => differences(stage, it)))
    for (const [index, it] of ends.entries())
      if (it.lost.length + it.doubled.length > 0) process.stdout.write(`${PAIRS[index]?.use}: ${JSON.stringify(it)}\n`)
    const sum = (of: 'lost' | 'doubled') => ends.reduce((total, it) => total + it[of].length, 0)
    const end = { kills: killed, lost: sum('lost'), doubled: sum('doubled'), seconds: (Date.now() - began) / 1_000 }
    if (end.lost + end.doubled > 0) process.exitCode = 1
    process.stdout.write(`${JSON.stringify(end)}\n`)
  } finally {
    stage.workspace.remove()
    await Promise.all([...stage.sandboxes.values()].map(it => it.close()))
  }
}

async function rest({ workspace }: Stage): Promise<void> {
  const { code, stdout, stderr } = await workspace.cli('run', '--all', '--json')
  if (code !== 0) throw new Error(`the last run ended with ${code}\n${stdout}\n${stderr}`)
}

await main()

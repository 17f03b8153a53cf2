import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { perform } from '../../../engine/dispatch/perform.ts'
import { newId, openWorkspace } from '../../../engine/host/index.ts'
import { cli, jsonOf, PRODUCT, temporaryFolder } from '../../cli/support/cli.ts'
import { createMachine } from '../../run/support/machine.ts'
import { createCrm } from '../../run/support/toy-crm.ts'
import { createErp } from '../../run/support/toy-erp.ts'

const EACH = 3_400
const KEY = Buffer.alloc(32, 7).toString('base64url')

const flowOf = (name: string, more = '') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map: { ERP_ID: ID, Name: '${name}' }${more}
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`

const BAD = flowOf('NAME & " of the whole wide world"')
const GOOD = flowOf('NAME', '\nfilter: \'$not(TAXID = "none")\'')

const WORKSPACE = `
workspace: proof
connections: { erp: { connector: toy-erp, settings: {} }, crm: { connector: toy-crm, settings: {} } }
flows: [customers.yaml]
`

type Row = Readonly<Record<string, unknown>>

/** A workspace folder and the command line in it, between systems in memory. */
function open() {
  const erp = createErp(createMachine())
  erp.pageSize = 1_000
  const crm = createCrm(createMachine(), { maxBatch: 100 })
  const folder = temporaryFolder()
  const write = (flow: string) => writeFileSync(join(folder.path, 'customers.yaml'), flow)
  writeFileSync(join(folder.path, 'ml-connector.yaml'), WORKSPACE)
  write(BAD)
  const env = { ML_CONNECTOR_KEY: KEY }
  const registry = new Map([erp.connector, crm.connector].map(it => [it.name, it]))
  const product = { ...PRODUCT, registry }
  const run = async (line: string) =>
    jsonOf(await cli([...line.split(' '), '--json'], { cwd: folder.path, env, product }))
  const host = { registry, library: PRODUCT.library, env, signal: new AbortController().signal }
  return { erp, crm, folder, write, run, host }
}

type Opened = ReturnType<typeof open>
const rows = (answer: Row, name: string) => (answer[name] ?? []) as readonly Row[]

const idOf = (n: number) => `K${String(n).padStart(5, '0')}`

/** What the flow will make of a record once it is corrected: most are new at the target. */
function recordOf(n: number) {
  const kinds = [
    { NAME: 'x'.repeat(25) },
    { NAME: `name ${n}`, TAXID: 'none' },
    { NAME: `name ${n}`, TAXID: 'held' },
  ] as const
  return { ID: idOf(n), ...(n % 25 < 3 ? kinds[n % 25] : { NAME: `name ${n}` }) }
}

/** Runs that fail, one after another; answers when each began. */
async function fail({ erp, crm, run }: Opened, runs: number): Promise<readonly string[]> {
  const began: string[] = []
  for (let at = 0; at < runs; at++) {
    for (let n = at * EACH; n < (at + 1) * EACH; n++) {
      const record = recordOf(n)
      erp.put(record)
      // a person has made it over there already
      if ('TAXID' in record && record.TAXID === 'held') crm.put('Accounts', { ERP_ID: record.ID, Name: 'by hand' })
    }
    const [report] = rows(await run('run customers'), 'runs')
    began.push(String(report?.['startedAt']))
  }
  return began
}

const WOULD: Readonly<Record<string, string>> = {
  'written created': 'create',
  'written updated': 'update',
  'filtered filter': 'filter',
  'dead ': 'reject',
  'unchanged same': 'same',
}

/** Keys of which the dry run says something else than what then happened; and how many it spoke of. */
async function compare({ run }: Opened, choice: string) {
  const before = JSON.stringify(await run('audit --limit 100000'))
  const dry = rows(await run(`replay customers ${choice} --dry-run`), 'letters')
  const isReadOnly = JSON.stringify(await run('audit --limit 100000')) === before
  const reports = rows(await run(`replay customers ${choice}`), 'runs')
  const happened = new Map<unknown, string>()
  for (const { runId } of reports)
    for (const it of rows(await run(`audit --run ${runId} --limit 100000`), 'events'))
      happened.set(it['sourceKey'], WOULD[`${it['outcome']} ${it['did']}`] ?? `${it['outcome']} ${it['did']}`)
  const foretold = new Map(dry.map(it => [it['sourceKey'], String(it['would'])]))
  const wrong = [...new Set([...foretold.keys(), ...happened.keys()])].filter(
    key => foretold.get(key) !== happened.get(key),
  )
  return { keys: new Set(foretold.keys()), wrong: wrong.length + (isReadOnly ? 0 : 1) }
}

/** As the service does it for a person who has edited a record. */
async function editOne({ folder, host }: Opened, key: string, name: string) {
  const silent = { debug: () => {}, info: () => {}, warn: () => {} }
  const clock = { now: () => new Date(), sleep: async () => {} }
  const opening = openWorkspace(folder.path, { ...host, clock, log: silent })
  if (opening.is !== 'open') throw new Error('the workspace has mistakes')
  const { opened } = opening
  const ledger = await opened.ledger()
  const letters = await ledger.deadLetters({ flow: 'customers', state: 'open', sourceKey: key, limit: 1 })
  const [letter] = letters
  const body = { ...(await ledger.deadBody(letter?.id ?? '')), NAME: name }
  const leash = { signal: host.signal, onStart: () => {}, onProgress: () => {} }
  const bodies = new Map([[letter?.id ?? '', body]])
  const wish = { is: 'replay', actor: `proof ${newId(clock.now())}`, letters, from: 'stored', bodies } as const
  const report = await perform(opened, { workspace: 'proof', flow: 'customers' }, { wish, leash })
  await opened.close()
  return report.counts
}

/** Three failed runs: of two the letters are replayed by their time, then one is edited, then all the rest goes by its code. */
export async function replayByCli() {
  const opened = open()
  const { erp, crm, run, write, folder } = opened
  const runs = 3
  const began = await fail(opened, runs)
  write(GOOD)
  const range = await compare(opened, `--since ${began[1]}`)
  const ofRange = [...Array(runs * EACH).keys()].filter(n => n >= EACH).map(idOf)
  const isRange = range.keys.size === ofRange.length && ofRange.every(key => range.keys.has(key))
  const edited = await editOne(opened, idOf(EACH), 'edited')
  const rest = await compare(opened, '--all --code RUN_FIELD_LENGTH --from stored')
  const stillOpen = rows(await run('dead customers --limit 100000'), 'letters').map(it => it['sourceKey'])
  const held = crm.rows('Accounts').map(it => [String(it.fields['ERP_ID']), String(it.fields['Name'])] as const)
  const wanted = new Map(
    erp
      .rows()
      .filter(it => it['TAXID'] !== 'none')
      .map(it => [String(it['ID']), it['ID'] === idOf(EACH) ? 'edited' : String(it['NAME'])]),
  )
  const refused = new Set(stillOpen)
  const names = new Map(held)
  folder.remove()
  const end = {
    letters: runs * EACH,
    lost: [...wanted].filter(([key, name]) => !refused.has(key) && names.get(key) !== name).length,
    doubled: held.length - names.size,
    rangeTaken: range.keys.size,
    dryRunWrong: range.wrong + rest.wrong,
    edited: edited.written,
    // names that are too long whatever the mapping
    stillOpen: stillOpen.length,
  }
  const tooLong = erp.rows().filter(it => String(it['NAME']).length > 20).length - 1
  const isRight =
    isRange && end.lost + end.doubled + end.dryRunWrong === 0 && end.edited === 1 && end.stillOpen === tooLong
  return { end, isRight }
}

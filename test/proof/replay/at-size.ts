import { createMachine } from '../../run/support/machine.ts'
import { createCrm } from '../../run/support/toy-crm.ts'
import { createErp } from '../../run/support/toy-erp.ts'
import { compile } from '../support/compile.ts'
import { createEngine } from '../support/engine.ts'
import { nowhere } from '../support/nowhere.ts'
import { sharedClock } from '../support/shared-clock.ts'

const LETTERS = 10_000
const NEW_FAILURES = 500
/** Records that people have changed by the time of the replay: the corrected flow has written them already. */
const NEWER = 300
const BATCH = 100
const CODE = 'RUN_FIELD_LENGTH'

/** The one bad mapping: no name fits. */
const BAD = 'NAME & " of the whole wide world"'

const flowOf = (name: string, entity: string, mapped: string) => `
flow: ${name}
source: { connector: toy-erp, entity: CUSTOMER }
map: { ERP_ID: ID, Name: '${mapped}' }
sink: { connector: toy-crm, entity: ${entity}, operation: upsert, match: ERP_ID }
`

async function open() {
  const erp = createErp(createMachine())
  erp.pageSize = 1_000
  const crm = createCrm(createMachine(), { maxBatch: BATCH })
  const systems = {
    erp: { connector: erp.connector, sandbox: nowhere },
    crm: { connector: crm.connector, sandbox: nowhere },
  }
  const engine = await createEngine({ systems, clock: sharedClock(new Date(), []), unitSize: 4_000 })
  const planOf = (name: string, entity: string, mapped: string) => compile(flowOf(name, entity, mapped), systems)
  return { erp, crm, engine, planOf }
}

/** Ten thousand letters of one bad mapping, while another flow goes on failing. */
export async function replayAtSize() {
  const { erp, crm, engine, planOf } = await open()
  const bad = planOf('customers', 'Accounts', BAD)
  const good = planOf('customers', 'Accounts', 'NAME')
  // another flow, which goes on failing meanwhile
  const other = planOf('others', 'Lines', 'NAME')
  const idOf = (n: number) => `K${String(n).padStart(6, '0')}`
  for (let n = 0; n < LETTERS; n++) erp.put({ ID: idOf(n), NAME: `old ${n}` })
  await engine.run(bad)
  const listed = await engine.ledger.deadLetters({ flow: bad.name, state: 'open', code: CODE, limit: LETTERS })
  for (let n = 0; n < NEWER; n++) erp.put({ ID: idOf(n * 33), NAME: `new ${n}` })
  await engine.run(good)
  crm.refuses = entity => (entity === 'Lines' ? 'no such line' : undefined)
  const failing = erp
    .rows()
    .slice(0, NEW_FAILURES)
    .map(it => String(it['ID']))
  const before = crm.writes.filter(it => it.entity === 'Accounts').length
  const began = performance.now()
  const [report] = await Promise.all([engine.replay(good, listed), engine.run(other, { keys: failing })])
  const seconds = (performance.now() - began) / 1_000
  const calls = crm.writes.filter(it => it.entity === 'Accounts').length - before
  const wanted = new Map(erp.rows().map(it => [String(it['ID']), String(it['NAME'])]))
  const rows = crm.rows('Accounts').map(it => [String(it.fields['ERP_ID']), String(it.fields['Name'])] as const)
  const held = new Set(rows.map(([key]) => key))
  const lost = [...wanted.keys()].filter(key => !held.has(key))
  const end = {
    letters: listed.length,
    landed: rows.length,
    lost: lost.length,
    doubled: rows.length - new Set(rows.map(([key]) => key)).size,
    overwritten: rows.filter(([key, name]) => wanted.get(key) !== name).length,
    stillOpen: (await engine.ledger.deadLetters({ flow: bad.name, state: 'open', limit: LETTERS })).length,
    newFailures: (await engine.ledger.deadLetters({ flow: other.name, state: 'open', limit: LETTERS })).length,
    calls,
    callsNeeded: Math.ceil((LETTERS - NEWER) / BATCH),
    state: report.state,
    seconds,
  }
  await engine.close()
  const isRight =
    end.letters === LETTERS &&
    end.landed === LETTERS &&
    end.lost + end.doubled + end.overwritten + end.stillOpen === 0 &&
    end.newFailures === NEW_FAILURES &&
    end.calls <= 1.05 * end.callsNeeded
  return { end, isRight }
}

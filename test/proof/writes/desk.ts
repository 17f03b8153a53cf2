import type { FlowPlan } from '../../../engine/core/plan.ts'
import type { Json } from '../../../engine/core/record.ts'
import type { Connector, Operation } from '../../../engine/sdk/connector.ts'
import { openRig, type Rig, type Subject } from '../../contract/rig.ts'
import { type Samples, samplesOf } from '../../contract/samples.ts'
import { createMachine } from '../../run/support/machine.ts'
import { createErp, type ToyErp } from '../../run/support/toy-erp.ts'
import { compile } from '../support/compile.ts'
import { createEngine, type Engine } from '../support/engine.ts'
import { nowhere } from '../support/nowhere.ts'
import { type SharedClock, sharedClock } from '../support/shared-clock.ts'

/** A writable entity of a real connector, a source in memory, and a flow between them. */
export interface Desk {
  readonly rig: Rig
  readonly entity: string
  readonly engine: Engine
  readonly erp: ToyErp
  readonly plan: FlowPlan
  readonly operations: readonly Operation[]
  readonly clock: SharedClock
  /** Does the system take a record again that was deleted there? Some keep what belonged to it, and refuse. */
  readonly canReturn: boolean
  /** The n-th value of what is matched on: the key of a source record. */
  keyOf(n: number): string
  /** What the target holds under these keys: its texts. */
  held(keys: readonly string[]): Promise<readonly { readonly key: string; readonly text: string }[]>
  close(): Promise<void>
}

/** Marks where a sample tells records apart. */
const MARK = '@@'
/** Records with this text are refused by the mapping: dead letters among the others. */
export const BAD = 'bad'
/** A call that hangs costs all of it. */
const TIMEOUT = 250

export async function openDesk(subject: Subject, entity: string): Promise<Desk> {
  const { connector } = subject
  const operations = connector.entities[entity]?.write?.operations ?? []
  const rig = await openRig(subject, { records: 12, timeoutMs: 5_000 })
  const samples = await samplesOf(rig, subject, entity)
  const erp = createErp(createMachine())
  const systems = {
    erp: { connector: erp.connector, sandbox: nowhere },
    target: { connector, sandbox: rig.sandbox },
  }
  const clock = sharedClock(await rig.now(), [rig.at])
  const canReturn = operations.includes('delete') && (await isTakenAgain(rig, entity, samples))
  const engine = await createEngine({ systems, clock, unitSize: 4, timeoutMs: TIMEOUT })
  return {
    ...{ rig, entity, engine, erp, operations, clock, canReturn },
    plan: compile(flowOf(connector, entity, { samples, operations }), systems),
    keyOf: n => String(samples.make(`w${n}`)[samples.uniqueField]),
    held: keys => heldAt(rig, entity, { samples, keys }),
    close: async () => {
      await engine.close()
      await rig.close()
    },
  }
}

async function isTakenAgain(rig: Rig, entity: string, samples: Samples): Promise<boolean> {
  const make = async () => {
    const records = [{ ref: 'r', fields: samples.make('returns') }]
    const [answer] = await rig.connection.write(entity, { operation: 'create', options: {}, records })
    return answer?.is === 'written' ? answer.sinkKey : undefined
  }
  const sinkKey = await make()
  if (sinkKey === undefined) throw new Error(`${entity}: a sample was refused`)
  const records = [{ ref: 'r', sinkKey, fields: {} }]
  await rig.connection.write(entity, { operation: 'delete', options: {}, records })
  await rig.advance(HOUR)
  return (await make()) !== undefined
}

const HOUR = 3_600_000

interface Shape {
  readonly samples: Samples
  readonly operations: readonly Operation[]
}

function flowOf(connector: Connector, entity: string, { samples, operations }: Shape): string {
  const { uniqueField, textField } = samples
  const text = `NAME = "${BAD}" ? $error("no such name") : NAME`
  const { [uniqueField]: _key, [textField]: _text, ...rest } = samples.make(MARK)
  const map = { ...Object.fromEntries(Object.entries(rest).map(([name, it]) => [name, expressionOf(it)])) }
  const whole = { ...map, ...(textField === uniqueField ? {} : { [textField]: text }), [uniqueField]: 'ID' }
  const own = Object.keys(whole).filter(name => !(name in (connector.entities[entity]?.fields ?? {})))
  const customFields = Object.fromEntries(own.map(name => [name, { type: 'text', unique: name === uniqueField }]))
  const sink = {
    connector: connector.name,
    entity,
    operation: operationOf(operations),
    match: uniqueField,
    customFields,
  }
  return `
flow: writes
source: { connector: toy-erp, entity: CUSTOMER }
map: ${JSON.stringify(whole)}
sink: ${JSON.stringify(sink)}
${operations.includes('delete') ? 'onDelete: delete' : ''}
`
}

/** The fullest that the system can do. */
function operationOf(operations: readonly Operation[]): Operation {
  return operations.includes('update') || operations.includes('upsert') ? 'upsert' : 'create'
}

/** The JSONata that yields this sample for a record: texts that tell records apart are made of its key. */
function expressionOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(expressionOf)
  if (typeof value === 'string')
    return value
      .split(MARK)
      .map(part => JSON.stringify(part))
      .join(' & ID & ')
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, expressionOf(it)]))
  return value
}

interface Asked {
  readonly samples: Samples
  readonly keys: readonly string[]
}

async function heldAt({ connection }: Rig, entity: string, { samples, keys }: Asked) {
  const { uniqueField, textField } = samples
  const found = await connection.find(entity, { field: uniqueField, values: keys, select: [uniqueField, textField] })
  return found.map(it => ({
    key: String(it.fields[uniqueField] ?? ''),
    text: String(it.fields[textField] ?? ''),
  }))
}

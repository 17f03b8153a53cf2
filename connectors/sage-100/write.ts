import {
  type Batch,
  EngineError,
  isEngineError,
  type JsonObject,
  type WriteAnswer,
  type WriteRecord,
  type Writer,
} from '../../engine/sdk/index.ts'
import { patchRow } from './agent.ts'
import { type Entered, enteredIn, isOwn, refuseIncomplete } from './body.ts'
import type { Sage100Client } from './client.ts'
import { RECORD_MISSING, refusal } from './errors.ts'
import { findRecords } from './find.ts'
import { keyOf, mustBeKey } from './keys.ts'
import { KEY, type WritableObject } from './object.ts'
import { type Content, soapCall } from './soap.ts'
import { getElement, nullDate } from './soap-rows.ts'
import { child, childrenOf, isNil, type XmlElement } from './xml.ts'

/**
 * Customers are made and changed, never deleted: they have a status. A create is refused where the key is taken, but an answer that is lost says
 * nothing: it is looked up. An update says the whole record again, which changes nothing the second time.
 */
export function createWriter(object: WritableObject): Writer<Sage100Client> {
  return {
    operations: ['create', 'update'],
    maxBatch: 1,
    repeat: { create: 'look-up-first', update: 'external-key' },
    partial: true,
    write: (client, batch) => writeAll(client, object, batch),
    find: (client, request) => findRecords(client, object, request),
  }
}

async function writeAll(client: Sage100Client, object: WritableObject, batch: Batch): Promise<readonly WriteAnswer[]> {
  const answers: WriteAnswer[] = []
  for (const record of batch.records)
    try {
      answers.push(await (batch.operation === 'create' ? create : update)(client, object, record))
    } catch (thrown) {
      // what is about the whole call is thrown, as long as nothing was written before it
      if (!isEngineError(thrown) || (thrown.kind !== 'record' && answers.length === 0)) throw thrown
      answers.push({ is: 'refused', ref: record.ref, error: thrown })
    }
  return answers
}

/** Division and number, from their columns or from the key; companies without divisions have `00`. */
function partsIn(object: WritableObject, fields: JsonObject): readonly string[] {
  const given = fields[KEY]
  const own = typeof given === 'string' && given !== '' ? mustBeKey(object, given) : ['00', '']
  const parts = object.keyColumns.map((name, at) => String(fields[name] ?? own[at] ?? '').trimEnd())
  for (const [at, name] of object.keyColumns.entries()) {
    const part = parts[at] ?? ''
    const most = object.fields[name]?.maxLength ?? part.length
    const isWrong = part === '' || part.length > most || part.includes('~') || (at === 0 && part.length !== 2)
    const isOther = typeof given === 'string' && given !== '' && own[at] !== part
    if (!isWrong && !isOther) continue
    throw refusal(
      'SAGE100_KEY_SHAPE',
      `${object.name}: "${part.slice(0, 40)}" is not a usable ${name}${isOther ? ` of ${given}` : ''}`,
      {
        field: name,
        remedy: `A division has 2 characters, a number 1 to ${most}: correct the mapping, then replay.`,
      },
    )
  }
  return parts
}

async function create(
  client: Sage100Client,
  object: WritableObject,
  { ref, fields }: WriteRecord,
): Promise<WriteAnswer> {
  const parts = partsIn(object, fields)
  refuseIncomplete(object, fields)
  const entered = enteredIn(object, fields).filter(it => it.value !== '')
  const keys = Object.fromEntries(object.keyColumns.map((name, at) => [name, parts[at] ?? '']))
  const record = { ...keys, ...(await membersOf(client, { entered, before: undefined })) }
  const { soap } = object
  const tries = counter()
  await soapCall(client, { operation: soap.create, given: { [soap.record]: record }, effect: 'once', tried: tries.set })
  return { is: 'written', ref, sinkKey: keyOf(object, parts), did: 'created', ...tries.told() }
}

async function update(
  client: Sage100Client,
  object: WritableObject,
  { ref, fields, sinkKey }: WriteRecord,
): Promise<WriteAnswer> {
  const parts = sinkKey === undefined ? partsIn(object, fields) : mustBeKey(object, sinkKey)
  const entered = enteredIn(object, fields)
  const tries = counter()
  const change = { parts, entered, tried: tries.set }
  if (client.soap === undefined) await patch(client, object, change)
  else await sayAgain(client, object, change)
  return { is: 'written', ref, sinkKey: keyOf(object, parts), did: 'updated', ...tries.told() }
}

/** How often a record was tried that somebody held, for the audit trail. */
function counter() {
  let tries: number | undefined
  return {
    set: (times: number) => {
      tries = times
    },
    told: () => (tries === undefined ? {} : { tries }),
  }
}

interface Change {
  readonly parts: readonly string[]
  readonly entered: readonly Entered[]
  readonly tried: (times: number) => void
}

/** Without the web services: the agent sets columns, where it is one that writes (fact sheet 7). */
function patch(client: Sage100Client, object: WritableObject, { parts, entered, tried }: Change): Promise<void> {
  const columns = entered.map(({ name, value, type }) => [name, type === 'date' ? value.replaceAll('-', '') : value])
  return patchRow(client, object, { parts, columns: Object.fromEntries(columns), tried })
}

/** Get, merge, send: what is not said is not kept (fact sheet 10.6). */
async function sayAgain(
  client: Sage100Client,
  object: WritableObject,
  { parts, entered, tried }: Change,
): Promise<void> {
  const { soap } = object
  const before = await getElement(client, object, parts)
  if (!before)
    throw new EngineError({
      kind: 'record',
      code: RECORD_MISSING,
      message: `${object.name} ${keyOf(object, parts)} is not there`,
      remedy: 'It was deleted or has another number: resolve it in Sage 100, then replay.',
    })
  const record = { ...keptOf(object, before), ...(await membersOf(client, { entered, before })) }
  await soapCall(client, { operation: soap.update, given: { [soap.record]: record }, effect: 'repeatable', tried })
}

/**
 * Members as they came, which a nil one that is left out is as well. What only Sage 100 sets is left out, too: it may be another value by the time that
 * an update whose answer was lost is said again, and would be refused as a change (fact sheet 10.6).
 */
function keptOf(object: WritableObject, element: XmlElement): Readonly<Record<string, Content>> {
  const isTheirs = (name: string) => object.fields[name]?.readOnly === true
  const isKept = (it: XmlElement) => !isNil(it) && it.children.length === 0
  const isKey = (name: string) => object.keyColumns.includes(name)
  return Object.fromEntries(
    element.children.filter(it => isKept(it) && (isKey(it.name) || !isTheirs(it.name))).map(it => [it.name, it.text]),
  )
}

/** What a flow enters, as members; own fields all together, since they are one member. */
async function membersOf(
  client: Sage100Client,
  { entered, before }: { readonly entered: readonly Entered[]; readonly before: XmlElement | undefined },
): Promise<Readonly<Record<string, Content>>> {
  const own = new Map(
    childrenOf(child(before, 'OtherFields'), 'Field').map(it => [nameIn(it), child(it, 'Value')?.text ?? '']),
  )
  const members: [string, Content][] = []
  for (const it of entered) {
    if (isOwn(it)) own.set(it.name, it.value)
    else members.push([it.name, await spelled(client, it)])
  }
  const fields = [...own].map(([name, value]) => ({ MasFieldName: name, Value: value }))
  return { ...Object.fromEntries(members), ...(fields.length > 0 ? { OtherFields: { Field: fields } } : {}) }
}

const nameIn = (field: XmlElement) => child(field, 'MasFieldName')?.text.trim() ?? ''

/** A blank date has a value of its own; a missing one would leave it alone (fact sheet 3.1). */
async function spelled(client: Sage100Client, { value, type }: Entered): Promise<string> {
  if (type === 'date') return value === '' ? ((await nullDate(client)) ?? '') : `${value}T00:00:00`
  return type === 'decimal' && value === '' ? '0' : value
}

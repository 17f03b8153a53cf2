import { isEngineError, type Json, type JsonObject } from '../../engine/sdk/index.ts'
import type { Sage100Client } from './client.ts'
import { RECORD_MISSING, strange } from './errors.ts'
import { CHANGED, isOwnField, KEY, MADE, type Sage100Object, type SoapFace } from './object.ts'
import { type Row, rowOf } from './row.ts'
import { soapCall } from './soap.ts'
import { serviceContract } from './soap-contract.ts'
import { isoAt, type Stamp, stampAt } from './stamp.ts'
import { child, childrenOf, isNil, type XmlElement } from './xml.ts'
import { instantOf, wallAt } from './zone.ts'

export interface SoapObject extends Sage100Object {
  readonly soap: SoapFace
}

const FIELDS = 'OtherFields'
const NULL_DATE = 'null-date'
const REMEMBERED_MS = 24 * 60 * 60_000
const WORKED_OUT = new Set([KEY, CHANGED, MADE, 'customerKey', 'id'])

/** The element of a record, or undefined when there is none. */
export async function getElement(
  client: Sage100Client,
  { soap }: SoapObject,
  parts: readonly string[],
): Promise<XmlElement | undefined> {
  const given = Object.fromEntries(soap.parameters.map((name, at) => [name, parts[at] ?? '']))
  try {
    const result = await soapCall(client, { operation: soap.get, given, effect: 'none' })
    if (!result) throw strange('SAGE100_RECORD_SHAPE', `${soap.get}: an answer without a record`)
    return isNil(result) ? undefined : result
  } catch (thrown) {
    if (isEngineError(thrown) && thrown.code === RECORD_MISSING) return undefined
    throw thrown
  }
}

export async function getSoapRow(
  client: Sage100Client,
  object: SoapObject,
  parts: readonly string[],
): Promise<Row | undefined> {
  const element = await getElement(client, object, parts)
  if (!element) return undefined
  return soapRow(object, element, {
    timeZone: client.context.settings.timeZone,
    nullDate: await nullDate(client),
  })
}

interface Reading {
  readonly timeZone: string
  readonly nullDate: string | undefined
}

export function soapRow(object: SoapObject, element: XmlElement, { timeZone, nullDate: none }: Reading): Row {
  const columns = columnsIn(element, none)
  const { [MADE]: made, [CHANGED]: changed, ...rest } = columns
  const [madeAt, changedAt] = [momentOf(made, timeZone), momentOf(changed, timeZone)]
  const moments = {
    ...(madeAt ? { [MADE]: madeAt.iso } : {}),
    ...(changedAt ? { [CHANGED]: changedAt.iso } : {}),
  }
  const parts = object.keyColumns.map(name => String(columns[name] ?? '').trimEnd())
  return rowOf(object, { parts, stamp: (changedAt ?? madeAt)?.stamp ?? '', columns: rest, moments })
}

/** Members as texts; own fields beside the others; a list of elements of one name as a list (fact sheet 10.3). */
function columnsIn(element: XmlElement, none: string | undefined): JsonObject {
  const own = childrenOf(child(element, FIELDS), 'Field').map((it): [string, Json] => [
    child(it, 'MasFieldName')?.text.trim() ?? '',
    child(it, 'Value')?.text ?? '',
  ])
  const members = element.children
    .filter(it => it.name !== FIELDS && !isNil(it))
    .map((it): [string, Json] => {
      if (it.children.length > 0) return [it.name, it.children.map(row => columnsIn(row, none))]
      return [it.name, it.text === none ? '' : it.text]
    })
  return Object.fromEntries([...members, ...own.filter(([name]) => name !== '')])
}

/** The server's local time; an offset is not to be expected, and believed where there is one (fact sheet 3.1). */
function momentOf(
  value: Json | undefined,
  timeZone: string,
): { readonly stamp: Stamp; readonly iso: string } | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  const [, wall, offset] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  if (wall === undefined || text.startsWith('0001-')) return undefined
  if (offset !== undefined) {
    const instant = Date.parse(text)
    return { stamp: stampAt(wallAt(timeZone, instant)), iso: isoAt(instant) }
  }
  const at = Date.parse(`${wall}Z`)
  return { stamp: stampAt(at), iso: isoAt(instantOf(timeZone, at)) }
}

/** What stands for a blank date, both ways (fact sheet 3.1). Undefined where the service does not tell. */
export async function nullDate(client: Sage100Client): Promise<string | undefined> {
  const held = await client.facts.get(NULL_DATE)
  if (typeof held === 'string') return held === '' ? undefined : held
  const told = await soapCall(client, { operation: 'GetContractInformation', given: {}, effect: 'none' })
  const text = child(told, 'NullDateTime')?.text.trim() ?? ''
  await client.facts.set(NULL_DATE, text, REMEMBERED_MS)
  return text === '' ? undefined : text
}

/** Does a record over this path hold all that is wished? A few columns are in the tables only. */
export async function hasAll(
  client: Sage100Client,
  object: Sage100Object,
  select: readonly string[] | 'all',
): Promise<boolean> {
  if (select === 'all' || client.soap === undefined || object.soap === undefined) return true
  const { types } = await serviceContract(client)
  const type = object.soap.get.slice('Get'.length)
  const members = Object.entries(types).find(([name]) => name.endsWith(`}${type}`))?.[1]
  if (!members) return true
  const names = new Set(members.map(it => it.name))
  return select
    .map(path => path.split('.')[0] ?? path)
    .every(name => names.has(name) || WORKED_OUT.has(name) || isOwnField(name))
}

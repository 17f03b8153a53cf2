import { type Compiler, compileFilter, type Filter } from '../filter/filter.ts'
import { parseQueryFilter } from '../filter/query-filter.ts'
import type { ObjectDef } from '../objects/definition.ts'
import { createLook, type Look } from '../store/look.ts'
import { badRequest, invalidField, refuseFunction } from '../wire/errors.ts'
import { printFlat } from '../wire/render.ts'
import { parseDate, parseIsoStamp, parseStamp } from '../wire/when.ts'
import { child, element, textIn, type XmlNode } from '../wire/xml.ts'
import { allowedObject, checkReadable, visibility } from './access.ts'
import { aggregate } from './aggregate.ts'
import { auditFormattingOf, type Call, type FunctionAnswer, formattingOf, type GatewayFunction } from './call.ts'
import { bareRows } from './formats.ts'
import { findRows, type Order } from './rows.ts'
import { AGGREGATES, type Cell, type Selected } from './selected.ts'

interface QueryOptions {
  readonly ignoresCase: boolean
  readonly showsPrivate: boolean
  readonly format: string
}

const PARTS = ['object', 'select', 'filter', 'orderby', 'options', 'pagesize', 'offset', 'docparid']
const MAX_PAGE = 2000

/** The `query` function (fact sheet 5.1). */
export const query: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 1,
  run: (call, node) => {
    checkParts(node)
    const def = allowedObject(call, textIn(node, 'object') ?? '', 'QUERY')
    failWhenFlaky(call, def)
    const look = createLook(call.world, true)
    const selected = parseSelect(node, look, def)
    const options = parseOptions(child(node, 'options'))
    const filterNode = child(node, 'filter')
    const filter = filterNode && parseQueryFilter(filterNode)
    const orders = parseOrders(child(node, 'orderby'))
    const used = [...fieldsOf(filter), ...orders.map(it => it.path)].map(it => look.getter(def, it))
    checkReadable(call.world, [...selected.map(it => it.getter), ...used])
    const request = {
      def,
      filter: compileFilter(filter, compilerFor(call, look, def, options.ignoresCase)),
      isVisible: visibility(call, look, def, options.showsPrivate),
      orders,
      offset: wholeNumber(node, 'offset', 0, 0, Number.MAX_SAFE_INTEGER),
      size: wholeNumber(node, 'pagesize', 100, 1, MAX_PAGE),
    }
    const formatting = formattingOf(call.world)
    const audit = auditFormattingOf(call.world)
    if (selected.some(it => it.aggregate)) {
      const all = findRows(look, { ...request, orders: [], offset: 0, size: Number.MAX_SAFE_INTEGER })
      const groups = aggregate(look, def, all.slots, selected, orders)
      const page = groups.slice(request.offset, request.offset + request.size)
      return answer(def, page, { total: groups.length, offset: request.offset, format: options.format })
    }
    const found = findRows(look, request)
    const rows = found.slots.map(slot =>
      selected.map((it): Cell => [it.name, printFlat(it.getter, slot, formatting, audit)]),
    )
    return answer(def, rows, { total: found.total, offset: request.offset, format: options.format })
  },
}

interface Paging {
  readonly total: number
  readonly offset: number
  readonly format: string
}

function answer(def: ObjectDef, rows: readonly (readonly Cell[])[], paging: Paging): FunctionAnswer {
  const { total, offset } = paging
  const remaining = Math.max(0, total - offset - rows.length)
  const attributes = `listtype="${def.name}" totalcount="${total}" offset="${offset}" count="${rows.length}" numremaining="${remaining}"`
  let xml = ''
  for (const row of rows) {
    xml += `<${def.name}>`
    for (const [name, value] of row) xml += element(name, value)
    xml += `</${def.name}>`
  }
  const bare = bareRows(rows, paging.format)
  return { xml: xml === '' ? `<data ${attributes}/>` : `<data ${attributes}>${xml}</data>`, ...(bare ? { bare } : {}) }
}

function checkParts(node: XmlNode): void {
  const seen = new Set<string>()
  for (const { name } of node.children) {
    if (!PARTS.includes(name)) throw badRequest(`The element ${name} is not expected in query.`)
    if (seen.has(name)) throw badRequest(`The element ${name} may appear only once in query.`)
    seen.add(name)
  }
  for (const name of ['object', 'select'])
    if (!seen.has(name)) throw badRequest(`The element ${name} is missing in query.`)
}

function failWhenFlaky(call: Call, def: ObjectDef): void {
  if (def.name === 'AUDITHISTORY' && call.world.knobs().auditHistory === 'flaky' && call.world.alternate())
    throw refuseFunction({ errorno: 'DL02000001', description2: 'There was an error processing the request.' })
}

function parseSelect(node: XmlNode, look: Look, def: ObjectDef): Selected[] {
  const items = child(node, 'select')?.children ?? []
  if (items.length === 0) throw badRequest('The select element must hold at least one field.')
  return items.map(item => {
    const path = item.text.trim()
    const kind = AGGREGATES.find(it => it === item.name)
    if (!kind && item.name !== 'field') throw badRequest(`The element ${item.name} is not expected in select.`)
    if (path === '' || path === '*') throw invalidField(def.name, path)
    const getter = look.getter(def, path)
    return kind ? { name: `${kind.toUpperCase()}.${path}`, getter, aggregate: kind } : { name: path, getter }
  })
}

function parseOrders(node: XmlNode | undefined): Order[] {
  if (node && node.children.length === 0) throw badRequest('The orderby element must hold at least one order.')
  return (node?.children ?? []).map(item => {
    const [field, direction, ...more] = item.children
    const isDirection = direction === undefined || direction.name === 'ascending' || direction.name === 'descending'
    if (item.name !== 'order' || field?.name !== 'field' || !isDirection || more.length > 0)
      throw badRequest('An order element takes a field and then ascending or descending.')
    return { path: field.text.trim(), isDescending: direction?.name === 'descending' }
  })
}

const OPTIONS = ['caseinsensitive', 'showprivate', 'returnformat']

function parseOptions(node: XmlNode | undefined): QueryOptions {
  let last = -1
  for (const { name } of node?.children ?? []) {
    const place = OPTIONS.indexOf(name)
    if (place <= last) throw badRequest(`The element ${name} is not expected here in options: ${OPTIONS.join(', ')}.`)
    last = place
  }
  const flag = (name: string): boolean => {
    const text = node && textIn(node, name)
    if (text !== undefined && text !== 'true' && text !== 'false') throw badRequest(`${name} must be true or false.`)
    return text === 'true'
  }
  const format = (node && textIn(node, 'returnformat')) ?? 'xml'
  if (!['xml', 'json', 'csv'].includes(format)) throw badRequest(`The returnformat ${format} is not supported.`)
  return { ignoresCase: flag('caseinsensitive'), showsPrivate: flag('showprivate'), format }
}

/** The number in a child element, within its bounds. */
export function wholeNumber(node: XmlNode, name: string, initial: number, least: number, most: number): number {
  const text = textIn(node, name)
  if (text === undefined) return initial
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw badRequest(`The value '${text}' of ${name} must be a whole number from ${least} to ${most}.`)
  return value
}

/** The paths that a condition names. */
export function fieldsOf(filter: Filter | undefined): string[] {
  if (!filter) return []
  return filter.is === 'test' ? [filter.field] : filter.parts.flatMap(fieldsOf)
}

/** How `query` reads values: times as the user formats them, enumerations by their valid values. */
export function compilerFor(call: Call, look: Look, def: ObjectDef, ignoresCase: boolean): Compiler {
  const formatting = formattingOf(call.world)
  const zone = def.name === 'AUDITHISTORY' ? auditFormattingOf(call.world) : formatting
  return {
    getter: path => look.getter(def, path),
    // custom objects take ISO times in requests (fact sheet 7.1 D)
    stamp: text => (def.isCustom ? parseIsoStamp(text) : parseStamp(text, zone)),
    date: text => parseDate(text, formatting),
    known: (field, text) => {
      const asked = def.isCodesReversed ? field.codes : field.values
      return field.type === 'BOOLEAN' ? text : field.values[asked.indexOf(text)]
    },
    ignoresCase,
  }
}

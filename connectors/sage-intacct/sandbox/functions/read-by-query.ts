import { randomBytes } from 'node:crypto'
import { compileFilter } from '../filter/filter.ts'
import { parseSqlFilter } from '../filter/sql.ts'
import type { ObjectDef } from '../objects/definition.ts'
import { createLook, type Getter, type Look } from '../store/look.ts'
import type { ResultSet } from '../store/world.ts'
import { badRequest, invalidField, refuseFunction } from '../wire/errors.ts'
import { allPaths, printFlat } from '../wire/render.ts'
import { child, element, textIn } from '../wire/xml.ts'
import { allowedObject, checkReadable, isDenied, visibility } from './access.ts'
import { auditFormattingOf, type Call, type FunctionAnswer, formattingOf, type GatewayFunction } from './call.ts'
import { bareRows } from './formats.ts'
import { compilerFor, fieldsOf, wholeNumber } from './query.ts'
import { findRows } from './rows.ts'
import type { Cell } from './selected.ts'

const PARTS = ['object', 'fields', 'query', 'pagesize', 'returnFormat', 'docparid']
const MAX_PAGE = 1000

/** The legacy `readByQuery` (fact sheet 5.2). */
export const readByQuery: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 1,
  run: (call, node) => {
    for (const { name } of node.children)
      if (!PARTS.includes(name)) throw badRequest(`The element ${name} is not expected in readByQuery.`)
    const def = allowedObject(call, textIn(node, 'object') ?? '', 'READ_BY_QUERY')
    const look = createLook(call.world, true)
    const filter = parseSqlFilter(child(node, 'query')?.text ?? '')
    checkReadable(
      call.world,
      fieldsOf(filter).map(it => look.getter(def, it)),
    )
    const paths = pathsOf(call, look, def, textIn(node, 'fields') ?? '*')
    const size = wholeNumber(node, 'pagesize', 100, 1, MAX_PAGE)
    const found = findRows(look, {
      def,
      filter: compileFilter(filter, codesCompiler(call, look, def)),
      isVisible: visibility(call, look, def, false),
      orders: [],
      offset: 0,
      size: Number.MAX_SAFE_INTEGER,
    })
    const set: ResultSet = { object: def.name, paths, slots: found.slots, size, next: 0 }
    return nextPage(call, set, `${randomBytes(24).toString('base64url')}AAAAY4`, textIn(node, 'returnFormat') ?? 'xml')
  },
}

/** Goes on in a kept result; the id pins it (fact sheet 5.2). */
export const readMore: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 1,
  run: (call, node) => {
    const id = textIn(node, 'resultId') ?? ''
    const set = call.world.resultSets.get(id)
    if (!set)
      throw refuseFunction({ errorno: 'Query Failed', description2: `The result ID ${id} is invalid or has expired.` })
    return nextPage(call, set, id, 'xml')
  },
}

function nextPage(call: Call, set: ResultSet, id: string, format: string): FunctionAnswer {
  const { world } = call
  const def = allowedObject(call, set.object, 'READ_BY_QUERY')
  const table = world.table(def.name)
  const look = createLook(world, true)
  const getters = set.paths.map(path => ({ path, getter: look.getter(def, path) }))
  const from = set.next
  set.next = Math.min(set.slots.length, from + set.size)
  const remaining = set.slots.length - set.next
  if (remaining > 0) world.resultSets.set(id, set)
  else world.resultSets.delete(id)
  // rows deleted since then are missing from the page
  const rows = set.slots
    .slice(from, set.next)
    .filter(slot => !look.isGone(table, slot))
    .map(slot => cells(call, getters, slot))
  const name = def.isCustom ? def.name : def.name.toLowerCase()
  const xml = rows.map(row => `<${name}>${row.map(it => element(it[0], it[1])).join('')}</${name}>`).join('')
  const attributes =
    `listtype="${name}" count="${rows.length}" totalcount="${set.slots.length}" numremaining="${remaining}" ` +
    `resultId="${remaining > 0 ? id : ''}"`
  const bare = bareRows(rows, format)
  return { xml: xml === '' ? `<data ${attributes}/>` : `<data ${attributes}>${xml}</data>`, ...(bare ? { bare } : {}) }
}

function cells(
  call: Call,
  getters: readonly { readonly path: string; readonly getter: Getter }[],
  slot: number,
): Cell[] {
  const formatting = formattingOf(call.world)
  const audit = auditFormattingOf(call.world)
  return getters.map(({ path, getter }) => [path, printFlat(getter, slot, formatting, audit)])
}

function pathsOf(call: Call, look: Look, def: ObjectDef, list: string): string[] {
  const { world } = call
  if (list === '*') return allPaths(def, world.catalogue).filter(it => !isDenied(world, def, it))
  const paths = list.split(',').map(it => it.trim())
  const known = new Set([...allPaths(def, world.catalogue), ...def.fields.keys()])
  for (const path of paths) if (!known.has(path)) throw invalidField(def.name, path)
  checkReadable(
    world,
    paths.map(it => look.getter(def, it)),
  )
  return paths
}

/** Database codes here, words for AUDITHISTORY: the reverse of `query` (fact sheet 5.2). */
function codesCompiler(call: Call, look: Look, def: ObjectDef) {
  return {
    ...compilerFor(call, look, def, false),
    known: (field: Getter['field'], text: string) => {
      if (field.type === 'BOOLEAN') return text === 'T' ? 'true' : text === 'F' ? 'false' : undefined
      const asked = def.isCodesReversed ? field.values : field.codes
      return field.values[asked.indexOf(text)]
    },
  }
}

import { type EntityDef, fieldIn, type ValueField, type ValueType, type ViewDef } from '../entities/definition.ts'
import { heldIn } from '../rest/render.ts'
import { unknownName } from '../rest/shape.ts'
import { isNode, type Node, type Row, type Scalar } from '../store/row.ts'
import { parseStamp } from '../times.ts'
import { badFilter, incompatible } from './errors.ts'
import type { Comparison, Filter, Operand } from './parse.ts'

/** A row that may be asked for little: its change time costs nothing, the rest makes the row. */
export interface Candidate {
  readonly modifiedAt: number
  row(): Row
}

export type Test = (candidate: Candidate) => boolean

export interface CompileParts {
  readonly entity: EntityDef
  readonly version: number
  /** Zone of literals that name none. */
  readonly zone: string
  /** What a filter on the fields of detail rows does: unsupported, and its result unpredictable (fact sheet 5.2). */
  readonly onDetail: 'refuse' | 'ignore' | 'random'
}

export interface Compiled {
  readonly test: Test
  /** Top-level fields that it names. */
  readonly fields: readonly string[]
}

type Read = (candidate: Candidate) => Scalar | null

/** A side of a comparison: how its value is read, and its type as OData calls it. */
interface Side {
  readonly type: EdmType | 'null'
  readonly read: Read
}

type EdmType =
  | 'Edm.String'
  | 'Edm.Decimal'
  | 'Edm.Int32'
  | 'Edm.Boolean'
  | 'Edm.DateTimeOffset'
  | 'Edm.Guid'
  | 'Edm.DateTime'

const EDM: Record<ValueType, EdmType> = {
  string: 'Edm.String',
  decimal: 'Edm.Decimal',
  int: 'Edm.Int32',
  boolean: 'Edm.Boolean',
  datetime: 'Edm.DateTimeOffset',
  date: 'Edm.DateTimeOffset',
  guid: 'Edm.Guid',
}

const NUMERIC: readonly string[] = ['Edm.Decimal', 'Edm.Int32']

export function compileFilter(filter: Filter, parts: CompileParts): Compiled {
  const fields = new Set<string>()
  const build = (it: Filter): Test => {
    switch (it.is) {
      case 'and': {
        const [left, right] = [build(it.left), build(it.right)]
        return candidate => left(candidate) && right(candidate)
      }
      case 'or': {
        const [left, right] = [build(it.left), build(it.right)]
        return candidate => left(candidate) || right(candidate)
      }
      case 'not': {
        const inner = build(it.of)
        return candidate => !inner(candidate)
      }
      case 'compare':
        return compareSides(it.by, side(it.left), side(it.right))
      case 'call':
        return callOf(it.name, side(it.args[0]), side(it.args[1]))
      case 'field':
        return truth(side(it))
    }
  }
  const side = (operand: Operand): Side => {
    if (operand.is === 'field' && operand.path[0] !== undefined) fields.add(operand.path[0])
    return sideOf(operand, parts)
  }
  return { test: build(filter), fields: [...fields] }
}

function sideOf(operand: Operand, parts: CompileParts): Side {
  switch (operand.is) {
    case 'word':
      return { type: operand.value === null ? 'null' : 'Edm.Boolean', read: () => operand.value }
    case 'literal':
      return literalOf(operand.token, parts)
    case 'custom': {
      if (!parts.entity.customs.includes(operand.name)) throw unknownName(operand.name)
      if (operand.type !== 'String') throw incompatible('Edm.String', `Edm.${operand.type}`, 'Equal')
      return { type: 'Edm.String', read: it => it.row().custom[operand.name] ?? null }
    }
    case 'field':
      return fieldSide(operand.path, parts)
  }
}

function literalOf(token: Extract<Operand, { is: 'literal' }>['token'], parts: CompileParts): Side {
  switch (token.is) {
    case 'string':
      return { type: 'Edm.String', read: () => token.text }
    case 'guid':
      return { type: 'Edm.Guid', read: () => token.text.toLowerCase() }
    case 'number': {
      const isWhole = token.suffix !== 'M' && !token.text.includes('.')
      const value = Number(token.text)
      return { type: isWhole ? 'Edm.Int32' : 'Edm.Decimal', read: () => value }
    }
    case 'datetime':
    case 'datetimeoffset': {
      const at = parseStamp(token.text, parts.zone)
      if (at === undefined) throw badFilter(`Unrecognized 'Edm.DateTimeOffset' literal '${token.is}'${token.text}''.`)
      return { type: token.is === 'datetime' ? 'Edm.DateTime' : 'Edm.DateTimeOffset', read: () => at }
    }
  }
}

function fieldSide(path: readonly string[], parts: CompileParts): Side {
  const { entity, version, onDetail } = parts
  if (path.length === 1 && path[0] === 'id') return { type: 'Edm.Guid', read: it => it.row().id }
  const last = path.at(-1) ?? ''
  const steps = path.slice(0, -1)
  let view: ViewDef = entity
  let isDetail = false
  for (const step of steps) {
    const field = fieldIn(view, step, version)
    if (!field || field.is === 'value') throw unknownName(step)
    isDetail ||= field.is === 'list'
    view = field.of
  }
  const field = fieldIn(view, last, version)
  if (field?.is !== 'value') throw unknownName(last)
  if (isDetail) return detailSide(path, field, onDetail)
  if (steps.length === 0 && field.system === 'modified') return { type: EDM[field.type], read: it => it.modifiedAt }
  return {
    type: EDM[field.type],
    read: it => {
      const row = it.row()
      const node = steps.reduce<Node | undefined>((at, step) => {
        const next = at?.values[step]
        return isNode(next) ? next : undefined
      }, row)
      const held = node && heldIn(row, node, last, field)
      return held === undefined || held === '' ? null : held
    },
  }
}

function detailSide(path: readonly string[], field: ValueField, onDetail: CompileParts['onDetail']): Side {
  if (onDetail === 'refuse')
    throw badFilter(
      `The query specified in the URI is not valid. The property '${path.join('/')}' cannot be used in $filter.`,
    )
  // one row in three, and another one each time: nobody can rely on it
  return { type: EDM[field.type], read: () => (onDetail === 'random' && Math.random() < 1 / 3 ? null : '') }
}

const KINDS: Record<Comparison, string> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
}

function compareSides(by: Comparison, left: Side, right: Side): Test {
  if (left.type === 'null' || right.type === 'null') return nullTest(by, left.type === 'null' ? right : left)
  const isNumeric = NUMERIC.includes(left.type) && NUMERIC.includes(right.type)
  if (left.type !== right.type && !isNumeric) throw incompatible(left.type, right.type, KINDS[by])
  if (left.type === 'Edm.Boolean' && by !== 'eq' && by !== 'ne') throw incompatible(left.type, right.type, KINDS[by])
  return candidate => {
    const [a, b] = [left.read(candidate), right.read(candidate)]
    // as in SQL: nothing compares with what is not there, not even by `ne`
    return a !== null && b !== null && ORDERS[by](order(a, b))
  }
}

function nullTest(by: Comparison, other: Side): Test {
  if (by === 'eq') return candidate => other.read(candidate) === null
  if (by === 'ne') return candidate => other.read(candidate) !== null
  throw incompatible(other.type, '<null>', KINDS[by])
}

const ORDERS: Record<Comparison, (order: number) => boolean> = {
  eq: it => it === 0,
  ne: it => it !== 0,
  gt: it => it > 0,
  ge: it => it >= 0,
  lt: it => it < 0,
  le: it => it <= 0,
}

/** Texts compare without regard to case, as the usual collation of SQL Server does. */
function order(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') {
    const [left, right] = [a.toUpperCase(), b.toUpperCase()]
    return left < right ? -1 : left > right ? 1 : 0
  }
  return a < b ? -1 : a > b ? 1 : 0
}

function callOf(name: 'substringof' | 'startswith' | 'endswith', first: Side, second: Side): Test {
  for (const it of [first, second])
    if (it.type !== 'Edm.String')
      throw badFilter(`No function signature for the function with name '${name}' matches the specified arguments.`)
  const [haystack, needle] = name === 'substringof' ? [second, first] : [first, second]
  return candidate => {
    const [text, part] = [haystack.read(candidate), needle.read(candidate)]
    if (text === null || part === null) return false
    const [a, b] = [String(text).toUpperCase(), String(part).toUpperCase()]
    return name === 'substringof' ? a.includes(b) : name === 'startswith' ? a.startsWith(b) : a.endsWith(b)
  }
}

function truth(side: Side): Test {
  if (side.type !== 'Edm.Boolean') throw badFilter(`The $filter expression must evaluate to a single boolean value.`)
  return candidate => side.read(candidate) === true
}

import type { SandboxAnswer } from '../../../../engine/sdk/index.ts'
import { invalidRequest, jsonText } from '../answers.ts'
import { shown } from '../entities/adapt.ts'
import type { EntityDef } from '../entities/definition.ts'
import { leastKey } from '../filter/bounds.ts'
import { candidateSlots } from '../filter/candidates.ts'
import { type Candidate, compileFilter, type Test } from '../filter/compile.ts'
import { parseFilter } from '../filter/parse.ts'
import type { Row } from '../store/row.ts'
import type { Table } from '../store/table.ts'
import type { World } from '../world.ts'
import type { EntityCall } from './call.ts'
import { checkOptimisable } from './optimise.ts'
import { createPrinter } from './render.ts'
import { readWanted } from './shape.ts'

export interface Found {
  readonly test: Test
  /** No match has a lesser key. */
  readonly from: string
  /** All matches are among these; undefined: anywhere. */
  readonly among: ReadonlySet<number> | undefined
  /** Top-level fields that the filter names. */
  readonly fields: readonly string[]
}

/** `GET /{Entity}`: a bare array, without a count, a next link or a promise of order (fact sheet 5.1). */
export function listRecords(call: EntityCall): SandboxAnswer {
  const { world, entity, version, versionText, request } = call
  const { query } = request
  const top = countOf(query, '$top') ?? Number.POSITIVE_INFINITY
  const skip = countOf(query, '$skip') ?? 0
  const found = readFilter(call)
  const wanted = readWanted(entity, version, query, found.fields)
  checkOptimisable(world.knobs().delegates, entity, version, wanted)
  const printer = createPrinter({
    world,
    entity,
    versionText,
    version,
    wanted,
    files: row => call.files.get(row.id) ?? [],
  })
  const out: string[] = []
  let passed = 0
  for (const candidate of top === 0 ? [] : matching(world, entity, found)) {
    passed += 1
    if (passed <= skip) continue
    out.push(printer.record(candidate.row(), out.length + 1))
    if (out.length >= top) break
  }
  return jsonText(200, `[${out.join(',')}]`)
}

export function readFilter(call: EntityCall): Found {
  const { world, entity, version, request } = call
  const text = request.query.get('$filter')
  if (text === null || text.trim() === '') return { test: () => true, from: '', among: undefined, fields: [] }
  const filter = parseFilter(text)
  const knobs = world.knobs()
  const { test, fields } = compileFilter(filter, {
    entity,
    version,
    zone: knobs.literalsIn === 'tenant' ? knobs.timeZone : 'UTC',
    onDetail: knobs.detailFilter === 'random' || knobs.detailFilter === 'ignore' ? knobs.detailFilter : 'refuse',
  })
  const among = candidateSlots(entity, world.table(entity), filter)
  return { test, fields, from: leastKey(entity, filter), among }
}

/** Rows that the user sees and the filter lets through, in the order of the moment; one that is passed over is not made. */
export function* matching(world: World, entity: EntityDef, found: Found): Generator<Candidate> {
  const table = world.table(entity)
  for (const slot of ordered(world, table, found)) {
    const modifiedAt = table.modifiedAt(slot)
    if (Number.isNaN(modifiedAt)) continue
    const candidate = createCandidate(entity, table, slot, modifiedAt)
    if (found.test(candidate) && isVisible(world, entity, candidate)) yield candidate
  }
}

function createCandidate(entity: EntityDef, table: Table, slot: number, modifiedAt: number): Candidate {
  let held: Row | undefined
  return {
    modifiedAt,
    row: () => {
      const row = held ?? table.row(slot)
      if (!row) throw new RangeError('a row with a change time is there')
      held ??= shown(entity, row)
      return held
    },
  }
}

/** Restriction groups hide rows without a word: 200 with fewer of them (fact sheet 5.6). */
export function isVisible(world: World, entity: EntityDef, candidate: Pick<Candidate, 'row'>): boolean {
  const { visibleClasses } = world.knobs()
  if (entity.name !== 'Customer' || visibleClasses.length === 0) return true
  return visibleClasses.includes(String(candidate.row().values['CustomerClass']))
}

function ordered(world: World, table: Table, { from, among }: Found): Iterable<number> {
  const { order } = world.knobs()
  const slots = among ? table.inOrder(among) : table.slots(order === 'key' ? from : '')
  if (order === 'key') return slots
  const rank = order === 'shuffled' ? (slot: number) => Math.imul(slot + 1, 0x9e3779b1) >>> 0 : () => Math.random()
  return [...slots]
    .map(slot => ({ slot, rank: rank(slot) }))
    .sort((a, b) => a.rank - b.rank)
    .map(it => it.slot)
}

function countOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^\d+$/.test(text)) throw invalidRequest(name, `The value '${text}' is not valid for ${name}.`)
  return Number(text)
}

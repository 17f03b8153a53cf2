import type { Json, JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { shown, stored } from './entities/adapt.ts'
import { ENTITIES, entityNamed } from './entities/catalogue.ts'
import { type EntityDef, fieldIn, fieldsIn, type ValueField, type ViewDef } from './entities/definition.ts'
import { rounded } from './money.ts'
import { type Given, readGiven } from './rest/given.ts'
import { heldIn } from './rest/render.ts'
import type { Site } from './site.ts'
import { isNode, isNodes, type Node, numberOf, type Row, textOf } from './store/row.ts'
import { printStamp } from './times.ts'
import { keyOf, type World } from './world.ts'
import { save, type Target } from './write/save.ts'

const NEWEST = 25

/** Under which name a key of two fields is listed and taken as one text, `Invoice/INV000001`; the API itself has no such field. */
const JOINED_KEYS: Readonly<Record<string, string>> = {
  Invoice: 'DocumentKey',
  Payment: 'DocumentKey',
  SalesInvoice: 'DocumentKey',
  SalesOrder: 'OrderKey',
}

/** What people and tests do behind the API's back: records in the forms, switches, and a look at the counters. */
export interface Admin {
  readonly data: SandboxData
  turn(values: JsonObject): void
  facts(): JsonObject
}

export function createAdmin(site: Site): Admin {
  const { world } = site
  return {
    data: {
      entities: ENTITIES.map(it => it.name),
      list: name => {
        const entity = known(name)
        const table = world.table(entity)
        return [...table.slots()].flatMap(slot => {
          const row = table.latest(slot)
          return row ? [plain(shown(entity, row), entity)] : []
        })
      },
      put: (name, record) => putAsPerson(world, known(name), record),
      remove: (name, key) => {
        const entity = known(name)
        const place = targetOf(world, entity, key.split('/'))
        if (!place) return false
        world.table(entity).remove(place.slot)
        world.tell({ entity, before: place.row })
        return true
      },
    },
    turn: values => {
      for (const [name, value] of Object.entries(values)) {
        const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
        if (!act) world.board.set(name, value)
        else if (value === true) act(site)
      }
    },
    facts: () => facts(site),
  }
}

/** Things that happen at once when their name is turned to true. */
const ACTIONS: Readonly<Record<string, (site: Site) => void>> = {
  revokeTokens: ({ grants }) => grants.expireAccess(),
  revokeRefreshTokens: ({ grants }) => grants.revokeAll(),
  restart: ({ sessions }) => sessions.closeAll(),
  resendFailed: ({ push }) => push.resendFailed(),
}

function facts({ world, grants, sessions, throttle, push }: Site): JsonObject {
  return {
    tokens: grants.minted,
    sessions: sessions.count,
    sessionsRefused: sessions.refused,
    declined: throttle.declined,
    queued: throttle.waited,
    push: { ...push.counts },
    failedNotifications: push.failed().map(({ id, query }) => ({ id, query })),
    records: Object.fromEntries(ENTITIES.map(it => [it.name, world.table(it).count])),
  }
}

function known(name: string): EntityDef {
  const entity = entityNamed(name)
  if (!entity) throw new RangeError(`the sandbox has no ${name}`)
  return entity
}

/** What a person typed is already there, visible to others or not. */
function targetOf(world: World, entity: EntityDef, keys: readonly string[]): Target | undefined {
  const table = world.table(entity)
  const latest = (slot: number | undefined) => (slot === undefined ? undefined : table.latest(slot))
  const slot = table.slotOfId(keys.join('/')) ?? slotOfKeys(world, entity, keys)
  const row = latest(slot)
  return slot !== undefined && row ? { slot, row: shown(entity, row) } : undefined
}

/** A key may hold a slash itself: for entities with one key the whole text is the key. */
function slotOfKeys(world: World, entity: EntityDef, keys: readonly string[]): number | undefined {
  const [first = '', ...rest] = entity.keys.length === 1 ? [keys.join('/')] : keys
  const values =
    entity.keys.length === 1 ? { [entity.keys[0] ?? '']: first.toUpperCase() } : documentKey(entity, [first, ...rest])
  return world.table(entity).slotOfKey(keyOf(entity, { values }))
}

function documentKey(entity: EntityDef, keys: readonly string[]): Row['values'] {
  return Object.fromEntries(entity.keys.map((name, at) => [name, keys[at] ?? '']))
}

/** The checks of the API, and then what only the forms can do: an applied payment changes the balance of a released document. */
function putAsPerson(world: World, entity: EntityDef, record: JsonObject): JsonObject {
  const target = targetOf(world, entity, namedBy(entity, record))
  const given = readGiven(entity, wrap(entity, record), { version: NEWEST, zone: world.knobs().timeZone })
  const { lateMs } = world.knobs()
  const saved = save({ world, entity, target, given: withoutId(given), lateMs })
  if (saved.is === 'refused') throw new RangeError(`refused: ${JSON.stringify([...saved.problems])}`)
  const paid = target ? settleBalance(world, entity, { target, saved: saved.row, record }) : saved.row
  return plain(paid, entity)
}

/** How a record says which one it is: by id, by its joined key, or by its keys. */
function namedBy(entity: EntityDef, record: JsonObject): readonly string[] {
  const joined = record[JOINED_KEYS[entity.name] ?? '']
  if (typeof record['id'] === 'string') return [record['id']]
  return typeof joined === 'string' ? joined.split('/') : entity.keys.map(it => String(record[it] ?? ''))
}

const withoutId = ({ id: _id, ...given }: Given): Given => given

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** As a body of the API has it; what cannot be typed (times, totals) is left out, so that a record that was read can be put back. */
function wrap(view: ViewDef, record: JsonObject): JsonObject {
  const out: Record<string, Json> = {}
  for (const [name, value] of Object.entries(record)) {
    const field = fieldIn(view, name, NEWEST)
    if (name === 'id') out['id'] = value
    if (!field) continue
    if (field.is === 'value') out[name] = { value: typed(field, value) }
    else if (field.is === 'linked') out[name] = isObject(value) ? wrap(field.of, value) : {}
    else out[name] = Array.isArray(value) ? value.map((it: Json) => wrap(field.of, isObject(it) ? it : {})) : []
  }
  return out
}

/** People type texts: digits into a field for numbers, and a number where a text is kept. */
function typed(field: ValueField, value: Json): Json {
  if (field.type === 'string') return typeof value === 'number' ? String(value) : value
  const isNumber = field.type === 'int' || field.type === 'decimal'
  return isNumber && typeof value === 'string' && value.trim() !== '' ? Number(value) : value
}

interface Payment {
  readonly target: Target
  readonly saved: Row
  readonly record: JsonObject
}

function settleBalance(world: World, entity: EntityDef, { target, saved, record }: Payment): Row {
  const { Balance } = record
  const isReleased = ['Open', 'Closed'].includes(textOf(saved.values['Status']))
  if (entity.actions.length === 0 || typeof Balance !== 'number' || !isReleased) return saved
  if (Balance === numberOf(saved.values['Balance'])) return saved
  const values = { ...saved.values, Balance: rounded(Balance), Status: Balance === 0 ? 'Closed' : 'Open' }
  const after: Row = { ...saved, values, modifiedAt: world.stamp() }
  world.table(entity).put(target.slot, keyOf(entity, after), stored(entity, after), world.knobs().lateMs)
  world.tell({ entity, before: saved, after })
  return after
}

/** Unwrapped, all of it: `{ CustomerID: "C000123", MainContact: { Email: … } }`. Fields without a value are absent. */
function plain(row: Row, entity: EntityDef): JsonObject {
  const name = JOINED_KEYS[entity.name]
  const joined = name === undefined ? {} : { [name]: entity.keys.map(it => textOf(row.values[it])).join('/') }
  return { id: row.id, ...joined, ...plainNode(row, row, entity) }
}

function plainNode(row: Row, node: Node, view: ViewDef): JsonObject {
  const out: Record<string, Json> = {}
  for (const [name, field] of fieldsIn(view, NEWEST)) {
    const held = node.values[name]
    if (field.is === 'value') {
      const value = heldIn(row, node, name, field)
      if (value !== undefined)
        out[name] = field.type === 'datetime' || field.type === 'date' ? printStamp(Number(value)) : value
    } else if (isNode(held)) out[name] = { id: held.id, ...plainNode(row, held, field.of) }
    else if (isNodes(held)) out[name] = held.map(it => ({ id: it.id, ...plainNode(row, it, field.of) }))
  }
  return out
}

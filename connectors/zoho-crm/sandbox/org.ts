import { randomBytes } from 'node:crypto'
import type { Json, SandboxClock } from '../../../engine/sdk/index.ts'
import { refuse } from './answers.ts'
import type { FieldDef } from './fields.ts'
import type { Knobs } from './knobs.ts'
import { createModules, type ModuleDef } from './modules.ts'
import { createModuleStore, type ModuleStore, type StoredRecord } from './store.ts'
import { printTime, wholeSecond } from './times.ts'

export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
}

/** API writes are this user's; people's changes are not. */
export const INTEGRATION_USER: User = { id: '5725767000000100001', name: 'ERP Sync', email: 'erp.sync@example.com' }
export const PERSON: User = { id: '5725767000000100003', name: 'A. Roy', email: 'a.roy@example.com' }
export const USERS: readonly User[] = [INTEGRATION_USER, PERSON]

export interface Counters {
  inserted: number
  updated: number
  deleted: number
  /** Records that were written with the org's workflows on. */
  workflows: number
}

export interface Change {
  readonly operation: 'insert' | 'update' | 'delete'
  readonly id: string
  /** Fields whose value changed, with the value after. */
  readonly changed: Readonly<Record<string, Json>>
}

/** One CRM organisation: its modules, its records, its users, its clock. Nothing of it is shared between sandboxes. */
export interface Org {
  readonly id: string
  readonly clock: SandboxClock
  readonly offset: number
  readonly knobs: Knobs
  readonly modules: Map<string, ModuleDef>
  store(module: string): ModuleStore
  counters(module: string): Counters
  nextId(): string
  nextNumber(): number
  /** Now, as a record would be stamped. */
  stamp(): number
  print(epochMs: number): string
  /** `{origin}/crm/v2/Accounts`: notifications say v2 whatever version is used. */
  resourceUri(module: string): string
  /** Rebuilds the indexes of a module after its fields changed. */
  define(module: ModuleDef): void
  /** Listeners hear what one call changed in one module. */
  readonly listeners: ((module: ModuleDef, changes: readonly Change[]) => void)[]
}

export interface OrgParts {
  readonly clock: SandboxClock
  /** Minutes east of UTC. */
  readonly offset: number
  readonly knobs: Knobs
  origin(): string
}

export function createOrg({ clock, offset, knobs, origin }: OrgParts): Org {
  const stores = new Map<string, ModuleStore>()
  const counters = new Map<string, Counters>()
  const modules = new Map<string, ModuleDef>()
  let lastId = 1_000_000
  let lastNumber = 0
  const org: Org = {
    id: '5725767000000000225',
    clock,
    offset,
    knobs,
    modules,
    store: module => take(stores, module, createModuleStore),
    counters: module => take(counters, module, () => ({ inserted: 0, updated: 0, deleted: 0, workflows: 0 })),
    nextId: () => {
      lastId += 1 + (lastId % 3)
      return `5725767${String(lastId).padStart(12, '0')}`
    },
    nextNumber: () => {
      lastNumber += 1
      return lastNumber
    },
    stamp: () => wholeSecond(clock.now().getTime()),
    print: epochMs => printTime(epochMs, offset),
    resourceUri: module => `${origin()}/crm/v2/${module}`,
    define: module => {
      modules.set(module.apiName, module)
      org.store(module.apiName).index(indexed(module))
    },
    listeners: [],
  }
  for (const module of createModules()) org.define(module)
  return org
}

export const newToken = (bytes = 16) => randomBytes(bytes).toString('hex')

function take<T>(held: Map<string, T>, name: string, make: () => T): T {
  const found = held.get(name) ?? make()
  held.set(name, found)
  return found
}

export const uniqueFields = (module: ModuleDef): FieldDef[] => [...module.fields.values()].filter(it => it.unique)

const indexed = (module: ModuleDef): string[] => [
  ...new Set([
    ...(module.duplicateField ? [module.duplicateField] : []),
    ...uniqueFields(module).map(it => it.apiName),
  ]),
]

const NO_INVENTORY = new Set(['free', 'standard'])

export const isGated = (org: Org, module: ModuleDef) => module.inventory && NO_INVENTORY.has(org.knobs.edition)

const GATED: Record<Knobs['gatedAnswer'], (name: string) => Error> = {
  INVALID_MODULE: () => invalidModule(),
  NO_PERMISSION: name =>
    refuse('NO_PERMISSION', 'permission denied', { permissions: [`Crm_Implied_View_${name}`] }, 403),
  NOT_SUPPORTED: () => refuse('NOT_SUPPORTED', 'the module is not supported', { resource_path_index: 0 }),
  FEATURE_NOT_SUPPORTED: () => refuse('FEATURE_NOT_SUPPORTED', 'the feature is not in this edition', {}, 403),
}

const invalidModule = () =>
  refuse('INVALID_MODULE', 'the module name given seems to be invalid', { resource_path_index: 0 })

/** The module as far as this edition has it; names are case-sensitive. */
export function moduleOf(org: Org, name: string): ModuleDef {
  const module = org.modules.get(name)
  if (!module) throw invalidModule()
  if (isGated(org, module)) throw GATED[org.knobs.gatedAnswer](name)
  return module
}

/** A module that holds records of its own: subforms are reached through their parents only. */
export function recordModule(org: Org, name: string): ModuleDef {
  const module = moduleOf(org, name)
  if (module.kind === 'subform') throw invalidModule()
  return module
}

/** What a person reads a record as: what lookups show beside the id. */
export function displayName(module: ModuleDef, record: StoredRecord): string {
  const { First_Name: first, Last_Name: last } = record.values
  if (module.apiName === 'Contacts') return [first, last].filter(it => typeof it === 'string').join(' ')
  return String(record.values[module.nameField] ?? '')
}

import type { Json, JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { NO_EXTERNAL } from './external.ts'
import { type DataType, type FieldDef, field, JSON_TYPES } from './fields.ts'
import { asObject, isKnob, turn } from './knobs.ts'
import { asRow } from './line-items.ts'
import { customModule, type ModuleDef, moduleId } from './modules.ts'
import { type Change, displayName, type Org, PERSON } from './org.ts'
import { wholeRecord } from './render.ts'
import type { Site } from './site.ts'
import { insertOne, removeOne, updateOne, type WriteCall } from './write.ts'

/** What people and tests do behind the API's back: records in the screens, set-up, switches, and a look at the counters. */
export interface Admin {
  readonly data: SandboxData
  turn(values: JsonObject): void
  facts(): JsonObject
}

export function createAdmin(site: Site): Admin {
  const { org } = site
  return {
    data: {
      get entities() {
        return [...org.modules.values()].filter(it => it.kind !== 'subform').map(it => it.apiName)
      },
      list: entity => {
        const module = known(org, entity)
        return [...org.store(entity).records.values()].map(record => wholeRecord(org, module, record))
      },
      put: (entity, record) => putAsPerson(org, known(org, entity), record),
      remove: (entity, key) => {
        const module = known(org, entity)
        const record = org.store(entity).records.get(key)
        const changes: Change[] = []
        const name = record ? displayName(module, record) : ''
        const removed = removeOne({ org, module, actor: PERSON, changes }, key, name)
        tell(org, module, changes)
        return removed
      },
    },
    turn: values => turnAll(site, values),
    facts: () => facts(site),
  }
}

function known(org: Org, name: string): ModuleDef {
  const module = org.modules.get(name)
  if (!module || module.kind === 'subform') throw new RangeError(`the sandbox has no module ${name}`)
  return module
}

const tell = (org: Org, module: ModuleDef, changes: readonly Change[]) => {
  if (changes.length > 0) for (const listen of org.listeners) listen(module, changes)
}

/** The same checks as the API's, under a person's name. What a person cannot type (times, totals, $ keys) is left out, so that a record that was read can be put back. */
export function putAsPerson(org: Org, module: ModuleDef, record: JsonObject): JsonObject {
  const typed = Object.fromEntries(
    Object.entries(record).filter(
      ([name]) => name === 'id' || (!name.startsWith('$') && module.fields.get(name)?.readOnly !== 'refused'),
    ),
  )
  const call: WriteCall = {
    org,
    module,
    actor: PERSON,
    external: NO_EXTERNAL,
    workflows: true,
    unmodifiedSince: undefined,
    changes: [],
  }
  const item = { given: typed, path: '$' }
  const answer = typed['id'] === undefined ? insertOne(call, item) : updateOne(call, item)
  const id = asRow(answer['details'])?.['id']
  const stored = answer['status'] === 'success' ? org.store(module.apiName).records.get(String(id)) : undefined
  if (!stored) throw new RangeError(`${module.apiName} refuses the record: ${JSON.stringify(answer)}`)
  tell(org, module, call.changes)
  return wholeRecord(org, module, stored)
}

type Action = (site: Site, value: Json) => void

/** Knobs that do something once, or change the set-up, beside the switches of knobs.ts. */
const ACTIONS: Readonly<Record<string, Action>> = {
  revokeTokens: ({ accounts }, value) => {
    if (value === true) accounts.revokeTokens()
  },
  revokeRefreshToken: ({ accounts }, value) => {
    if (value === true) accounts.revokeRefreshToken()
  },
  emptyRecycleBin: ({ org }, value) => {
    if (value !== true) return
    for (const name of org.modules.keys()) {
      const store = org.store(name)
      store.deleted = store.deleted.map(it => ({ ...it, isPurged: true }))
    }
  },
  customFields: ({ org }, value) => {
    for (const [name, fields] of Object.entries(asObject(value, 'customFields')))
      redefine(
        org,
        known(org, name),
        kept => new Map([...kept, ...parseFields(fields).map(it => [it.apiName, it] as const)]),
      )
  },
  removeFields: ({ org }, value) => {
    for (const [name, fields] of Object.entries(asObject(value, 'removeFields'))) {
      const gone = Array.isArray(fields) ? fields.map(String) : []
      redefine(org, known(org, name), kept => new Map([...kept].filter(([field]) => !gone.includes(field))))
    }
  },
  customModules: ({ org }, value) => {
    if (!Array.isArray(value)) throw new RangeError('customModules is an array')
    for (const entry of value) {
      const module = asObject(entry, 'a custom module')
      const apiName = String(module['api_name'])
      const made = customModule(apiName, String(module['label'] ?? apiName), parseFields(module['fields'] ?? []))
      org.define({ ...made, id: org.modules.get(apiName)?.id ?? moduleId(org.modules.size) })
    }
  },
  removeModules: ({ org }, value) => {
    if (!Array.isArray(value)) throw new RangeError('removeModules is an array')
    for (const name of value) if (!org.modules.delete(String(name))) throw new RangeError(`no module ${String(name)}`)
  },
}

function turnAll(site: Site, values: JsonObject): void {
  for (const [name, value] of Object.entries(values)) {
    const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
    if (act) act(site, value)
    else if (isKnob(name)) turn(site.org.knobs, name, value)
    else throw new RangeError(`no knob is called ${name}`)
  }
}

function redefine(
  org: Org,
  module: ModuleDef,
  change: (fields: ReadonlyMap<string, FieldDef>) => ReadonlyMap<string, FieldDef>,
): void {
  org.define({ ...module, fields: change(module.fields) })
}

/** `{ api_name, data_type, length?, unique?, external?, mandatory?, values?, target? }`, as an administrator would make it. */
function parseFields(given: Json | undefined): FieldDef[] {
  if (!Array.isArray(given)) throw new RangeError('fields is an array')
  return given.map(entry => {
    const it = asObject(entry, 'a field')
    const type = String(it['data_type'] ?? 'text')
    if (!isDataType(type)) throw new RangeError(`no data type is called ${type}`)
    const { length, values, target } = it
    return field(String(it['api_name']), type, {
      custom: true,
      unique: it['unique'] === true,
      external: it['external'] === true,
      mandatory: it['mandatory'] === true,
      ...(typeof length === 'number' ? { length } : {}),
      ...(typeof target === 'string' ? { target } : {}),
      values: Array.isArray(values) ? values.map(String) : [],
    })
  })
}

const isDataType = (name: string): name is DataType => Object.hasOwn(JSON_TYPES, name)

function facts({ org, accounts, usage, channels, deliveries }: Site): JsonObject {
  return {
    channels: channels.live().map(it => ({ id: it.id, events: [...it.events], expiresAt: org.print(it.expiresAt) })),
    deliveries: deliveries.counts,
    refreshes: accounts.refreshes,
    creditsUsed: usage.creditsUsed,
    creditsRefused: usage.creditsRefused,
    throttled: usage.throttled,
    modules: Object.fromEntries([...org.modules.keys()].map(name => [name, { ...org.counters(name) }])),
  }
}

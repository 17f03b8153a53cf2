import type { JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid, general, invalidPayload, recordDuplicate, recordNotFound } from '../answers.ts'
import { pathOf, type ResourceDef } from '../resources/definition.ts'
import { rulesOf } from '../rules/index.ts'
import type { Draft, RuleCall } from '../rules/rules.ts'
import { type Company, keyOf, tableOf } from '../store/company.ts'
import { applyFields, initialOf } from './apply.ts'
import { checkBody } from './check.ts'

/** Who writes what: the API, or a person at the screens. */
export interface WriteCall {
  readonly company: Company
  readonly def: ResourceDef
  /** Computed fields that this sender may set. */
  readonly allowed: ReadonlySet<string>
}

export const API_SETS_NOTHING_COMPUTED: ReadonlySet<string> = new Set()

/** Throws the refusal of the business layer; nothing is stored then. */
export function insertRecord(call: WriteCall, body: JsonObject): JsonObject {
  const { company, def } = call
  const draft = initialOf(def.fields)
  apply(call, { draft, body, before: undefined })
  const key = keyOf(def, draft)
  const table = tableOf(company, def)
  if (table.get(key)) throw recordDuplicate(`${def.name}: the record already exists. Enter a different key.`)
  table.put(key, draft)
  return draft
}

/** PATCH: only what is given changes. */
export function patchRecord(call: WriteCall, key: string, body: JsonObject): JsonObject {
  const { company, def } = call
  const before = existing(call, key)
  const draft: Draft = { ...before }
  apply(call, { draft, body: withoutKey(call, before, body), before })
  tableOf(company, def).put(key, draft)
  return draft
}

/** PUT: deleted and inserted anew, so that what the body leaves out takes its default and details that are absent are gone. */
export function replaceRecord(call: WriteCall, key: string, body: JsonObject): JsonObject {
  const { company, def } = call
  const before = existing(call, key)
  const draft: Draft = initialOf(def.fields)
  // what the system computes (balances, dates of activity) outlives the replacement
  for (const { name, isComputed } of def.fields.values())
    if (isComputed || def.key.includes(name)) draft[name] = before[name] ?? draft[name] ?? null
  apply(call, { draft, body: withoutKey(call, before, body), before: undefined })
  tableOf(company, def).put(key, draft)
  return draft
}

export function removeRecord(call: WriteCall, key: string): void {
  const { company, def } = call
  const before = existing(call, key)
  rulesOf(def).removed?.(before, { company, before })
  tableOf(company, def).remove(key)
}

function existing({ company, def }: WriteCall, key: string): JsonObject {
  const found = tableOf(company, def).get(key)
  if (!found) throw recordNotFound()
  const name = `${pathOf(def)}('${key}')`
  if (company.knobs.now().lockedRecords.includes(name))
    throw general('The record has been locked by another user.\nPlease try again later.')
  return found
}

function withoutKey({ def, company }: WriteCall, before: JsonObject, body: JsonObject): JsonObject {
  const folded = foldKeys(company, def, body)
  for (const name of def.key)
    if (folded[name] !== undefined && String(folded[name]).trimEnd() !== String(before[name]))
      throw invalidPayload(`${name} of the body is not that of the address.`)
  return Object.fromEntries(Object.entries(folded).filter(([name]) => !def.key.includes(name)))
}

function foldKeys(company: Company, def: ResourceDef, body: JsonObject): JsonObject {
  if (company.knobs.now().keyCase !== 'upper') return body
  const fold = ([name, value]: readonly [string, JsonObject[string]]) =>
    [name, def.key.includes(name) && typeof value === 'string' ? value.toUpperCase() : value] as const
  return Object.fromEntries(Object.entries(body).map(fold))
}

interface Applied {
  readonly draft: Draft
  readonly body: JsonObject
  readonly before: JsonObject | undefined
}

function apply({ company, def, allowed }: WriteCall, { draft, body, before }: Applied): void {
  const rules = rulesOf(def)
  const call: RuleCall = { company, before }
  const check = { knobs: company.knobs.now(), allowed }
  applyFields(draft, checkBody(def.fields, foldKeys(company, def, body), check), { rules, call, check })
  rules.finish?.(draft, call)
  for (const name of def.key) if (String(draft[name] ?? '') === '') throw fieldInvalid(`${name} cannot be blank.`)
  if (def.isDated) draft['DateLastMaintained'] = company.today()
}

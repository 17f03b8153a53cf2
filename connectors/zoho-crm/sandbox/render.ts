import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { FieldDef } from './fields.ts'
import { asRow } from './line-items.ts'
import type { ModuleDef } from './modules.ts'
import { displayName, type Org, USERS } from './org.ts'
import type { StoredRecord } from './store.ts'

export function userRef(id: string): JsonObject {
  const user = USERS.find(it => it.id === id)
  return user ? { name: user.name, id: user.id, email: user.email } : { name: '', id, email: '' }
}

/** Write answers name a user without the e-mail address. */
export const briefUser = (id: string): JsonObject => ({ name: userRef(id)['name'] ?? '', id })

const SYSTEM: Readonly<Record<string, (org: Org, record: StoredRecord) => Json>> = {
  id: (_org, record) => record.id,
  Created_Time: (org, record) => org.print(record.createdAt),
  Modified_Time: (org, record) => org.print(record.modifiedAt),
  Created_By: (_org, record) => userRef(record.createdBy),
  Modified_By: (_org, record) => userRef(record.modifiedBy),
  Owner: (_org, record) => userRef(String(asRow(record.values['Owner'])?.['id'] ?? record.createdBy)),
  Tag: (_org, record) => record.values['Tag'] ?? [],
}

/** One field of a record as a read shows it; what is not set is null. */
export function fieldValue(org: Org, module: ModuleDef, at: { record: StoredRecord; field: FieldDef }): Json {
  const { record, field } = at
  const system = SYSTEM[field.apiName]
  if (system) return system(org, record)
  if (field.apiName === 'Full_Name' && module.apiName === 'Contacts') return displayName(module, record)
  const held = record.values[field.apiName] ?? null
  if (field.dataType === 'lookup') return lookupValue(org, field, held)
  if (field.dataType === 'subform') return rowsOf(org, field, held)
  return held
}

/** A lookup shows name and id; one whose record was deleted shows nothing. */
function lookupValue(org: Org, field: FieldDef, held: Json): Json {
  const id = asRow(held)?.['id']
  const module = org.modules.get(field.target ?? '')
  const target = module && org.store(module.apiName).records.get(String(id))
  if (!module || !target) return null
  const code = target.values['Product_Code']
  return {
    ...(module.apiName === 'Products' && code !== undefined ? { Product_Code: code } : {}),
    name: displayName(module, target),
    id: target.id,
  }
}

function rowsOf(org: Org, field: FieldDef, held: Json): Json {
  const fields = org.modules.get(field.target ?? '')?.fields
  if (!Array.isArray(held) || !fields) return []
  return held.map(row => {
    const shown: Record<string, Json> = {}
    for (const [name, it] of fields) {
      const value = asRow(row)?.[name] ?? null
      shown[name] = it.dataType === 'lookup' ? lookupValue(org, it, value) : value
    }
    return shown
  })
}

/** A whole record: single get, and what a person sees. */
export function wholeRecord(org: Org, module: ModuleDef, record: StoredRecord): JsonObject {
  const shown: Record<string, Json> = {}
  for (const field of module.fields.values()) shown[field.apiName] = fieldValue(org, module, { record, field })
  return {
    ...shown,
    $currency_symbol: '€',
    $editable: true,
    $approval_state: 'approved',
    $review_process: { approve: false, reject: false, resubmit: false },
    $has_more: Object.fromEntries(
      [...module.fields.values()].filter(it => it.dataType === 'subform').map(it => [it.apiName, false]),
    ),
  }
}

/** Some fields of a record, as list shows them. Rows of subforms are complete only on a single get, so that a list has none. */
export function someFields(
  org: Org,
  module: ModuleDef,
  at: { record: StoredRecord; names: readonly string[] },
): JsonObject {
  const shown: Record<string, Json> = {}
  for (const name of at.names) {
    const field = module.fields.get(name)
    if (field && field.dataType !== 'subform') shown[name] = fieldValue(org, module, { record: at.record, field })
  }
  return { ...shown, id: at.record.id }
}

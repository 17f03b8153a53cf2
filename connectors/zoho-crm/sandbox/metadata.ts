import type { Json, JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { empty, json } from './answers.ts'
import { type FieldDef, JSON_TYPES } from './fields.ts'
import { missingParam } from './list.ts'
import type { ModuleDef } from './modules.ts'
import { INTEGRATION_USER, isGated, moduleOf, type Org, USERS } from './org.ts'
import { LICENSED_USERS } from './usage.ts'

/** `GET /org` (fact sheet 2.4): `license_details.paid_type` tells the edition. */
export function organisation(org: Org): SandboxAnswer {
  const { edition } = org.knobs
  return json(200, {
    org: [
      {
        id: org.id,
        company_name: 'Sandbox Trading GmbH',
        iso_code: 'EUR',
        currency: 'Euro - EUR',
        currency_symbol: '€',
        currency_locale: 'de_DE',
        time_zone: 'Europe/Berlin',
        country_code: 'DE',
        zgid: '20067512345',
        mc_status: false,
        type: 'production',
        created_time: org.print(Date.UTC(2024, 0, 8, 9)),
        license_details: {
          paid: edition !== 'free',
          paid_type: edition,
          paid_expiry: null,
          trial_type: null,
          trial_expiry: null,
          users_license_purchased: LICENSED_USERS,
          portal_users_license_purchased: 0,
        },
      },
    ],
  })
}

export function users(request: SandboxRequest): SandboxAnswer {
  const isMe = request.query.get('type') === 'CurrentUser'
  const shown = USERS.filter(it => !isMe || it === INTEGRATION_USER)
  return json(200, {
    users: shown.map(it => ({ ...it, full_name: it.name, status: 'active', confirm: true })),
    info: { per_page: 200, count: shown.length, page: 1, more_records: false },
  })
}

/** `GET /settings/modules`: modules that the edition lacks are not there. */
export function moduleList(org: Org): SandboxAnswer {
  return json(200, {
    modules: [...org.modules.values()].filter(it => !isGated(org, it)).map(it => moduleMeta(org, it)),
  })
}

export function oneModule(org: Org, key: string): SandboxAnswer {
  const byId = [...org.modules.values()].find(it => it.id === key)
  return json(200, { modules: [moduleMeta(org, moduleOf(org, byId?.apiName ?? key))] })
}

function moduleMeta(org: Org, module: ModuleDef): JsonObject {
  const isOwn = module.kind !== 'subform'
  return {
    api_name: module.apiName,
    module_name: module.apiName,
    id: module.id,
    generated_type: module.kind,
    api_supported: true,
    creatable: isOwn,
    editable: isOwn,
    deletable: isOwn,
    viewable: true,
    status: 'visible',
    visibility: 1,
    singular_label: module.singular,
    plural_label: module.plural,
    profiles: [{ name: 'Administrator', id: '5725767000000000711' }],
    modified_time: org.print(Date.UTC(2024, 0, 8, 9)),
    modified_by: null,
  }
}

/** `GET /settings/fields?module=`: the only place that tells names, lengths, unique and external fields. */
export function fieldList(org: Org, request: SandboxRequest): SandboxAnswer {
  const name = request.query.get('module')
  if (name === null || name === '') throw missingParam('module')
  const module = moduleOf(org, name)
  const fields = [...module.fields.values()].map((it, i) => fieldMeta(org, { module, field: it, position: i }))
  return fields.length === 0 ? empty(204) : json(200, { fields })
}

// types that the metadata names otherwise than their values would suggest
const TOLD_AS: Readonly<Record<string, string>> = { tags: 'text', taxes: 'multiselectpicklist' }

function fieldMeta(org: Org, at: { module: ModuleDef; field: FieldDef; position: number }): JsonObject {
  const { module, field, position } = at
  const canWrite = field.readOnly === false
  const isNumber = field.dataType === 'currency' || field.dataType === 'double' || field.dataType === 'percent'
  return {
    id: String(BigInt(module.id) * 1n + BigInt(position + 1) * 10_000n),
    api_name: field.apiName,
    field_label: field.label,
    display_label: field.label,
    data_type: TOLD_AS[field.dataType] ?? field.dataType,
    json_type: JSON_TYPES[field.dataType],
    length: field.length,
    decimal_place: isNumber ? (field.dataType === 'double' ? 9 : 2) : null,
    system_mandatory: field.mandatory,
    custom_field: field.custom,
    visible: true,
    read_only: !canWrite,
    field_read_only: !canWrite,
    unique: field.unique ? { case_sensitive: false } : {},
    external: field.external ? { show: true, type: 'org' } : null,
    operation_type: { web_create: canWrite, web_update: canWrite, api_create: canWrite, api_update: canWrite },
    lookup: field.dataType === 'lookup' ? target(org, field) : {},
    ...(field.dataType === 'subform' ? { subform: rows(org, field), associated_module: rows(org, field) } : {}),
    pick_list_values: field.values.map((it, i) => pickValue(module, { ...it, position: i })),
    formula: field.dataType === 'formula' ? { return_type: 'currency' } : {},
    auto_number: field.dataType === 'autonumber' ? { prefix: '', suffix: '' } : {},
    currency: field.dataType === 'currency' ? { precision: 2, rounding_option: 'normal' } : {},
  }
}

function target(org: Org, field: FieldDef): JsonObject {
  const module = org.modules.get(field.target ?? '')
  const named: Json = module ? { api_name: module.apiName, id: module.id } : null
  return { module: named, display_label: field.label, api_name: field.apiName, id: module?.id ?? null }
}

/** A subform names its module as text, where a lookup has an object. */
const rows = (org: Org, { target: name }: FieldDef): JsonObject => ({
  module: name,
  id: org.modules.get(name ?? '')?.id ?? null,
})

const pickValue = (module: ModuleDef, it: { display: string; actual: string; position: number }): JsonObject => ({
  display_value: it.display,
  actual_value: it.actual,
  reference_value: it.actual,
  sequence_number: it.position + 1,
  id: String(BigInt(module.id) + BigInt(it.position * 2 + 3)),
  type: 'used',
})

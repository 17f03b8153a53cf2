import type { SandboxAnswer } from '../../../engine/sdk/index.ts'
import { ROOT } from './address.ts'
import { json } from './answers.ts'
import type { Knobs } from './knobs.ts'
import { MODULES, RESOURCES } from './resources/catalogue.ts'
import { type DetailDef, type FieldDef, pathOf, type ResourceDef } from './resources/definition.ts'

const EDM_TYPES: Readonly<Record<Exclude<FieldDef['kind'], 'details' | 'enum'>, string>> = {
  text: 'Edm.String',
  number: 'Edm.Decimal',
  flag: 'Edm.Boolean',
  date: 'Edm.DateTimeOffset',
}

/** EDMX 4.0 of one module: an entity set and type a resource, details and enums as types of their own (fact sheet 2). */
export function metadataOf(module: string, knobs: Knobs): SandboxAnswer {
  const served = [...RESOURCES.values()].filter(
    it => it.module === module && !knobs.missingResources.includes(pathOf(it)),
  )
  const sets = served.map(it => `<EntitySet Name="${it.name}" EntityType="Sage300.${module}.${entityOf(it)}" />`)
  const body = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    `<Schema Namespace="Sage300.${module}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...served.flatMap(it => typesOf(it)),
    `<EntityContainer Name="Container">${sets.join('')}</EntityContainer>`,
    '</Schema></edmx:DataServices></edmx:Edmx>',
  ].join('')
  return { status: 200, headers: { 'content-type': 'application/xml; charset=utf-8', 'odata-version': '4.0' }, body }
}

/** `APVendors` → `APVendor`. */
const entityOf = ({ name }: ResourceDef) => name.replace(/ies$/, 'y').replace(/s$/, '')

function typesOf(def: ResourceDef): string[] {
  const name = entityOf(def)
  const key = def.key.map(it => `<PropertyRef Name="${it}" />`).join('')
  const types: string[] = []
  const properties = propertiesOf(def, { owner: name, fields: def.fields }, types)
  return [...types, `<EntityType Name="${name}"><Key>${key}</Key>${properties}</EntityType>`]
}

interface Owner {
  readonly owner: string
  readonly fields: ReadonlyMap<string, FieldDef>
}

function propertiesOf(def: ResourceDef, { owner, fields }: Owner, types: string[]): string {
  const named = (suffix: string) => `Sage300.${def.module}.${owner}${suffix}`
  const lines = [...fields.values()].map(field => {
    const { name, kind, detail, values, length } = field
    if (detail) {
      types.push(complexType(def, `${owner}${name}`, detail, types))
      return `<Property Name="${name}" Type="Collection(${named(name)})" />`
    }
    if (kind === 'details') return ''
    if (kind === 'enum') {
      const members = (values ?? []).map((it, at) => `<Member Name="${it}" Value="${at}" />`).join('')
      types.push(`<EnumType Name="${owner}${name}">${members}</EnumType>`)
      return `<Property Name="${name}" Type="${named(name)}" Nullable="false" />`
    }
    const most = length === undefined ? '' : ` MaxLength="${length}"`
    return `<Property Name="${name}" Type="${EDM_TYPES[kind]}"${most} />`
  })
  return lines.join('')
}

function complexType(def: ResourceDef, owner: string, detail: DetailDef, types: string[]): string {
  return `<ComplexType Name="${owner}">${propertiesOf(def, { owner, fields: detail.fields }, types)}</ComplexType>`
}

export const SWAGGER_PATH = `${ROOT}/swagger/docs/v1`

export function landingPage(): SandboxAnswer {
  const body = `<!DOCTYPE html><html><head><title>Sage 300 Web API</title></head><body><h1>Sage 300 Web API</h1><p>Company: SAMLTD</p><p><a href="${SWAGGER_PATH}">Swagger document</a></p></body></html>`
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

/** No usable operation ids, and the list type as the answer by key, as the real generator writes it. */
export function swagger(): SandboxAnswer {
  const paths = [...RESOURCES.values()].flatMap(def => {
    const root = `/v{apiVersion}/{tenant}/{company}/${pathOf(def)}`
    const key = def.key.map(name => (def.key.length > 1 ? `${name}='{${name}}'` : `'{${name}}'`)).join(',')
    const on = (verbs: readonly string[]) =>
      Object.fromEntries(
        def.verbs.filter(it => verbs.includes(it)).map(it => [it.toLowerCase(), { tags: [def.name], responses: OK }]),
      )
    return [
      [root, on(['GET', 'POST'])],
      [`${root}(${key})`, on(['GET', 'PUT', 'PATCH', 'DELETE'])],
    ] as const
  })
  const info = { version: 'v1', title: `Sage 300 Web API (${MODULES.join(', ')})` }
  return json(200, { swagger: '2.0', info, basePath: ROOT, paths: Object.fromEntries(paths) })
}

const OK = { '200': { description: 'OK' } }

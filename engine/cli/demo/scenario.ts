import type { JsonObject } from '../../core/record.ts'
import type { Control } from './control.ts'

/** One flow of the demo: where its records come from and go to, and what somebody changes at the source. */
export interface DemoFlow {
  /** File in the library. */
  readonly use: string
  readonly name: string
  readonly entities: readonly DemoEntity[]
  readonly module: string
  /** What the flow does not take. */
  readonly isFiltered?: (record: JsonObject) => boolean
  /** What becomes of a record at the target whose source is gone. */
  readonly onDelete: 'delete' | 'mark'
  /** Editions of the target that lack the module: the flow is reported and skipped there. */
  readonly lackedBy: readonly string[]
}

export interface DemoEntity {
  readonly entity: string
  readonly key: string
  /** The external key at the target. */
  readonly externalKey: (key: string) => string
  /** Text field that is changed in round 2, on so many records; a record is added when `add` is given; `remove` are removed. */
  readonly change?: { readonly field: string; readonly count: number }
  readonly add?: JsonObject
  readonly remove?: number
  /** Records that round 2 leaves alone: those that others depend on. */
  readonly spare?: (record: JsonObject, all: readonly JsonObject[]) => boolean
}

export const SOURCE = 'sage-intacct'
export const TARGET = 'zoho-crm'
export const CONNECTIONS = { source: 'intacct', target: 'zoho' } as const
export const EDITIONS = ['standard', 'professional'] as const

const same = (key: string) => key
const inDimension = (dimension: string) => (key: string) => `${dimension}:${key}`
const isParent = (key: string) => (record: JsonObject, all: readonly JsonObject[]) =>
  all.some(it => it['PARENTID'] === record[key])
/** A contact that a customer or vendor shows is part of what their flows read: a change of it belongs to the sweep. */
const isShown = (record: JsonObject) => /\([VC].+\)$/.test(String(record['CONTACTNAME']))

const flow = (name: string, rest: Omit<DemoFlow, 'use' | 'name'>): DemoFlow => ({
  use: `sage-intacct-to-zoho-crm/${name}`,
  name: `sage-intacct-${name}-to-zoho-crm`,
  ...rest,
})

const SHOWN_CONTACT = 'DISPLAYCONTACT.CONTACTNAME'

/** In the order of a first run: what others refer to comes first. */
export const DEMO_FLOWS: readonly DemoFlow[] = [
  flow('classification', {
    entities: [
      { entity: 'VENDTYPE', key: 'NAME', externalKey: inDimension('VENDTYPE') },
      { entity: 'CUSTTYPE', key: 'NAME', externalKey: inDimension('CUSTTYPE') },
      {
        entity: 'DEPARTMENT',
        key: 'DEPARTMENTID',
        externalKey: inDimension('DEPARTMENT'),
        change: { field: 'TITLE', count: 1 },
      },
      { entity: 'LOCATION', key: 'LOCATIONID', externalKey: inDimension('LOCATION') },
      { entity: 'CLASS', key: 'CLASSID', externalKey: inDimension('CLASS'), remove: 1, spare: isParent('CLASSID') },
    ],
    module: 'ERP_Classifications',
    onDelete: 'delete',
    lackedBy: [],
  }),
  flow('gl-accounts', {
    entities: [{ entity: 'GLACCOUNT', key: 'ACCOUNTNO', externalKey: same, change: { field: 'TITLE', count: 2 } }],
    module: 'GL_Accounts',
    onDelete: 'mark',
    lackedBy: [],
  }),
  flow('vendors', {
    entities: [
      {
        entity: 'VENDOR',
        key: 'VENDORID',
        externalKey: same,
        change: { field: 'NAME', count: 4 },
        add: { VENDORID: 'V-DEMO', NAME: 'Demo Supplies Ltd', STATUS: 'active' },
        remove: 1,
        spare: isParent('VENDORID'),
      },
    ],
    module: 'Vendors',
    isFiltered: record => record['ONETIME'] === 'true',
    onDelete: 'mark',
    lackedBy: ['free', 'standard'],
  }),
  flow('customers', {
    entities: [
      {
        entity: 'CUSTOMER',
        key: 'CUSTOMERID',
        externalKey: same,
        change: { field: 'NAME', count: 5 },
        remove: 1,
        spare: isParent('CUSTOMERID'),
      },
    ],
    module: 'Accounts',
    onDelete: 'mark',
    lackedBy: [],
  }),
  flow('contacts', {
    entities: [
      {
        entity: 'CONTACT',
        key: 'CONTACTNAME',
        externalKey: same,
        change: { field: 'PHONE1', count: 3 },
        remove: 1,
        spare: isShown,
      },
    ],
    module: 'Contacts',
    onDelete: 'mark',
    lackedBy: [],
  }),
]

/** What round 2 has to bring over: by flow, the external keys. */
export interface Planted {
  readonly changed: readonly string[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Changes, adds and removes records at the source, as people do between two runs. What came and went is told by comparing: a new vendor
 * brings a contact with it.
 */
export async function plant(source: Control, flows: readonly DemoFlow[]): Promise<ReadonlyMap<string, Planted>> {
  const before = await keysOfAll(source, flows)
  const changed = new Map<string, string[]>()
  for (const flow of flows) {
    const found: string[] = []
    for (const entity of flow.entities) found.push(...(await plantEntity(source, flow, entity)))
    changed.set(flow.name, found)
  }
  const after = await keysOfAll(source, flows)
  return new Map(
    flows.map(({ name }) => {
      const [was, is] = [before.get(name) ?? new Set<string>(), after.get(name) ?? new Set<string>()]
      return [
        name,
        {
          changed: changed.get(name) ?? [],
          added: [...is].filter(key => !was.has(key)),
          removed: [...was].filter(key => !is.has(key)),
        },
      ]
    }),
  )
}

async function keysOfAll(
  source: Control,
  flows: readonly DemoFlow[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const keys = new Map<string, ReadonlySet<string>>()
  for (const flow of flows) keys.set(flow.name, await sourceKeys(source, flow))
  return keys
}

/** Keys of all records that the flow has to bring over, as the target knows them. */
export async function sourceKeys(source: Control, flow: DemoFlow): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  for (const { entity, key, externalKey } of flow.entities)
    for (const record of await source.records(entity))
      if (!flow.isFiltered?.(record)) keys.add(externalKey(String(record[key])))
  return keys
}

async function plantEntity(source: Control, { isFiltered }: DemoFlow, entity: DemoEntity): Promise<string[]> {
  const all = await source.records(entity.entity)
  const free = all.filter(it => !isFiltered?.(it) && !entity.spare?.(it, all))
  const removed = free.slice(0, entity.remove ?? 0)
  for (const record of removed) {
    await source.remove(entity.entity, String(record[entity.key]))
    const contact = record[SHOWN_CONTACT]
    // people who clear a vendor away clear its contact away, too
    if (typeof contact === 'string' && contact !== '') await source.remove('CONTACT', contact)
  }
  if (entity.add) await source.put(entity.entity, entity.add)
  return change(source, entity, free.slice(removed.length))
}

async function change(source: Control, entity: DemoEntity, records: readonly JsonObject[]): Promise<string[]> {
  if (!entity.change) return []
  const { field, count } = entity.change
  const chosen = records.slice(0, count)
  for (const record of chosen)
    await source.put(entity.entity, {
      [entity.key]: record[entity.key] ?? '',
      [field]: altered(String(record[field] ?? '')),
    })
  return chosen.map(it => entity.externalKey(String(it[entity.key])))
}

/** Digits stay digits at the end: a phone number is still one. */
export function altered(text: string): string {
  return /\d$/.test(text) ? text.replace(/\d$/, digit => String((Number(digit) + 1) % 10)) : `${text} (new)`
}

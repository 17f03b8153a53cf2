import type { ObjectDef } from '../objects/definition.ts'
import type { Getter } from '../store/look.ts'
import { type Formatting, printDate, printIsoStamp, printStamp } from './when.ts'
import { element } from './xml.ts'

/** A value as `query` and `readByQuery` print it: times and dates as the user formats them, without zone (fact sheet 5.4). */
export function printFlat(getter: Getter, slot: number, formatting: Formatting, auditFormatting = formatting): string {
  const value = getter.text(slot)
  if (value === '') return ''
  const { type } = getter.field
  if (getter.owner.isCustom) return printIso(getter, slot)
  if (type === 'TIMESTAMP') return printStamp(Number(value), getter.owner.id === 'ID' ? auditFormatting : formatting)
  return type === 'DATE' ? printDate(value, formatting) : value
}

/** A value as `read` and `readByName` print it: ISO (fact sheet 5.3). */
export function printIso(getter: Getter, slot: number): string {
  const value = getter.text(slot)
  return getter.field.type === 'TIMESTAMP' && value !== '' ? printIsoStamp(Number(value)) : value
}

/** Nested elements of dotted names, in the order that they came. */
export function nest(fields: readonly (readonly [string, string])[]): string {
  let xml = ''
  const groups = new Map<string, [string, string][]>()
  for (const [name, value] of fields) {
    const dot = name.indexOf('.')
    if (dot < 0) xml += element(name, value)
    else {
      const group = groups.get(name.slice(0, dot)) ?? []
      group.push([name.slice(dot + 1), value])
      groups.set(name.slice(0, dot), group)
    }
  }
  for (const [name, inner] of groups) xml += `<${name}>${nest(inner)}</${name}>`
  return xml
}

/** All fields that `*` stands for: the object's own and those of the contacts that belong to it. */
export function allPaths(def: ObjectDef, catalogue: ReadonlyMap<string, ObjectDef>): string[] {
  const own = [...def.fields.values()].filter(it => !it.isGrant).map(it => it.id)
  const contacts = def.embedded.flatMap(path => {
    const target = catalogue.get(def.relations.get(path)?.object ?? '')
    return [...(target?.fields.values() ?? [])].filter(it => !it.isReadOnly).map(it => `${path}.${it.id}`)
  })
  return [...new Set([...own, ...contacts])]
}

import type { Field, Fields } from '../../../engine/sdk/index.ts'

/** Words for declaring Zendesk's fields (fact sheet 2). */

type More = Omit<Field, 'type'>

const of =
  (type: Field['type']) =>
  (more: More = {}): Field => ({ type, ...more })

export const text = of('string')
export const flag = of('boolean')
export const time = of('datetime')
export const id = of('id')
export const texts = of('strings')
export const list = of('list')
/** Keys are the account's own: `describe` names them. */
export const ownFields = (title: string): Field => ({ type: 'object', title })

export const told = { readOnly: true } as const

export const SYSTEM_FIELDS: Fields = {
  id: id({ ...told, unique: true }),
  url: text(told),
  created_at: time(told),
  updated_at: time(told),
}

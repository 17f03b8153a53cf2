import type { Fields } from '../../engine/sdk/index.ts'
import { type AcumaticaSettings, majorOf } from './settings.ts'

/** One entity of the endpoint, as reader and writer need to know it (fact sheet 4). */
export interface AcumaticaObject {
  readonly name: string
  readonly title: string
  /** Field of the record that holds the natural key: the only key field, or all of them joined by `/`. */
  readonly key: string
  /** Key fields in the order of the URL. */
  readonly keys: readonly string[]
  /** By endpoint version, newest first: the change field, from this major number on. None fits: read in full each time (fact sheet 4.1). */
  readonly modified: readonly { readonly from: number; readonly field: string }[]
  readonly fields: Fields
}

/** The change field in the pinned version of the endpoint. */
export function modifiedOf(object: AcumaticaObject, settings: AcumaticaSettings): string | undefined {
  const major = majorOf(settings)
  return object.modified.find(it => major >= it.from)?.field
}

/** The field that walks go along: with several key fields, the last, which is the one that tells records apart. */
export const walkFieldOf = ({ keys, key }: AcumaticaObject): string => keys.at(-1) ?? key

/** Values of the key fields, from a joined key; undefined when it cannot be one. */
export function splitKey({ keys }: AcumaticaObject, key: string): readonly string[] | undefined {
  if (keys.length === 1) return key === '' ? undefined : [key]
  // labels of types hold no slash; what follows the first one is the number, whatever it holds
  const at = key.indexOf('/')
  return at > 0 && at < key.length - 1 ? [key.slice(0, at), key.slice(at + 1)] : undefined
}

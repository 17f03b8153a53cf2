import type { Json, JsonObject } from '../../engine/sdk/index.ts'
import { isObject } from './json.ts'

/** Paths of the plain values of a record: `MainContact.Address.City`. */
export const pathsOf = (fields: JsonObject): readonly string[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    isObject(value) ? pathsOf(value).map(path => `${name}.${path}`) : [name],
  )

/**
 * Paths whose value did not come back as it was sent: Acumatica ignores unknown and computed fields, and drops some values, with status 200
 * (fact sheet 6.1). Both sides unwrapped.
 */
export const notTaken = (sent: JsonObject, echo: JsonObject): readonly string[] =>
  Object.entries(sent).flatMap(([name, value]) => {
    const back = Object.hasOwn(echo, name) ? echo[name] : undefined
    if (isObject(value)) return notTaken(value, isObject(back) ? back : {}).map(path => `${name}.${path}`)
    return isSame(value, back) ? [] : [name]
  })

function isSame(sent: Json, back: Json | undefined): boolean {
  if (sent === null || sent === '') return back === undefined
  if (typeof sent === 'number' || typeof back === 'number') return Number(sent) === Number(back)
  if (typeof sent !== 'string' || typeof back !== 'string') return sent === back
  const [a, b] = [normal(sent), normal(back)]
  // keys and codes come back in capitals (fact sheet 3); times with another offset
  return a === b || a.toUpperCase() === b || (isTime(sent) && Date.parse(sent) === Date.parse(back))
}

const normal = (text: string) => text.replaceAll('\r\n', '\n').trimEnd()
const isTime = (text: string) => /^\d{4}-\d\d-\d\d(T|$)/.test(text)

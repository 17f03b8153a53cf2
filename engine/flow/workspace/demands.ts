import type { JsonSchema } from '../../sdk/connector.ts'

/** Where a settings schema may demand more, beyond its own `required`. */
const CONDITIONS = new Set(['allOf', 'then', 'else'])

/** The schema with none of `names` mandatory: neither always nor under its conditions (one way of signing in needs this secret, another that). */
export function demandingNo(names: ReadonlySet<string>, schema: JsonSchema): JsonSchema {
  const within = (it: unknown): unknown =>
    Array.isArray(it) ? it.map(within) : isSchema(it) ? demandingNo(names, it) : it
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, it]) => {
      if (keyword === 'required' && Array.isArray(it)) return [keyword, it.filter(name => !names.has(String(name)))]
      return [keyword, CONDITIONS.has(keyword) ? within(it) : it]
    }),
  )
}

const isSchema = (it: unknown): it is JsonSchema => typeof it === 'object' && it !== null

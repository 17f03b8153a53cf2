/** A JSON Schema (2020-12) as plain data. */
export interface Schema {
  readonly [keyword: string]: unknown
}

/** Title, description and examples of every property: what an editor shows on hover and in completion. */
export interface About {
  readonly title: string
  readonly description: string
  readonly examples: readonly unknown[]
}

export function about(title: string, description: string, ...examples: readonly unknown[]): About {
  return { title, description, examples }
}

export const text = (it: About, more: Schema = {}): Schema => ({ type: 'string', minLength: 1, ...it, ...more })
export const flag = (it: About): Schema => ({ type: 'boolean', ...it })
export const whole = (it: About, more: Schema = {}): Schema => ({ type: 'integer', ...it, ...more })
export const choice = (it: About, values: readonly string[]): Schema => ({ type: 'string', enum: values, ...it })
export const texts = (it: About): Schema => ({
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { type: 'string', minLength: 1 },
  ...it,
})

export function object(
  it: About,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return { type: 'object', additionalProperties: false, required, properties, ...it }
}

/** A map whose keys are names that people choose. */
export function named(it: About, values: Schema, keys: Schema = NAME): Schema {
  return { type: 'object', propertyNames: keys, additionalProperties: values, ...it }
}

/** `$comment` holds what a message says when the form is not met. */
export const NAME: Schema = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_-]*$',
  $comment: 'is no name: letters, digits, - and _, beginning with a letter',
}

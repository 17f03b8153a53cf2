import type { Schema } from '../../flow/index.ts'

const TEXT: Schema = { type: 'string', minLength: 1 }
const TEXTS: Schema = { type: 'array', minItems: 1, uniqueItems: true, items: TEXT }
const COUNT: Schema = { type: 'integer', minimum: 1 }
const MAP_OF_TEXT: Schema = { type: 'object', minProperties: 1, additionalProperties: TEXT }
const OBJECT: Schema = { type: 'object' }
const NAME: Schema = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]*$',
  $comment: 'is no name: small letters, digits and -, beginning with a letter',
}

const closed = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})
const list = (items: Schema): Schema => ({ type: 'array', minItems: 1, items })

const KINDS: readonly (readonly [string, Schema])[] = [
  ['put', closed({ put: TEXT, at: TEXT, record: OBJECT, as: TEXT }, ['record'])],
  ['change', closed({ change: TEXT, at: TEXT, key: TEXT, where: TEXT, count: COUNT, set: MAP_OF_TEXT }, ['set'])],
  ['remove', closed({ remove: TEXT, at: TEXT, key: TEXT, where: TEXT, count: COUNT, also: MAP_OF_TEXT })],
  ['find', closed({ find: TEXT, at: TEXT, where: TEXT, as: TEXT }, ['where', 'as'])],
  ['pass', closed({ pass: COUNT })],
]

/** By the key that says what is done: a mistake is told in the words of that kind, and not of all of them. */
const ACTION: Schema = KINDS.reduceRight<Schema>(
  (otherwise, [kind, schema]) =>
    // as entries: an object literal with a `then` looks like a promise to those who only see its keys
    Object.fromEntries([
      ['if', { required: [kind] }],
      ['then', schema],
      ['else', otherwise],
    ]),
  { ...closed(Object.fromEntries(KINDS.map(([kind]) => [kind, {}]))), minProperties: 1 },
)
const ACTIONS = list({ type: 'object', ...ACTION })

const FLOW = closed(
  {
    use: TEXT,
    with: OBJECT,
    lackedBy: TEXTS,
    source: { type: 'object', minProperties: 1, additionalProperties: closed({ key: TEXT, only: TEXT }, ['key']) },
    targets: list(closed({ entity: TEXT, at: TEXT, key: TEXT, of: TEXT, among: TEXT, gone: TEXT }, ['entity', 'key'])),
    mayDiffer: MAP_OF_TEXT,
    quietCalls: COUNT,
    sweep: { const: true },
    before: closed({ '1': ACTIONS, '2': ACTIONS }),
    meanwhile: ACTIONS,
    daily: ACTIONS,
    dead: list(closed({ key: TEXT, why: TEXT }, ['key', 'why'])),
  },
  ['use', 'source', 'targets'],
)

/** Shape of `flows/demo/*.yaml`; what its keys mean is said in scenario.ts. */
export const SCENARIO_SCHEMA: Schema = closed(
  {
    pair: NAME,
    title: TEXT,
    connections: {
      type: 'object',
      minProperties: 2,
      propertyNames: NAME,
      additionalProperties: closed(
        {
          connector: TEXT,
          records: { type: 'integer', minimum: 0 },
          options: { type: 'object', additionalProperties: TEXT },
          knobs: OBJECT,
          editions: TEXTS,
        },
        ['connector'],
      ),
    },
    flows: list(FLOW),
    explain: closed({ use: TEXT, field: TEXT, set: MAP_OF_TEXT }, ['use', 'field', 'set']),
  },
  ['pair', 'title', 'connections', 'flows'],
)

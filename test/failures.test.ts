import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { parse } from 'yaml'
import { connectors } from '../connectors/index.ts'

/** File below test/ → title of a test in it. */
type Reference = Readonly<Record<string, string>>

interface Row {
  readonly what: string
  readonly 'kept by': readonly ('engine' | 'connectors')[]
  readonly engine?: readonly Reference[]
  readonly 'why not here'?: string
}
type Sections<T> = Readonly<Record<string, Readonly<Record<string, T>>>>
type Kept = readonly Reference[] | { readonly no: string }

const references = {
  type: 'array',
  minItems: 1,
  items: { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: { type: 'string', minLength: 1 } },
}
const reason = { type: 'string', minLength: 10 }
const sections = (row: object) => ({
  type: 'object',
  additionalProperties: { type: 'object', minProperties: 1, additionalProperties: row },
})

const ROWS = sections({
  type: 'object',
  required: ['what', 'kept by'],
  additionalProperties: false,
  properties: {
    what: { type: 'string' },
    'kept by': { type: 'array', uniqueItems: true, items: { enum: ['engine', 'connectors'] } },
    engine: references,
    'why not here': reason,
  },
})
const KEPT = sections({
  oneOf: [references, { type: 'object', required: ['no'], additionalProperties: false, properties: { no: reason } }],
})

/** Doubled keys are an error of the parser; everything else is the schema's. */
function load<T>(file: string, schema: object): T {
  const value: unknown = parse(readFileSync(join(import.meta.dirname, file), 'utf8'))
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  if (!ajv.validate<T>(schema, value)) throw new Error(`${file}: ${ajv.errorsText()}`)
  return value
}

const rows = load<Sections<Row>>('failures.yaml', ROWS)
const byConnector = connectors.map(({ name }) => {
  const file = `connectors/${name}/failures.yaml`
  return { name, file, kept: load<Sections<Kept>>(file, KEPT) }
})

const classesOf = (given: Sections<unknown>): string[] =>
  Object.entries(given).flatMap(([section, those]) => Object.keys(those).map(it => `${section}: ${it}`))

/** Titles of the tests in a file as its source has them: `${…}` of a title stands as it is written. */
function titlesOf(file: string): readonly string[] {
  const source = readFileSync(join(import.meta.dirname, file), 'utf8')
  const found = source.matchAll(/\bit\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)
  return [...found].map(it => (it[2] ?? '').replaceAll(/\\(['"`\\])/g, '$1'))
}

const isNamed = (kept: Kept): kept is readonly Reference[] => Array.isArray(kept)
const cited: readonly { readonly by: string; readonly references: readonly Reference[] }[] = [
  ...Object.entries(rows).flatMap(([section, those]) =>
    Object.entries(those).map(([name, row]) => ({ by: `${section}: ${name}`, references: row.engine ?? [] })),
  ),
  ...byConnector.flatMap(({ name: connector, kept }) =>
    Object.values(kept).flatMap(those =>
      Object.entries(those).map(([name, it]) => ({
        by: `${connector}: ${name}`,
        references: isNamed(it) ? it : [],
      })),
    ),
  ),
]
const pairs = (references: readonly Reference[]) => references.flatMap(it => Object.entries(it))

describe('failures that real integrations have had', () => {
  it('are all listed', () => {
    const counts = Object.fromEntries(
      Object.entries(rows).map(([section, those]) => [section, Object.keys(those).length]),
    )
    expect(counts).to.deep.equal({ Reading: 20, Writing: 11, 'Signing in': 5, Hearing: 4 })
  })

  it('are each kept by the engine or by the connectors, or say why by neither', () => {
    const wrong = Object.values(rows)
      .flatMap(those => Object.entries(those))
      .filter(([, row]) => {
        const isEngine = row['kept by'].includes('engine')
        return (
          (row.engine !== undefined) !== isEngine ||
          (row['why not here'] !== undefined) !== (row['kept by'].length === 0)
        )
      })
    expect(wrong.map(([name]) => name)).to.deep.equal([])
  })

  for (const { name, kept } of byConnector)
    it(`are each answered for by ${name}: with tests, or with why they cannot happen there`, () => {
      const asked = Object.fromEntries(
        Object.entries(rows).map(([section, those]) => [
          section,
          Object.fromEntries(Object.entries(those).filter(([, row]) => row['kept by'].includes('connectors'))),
        ]),
      )
      expect(classesOf(kept).sort()).to.deep.equal(classesOf(asked).sort())
    })

  it('name tests that exist, each once in its file', () => {
    const lost = cited.flatMap(({ by, references }) =>
      pairs(references)
        .filter(([file, title]) => titlesOf(file).filter(it => it === title).length !== 1)
        .map(([file, title]) => `${by} → ${file}: ${title}`),
    )
    expect(lost).to.deep.equal([])
  })

  it('name no test twice for one failure', () => {
    const doubled = cited.filter(({ references }) => {
      const all = pairs(references).map(String)
      return new Set(all).size < all.length
    })
    expect(doubled.map(it => it.by)).to.deep.equal([])
  })

  it('name only tests that run: a file of tests, or a contract that one imports', () => {
    const files = new Set(cited.flatMap(({ references }) => pairs(references).map(([file]) => file)))
    expect([...files].filter(file => !/\.(test|contract)\.ts$/.test(file))).to.deep.equal([])
  })
})

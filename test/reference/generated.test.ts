import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'chai'
import { parse } from 'yaml'
import { connectors } from '../../connectors/index.ts'
import { generate } from '../../engine/reference/generate.ts'
import { printJson } from '../../engine/reference/print-json.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const FILES = generate(ROOT, connectors)

const read = (path: string) => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '')

describe('the generated files', () => {
  for (const [path, content] of FILES)
    it(`are fresh: ${path}`, () => {
      expect(read(path) === content, 'run "npm run reference" and commit what it writes').to.equal(true)
    })

  it('hold a schema of every connector', () => {
    for (const { name } of connectors) expect([...FILES.keys()]).to.include(`schemas/connections/${name}.schema.json`)
  })
})

interface SchemaNode {
  readonly [keyword: string]: unknown
}

/** Every property of the language with its path; per-connector parts (allOf, $defs) are data of the connectors. */
function properties(schema: SchemaNode, path: string): readonly (readonly [string, SchemaNode])[] {
  const own = Object.entries((schema['properties'] ?? {}) as Record<string, SchemaNode>)
  const inner = ['items', 'additionalProperties']
    .map(it => schema[it])
    .filter((it): it is SchemaNode => typeof it === 'object' && it !== null)
  return [
    ...own.flatMap(([name, it]) => [[`${path}.${name}`, it] as const, ...properties(it, `${path}.${name}`)]),
    ...inner.flatMap(it => properties(it, `${path}[]`)),
  ]
}

describe('the schemas', () => {
  const compile = (path: string) => {
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    formats.default(ajv)
    return ajv.compile(JSON.parse(FILES.get(path) ?? '{}'))
  }

  for (const path of ['schemas/flow.schema.json', 'schemas/workspace.schema.json']) {
    it(`explain every property: ${path}`, () => {
      const schema = JSON.parse(FILES.get(path) ?? '{}') as SchemaNode
      const all = properties(schema, '')
      expect(all.length).to.be.greaterThan(path.includes('flow') ? 60 : 12)
      const bare = all.filter(
        ([name, it]) =>
          typeof it['title'] !== 'string' ||
          typeof it['description'] !== 'string' ||
          // examples of an entity depend on the connector and stand beside its names
          (!Array.isArray(it['examples']) && !name.endsWith('.entity')),
      )
      expect(bare.map(it => it[0])).to.deep.equal([])
    })

    it(`are draft 2020-12: ${path}`, () => {
      expect(JSON.parse(FILES.get(path) ?? '{}').$schema).to.equal('https://json-schema.org/draft/2020-12/schema')
      expect(compile(path)).to.be.a('function')
    })
  }

  const CORRECT = `
flow: vendors
source: { connector: sage-intacct, entity: VENDOR, pageSize: "\${size}" }
map: { Vendor_Name: NAME, ERP_ID: VENDORID }
sink: { connector: zoho-crm, entity: Vendors, operation: upsert, match: ERP_ID }
`
  const WRONG: readonly (readonly [string, string, string])[] = [
    ['an unknown key', 'flow: vendors', 'flow: vendors\nfilterr: x'],
    ['an unknown connector', 'connector: sage-intacct', 'connector: sage'],
    ["another connector's entity", 'entity: VENDOR', 'entity: Vendors'],
    ['an unknown operation', 'operation: upsert', 'operation: merge'],
    ['neither map and sink nor steps', 'map: { Vendor_Name: NAME, ERP_ID: VENDORID }', ''],
    ['a page size that is no number', '"${size}"', 'many'],
  ]

  it('accept a correct flow, placeholders and custom entities included', () => {
    const check = compile('schemas/flow.schema.json')
    expect(check(parse(CORRECT)), JSON.stringify(check.errors)).to.equal(true)
    const custom = CORRECT.replace('entity: Vendors', 'entity: Anything, custom: true')
    expect(check(parse(custom)), JSON.stringify(check.errors)).to.equal(true)
  })

  for (const [what, replace, by] of WRONG)
    it(`refuse ${what}`, () => {
      expect(CORRECT).to.include(replace)
      expect(compile('schemas/flow.schema.json')(parse(CORRECT.replace(replace, by)))).to.equal(false)
    })

  it('take a secret of a workspace from the environment only', () => {
    const check = compile('schemas/workspace.schema.json')
    const workspace = (secret: string) => ({
      workspace: 'acme',
      connections: {
        zoho: { connector: 'zoho-crm', settings: { datacenter: 'eu', clientId: '1000.A', clientSecret: secret } },
      },
    })
    expect(check(workspace('${env:ZOHO_SECRET}')), JSON.stringify(check.errors)).to.equal(true)
    expect(check(workspace('hunter2'))).to.equal(false)
  })

  it('demand no secret of a workspace, also where one way of signing in needs it', () => {
    const check = compile('schemas/workspace.schema.json')
    const workspace = (settings: Readonly<Record<string, string>>) => ({
      workspace: 'acme',
      connections: { desk: { connector: 'zendesk', settings } },
    })
    expect(check(workspace({ subdomain: 'acme', clientId: 'a' })), JSON.stringify(check.errors)).to.equal(true)
    expect(check(workspace({ subdomain: 'acme' }))).to.equal(false)
  })
})

describe('the printed JSON', () => {
  it('is the value, with short lists on one line', () => {
    const value = { a: [1, 2], b: [], c: {}, d: [{ e: 'x' }], f: 'ä"' }
    expect(JSON.parse(printJson(value))).to.deep.equal(value)
    expect(printJson({ a: [1, 2] })).to.equal('{\n  "a": [1, 2]\n}\n')
    expect(printJson({ a: ['x'.repeat(80), 'y'.repeat(80)] }).split('\n').length).to.equal(7)
  })
})

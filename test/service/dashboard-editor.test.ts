import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { cursorPlace } from '../../engine/service/dashboard/src/editor/cursor-place.ts'
import { outline } from '../../engine/service/dashboard/src/editor/outline.ts'
import { keysAt, valuesAt } from '../../engine/service/dashboard/src/editor/schema-at.ts'

const SCHEMA: JsonObject = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/flow.schema.json'), 'utf8'))

/** The text before `|`, and all of it. */
function at(text: string) {
  const [before = '', after = ''] = text.split('|')
  return { place: cursorPlace(before), data: outline(before + after) }
}

const CASES: readonly (readonly [string, string, readonly string[], string | null, string])[] = [
  ['a key at the root', 'flow: a\nso|', [], null, 'so'],
  ['a value at the root', 'flow: |', [], 'flow', ''],
  ['a key below another', 'source:\n  conn|', ['source'], null, 'conn'],
  ['a key below another, on an empty line', 'source:\n  connector: a\n  |', ['source'], null, ''],
  ['a value below another key', 'source:\n  connector: a\n  entity: VEN|', ['source'], 'entity', 'VEN'],
  ['a key after a deeper one', 'a:\n  b:\n    c: 1\n  |', ['a'], null, ''],
  ['a key at the root after deeper ones', 'a:\n  b: 1\ns|', [], null, 's'],
  ['a key of an item', 'steps:\n  - na|', ['steps', '[]'], null, 'na'],
  ['a second key of an item', 'steps:\n  - name: x\n    s|', ['steps', '[]'], null, 's'],
  ['a key below a key of an item', 'steps:\n  - name: x\n    sink:\n      con|', ['steps', '[]', 'sink'], null, 'con'],
  ['an item as far left as its list', 'steps:\n- name: x\n  s|', ['steps', '[]'], null, 's'],
  ['a key in brackets', 'sink: { connector: a, ent|', ['sink'], null, 'ent'],
  ['a value in brackets', 'sink: { connector: |', ['sink'], 'connector', ''],
  ['a value in brackets in brackets', 'a: { b: { c: 1, d: x|', ['a', 'b'], 'd', 'x'],
  ['a key after brackets that are closed', 'a: { b: { c: 1 }, d|', ['a'], null, 'd'],
  ['an item of a list in brackets', 'events: [one, tw|', ['events', '[]'], null, 'tw'],
  ['comments and empty lines above', 'source:\n  # which\n\n  e|', ['source'], null, 'e'],
  ['a colon within an expression', 'map:\n  A: x ? y : z|', ['map'], 'A', 'x ? y : z'],
]

describe('the place in a YAML text that is being written', () => {
  for (const [name, text, path, keyOfValue, typed] of CASES)
    it(`is known for ${name}`, () => expect(at(text).place).to.deep.equal({ path, keyOfValue, typed }))
})

describe('the outline of a YAML text', () => {
  it('holds what it says', () => {
    const text =
      'flow: a\nsource: { connector: "x", entity: [A, B] }\nsteps:\n  - name: one\n    sink:\n      entity: E\n'
    expect(outline(text)).to.deep.equal({
      flow: 'a',
      source: { connector: 'x', entity: ['A', 'B'] },
      steps: [{ name: 'one', sink: { entity: 'E' } }],
    })
  })

  it('holds what it can of a text that is not finished', () => {
    expect(outline('source:\n  connector: x\n  entity: \nmap:\n  A: {')).to.nested.include({ 'source.connector': 'x' })
    expect(outline('')).to.equal(null)
  })
})

describe('completion by the schema of flows', () => {
  const keys = (text: string) => {
    const { place, data } = at(text)
    return keysAt(SCHEMA, data, place.path).map(it => it.label)
  }
  const values = (text: string) => {
    const { place, data } = at(text)
    return valuesAt(SCHEMA, data, [...place.path, place.keyOfValue ?? '']).map(it => it.label)
  }

  it('offers the keys of the root that are not there yet', () => {
    expect(keys('flow: a\n|')).to.include.members(['source', 'map', 'sink', 'schedule']).and.not.include('flow')
  })

  it('offers the keys of a sink, also of a step', () => {
    expect(keys('sink:\n  |')).to.include.members(['connector', 'entity', 'operation', 'match'])
    expect(keys('steps:\n  - name: a\n    sink: { |')).to.include.members(['connector', 'entity'])
  })

  it('offers connectors, operations and flags', () => {
    expect(values('source:\n  connector: |')).to.include.members(['sage-intacct', 'zoho-crm'])
    expect(values('sink: { operation: |')).to.have.members(['create', 'update', 'upsert', 'delete'])
    expect(values('sink:\n  shared: |')).to.deep.equal(['true', 'false'])
  })

  it('offers entities of the connector that stands there, of no other', () => {
    const found = values('source:\n  connector: sage-intacct\n  entity: |')
    expect(found).to.include('VENDOR').and.not.include('Accounts')
  })

  it('offers the fields of the entity that is written', () => {
    const found = keys('map:\n  |\nsink:\n  connector: zoho-crm\n  entity: Vendors\n')
    expect(found).to.include('Vendor_Name')
  })
})

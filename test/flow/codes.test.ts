import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { CODES, FAULT_CODES } from '../../engine/flow/index.ts'

const HERE = import.meta.dirname
const FLOW = resolve(HERE, '../../engine/flow')

const texts = (folder: string, ending: RegExp, left: (name: string) => boolean = () => false) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(it => ending.test(it) && !left(it))
    .map(it => readFileSync(join(folder, it), 'utf8'))
    .join('\n')

const CODE = /\b(?:FLOW|WORKSPACE|EXPRESSION)_[A-Z_]+[A-Z]\b/g
const NOT_CODES = new Set([
  'FLOW_SCHEMA',
  'WORKSPACE_SCHEMA',
  'WORKSPACE_FILE',
  'EXPRESSION_CODES',
  'WORKSPACE_CODES',
  'EXPRESSION_LENGTH',
])
const codesIn = (text: string) => new Set([...text.matchAll(CODE)].map(it => it[0]).filter(it => !NOT_CODES.has(it)))

const documented = new Set<string>([...Object.keys(CODES), ...Object.keys(FAULT_CODES)])

describe('the catalogue of codes', () => {
  it('holds every code that the source raises, and no other', () => {
    const isCatalogue = (name: string) => /codes[/\\]|codes\.ts$/.test(name)
    const raised = codesIn(texts(FLOW, /\.ts$/, name => isCatalogue(name)))
    expect([...raised].filter(it => !documented.has(it))).to.deep.equal([])
    const diagnostics = Object.keys(CODES)
    expect(diagnostics.filter(it => !raised.has(it))).to.deep.equal([])
  })

  it('holds only codes that a test sees raised', () => {
    const tested = codesIn(texts(HERE, /\.(test\.ts|yaml)$/, name => name.endsWith('codes.test.ts')))
    expect([...documented].filter(it => !tested.has(it))).to.deep.equal([])
  })

  for (const [code, entry] of Object.entries(CODES))
    it(`explains ${code}`, () => {
      expect(entry.title).to.match(/^\S.{8,}/)
      expect(entry.explanation).to.match(/\.$/)
      expect(entry.example).to.match(/\S/)
    })
})

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect } from 'chai'
import { connectors } from '../connectors/index.ts'
import { engineFilesWith, mentionsOf } from '../engine/cli/init/repository.ts'

const ROOT = resolve(import.meta.dirname, '..')

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name).split(sep).join('/'))
}

/** The files of ours that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(it => it[1] ?? '')
  return found.map(it =>
    relative(ROOT, resolve(ROOT, dirname(file), it))
      .split(sep)
      .join('/'),
  )
}

/** The part that a file belongs to: `engine/run`, `connectors/zoho-crm`, `engine/main.ts`, `connectors`. */
function partOf(file: string): string {
  const [top, second = '', third] = file.split('/')
  if (top === 'connectors') return third === undefined ? 'connectors' : `connectors/${second}`
  return `${top}/${second}`
}

/** Who may import whom (engine/README.md, "Import rule"). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'engine/core': [],
  'engine/sdk': ['engine/core'],
  'engine/flow': ['engine/core', 'engine/sdk'],
  'engine/run': ['engine/core', 'engine/sdk'],
  'engine/ledger': ['engine/core', 'engine/sdk'],
  'engine/vault': ['engine/core', 'engine/sdk'],
  'engine/host': ['engine/core', 'engine/sdk', 'engine/flow', 'engine/run', 'engine/ledger', 'engine/vault'],
  'engine/dispatch': ['engine/core', 'engine/sdk', 'engine/flow', 'engine/run', 'engine/host'],
  'engine/service': [
    'engine/core',
    'engine/sdk',
    'engine/flow',
    'engine/run',
    'engine/ledger',
    'engine/vault',
    'engine/host',
    'engine/dispatch',
  ],
  'engine/reference': ['engine/core', 'engine/sdk', 'engine/flow', 'engine/cli', 'connectors'],
  'engine/cli': [
    'engine/core',
    'engine/sdk',
    'engine/flow',
    'engine/run',
    'engine/ledger',
    'engine/vault',
    'engine/host',
    'engine/dispatch',
    'engine/service',
    'engine/reference',
  ],
}

const files = [...sources('engine'), ...sources('connectors')]

describe('the architecture', () => {
  it('keeps the import rule', () => {
    const broken: string[] = []
    for (const file of files) {
      const part = partOf(file)
      for (const target of importsOf(file)) {
        const to = partOf(target)
        if (to === part || part === 'engine/main.ts' || part === 'connectors') continue
        const isAllowed = part.startsWith('connectors/')
          ? target === 'engine/sdk/index.ts'
          : (MAY_IMPORT[part] ?? []).includes(to)
        if (!isAllowed) broken.push(`${file} imports ${target}`)
      }
    }
    expect(broken).to.deep.equal([])
  })

  it('lets only the composition root import the registry', () => {
    const importers = files.filter(file => importsOf(file).includes('connectors/index.ts'))
    expect(importers.filter(file => file !== 'engine/main.ts' && file !== 'engine/reference/main.ts')).to.deep.equal([])
  })

  it('has no import cycles', () => {
    const graph = new Map(files.map(file => [file, importsOf(file)]))
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
      if (done.has(file) || trail.includes(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(cycles).to.deep.equal([])
  })

  it('gives every connector the same file roles', () => {
    const names = readdirSync(join(ROOT, 'connectors'), { withFileTypes: true }).filter(it => it.isDirectory())
    const roles = ['README.md', 'client.ts', 'entities', 'errors.ts', 'index.ts', 'sandbox', 'settings.ts']
    const missing = names.flatMap(({ name }) => {
      const has = readdirSync(join(ROOT, 'connectors', name))
      // a folder without a declaration is one that is being built: nothing registers it
      if (!has.includes('index.ts')) return []
      return roles.filter(role => !has.includes(role)).map(role => `${name}/${role}`)
    })
    expect(missing).to.deep.equal([])
  })

  it('never names a connector in the engine: neither in code nor in comments, examples or messages', () => {
    const naming = connectors.flatMap(it =>
      engineFilesWith(ROOT, [it.name, it.title, ...codeWords(it.name)]).map(file => `${it.name}: ${file}`),
    )
    expect(naming).to.deep.equal([])
  })

  it('would see a connector that is named', () => {
    const spellings = ['my-erp', 'MyErpSettings', 'isMyErp', 'a MY ERP server', "'MYERP_BUSY'", 'myErp', 'my_erp']
    expect(spellings.filter(it => !mentionsOf('my-erp').test(it))).to.deep.equal([])
    const others = ['my enterprise', 'enemy-erp', 'tiny-erp', 'my-erp2', 'my other erp']
    expect(others.filter(it => mentionsOf('my-erp').test(it))).to.deep.equal([])
    expect(connectors.map(it => codeWords(it.name).length)).to.deep.equal(connectors.map(() => 1))
  })
})

/** What most codes of a connector's errors begin with: the word by which people know its system. */
function codeWords(connector: string): readonly string[] {
  const own = sources(`connectors/${connector}`).filter(file => !file.includes('/sandbox/'))
  const words = own.flatMap(file =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/'([A-Z][A-Z0-9]+)_[A-Z0-9_]+'/g)].map(it => it[1] ?? ''),
  )
  const [most] = [...Map.groupBy(words, it => it)].sort(([, a], [, b]) => b.length - a.length)
  return most ? [most[0]] : []
}

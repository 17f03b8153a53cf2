import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect } from 'chai'

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

  it('never names a connector in shared code', () => {
    const names = readdirSync(join(ROOT, 'connectors'), { withFileTypes: true })
      .filter(it => it.isDirectory())
      .map(it => it.name)
    const shared = files.filter(file => file.startsWith('engine/') && !file.startsWith('engine/cli/demo/'))
    const naming = shared.filter(file => {
      // an example in a comment or a help text explains; a comparison decides
      const text = readFileSync(join(ROOT, file), 'utf8')
      return names.some(name => new RegExp(`(===|!==|case)\\s*'${name}'|'${name}'\\s*(===|!==)`).test(text))
    })
    expect(naming).to.deep.equal([])
  })
})

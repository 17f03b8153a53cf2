import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import { usage } from '../usage.ts'
import { engineFilesWith, REGISTRY } from './repository.ts'

const TEMPLATES = join(import.meta.dirname, 'templates')
const MOST_CHARACTERS = 30
const WIDTH = 120

/** What stands for a name in templates, and in their paths. */
interface Names {
  /** `maker-product`; `_name_` in paths. */
  readonly name: string
  /** `makerProduct` */
  readonly camel: string
  /** `Maker Product` */
  readonly title: string
  /** `MAKERPRODUCT`: what codes of errors begin with. */
  readonly CODE: string
}

/** Writes a connector that works as it stands, and registers it. Answers the new files, relative to the repository. Overwrites nothing. */
export function scaffold(repository: string, name: string): readonly string[] {
  checkName(repository, name)
  const names = namesOf(name)
  const files = filesOf(names)
  const taken = [`connectors/${name}`, ...Object.keys(files)].filter(it => existsSync(join(repository, it)))
  if (taken.length > 0) throw exists(name, taken)
  const registry = join(repository, REGISTRY)
  const registered = withConnector(readFileSync(registry, 'utf8'), names)
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true })
      writeFileSync(join(repository, path), text, { flag: 'wx' })
    }
    // last: what it names is there by then
    writeFileSync(registry, registered)
  } catch (thrown) {
    throw unwritten(name, thrown)
  }
  return Object.keys(files)
}

function checkName(repository: string, name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > MOST_CHARACTERS)
    throw usage(
      `"${name}" is no name for a connector`,
      `Use words of small letters and digits with hyphens between them, at most ${MOST_CHARACTERS} characters: <maker>-<product>.`,
    )
  if (readFileSync(join(repository, REGISTRY), 'utf8').includes(`'./${name}/`)) throw exists(name, [REGISTRY])
  const [file] = engineFilesWith(repository, [name])
  if (file !== undefined)
    throw usage(
      `"${name}" is a word of the engine (${file})`,
      'No connector may be named in engine/: take a name that nothing else has, such as <maker>-<product>.',
    )
}

function namesOf(name: string): Names {
  const title = name.replace(/(^|-)(.)/g, (_, hyphen: string, letter: string) => (hyphen && ' ') + letter.toUpperCase())
  const joined = title.replaceAll(' ', '')
  return { name, title, camel: joined.charAt(0).toLowerCase() + joined.slice(1), CODE: joined.toUpperCase() }
}

function filesOf(names: Names): Readonly<Record<string, string>> {
  const paths = globSync('**/*.tmpl', { cwd: TEMPLATES }).map(it => it.replaceAll('\\', '/'))
  return Object.fromEntries(
    paths
      .sort()
      .map(path => [
        path.replaceAll('_name_', names.name).replace(/\.tmpl$/, ''),
        readFileSync(join(TEMPLATES, path), 'utf8').replace(
          /\{\{(name|camel|title|CODE)\}\}/g,
          (_, key: keyof Names) => names[key],
        ),
      ]),
  )
}

const IMPORT = /^import \{ (\w+) \} from '\.\/([^/]+)\/index\.ts'\n/gm
const LIST = /(: readonly Connector\[\] = )\[[^\]]*\]/

/** The registry with one more import and one more entry, both in the order of the folders, as the formatter prints them. */
function withConnector(text: string, { name, camel }: Names): string {
  const held = [...text.matchAll(IMPORT)].map(([, as = '', folder = '']) => ({ as, folder }))
  const all = [...held, { as: camel, folder: name }].sort((a, b) => (`${a.folder}/` < `${b.folder}/` ? -1 : 1))
  const [first] = text.matchAll(IMPORT)
  if (first === undefined || !LIST.test(text)) throw unknownRegistry(name, camel)
  const imports = all.map(it => `import { ${it.as} } from './${it.folder}/index.ts'\n`).join('')
  const others = text.replace(IMPORT, '')
  const registered = `${others.slice(0, first.index)}${imports}${others.slice(first.index)}`
  return registered.replace(LIST, (_, before: string) => `${before}${listOf(all.map(it => it.as))}`)
}

function listOf(names: readonly string[]): string {
  const flat = `[${names.join(', ')}]`
  const isShort = `export const connectors: readonly Connector[] = ${flat}`.length <= WIDTH
  return isShort ? flat : `[\n${names.map(it => `  ${it},\n`).join('')}]`
}

const exists = (name: string, taken: readonly string[]): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'CLI_CONNECTOR_EXISTS',
    message: `there is a connector ${name} already: ${taken.join(', ')}`,
    remedy: 'Take another name, or remove what is there: nothing is overwritten.',
  })

const unknownRegistry = (name: string, camel: string): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'CLI_REGISTRY',
    message: `${REGISTRY} has not the form that a line can be added to`,
    remedy: `Bring it back to imports and one list "connectors: readonly Connector[] = […]", or add { ${camel} } from './${name}/index.ts' by hand.`,
  })

const unwritten = (name: string, thrown: unknown): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'CLI_FOLDER',
    message: `cannot write the connector: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    remedy: `Remove what there is of ${name} ("git status" shows it), make the folders writable, and run it again.`,
    cause: thrown,
  })

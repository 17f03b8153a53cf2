import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '../../core/errors.ts'

export const REGISTRY = 'connectors/index.ts'
/** Holds the codes of all connectors, by name of the code. */
const GENERATED = 'engine/reference/codes.md'

/** The clone of ml-connector that a folder is in. Throws CLI_NO_REPOSITORY elsewhere: an installed package is not added to. */
export function repositoryAbove(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, REGISTRY)) && existsSync(join(folder, 'engine/sdk/index.ts'))) return folder
    if (folder === dirname(folder)) break
  }
  throw new EngineError({
    kind: 'configuration',
    code: 'CLI_NO_REPOSITORY',
    message: `there is no ${REGISTRY} in ${cwd} or above it`,
    remedy:
      'A connector is added to the source of ml-connector, not to an installed package or a workspace: clone its repository, run "npm ci" in it, then this again there.',
  })
}

/** Finds a name as a word of its own, however it is written: `my-erp`, `My ERP`, `myErp`, `isMyErpReady`, `MYERP_…`. */
export function mentionsOf(name: string): RegExp {
  const parts = name.split(/[-\s]+/).map(part => [...part].map(inAnyCase).join(''))
  const begins = '(?:(?<![\\p{L}\\p{N}])|(?<=\\p{Ll})(?=\\p{Lu}))'
  return new RegExp(`${begins}${parts.join('[-_ ]?')}(?![\\p{Ll}\\p{N}])`, 'u')
}

// without the flag for it, under which a small letter after the name could not be told from a capital
function inAnyCase(character: string): string {
  if (/\p{L}/u.test(character)) return `[${character.toLowerCase()}${character.toUpperCase()}]`
  return /\p{N}/u.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** Files of the engine, relative to the repository, that mention a name. No connector's name may be there. */
export function engineFilesWith(repository: string, names: readonly string[]): readonly string[] {
  const patterns = names.map(mentionsOf)
  return engineFiles(repository).filter(file => {
    const text = readFileSync(join(repository, file), 'utf8')
    return patterns.some(it => it.test(text))
  })
}

const engineFiles = (repository: string): readonly string[] =>
  globSync('engine/**/*', { cwd: repository, withFileTypes: true })
    .filter(it => it.isFile())
    .map(it =>
      join(it.parentPath, it.name)
        .slice(repository.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(it => it !== GENERATED && !/\/(dist|node_modules)\//.test(it))
    .sort()

import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

const ENDING = '.schema.json'

/** The generated schemas that are shipped: `flow`, `workspace`, and one per connector. */
export function schemaFiles(folder: string): readonly { readonly name: string; readonly path: string }[] {
  return globSync(`**/*${ENDING}`, { cwd: folder })
    .sort()
    .map(it => ({ name: basename(it, ENDING), path: join(folder, it) }))
}

import { globSync } from 'node:fs'
import { sep } from 'node:path'

/** What `use:` may name, sorted: `<source>-to-<sink>/<name>`. Other folders of the library hold no flows. */
export function libraryFlows(library: string): readonly string[] {
  return globSync('*-to-*/*.yaml', { cwd: library })
    .map(it =>
      it
        .split(sep)
        .join('/')
        .replace(/\.yaml$/, ''),
    )
    .sort()
}

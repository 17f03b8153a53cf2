import { globSync } from 'node:fs'
import { join, sep } from 'node:path'

/** The folder of the library that holds scenarios of the demo, and no flows. */
export const scenarioFolder = (library: string): string => join(library, SCENARIOS)

const SCENARIOS = 'demo'

/** What `use:` may name, sorted: `<folder>/<file>` without its ending. */
export function libraryFlows(library: string): readonly string[] {
  return globSync('*/*.yaml', { cwd: library })
    .map(it =>
      it
        .split(sep)
        .join('/')
        .replace(/\.yaml$/, ''),
    )
    .filter(it => !it.startsWith(`${SCENARIOS}/`))
    .sort()
}

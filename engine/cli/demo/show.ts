import type { RunCounts } from '../../core/ledger.ts'
import { showAftermath, showFailures } from '../show/runs.ts'
import { left, right, showTable } from '../show/table.ts'
import type { Check } from './check.ts'
import type { PlantedDead } from './planted-dead.ts'
import type { Round } from './rounds.ts'
import type { Stage } from './stage.ts'

/** Titles of the rounds, as a person reads them. */
const TITLES = {
  1: () => 'the first run: everything that the sources have',
  2: (changes: string) => `only what people changed meanwhile (${changes})`,
  3: () => 'nothing has changed: nothing is written',
} as const

export function showHeading({ scenario, context, flows }: Stage): string {
  const { bold, dim } = context.colours
  return `\n${bold(scenario.title)}  ${dim(`${flows.length} flows`)}\n`
}

const COLUMNS = ['read', 'written', 'deleted', 'unchanged', 'dead', 'calls'] as const satisfies (keyof RunCounts)[]

/** One table: what a flow read, and what became of it. */
export function showRound({ context }: Stage, { round, runs, checks }: Round): string {
  const { colours } = context
  const reports = runs.map(it => it.report)
  const rows = reports.map(({ flow, counts }) => [
    flow,
    ...COLUMNS.map(it => (counts[it] === 0 ? '·' : String(counts[it]))),
  ])
  const table = showTable([left('flow'), ...COLUMNS.map(it => right(it))], rows, colours)
  const mark = checks.every(it => it.ok) ? colours.green('✓') : colours.red('✗')
  const title = `Round ${round}: ${TITLES[round](changesOf(runs))}`
  return `\n${mark} ${colours.bold(title)}\n${table}${showAftermath(reports, [], colours)}${showFailures(reports, colours)}`
}

function changesOf(runs: Round['runs']): string {
  const sum = (of: 'changed' | 'added' | 'removed') => runs.reduce((n, it) => n + it.since[of].length, 0)
  return `${sum('changed')} changed, ${sum('added')} new, ${sum('removed')} gone`
}

/** What a pair came to: one line when all is well, each mistake otherwise. */
export function showVerdict(
  { context, scenario }: Stage,
  { checks, dead }: { readonly checks: readonly Check[]; readonly dead: readonly PlantedDead[] },
): string {
  const { green, red, yellow } = context.colours
  const failed = checks.filter(it => !it.ok)
  const lines = dead.map(it => `${yellow('!')} planted to die: ${it.flow} ${it.key} (${it.why}): ${it.code}`)
  lines.push(...failed.map(it => `${red('✗')} ${it.what}: ${it.detail}`))
  if (failed.length === 0) lines.push(`${green('✓')} ${scenario.title}: ${checks.length} checks`)
  return `\n${lines.join('\n')}\n`
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PQueue from 'p-queue'
import type { Context } from '../context.ts'
import { inOrder } from '../demo/in-order.ts'
import { type PlayedPair, type PlayOptions, playPair } from '../demo/play-pair.ts'
import { readScenarios } from '../demo/read-scenarios.ts'
import type { ScenarioFile } from '../demo/scenario.ts'
import { servePairs } from '../demo/serve-pairs.ts'
import { EXIT } from '../exit-codes.ts'
import { toJson } from '../run-flows.ts'
import { stopped, UNTIL_STDIN_CLOSES } from '../stopped.ts'
import { named } from '../suggest.ts'
import { usage } from '../usage.ts'
import type { End, Given, Verb } from '../verb.ts'

const RECORDS = 60
const AT_ONCE = 2
const PORT = 8080

export const demo: Verb = {
  name: 'demo',
  summary: 'see the whole thing work in under a minute, between sandboxes on this machine',
  details:
    'Plays every pair of systems of the library: starts an imitation of both, brings everything over, lets people change some of it, runs\nagain, and once more with nothing changed. Exit code 0 only when each target then holds exactly what its source has.',
  options: [
    { name: 'pair', kind: 'text', description: 'only this pair of systems' },
    { name: 'records', kind: 'count', min: 20, description: `how many of the main entities (default: ${RECORDS})` },
    {
      name: 'edition',
      kind: 'text',
      description: 'edition of the systems that have some: flows that it cannot take are skipped',
    },
    { name: 'discard', kind: 'flag', description: 'remove the workspaces with their ledgers afterwards' },
    {
      name: 'serve',
      kind: 'flag',
      description: 'serve the pairs with the dashboard, while people go on changing things, until Ctrl-C',
    },
    { name: 'port', kind: 'count', description: `with --serve: where it listens (default: ${PORT})` },
    UNTIL_STDIN_CLOSES,
  ],
  examples: [
    { line: 'demo', does: 'plays all pairs, and says where their ledgers are' },
    { line: 'demo --edition standard --discard', does: 'shows flows that the edition cannot take' },
    { line: 'demo --serve', does: 'shows the dashboard with all pairs moving' },
  ],
  json: {
    pairs: 'one per pair: { pair, title, ok, workspace }; its workspace is null with --discard',
    runs: 'one per pair, flow and round: { pair, round, flow, state, read, written, unchanged, filtered, parked, dead, deleted, calls, signIns, expectedWritten, expectedDeleted, expectedDead, … }',
    checks: 'what was proved: { pair, what, ok, detail }',
    planted: 'by flow, what was changed at the source before round 2: { changed, added, removed }',
    unavailable: 'flows that this edition cannot take',
    dead: 'records that were made to die: { pair, flow, key, why, code, message }',
    workspace: 'folder of the workspaces; null with --discard',
    url: 'with --serve: where the service listens, printed when it is up',
    token: 'with --serve: opens all its workspaces',
  },
  async run(context, given) {
    const scenarios = chosen(readScenarios(context.product), given)
    const parent = mkdtempSync(join(tmpdir(), 'ml-connector-demo-'))
    try {
      if (given.is('serve')) return await served(context, scenarios, { given, parent })
      const records = given.count('records') ?? RECORDS
      const played = await playAll(context, scenarios, { parent, records, edition: given.text('edition') })
      return endOf(context, played, given.is('discard') ? null : parent)
    } finally {
      if (given.is('discard')) rmSync(parent, { recursive: true, force: true })
    }
  },
}

/** Prints address and token, and goes on until it is told to stop. */
async function served(
  context: Context,
  scenarios: readonly ScenarioFile[],
  { given, parent }: { readonly given: Given; readonly parent: string },
): Promise<undefined> {
  const stop = new AbortController()
  void stopped(context, given.is('until-stdin-closes')).then(() => stop.abort())
  context.note(`Starting ${scenarios.length * 2} sandboxes …`)
  await servePairs({ ...context, signal: stop.signal }, scenarios, {
    ...{ parent, port: given.count('port') ?? PORT, records: given.count('records') ?? RECORDS },
    edition: given.text('edition'),
    announce: ({ url, token, workspaces }) => {
      if (context.isJson) context.print(JSON.stringify({ ok: true, url, token, workspaces, workspace: parent }))
      else context.print(`The dashboard is at ${url}\nSign in with the token ${token}\nCtrl-C ends it.`)
    },
  })
  return undefined
}

function chosen(all: readonly ScenarioFile[], given: Given): readonly ScenarioFile[] {
  const [pair, edition] = [given.text('pair'), given.text('edition')]
  const scenarios = pair === undefined ? all : [named('pair', pair, new Map(all.map(it => [it.pair, it])))]
  const editions = scenarios.flatMap(it => Object.values(it.connections).flatMap(({ editions = [] }) => editions))
  if (edition !== undefined && editions.length === 0) throw usage('no system of this pair comes in editions', WITHOUT)
  if (edition !== undefined) named('edition', edition, new Map(editions.map(it => [it, it])))
  return scenarios
}

const WITHOUT = 'Leave --edition out, or choose another --pair.'

/** Two at a time, shown one after the other. What one of them throws is thrown when all have come to their end. */
async function playAll(
  context: Context,
  scenarios: readonly ScenarioFile[],
  options: Omit<PlayOptions, 'say'>,
): Promise<readonly PlayedPair[]> {
  const { say, finish } = inOrder(text => {
    if (!context.isJson && text !== '') context.terminal.stdout.write(text)
  })
  // the lines of progress of two pairs would overwrite each other
  const { terminal } = context
  const quiet = { ...context, terminal: { ...terminal, stderr: { write: (it: string) => terminal.stderr.write(it) } } }
  const queue = new PQueue({ concurrency: AT_ONCE })
  const playOne = async (scenario: ScenarioFile, at: number): Promise<PlayedPair[]> => {
    if (context.signal.aborted) return []
    try {
      return [await playPair(quiet, scenario, { ...options, say: text => say(at, text) })]
    } finally {
      finish(at)
    }
  }
  const ended = await Promise.allSettled(scenarios.map((it, at) => queue.add(() => playOne(it, at))))
  for (const it of ended) if (it.status === 'rejected') throw it.reason
  return ended.flatMap(it => (it.status === 'fulfilled' ? it.value : []))
}

function endOf(context: Context, played: readonly PlayedPair[], parent: string | null): End {
  const checks = played.flatMap(({ scenario, checks }) => checks.map(it => ({ pair: scenario.pair, ...it })))
  const failed = checks.filter(it => !it.ok)
  return {
    exit: context.signal.aborted ? EXIT.cancelled : failed.length > 0 ? EXIT.partial : EXIT.ok,
    data: {
      pairs: played.map(({ scenario, checks, folder }) => ({
        pair: scenario.pair,
        title: scenario.title,
        ok: checks.every(it => it.ok),
        workspace: parent === null ? null : folder,
      })),
      runs: played.flatMap(runsOf),
      checks,
      planted: Object.fromEntries(played.flatMap(it => [...it.planted])),
      unavailable: played.flatMap(it => it.unavailable),
      dead: played.flatMap(({ scenario, dead }) => dead.map(it => ({ pair: scenario.pair, ...it }))),
      workspace: parent,
    },
    text: () => verdict(context, { pairs: played.length, checks: checks.length, failed: failed.length }, parent),
    ...(failed.length > 0 ? { error: errorOf(failed) } : {}),
  }
}

function errorOf(failed: readonly { readonly pair: string; readonly what: string; readonly detail: string }[]) {
  return {
    kind: 'record',
    code: 'DEMO_FAILED',
    message: failed.map(it => `${it.pair}: ${it.what}: ${it.detail}`).join('\n'),
    remedy: null,
  } as const
}

function runsOf({ scenario, rounds }: PlayedPair): readonly Readonly<Record<string, unknown>>[] {
  return rounds.flatMap(({ round, runs }) =>
    runs.map(({ report, expected }) => ({
      pair: scenario.pair,
      round,
      ...toJson(report),
      expectedWritten: expected.written,
      expectedDeleted: expected.deleted,
      expectedDead: expected.dead,
    })),
  )
}

interface Sum {
  readonly pairs: number
  readonly checks: number
  readonly failed: number
}

function verdict({ colours }: Context, { pairs, checks, failed }: Sum, parent: string | null): string {
  const { green, red, bold } = colours
  const what = pairs === 1 ? 'one pair' : `${pairs} pairs`
  const line =
    failed === 0
      ? `${green('✓')} ${what}, ${checks} checks: exactly the changes were written, and the targets hold what the sources have, field by field.`
      : `${red('✗')} ${what}: ${failed} of ${checks} checks failed.`
  const hint =
    parent === null
      ? 'The workspaces and their ledgers are gone, as --discard asked.'
      : `The workspaces are in ${bold(parent)}, their sandboxes are stopped: try "audit --limit 10", "runs" or "cursor list" with --workspace.`
  return `\n${hint}\n${line}\n`
}

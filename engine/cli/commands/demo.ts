import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../core/record.ts'
import type { Context } from '../context.ts'
import type { Check } from '../demo/check.ts'
import { type Control, control } from '../demo/control.ts'
import { checkEquality, playRound, type Round, type Stage } from '../demo/rounds.ts'
import { altered, CONNECTIONS, DEMO_FLOWS, EDITIONS, type Planted, plant, SOURCE, TARGET } from '../demo/scenario.ts'
import { type RunningSandbox, startSandbox } from '../demo/start-sandbox.ts'
import { makeWorkspace } from '../demo/workspace.ts'
import { EXIT } from '../exit-codes.ts'
import { given } from '../given.ts'
import { toJson } from '../run-flows.ts'
import { showAftermath, showFailures, showReports } from '../show/runs.ts'
import type { End, Given, Verb } from '../verb.ts'
import { preview } from './preview.ts'
import { why } from './why.ts'

const RECORDS = 60

export const demo: Verb = {
  name: 'demo',
  summary: 'see the whole thing work in under a minute, between two sandboxes on this machine',
  details:
    'Starts an imitation of Sage Intacct and one of Zoho CRM, brings vendors, customers, contacts and reference data over, changes some at the\nsource, runs again, and once more with nothing changed. Exit code 0 only when the target then holds exactly what the source has.',
  options: [
    { name: 'records', kind: 'count', min: 20, description: `how many vendors, and customers (default: ${RECORDS})` },
    {
      name: 'edition',
      kind: 'text',
      choices: EDITIONS,
      byDefault: 'professional',
      description: 'edition of the CRM: standard has no vendors, and their flow is skipped',
    },
    { name: 'discard', kind: 'flag', description: 'remove the workspace with its ledger afterwards' },
  ],
  examples: [
    { line: 'demo', does: 'takes some seconds, and says where its ledger is' },
    { line: 'demo --edition standard --discard', does: 'shows a flow that the CRM’s edition cannot take' },
  ],
  json: {
    runs: 'one per flow and round: { flow, round, state, read, written, unchanged, filtered, parked, dead, deleted, calls, signIns, expectedWritten, expectedDeleted, … }',
    checks: 'what was proved: { what, ok, detail }',
    planted: 'by flow, what was changed at the source before round 2: { changed, added, removed }',
    unavailable: 'flows that this edition cannot take',
    workspace: 'folder of the workspace; null with --discard',
  },
  async run(context, given) {
    const started: RunningSandbox[] = []
    let folder: string | undefined
    try {
      const records = String(given.count('records') ?? RECORDS)
      const edition = given.text('edition') ?? 'professional'
      const ready = await Promise.allSettled([
        startSandbox(context, SOURCE, ['--records', records]),
        startSandbox(context, TARGET, ['--records', '0', '--option', `edition=${edition}`]),
      ])
      for (const it of ready) if (it.status === 'fulfilled') started.push(it.value)
      for (const it of ready) if (it.status === 'rejected') throw it.reason
      const [source, target] = started
      if (!source || !target) return undefined
      folder = await makeWorkspace(context, { source, target })
      const lacking = new Set(DEMO_FLOWS.filter(it => it.lackedBy.includes(edition)).map(it => it.name))
      const stage = {
        context: { ...context, folder },
        source: control(source.url),
        target: control(target.url),
        lacking,
      }
      return await play(stage, given, folder)
    } finally {
      // whatever happened: nothing goes on
      await Promise.all(started.map(it => it.stop()))
      if (folder !== undefined && given.is('discard')) rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function play(stage: Stage, given: Given, folder: string): Promise<End> {
  const { context } = stage
  const say = (text: string) => {
    if (!context.isJson) context.terminal.stdout.write(text)
  }
  const { bold } = context.colours
  const rounds: Round[] = []
  const turn = async (round: 1 | 2 | 3, title: string, planted: ReadonlyMap<string, Planted>) => {
    say(`\n${bold(`Round ${round}: ${title}`)}\n`)
    const played = await playRound(stage, round, planted)
    rounds.push(played)
    say(
      `${showReports(played.reports, context.colours)}${showAftermath(played.reports, [], context.colours)}${showFailures(played.reports, context.colours)}`,
    )
  }
  await turn(1, 'everything that Sage Intacct has', new Map())
  const planted = await plant(stage.source, DEMO_FLOWS)
  await turn(2, `only what people changed meanwhile (${inWords(planted)})`, planted)
  await turn(3, 'nothing has changed: nothing is written', planted)
  const equality = await checkEquality(stage, planted)
  await explain(stage, planted, say)
  const checks = [...rounds.flatMap(it => it.checks), ...equality]
  return conclude(stage, { rounds, checks, planted }, given.is('discard') ? null : folder)
}

function inWords(planted: ReadonlyMap<string, Planted>): string {
  const all = [...planted.values()]
  const sum = (of: (it: Planted) => readonly string[]) => all.reduce((n, it) => n + of(it).length, 0)
  return `${sum(it => it.changed)} changed, ${sum(it => it.added)} new, ${sum(it => it.removed)} gone`
}

const EXPLAINED = {
  flow: 'sage-intacct-customers-to-zoho-crm',
  entity: 'CUSTOMER',
  key: 'CUSTOMERID',
  field: 'NAME',
  module: 'Accounts',
  targetField: 'Account_Name',
} as const

/** Two questions that people ask: where does this value come from, and what would the next run do? */
async function explain(
  { context, source, target }: Stage,
  planted: ReadonlyMap<string, Planted>,
  say: (text: string) => void,
): Promise<void> {
  const key = planted.get(EXPLAINED.flow)?.changed[0] ?? ''
  const account = (await target.records(EXPLAINED.module)).find(it => it['ERP_ID'] === key)
  const { bold } = context.colours
  const asked = {
    connection: CONNECTIONS.target,
    entity: EXPLAINED.module,
    id: String(account?.['id'] ?? ''),
    field: EXPLAINED.targetField,
  }
  const answer = await why.run?.(context, given(why, { ...asked, live: true }))
  say(`\n${bold(`$ ml-connector why ${Object.values(asked).join(' ')} --live`)}\n${answer?.text() ?? ''}`)
  await changeOnce(source, key)
  const shown = await preview.run?.(context, given(preview, { flow: EXPLAINED.flow, record: [key], format: 'pretty' }))
  say(
    `\nSomebody renames that customer once more.\n${bold(`$ ml-connector preview ${EXPLAINED.flow} --record ${key}`)}\n${shown?.text() ?? ''}`,
  )
}

async function changeOnce(source: Control, key: string): Promise<void> {
  const record = (await source.records(EXPLAINED.entity)).find((it: JsonObject) => it[EXPLAINED.key] === key)
  await source.put(EXPLAINED.entity, {
    [EXPLAINED.key]: key,
    [EXPLAINED.field]: altered(String(record?.[EXPLAINED.field] ?? '')),
  })
}

interface Played {
  readonly rounds: readonly Round[]
  readonly checks: readonly Check[]
  readonly planted: ReadonlyMap<string, Planted>
}

function conclude({ context, lacking }: Stage, { rounds, checks, planted }: Played, folder: string | null): End {
  const failed = checks.filter(it => !it.ok)
  const runs = rounds.flatMap(({ round, reports, expected }) =>
    reports.map((report, at) => ({
      round,
      ...toJson(report),
      expectedWritten: lacking.has(report.flow) ? 0 : (expected[at]?.written ?? 0),
      expectedDeleted: lacking.has(report.flow) ? 0 : (expected[at]?.deleted ?? 0),
    })),
  )
  return {
    exit: context.signal.aborted ? EXIT.cancelled : failed.length > 0 ? EXIT.partial : EXIT.ok,
    data: { runs, checks, planted: Object.fromEntries(planted), unavailable: [...lacking], workspace: folder },
    text: () => verdict(context, checks, folder),
    ...(failed.length > 0
      ? {
          error: {
            kind: 'record',
            code: 'DEMO_FAILED',
            message: failed.map(it => `${it.what}: ${it.detail}`).join('\n'),
            remedy: null,
          },
        }
      : {}),
  }
}

function verdict({ colours }: Context, checks: readonly Check[], folder: string | null): string {
  const { green, red, bold } = colours
  const failed = checks.filter(it => !it.ok)
  const lines =
    failed.length === 0
      ? [
          `${green('✓')} ${checks.length} checks: exactly the changes were written, and the target holds what the source has, field by field.`,
        ]
      : failed.map(it => `${red('✗')} ${it.what}: ${it.detail}`)
  const hint =
    folder === null
      ? 'The workspace and its ledger are gone, as --discard asked.'
      : `The workspace is ${bold(folder)}, its ledger ${join(folder, '.ml-connector', 'ledger.db')}.\nTry "ml-connector audit --workspace ${folder} --limit 10", or "runs", "cursor list" (its sandboxes are stopped).`
  return `\n${lines.join('\n')}\n${hint}\n`
}

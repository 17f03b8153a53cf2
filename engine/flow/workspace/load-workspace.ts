import { globSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import type { FlowPlan } from '../../core/plan.ts'
import type { Json } from '../../core/record.ts'
import type { Connector } from '../../sdk/connector.ts'
import type { ConnectionNames, FlowContext, GivenParams } from '../context.ts'
import { createReporter, type Diagnostic, type Reporter, sortDiagnostics } from '../diagnostics/diagnostic.ts'
import { type SourceFile, type Span, sourceFile } from '../diagnostics/source-file.ts'
import { hint } from '../diagnostics/suggest.ts'
import { DEFAULT_LIMITS, type Limits } from '../expression/ast.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { loadFlow } from '../load-flow.ts'
import { entryOf, keySpanAt, spanAt, treeAt } from '../read/tree.ts'
import { CRON_REMEDY, cronFault } from '../validate/schedule.ts'
import { isTimeZone } from '../validate/time-zone.ts'
import { alertPlan } from './alerts.ts'
import { openConnections } from './connections.ts'
import { readFileText, reportUnusable, tableReader } from './files.ts'
import { libraryFlows } from './library-flows.ts'
import { metadataReader } from './metadata.ts'
import { readWorkspace } from './read-workspace.ts'
import { DEFAULT_LEDGER, DEFAULT_VAULT, type LibraryUse, type VerifyDefaults, type Workspace } from './workspace.ts'
import type { WorkspaceText } from './workspace-text.ts'

export interface LoadOptions {
  readonly registry: ReadonlyMap<string, Connector>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of the flow library. */
  readonly library: string
  /** Limits of one evaluation, where they differ from the defaults. */
  readonly knobs?: Partial<Limits>
}

export interface LoadedWorkspace {
  /** Absent when ml-connector.yaml itself cannot be used. */
  readonly workspace: Workspace | undefined
  /** The flows without errors. */
  readonly flows: readonly FlowPlan[]
  /** Paths of the workspace's own flow files, whether they have errors or not. */
  readonly files: readonly string[]
  /** Of all files, in the order of files and places. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a customer's folder: ml-connector.yaml, its flows and tables, saved metadata, and the library flows that it uses. */
export function loadWorkspace(folder: string, options: LoadOptions): LoadedWorkspace {
  const reporter = createReporter()
  const ended = (workspace: Workspace | undefined, flows: readonly FlowPlan[], uses: readonly FlowUse[]) => ({
    workspace,
    flows,
    files: uses.filter(it => !it.planFile.startsWith(LIBRARY)).map(it => it.path),
    diagnostics: sortDiagnostics(reporter.diagnostics),
  })
  const text = readWorkspace(folder, options, reporter)
  if (!text) return ended(undefined, [], [])
  const workspace = openWorkspace(folder, text, options)
  const metadata = metadataReader(folder, reporter)
  const readTable = flowTableReader(reporter)
  const loading = { folder, text, workspace, options, metadata, readTable }
  const uses = flowUses(loading)
  return ended(workspace, loadFlows(loading, uses), uses)
}

export interface CheckedText {
  readonly plan: FlowPlan | undefined
  /** Of this file alone. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A text that somebody wrote into an editor: it may come from far away. */
export interface EditedText {
  /** That of the flow's plan; one that the workspace does not use yet has its parameters' defaults. */
  readonly file: string
  readonly text: string
  /** The variables that it may see: what it holds can show in diagnostics. */
  readonly env: LoadOptions['env']
}

/** One flow of a workspace with another text, before it is saved. Its own tables are read from the folder of its workspace, or of the library, only. */
export function checkFlowText(folder: string, options: LoadOptions, edited: EditedText): CheckedText {
  const { file, env } = edited
  const reporter = createReporter()
  const text = readWorkspace(folder, options, reporter)
  if (!text) return { plan: undefined, diagnostics: sortDiagnostics(reporter.diagnostics) }
  const workspace = openWorkspace(folder, text, options)
  const metadata = metadataReader(folder, reporter)
  const readTable = within([folder, options.library], flowTableReader(reporter), reporter)
  const loading = { folder, text, workspace, options: { ...options, env }, metadata, readTable }
  const used = flowUses(loading).find(it => it.planFile === file)
  const use = used ?? { path: join(folder, file), planFile: file, given: NOTHING_GIVEN, span: START }
  const plan = loadFlow(sourceFile(use.path, edited.text), contextOf(loading, use))
  return { plan, diagnostics: sortDiagnostics(reporter.diagnostics.filter(it => it.file === use.path)) }
}

/** Tables of these folders, and nothing hidden in them: state and keys lie there. */
function within(
  folders: readonly string[],
  read: FlowContext['readTable'],
  reporter: Reporter,
): FlowContext['readTable'] {
  return (path, near, span) => {
    const whole = join(near.path, '..', path)
    const isIn = folders.some(it => {
      const below = relative(it, whole)
      return !isAbsolute(below) && !below.split(sep).some(part => part.startsWith('.'))
    })
    if (isIn) return read(path, near, span)
    const message = `the table ${path} is outside of the workspace`
    reporter.report(near, span, { code: 'WORKSPACE_TABLE_UNREADABLE', message, remedy: 'Keep it beside the flow.' })
    return undefined
  }
}

const LIBRARY = 'library:'
const START: Span = { start: 0, end: 0 }

function openWorkspace(folder: string, text: WorkspaceText, { registry }: LoadOptions): Workspace {
  const { file, source, reporter, tree } = text
  const timezone = file.timezone ?? 'UTC'
  if (!isTimeZone(timezone))
    reporter.report(source, spanAt(tree, ['timezone']), {
      code: 'FLOW_TIMEZONE',
      message: `"${timezone}" is not a time zone`,
      remedy: 'Use an IANA name such as Europe/Berlin or America/Chicago.',
    })
  const read = tableReader(reporter)
  const tables = new Map<string, ReferenceTable>()
  for (const [name, path] of Object.entries(file.tables ?? {})) {
    const table = read(join(folder, path), source, spanAt(tree, ['tables', name]))
    if (table) tables.set(name, table)
  }
  const alerts = alertPlan(text)
  return {
    name: file.workspace,
    folder,
    ...(alerts ? { alerts } : {}),
    ...(file.audit?.keepDays === undefined ? {} : { keepAuditDays: file.audit.keepDays }),
    timezone: isTimeZone(timezone) ? timezone : 'UTC',
    verify: verifyDefaults(text),
    connections: openConnections(text, registry),
    tables,
    development: { loopback: file.development?.loopback ?? false },
    ledger: file.ledger ?? DEFAULT_LEDGER,
    vault: file.vault ?? DEFAULT_VAULT,
  }
}

function verifyDefaults({ file, source, reporter, tree }: WorkspaceText): VerifyDefaults {
  const { cron, ...rest } = file.verify ?? {}
  const wrong = cron === undefined ? undefined : cronFault(cron)
  if (wrong)
    reporter.report(source, spanAt(tree, ['verify', 'cron']), {
      code: 'FLOW_CRON',
      message: wrong,
      remedy: CRON_REMEDY,
    })
  return cron === undefined || wrong ? rest : { ...rest, cron }
}

interface Loading {
  readonly folder: string
  readonly text: WorkspaceText
  readonly workspace: Workspace
  readonly options: LoadOptions
  /** Each file is read, and what is wrong with it said, once for all flows. */
  readonly metadata: FlowContext['metadata']
  readonly readTable: FlowContext['readTable']
}

/** A flow file that the workspace uses, and with what. */
interface FlowUse {
  readonly path: string
  readonly planFile: string
  readonly given: GivenParams
  /** Where the workspace names it. */
  readonly span: Span
}

function loadFlows(loading: Loading, uses: readonly FlowUse[]): readonly FlowPlan[] {
  const plans = new Map<string, FlowPlan>()
  const { source: workspaceSource, reporter } = loading.text
  for (const use of uses) {
    const source = readFlow(use.path, reporter)
    const plan = source ? loadFlow(source, contextOf(loading, use)) : undefined
    if (!plan) continue
    const other = plans.get(plan.name)
    if (!other) plans.set(plan.name, plan)
    else
      reporter.report(workspaceSource, use.span, {
        code: 'FLOW_DUPLICATE_FLOW',
        message: `two flows are named "${plan.name}": ${other.file} and ${plan.file}`,
        remedy: 'Rename one; a library flow takes another name by flow: beside use:.',
      })
  }
  return [...plans.values()]
}

/** A flow file as it stands; undefined when it cannot be read, which was said. */
export function readFlow(path: string, reporter: Reporter): SourceFile | undefined {
  const file = readFileText(path)
  if (file.is === 'text') return sourceFile(path, file.text)
  const problem = file.is === 'absent' ? ABSENT : file
  return void reportUnusable({ path, code: 'FLOW_FILE_UNREADABLE', reporter }, problem)
}

const ABSENT = {
  is: 'unusable',
  why: 'is not there',
  remedy: 'Check the path; a link may lead nowhere.',
  text: '',
  at: 0,
} as const

function flowUses(loading: Loading): readonly FlowUse[] {
  const { folder, text } = loading
  const written = text.file.flows ?? []
  const seen = new Set<string>()
  return written.flatMap((entry, at) => {
    const span = spanAt(text.tree, ['flows', at])
    if (typeof entry !== 'string') return libraryUse(loading, entry, at)
    const found = globSync(entry, { cwd: folder })
      .map(it => it.split(sep).join('/'))
      .sort()
      .filter(it => !seen.has(it))
    for (const path of found) seen.add(path)
    if (found.length === 0 && !globSync(entry, { cwd: folder }).length)
      text.reporter.report(text.source, span, {
        code: 'WORKSPACE_NO_FLOWS',
        message: `no file matches "${entry}"`,
        remedy: `The path is relative to ${folder}.`,
      })
    return found.map(path => ({ path: join(folder, path), planFile: path, given: NOTHING_GIVEN, span }))
  })
}

export const NOTHING_GIVEN: GivenParams = { values: {}, spanOf: () => START }

function libraryUse({ text, options }: Loading, entry: LibraryUse, at: number): readonly FlowUse[] {
  const path = join(options.library, `${entry.use}.yaml`)
  const span = spanAt(text.tree, ['flows', at, 'use'])
  const all = libraryFlows(options.library)
  if (!all.includes(entry.use)) {
    text.reporter.report(text.source, span, {
      code: 'WORKSPACE_LIBRARY_FLOW',
      message: `the library has no flow "${entry.use}"`,
      ...hint(entry.use, all),
    })
    return []
  }
  const withPath = ['flows', at, 'with']
  const given: GivenParams = {
    values: (entry.with ?? {}) as Readonly<Record<string, Json>>,
    source: text.source,
    spanOf: name => {
      if (name === '') return span
      const isKey = entryOf(treeAt(text.tree, withPath), name) === undefined
      return isKey ? keySpanAt(text.tree, withPath) : spanAt(text.tree, [...withPath, name])
    },
    ...(entry.flow === undefined ? {} : { name: entry.flow }),
  }
  return [{ path, planFile: `${LIBRARY}${entry.use}.yaml`, given, span }]
}

function contextOf({ text, workspace, options, metadata, readTable }: Loading, use: FlowUse): FlowContext {
  return {
    workspace: workspace.name,
    timezone: workspace.timezone,
    verify: workspace.verify,
    registry: options.registry,
    connections: connectionNames(workspace),
    tables: workspace.tables,
    brokenTables: new Set(Object.keys(text.file.tables ?? {}).filter(it => !workspace.tables.has(it))),
    env: options.env,
    limits: { ...DEFAULT_LIMITS, ...options.knobs },
    metadata,
    given: use.given,
    reporter: text.reporter,
    file: use.planFile,
    readTable,
  }
}

/** Tables that a flow names are found beside the flow. */
export function flowTableReader(reporter: Reporter): FlowContext['readTable'] {
  const read = tableReader(reporter)
  return (path, near: SourceFile, span) => read(join(near.path, '..', path), near, span)
}

function connectionNames({ connections }: Workspace): ConnectionNames {
  const all = [...connections.values()]
  return {
    all: all.map(it => it.name),
    of: connector => all.filter(it => it.connector === connector).map(it => it.name),
    connectorOf: name => connections.get(name)?.connector,
  }
}

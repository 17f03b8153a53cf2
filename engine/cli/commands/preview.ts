import type { FlowPlan } from '../../core/plan.ts'
import type { DataRecord } from '../../core/record.ts'
import { lazyConnection, offlineConnection, withPorts } from '../../host/index.ts'
import { type Preview, type PreviewOptions, preview as previewFlow, type RunPorts } from '../../run/index.ts'
import { envelopeError } from '../envelope.ts'
import { EXIT, exitOfKind } from '../exit-codes.ts'
import { readGivenRecords } from '../preview/given-records.ts'
import { markdown } from '../preview/markdown.ts'
import { pretty } from '../preview/pretty.ts'
import { summarise } from '../preview/summary.ts'
import { showError } from '../show/error.ts'
import { hereOf } from '../show/place.ts'
import { named } from '../suggest.ts'
import { usage } from '../usage.ts'
import type { End, Given, Verb } from '../verb.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'
import { entityNamed } from './connectors.ts'

const LIMIT = 50

export const preview: Verb = {
  name: 'preview',
  summary: 'show what a run would do, field by field against what the target holds now; writes nothing',
  arguments: [{ name: 'flow', description: 'name of the flow' }],
  options: [
    { name: 'record', kind: 'texts', value: 'key', description: 'only these source keys' },
    { name: 'limit', kind: 'count', description: `at most so many records (default: ${LIMIT})` },
    { name: 'all', kind: 'flag', description: 'from the beginning, instead of what the next run would read' },
    {
      name: 'from',
      kind: 'text',
      value: 'file.json',
      description: 'source records from a file; the source is not read',
    },
    { name: 'entity', kind: 'text', description: 'with --from: which entity of the source they are' },
    { name: 'offline', kind: 'flag', description: 'with --from: ask no system at all, show the mapped records' },
    {
      name: 'format',
      kind: 'text',
      choices: ['pretty', 'json', 'markdown'],
      byDefault: 'pretty',
      description: 'markdown is for a pull request',
    },
  ],
  examples: [
    {
      line: 'preview erp-vendors-to-crm --record V100',
      does: 'one vendor, against what the CRM holds now',
    },
    {
      line: 'preview erp-vendors-to-crm --from vendors.json --offline',
      does: 'tries a mapping without any system',
    },
  ],
  json: {
    flow: 'name',
    read: 'how many records were read',
    isPartial: 'whether there are more than --limit',
    counts:
      'how many would be create, update, same, filter, reject, park, delete; unknown when the target was not read',
    records:
      'of each: { entity, key, step, sinkEntity, sinkKey, would, differences: [{ field, before, after, expression, place }], failure?, waitsFor? }',
    targetUnread: 'why the target was not read; null when it was',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      if (given.is('offline') && given.text('from') === undefined)
        throw usage('--offline goes with --from', 'Name a file of source records.')
      const flow = flowNamed(opened, given.required('flow'))
      const records = givenRecords(opened, flow, given)
      const plan = records ? { ...flow, source: { ...flow.source, entities: [records.entity] } } : flow
      const keys = given.list('record')
      const options: PreviewOptions = {
        limit: given.count('limit') ?? LIMIT,
        ...(keys.length > 0 ? { keys } : {}),
        ...(given.is('all') ? { all: true } : {}),
        ...(records ? { records: records.records } : {}),
      }
      const ledger = await opened.ledgerAsItIs()
      const found = await withPorts(opened, ledger, ports =>
        previewFlow(plan, records ? reserved(opened, plan, ports, given) : ports, options),
      )
      if (found.read === 0 && keys.length === 0 && !records && !given.is('all'))
        context.note('note: nothing new at the source; --all looks at everything')
      return endOf(opened, found, given)
    }),
}

function givenRecords(
  { context }: OpenWorkspace,
  flow: FlowPlan,
  given: Given,
): { entity: string; records: readonly DataRecord[] } | undefined {
  const path = given.text('from')
  if (path === undefined) return undefined
  const entities = new Map(flow.source.entities.map(it => [it, it]))
  const entity = named('source entity', given.text('entity') ?? flow.source.entities[0] ?? '', entities)
  const connector = named('connector', flow.source.connector, context.product.registry)
  return { entity, records: readGivenRecords(context.terminal.cwd, path, entityNamed(connector, entity).key) }
}

/** With records from a file no connection is opened before it is needed; offline, none is at all. */
function reserved({ context, workspace }: OpenWorkspace, plan: FlowPlan, ports: RunPorts, given: Given): RunPorts {
  const connectorOf = (name: string) =>
    named('connector', named('connection', name, workspace.connections).connector, context.product.registry)
  if (given.is('offline') && plan.enrich.length > 0)
    context.note(`note: offline, ${plan.enrich.map(it => `$${it.name}`).join(', ')} are absent`)
  return {
    ...ports,
    open: async name =>
      given.is('offline')
        ? offlineConnection(connectorOf(name))
        : lazyConnection(connectorOf(name), () => ports.open(name)),
  }
}

function endOf({ context }: OpenWorkspace, preview: Preview, given: Given): End {
  const { targetUnread } = preview
  const isMissing = targetUnread !== null && !given.is('offline')
  const shown = summarise(preview, hereOf(context))
  const texts: Readonly<Record<string, () => string>> = {
    pretty: () => pretty(shown, context.colours),
    markdown: () => markdown(shown),
    json: () => `${JSON.stringify(shown, null, 2)}\n`,
  }
  return {
    exit: isMissing ? exitOfKind(targetUnread.kind) : EXIT.ok,
    data: { ...shown },
    text: () => texts[given.text('format') ?? 'pretty']?.() ?? '',
    ...(isMissing
      ? { error: envelopeError(targetUnread), complaint: () => showError(targetUnread, context.colours) }
      : {}),
  }
}

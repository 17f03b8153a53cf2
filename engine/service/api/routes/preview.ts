import type { FlowPlan } from '../../../core/plan.ts'
import type { JsonObject } from '../../../core/record.ts'
import { givenRecords, lazyConnection, withPorts } from '../../../host/index.ts'
import { type Preview, type PreviewOptions, preview, type RunPorts } from '../../../run/index.ts'
import { connectionsOfFlow, type Held } from '../../held.ts'
import { badInput, errorView } from '../errors.ts'
import { type ApiRoute, type Asked, route } from '../route.ts'
import { count, fields, flag, list, object, text, words } from '../schema.ts'
import { preview as shape } from '../shapes/records.ts'
import { previewRecordView } from '../show/preview.ts'
import { checkUnsaved } from '../unsaved.ts'
import type { DiagnosticView, PreviewView } from '../views.ts'
import { LONGEST_FLOW } from './editor.ts'
import { connectionNamed, flowNamed, notPaused } from './find.ts'

interface PreviewWish {
  readonly flow: string
  readonly yaml?: string
  readonly records?: readonly JsonObject[]
  readonly entity?: string
  readonly keys?: readonly string[]
  readonly all?: boolean
  readonly limit?: number
}

const LIMIT = 20
const MOST = 200

export const previewRoutes: readonly ApiRoute[] = [
  route<undefined, PreviewWish, PreviewView>({
    method: 'POST',
    path: '/workspaces/:ws/preview',
    role: 'operator',
    summary:
      'what a run would do with pasted records, with those of some keys, or with the first that the source has (all: false: with what has changed); writes nothing',
    body: object<PreviewWish>(
      {
        flow: text,
        yaml: { type: 'string', maxLength: LONGEST_FLOW },
        records: list(fields, { maxItems: MOST }),
        entity: text,
        keys: list(words(1_000), { minItems: 1, maxItems: MOST }),
        all: flag,
        limit: count(MOST),
      },
      ...(['yaml', 'records', 'entity', 'keys', 'all', 'limit'] as const),
    ),
    answer: shape.ref,
    handle: async asked => {
      const { held, body } = asked
      const saved = flowNamed(held(), body.flow)
      const { plan, diagnostics } =
        body.yaml === undefined
          ? { plan: saved, diagnostics: [] }
          : checkUnsaved(held(), body.yaml, { flow: saved.name })
      if (!plan) return { diagnostics, records: [], counts: {}, targetUnread: null }
      notPaused(held(), connectionsOfFlow(plan))
      return viewOf(diagnostics, await previewed(asked, plan))
    },
  }),
]

/** The caller gone, nobody wants it any more. */
async function previewed({ held, body, reply }: Asked<undefined, PreviewWish>, plan: FlowPlan): Promise<Preview> {
  const { opened, ledger } = held()
  const { records, keys, limit = LIMIT, all = true } = body
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, opened.host.signal])
  if (!records) {
    const options: PreviewOptions = { limit, ...(keys ? { keys } : { all }) }
    return withPorts(opened, ledger, ports => preview(plan, ports, options), { signal })
  }
  const given = pasted(held(), plan, body)
  return withPorts(
    opened,
    ledger,
    ports => preview(given.plan, onlyTarget(held(), ports), { limit, records: given.records }),
    { signal },
  )
}

function pasted(held: Held, plan: FlowPlan, { records = [], entity: wished }: PreviewWish) {
  const entity = wished ?? plan.source.entities[0] ?? ''
  if (!plan.source.entities.includes(entity))
    throw badInput(`the flow reads no entity "${entity}"`, `It reads: ${plan.source.entities.join(', ')}.`)
  const { connector } = connectionNamed(held, plan.source.connection)
  const summary = Object.hasOwn(connector.entities, entity)
    ? connector.entities[entity]
    : connector.customEntity?.(entity)
  return {
    plan: { ...plan, source: { ...plan.source, entities: [entity] } },
    records: givenRecords(records, { keyField: summary?.key ?? '', refuse: badInput }),
  }
}

/** With pasted records the source is not even signed in to. */
function onlyTarget(held: Held, ports: RunPorts): RunPorts {
  return { ...ports, open: async name => lazyConnection(connectionNamed(held, name).connector, () => ports.open(name)) }
}

function viewOf(diagnostics: readonly DiagnosticView[], found: Preview): PreviewView {
  const records = found.records.map(it => previewRecordView(it, found))
  const counts: Record<string, number> = {}
  for (const { would } of records) counts[would] = (counts[would] ?? 0) + 1
  return { diagnostics, records, counts, targetUnread: found.targetUnread && errorView(found.targetUnread) }
}

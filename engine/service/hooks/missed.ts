import type { RunRow } from '../../core/ledger.ts'
import type { InboxEntry } from '../../core/operations.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { RunReport } from '../../run/index.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'
import { note } from './counts.ts'
import type { Trust } from './trust.ts'

/** Finds out what should have been delivered and was not: a schedule wrote it although the flow listens. */
export interface Missed {
  /** These have been delivered: a schedule that meets them as well finds nothing that was missed. */
  delivered(held: Held, entries: readonly InboxEntry[]): void
  /** Answers how many records of a run by schedule had not been delivered. */
  judge(held: Held, report: RunReport): Promise<number>
}

/** Of one workspace: the oldest are forgotten. */
const MOST_REMEMBERED = 50_000
const PAGE = 1_000

export function createMissed({ hub }: Pick<Service, 'hub'>, trust: Pick<Trust, 'hears'>): Missed {
  const delivered = new Map<Held, Map<string, string>>()
  return {
    delivered: (held, entries) => {
      const known = delivered.get(held) ?? new Map<string, string>()
      delivered.set(held, known)
      for (const { connection, entity, keys, receivedAt } of entries)
        for (const key of keys) {
          const name = nameOf(connection, entity, key)
          known.delete(name)
          known.set(name, receivedAt)
        }
      for (const name of known.keys()) {
        if (known.size <= MOST_REMEMBERED) break
        known.delete(name)
      }
    },
    judge: async (held, report) => {
      const flow = held.opened.flows.find(it => it.name === report.flow)
      const since = flow?.listen && (await previousRun(held, report))
      if (!flow || !since) return 0
      const { connection } = flow.source
      const heard = new Set<string>()
      for (const entity of flow.listen?.events ?? [])
        if (await trust.hears(held, { connection, entity, since: since.startedAt })) heard.add(entity)
      const isMissed = ({ entity, key }: Written): boolean =>
        heard.has(entity) && (delivered.get(held)?.get(nameOf(connection, entity, key)) ?? '') < since.startedAt
      const records = (await written(held, report, flow)).filter(isMissed).length
      if (records === 0) return 0
      note(held, connection, 'foundByPoll', { by: records })
      hub.tell({ is: 'missed', workspace: held.name, connection, flow: flow.name, records })
      return records
    },
  }
}

interface Written {
  readonly entity: string
  readonly key: string
}

const nameOf = (connection: string, entity: string, key: string) => JSON.stringify([connection, entity, key])

const WALKED: ReadonlySet<RunRow['state']> = new Set(['succeeded', 'partial'])
/** So many failed runs in a row, and nobody asks what was missed meanwhile. */
const PREVIOUS = 20

/** The run by schedule before this one: what it left to be found has changed since. A first run finds everything. */
async function previousRun({ ledger }: Held, { flow, runId }: RunReport): Promise<RunRow | undefined> {
  const runs = await Promise.all(
    (['schedule', 'sweep'] as const).map(trigger => ledger.runs({ flow, trigger, before: runId, limit: PREVIOUS })),
  )
  const before = runs.flat().filter(it => WALKED.has(it.state))
  return before.sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1))[0]
}

async function written({ ledger }: Held, { runId }: RunReport, { source }: FlowPlan): Promise<readonly Written[]> {
  const found = new Map<string, Written>()
  for (const outcome of ['written', 'deleted'] as const)
    for (let before: number | undefined; ; ) {
      const rows = await ledger.events({ runId, outcome, limit: PAGE, ...(before === undefined ? {} : { before }) })
      for (const { sourceConnection, sourceEntity: entity, sourceKey: key } of rows)
        if (sourceConnection === source.connection) found.set(nameOf(sourceConnection, entity, key), { entity, key })
      before = rows.at(-1)?.id
      if (rows.length < PAGE) break
    }
  return [...found.values()]
}

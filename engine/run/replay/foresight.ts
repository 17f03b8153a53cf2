import type { KnownRecord, Ledger } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { PreviewedRecord } from '../differences.ts'
import type { RunPorts } from '../types.ts'

/** The ledger as it will stand once what was looked at until now is written. Of all that it knows, two things decide about other records. */
export interface Foresight {
  readonly ports: RunPorts
  /** These are going to be written, or stand as they are. */
  note(records: readonly PreviewedRecord[]): void
}

export function createForesight(plan: FlowPlan, ports: RunPorts): Foresight {
  const { ledger } = ports
  const links = new Map<string, string>()
  const claims = new Map<string, KnownRecord>()
  const claimed = new Map<string, string | null>()
  const expected: Pick<Ledger, 'resolveLinks' | 'knownByMatch'> = {
    resolveLinks: async wanted => {
      const known = await ledger.resolveLinks(wanted)
      const isKnown = new Set(known.map(it => it.link))
      const coming = wanted.flatMap(link => {
        const sinkKey = links.get(
          linkName(link.sinkConnection, link.sinkEntity, link.sourceConnection, link.sourceKey, link.sourceEntity),
        )
        return sinkKey === undefined || isKnown.has(link) ? [] : [{ link, sinkKeys: [sinkKey] }]
      })
      return [...known, ...coming]
    },
    knownByMatch: async (flow, step, values) => {
      const known = await ledger.knownByMatch(flow, step, values)
      // whoever claims another value by then has left this one
      const staying = known.filter(it => (claimed.get(ownerName(it)) ?? it.matchValue) === it.matchValue)
      return [...staying, ...values.flatMap(value => claims.get([step, value].join('\n')) ?? [])]
    },
  }
  return {
    ports: { ...ports, ledger: { ...ledger, ...expected } },
    note: records => {
      for (const record of records) {
        const row = knownAs(plan, record)
        if (!row) continue
        for (const entity of ['', row.sourceEntity])
          links.set(
            linkName(row.sinkConnection, row.sinkEntity, row.sourceConnection, row.sourceKey, entity),
            row.sinkKey,
          )
        claimed.set(ownerName(row), row.matchValue)
        if (row.matchValue !== null) claims.set([row.step, row.matchValue].join('\n'), row)
      }
    },
  }
}

const linkName = (...parts: readonly string[]) => parts.join('\n')

const ownerName = ({ step, sourceEntity, sourceKey, sinkKey }: KnownRecord) =>
  [step, sourceEntity, sourceKey, sinkKey].join('\n')

/** What the ledger will know of it; nothing when it leaves no record at the target. */
function knownAs(
  plan: FlowPlan,
  { entity, key, step, sinkKey, would, mapped }: PreviewedRecord,
): KnownRecord | undefined {
  const sink = plan.steps.find(it => it.name === step)?.sink
  const isThere = would === 'create' || would === 'update' || would === 'same'
  if (!sink || !isThere || mapped === null || sink.operation === 'delete') return undefined
  const value = sink.match === undefined ? undefined : mapped[sink.match]
  return {
    ...{ flow: plan.name, step, item: '' },
    ...{ sourceConnection: plan.source.connection, sourceEntity: entity, sourceKey: key, sourceVersion: null },
    ...{ sinkConnection: sink.connection, sinkEntity: sink.entity, sinkVersion: null },
    sinkKey: sinkKey ?? `<id of ${sink.entity} ${key}>`,
    matchValue: typeof value === 'string' || typeof value === 'number' ? String(value) : null,
    ...{ fingerprint: '', fieldHashes: {}, runId: '', writtenAt: '' },
  }
}

import type {
  AwaitedLink,
  DeadLetter,
  Intent,
  KnownRecord,
  Ledger,
  ParkedRecord,
  RecordEvent,
  RunCounts,
  RunRow,
  Sealer,
  Settlement,
} from '../../engine/core/ledger.ts'

/** Rows with every field filled; a test names what it is about. */

export const AT = '2026-03-01T08:00:00.000Z'
export const RUN = 'run-1'

export function later(ms: number): string {
  return new Date(Date.parse(AT) + ms).toISOString()
}

export const NO_COUNTS: RunCounts = {
  ...{ read: 0, written: 0, unchanged: 0, filtered: 0, dead: 0, parked: 0, deleted: 0, calls: 0, signIns: 0 },
}

export function started(over: Partial<RunRow> = {}): Omit<RunRow, 'endedAt' | 'counts' | 'failure' | 'state'> {
  return {
    ...{ id: RUN, workspace: 'acme', flow: 'vendors', flowHash: 'hash-1', trigger: 'manual', actor: 'ada' },
    ...{ startedAt: AT, replayOf: null },
    ...over,
  }
}

export function settlement(over: Partial<Settlement> = {}): Settlement {
  return {
    ...{ workspace: 'acme', runId: RUN, flow: 'vendors', at: AT },
    ...{ events: [], known: [], forgotten: [], tracked: [], untracked: [], dead: [], parked: [], healed: [] },
    ...{ intentsDone: [], counts: {} },
    ...over,
  }
}

export function event(sourceKey: string, over: Partial<RecordEvent> = {}): RecordEvent {
  return {
    ...{ runId: RUN, flow: 'vendors', flowHash: 'hash-1', step: 'vendor', at: AT },
    ...{ sourceConnection: 'intacct', sourceEntity: 'VENDOR', sourceKey, sourceVersion: '2026-02-28T23:00:00Z' },
    ...{ sinkConnection: 'zoho', sinkEntity: 'Vendors', sinkKey: `5725767${sourceKey}`, outcome: 'written' },
    ...{ did: 'created', changed: ['Vendor_Name', 'Email'], attempt: 1, failure: null },
    ...over,
  }
}

export function known(sourceKey: string, over: Partial<KnownRecord> = {}): KnownRecord {
  return {
    ...{ flow: 'vendors', step: 'vendor', item: '' },
    ...{ sourceConnection: 'intacct', sourceEntity: 'VENDOR', sourceKey },
    ...{ sinkConnection: 'zoho', sinkEntity: 'Vendors', sinkKey: `5725767${sourceKey}`, matchValue: sourceKey },
    ...{ fingerprint: '0123456789abcdef0123456789abcdef', fieldHashes: { Vendor_Name: 'aaaa', Email: 'bbbb' } },
    ...{ sinkVersion: '7', sourceVersion: '2026-02-28T23:00:00Z', runId: RUN, writtenAt: AT },
    ...over,
  }
}

export function dead(sourceKey: string, over: Partial<DeadLetter> = {}): DeadLetter {
  return {
    ...{ flow: 'vendors', step: 'vendor', sourceConnection: 'intacct', sourceEntity: 'VENDOR', sourceKey },
    ...{
      sourceVersion: null,
      body: { VENDORID: sourceKey, NAME: `Vendor ${sourceKey}` },
      readBy: 'flow-1',
      change: 'upsert',
    },
    failure: {
      kind: 'record',
      code: 'ZOHO_INVALID_DATA',
      message: `Email of ${sourceKey} is no address`,
      field: 'Email',
    },
    ...over,
  }
}

export function awaited(sourceKey: string, over: Partial<AwaitedLink> = {}): AwaitedLink {
  return {
    ...{ sinkConnection: 'zoho', sinkEntity: 'Vendors', sourceConnection: 'intacct', sourceKey, sourceEntity: '' },
    ...over,
  }
}

export function parked(sourceKey: string, over: Partial<ParkedRecord> = {}): ParkedRecord {
  return {
    ...{ flow: 'vendors', sourceConnection: 'intacct', sourceEntity: 'BILL', sourceKey, sourceVersion: null },
    ...{ body: { BILLID: sourceKey }, readBy: 'flow-1', awaits: [awaited('V1')] },
    ...over,
  }
}

export function intent(id: string, over: Partial<Intent> = {}): Intent {
  return {
    ...{ id, runId: RUN, flow: 'vendors', step: 'vendor', item: '' },
    ...{ sourceConnection: 'intacct', sourceEntity: 'VENDOR', sourceKey: 'V1', sinkConnection: 'zoho' },
    ...{ sinkEntity: 'Vendors', operation: 'create', matchValue: 'V1', fingerprint: 'f'.repeat(32), startedAt: AT },
    ...over,
  }
}

/** A sealer that counts what it seals. */
export interface CountingSealer extends Sealer {
  readonly sealed: () => number
  /** Opens nothing any more: its vault is gone. */
  breaks: boolean
}

/** Hides a text well enough to see that it was sealed. */
export function countingSealer(): CountingSealer {
  let count = 0
  const sealer: CountingSealer = {
    sealed: () => count,
    breaks: false,
    seal: async text => {
      count++
      return `sealed:${Buffer.from(text).toString('hex')}`
    },
    unseal: async sealed => {
      if (sealer.breaks || !sealed.startsWith('sealed:')) throw new RangeError('not sealed by this sealer')
      return Buffer.from(sealed.slice('sealed:'.length), 'hex').toString()
    },
  }
  return sealer
}

/** The code of the EngineError that `work` rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => undefined,
    error => error,
  )
  return thrown?.code ?? 'nothing was thrown'
}

/** What a contract suite works with: a fresh ledger in which run `RUN` has started. */
export interface Bench {
  readonly ledger: Ledger
  readonly sealer: CountingSealer
}

import type { EventRow, RunRow } from '../../../core/ledger.ts'
import type { Pause } from '../../../core/operations.ts'
import { errorView } from '../errors.ts'
import type { PauseView, RecordView, RunView } from '../views.ts'

export function runView({ workspace: _, failure, ...run }: RunRow): RunView {
  return { ...run, failure: failure && errorView(failure) }
}

export function pauseView({ by, at, reason }: Pause): PauseView {
  return { by, at, reason }
}

export function recordView(event: EventRow): RecordView {
  const { id, at, runId, flow, flowHash, step, outcome, did, changed, attempt, failure } = event
  const { sourceConnection, sourceEntity, sourceKey, sourceVersion, sinkConnection, sinkEntity, sinkKey } = event
  return {
    ...{ id, at, runId, flow, flowHash, step, outcome, did, changed, attempt },
    source: { connection: sourceConnection, entity: sourceEntity, key: sourceKey, version: sourceVersion },
    sink:
      sinkConnection === null || sinkEntity === null
        ? null
        : { connection: sinkConnection, entity: sinkEntity, id: sinkKey },
    failure: failure && errorView(failure),
  }
}

import type { DeadLetterRow } from '../../../core/ledger.ts'
import type { JsonObject } from '../../../core/record.ts'
import { showFile } from '../../../host/index.ts'
import type { Held } from '../../held.ts'
import { errorView } from '../errors.ts'
import type { DeadLetterDetailView, DeadLetterView } from '../views.ts'
import { hereOf } from './diagnostics.ts'

export function deadLetterView(letter: DeadLetterRow): DeadLetterView {
  const { id, flow, step, change, state, attempts, firstSeenAt, lastSeenAt, runId, resolvedByRun } = letter
  const { sourceConnection, sourceEntity, sourceKey, sourceVersion, failure, reason } = letter
  return {
    ...{ id, flow, step, change, state, attempts, firstSeenAt, lastSeenAt, runId, resolvedByRun },
    source: { connection: sourceConnection, entity: sourceEntity, key: sourceKey, version: sourceVersion },
    failure: errorView(failure),
    discardReason: reason,
  }
}

export function deadLetterDetailView(held: Held, letter: DeadLetterRow, body: JsonObject | null): DeadLetterDetailView {
  return { ...deadLetterView(letter), body, place: placeOf(held, letter) }
}

/** Systems name a field inside another by its path: it is mapped where the whole of it is. */
function placeOf(held: Held, { flow, step, failure }: DeadLetterRow): DeadLetterDetailView['place'] {
  const { field } = failure
  const places = held.opened.flows.find(it => it.name === flow)?.steps.find(it => it.name === step)?.places ?? {}
  const names = field === undefined ? [] : [field, field.split('.')[0] ?? field]
  const name = names.find(it => Object.hasOwn(places, it))
  const mapping = name === undefined ? undefined : places[name]
  if (!mapping) return null
  const { file, line, column } = mapping.place
  return { file: showFile(file, hereOf(held)), line, column, text: mapping.text }
}

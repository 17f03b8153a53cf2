import type { Failure } from '../../core/errors.ts'
import type { FlowPlan } from '../../core/plan.ts'
import { type FormedLetters, withPorts } from '../../host/index.ts'
import {
  claimed,
  type PreviewedLetters,
  previewKeys,
  previewRecords,
  previewReplay,
  type RecordChoice,
  type RunPorts,
} from '../../run/index.ts'
import { envelopeError } from '../envelope.ts'
import { EXIT, exitOfKind } from '../exit-codes.ts'
import { type ShownRecord, shownRecord } from '../preview/summary.ts'
import { showError } from '../show/error.ts'
import { hereOf } from '../show/place.ts'
import type { End } from '../verb.ts'
import type { OpenWorkspace } from '../workspace.ts'
import { showDryRun } from './show.ts'
import type { DryRun, ShownLetter, ShownWould } from './shown.ts'

export type Taken =
  | { readonly is: 'letters'; readonly formed: readonly FormedLetters[]; readonly keys: readonly string[] }
  | { readonly is: 'records'; readonly choice: RecordChoice; readonly force: boolean }

/** Records that are told one by one: a time may hold a million of them. All are counted. */
const MOST_TOLD = 10_000

export async function dryRun(opened: OpenWorkspace, flow: FlowPlan, taken: Taken, most: number): Promise<End> {
  const ledger = await opened.ledgerAsItIs()
  const found = await withPorts(opened, ledger, ports => looked(opened, flow, taken, ports))
  const { targetUnread } = found
  const { colours } = opened.context
  return {
    exit: targetUnread ? exitOfKind(targetUnread.kind) : EXIT.ok,
    data: { ...found },
    text: () => showDryRun(found, most, colours),
    ...(targetUnread ? { error: envelopeError(targetUnread), complaint: () => showError(targetUnread, colours) } : {}),
  }
}

async function looked(opened: OpenWorkspace, flow: FlowPlan, taken: Taken, ports: RunPorts): Promise<DryRun> {
  const [letters, records]: [ShownLetter[], ShownRecord[]] = [[], []]
  const counts: Partial<Record<ShownWould, number>> = {}
  const count = ({ would }: { readonly would: ShownWould }) => {
    counts[would] = (counts[would] ?? 0) + 1
  }
  const keys = taken.is === 'letters' ? taken.keys : []
  let [givenUp, told] = [0, 0]
  let targetUnread: Failure | null = null
  if (taken.is === 'letters')
    for await (const part of previewReplay(flow, ports, taken.formed)) {
      targetUnread ??= part.targetUnread
      letters.push(...shownLetters(opened, part))
    }
  const parts = taken.is === 'records' ? previewRecords(flow, ports, taken) : read(flow, ports, keys)
  for await (const part of parts) {
    targetUnread ??= part.targetUnread
    givenUp += part.givenUp.length
    for (const it of part.records) {
      const shown = shownRecord(it, part, hereOf(opened.context))
      count(shown)
      if (shown.would === 'same' && !shown.isLeftAlone) continue
      told += 1
      if (told <= MOST_TOLD) records.push(shown)
    }
  }
  for (const it of letters) count(it)
  return { flow: flow.name, letters, keys, records, counts, givenUp, isPartial: told > MOST_TOLD, targetUnread }
}

async function* read(flow: FlowPlan, ports: RunPorts, keys: readonly string[]) {
  if (keys.length > 0) yield await previewKeys(flow, ports, keys)
}

function shownLetters({ context }: OpenWorkspace, part: PreviewedLetters): readonly ShownLetter[] {
  return part.letters.map(({ letter, from, would, records, isSameFailure }) => ({
    ...letter,
    from,
    would: would === 'overtaken' || would === 'missing' ? would : claimed(would, part),
    ...(isSameFailure === undefined ? {} : { isSameFailure }),
    records: records.map(it => shownRecord(it, part, hereOf(context))),
  }))
}

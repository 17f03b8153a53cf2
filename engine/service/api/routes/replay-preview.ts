import { withPorts } from '../../../host/index.ts'
import { claimed, type PreviewedLetter, type PreviewedLetters, previewReplay } from '../../../run/index.ts'
import { errorView } from '../errors.ts'
import { type ApiRoute, type Asked, route } from '../route.ts'
import { count, object } from '../schema.ts'
import { replayPreview } from '../shapes/records.ts'
import { previewRecordView } from '../show/preview.ts'
import type { ReplayedLetterView, ReplayPreviewView } from '../views.ts'
import {
  type ChosenOfFlow,
  choiceFields,
  choiceNames,
  chosenLetters,
  partsOf,
  type ReplayChoice,
} from './replay-choice.ts'

interface ReplayPreviewWish extends ReplayChoice {
  readonly limit?: number
}

const LIMIT = 20
const MOST = 200

export const replayPreviewRoutes: readonly ApiRoute[] = [
  route<undefined, ReplayPreviewWish, ReplayPreviewView>({
    method: 'POST',
    path: '/workspaces/:ws/dead-letters/replay/preview',
    role: 'operator',
    summary:
      'what a replay would do with the same dead letters, the newest `limit` of them: field by field against what the target holds now; writes nothing',
    body: object<ReplayPreviewWish>({ ...choiceFields, limit: count(MOST) }, ...choiceNames, 'limit'),
    answer: replayPreview.ref,
    handle: async asked => {
      const chosen = await chosenLetters(asked.held(), asked.body)
      const all = chosen.reduce((sum, it) => sum + it.letters.length, 0)
      return { ...(await previewed(asked, firstOf(chosen, asked.body.limit ?? LIMIT))), chosen: all }
    },
  }),
]

function firstOf(chosen: readonly ChosenOfFlow[], most: number): readonly ChosenOfFlow[] {
  let left = most
  return chosen.flatMap(({ plan, letters }) => {
    const those = letters.slice(0, left)
    left -= those.length
    return those.length > 0 ? [{ plan, letters: those }] : []
  })
}

/** The caller gone, nobody wants it any more. */
async function previewed(
  { held, body, reply }: Asked<undefined, ReplayPreviewWish>,
  chosen: readonly ChosenOfFlow[],
): Promise<Omit<ReplayPreviewView, 'chosen'>> {
  const { opened, ledger } = held()
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, opened.host.signal])
  const letters: ReplayedLetterView[] = []
  const counts: Record<string, number> = {}
  let targetUnread: ReplayPreviewView['targetUnread'] = null
  for (const those of chosen) {
    const look = async (ports: Parameters<typeof previewReplay>[1]) => {
      for await (const part of previewReplay(those.plan, ports, partsOf(those, body))) {
        targetUnread ??= part.targetUnread && errorView(part.targetUnread)
        letters.push(...part.letters.map(it => viewOf(it, part)))
      }
    }
    await withPorts(opened, ledger, look, { signal })
  }
  for (const { would } of letters) counts[would] = (counts[would] ?? 0) + 1
  return { letters, counts, targetUnread }
}

function viewOf(
  { letter, from, would, records, isSameFailure }: PreviewedLetter,
  part: PreviewedLetters,
): ReplayedLetterView {
  const { id, flow, sourceConnection, sourceEntity, sourceKey, sourceVersion } = letter
  return {
    ...{ id, flow, from },
    source: { connection: sourceConnection, entity: sourceEntity, key: sourceKey, version: sourceVersion },
    diedOf: errorView(letter.failure),
    would: would === 'overtaken' || would === 'missing' ? would : claimed(would, part),
    isSameFailure: isSameFailure ?? null,
    records: records.map(it => previewRecordView(it, part)),
  }
}

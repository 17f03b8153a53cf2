import type { JsonObject } from '../../../core/record.ts'
import type { Channel, Entry } from './book.ts'

/** What one message tells: everything that one channel has not heard yet. */
export interface Notice {
  readonly workspace: string
  readonly entries: readonly Entry[]
  readonly channel: Channel
  /** Of the dashboard, when outside people can reach it. */
  readonly link?: string
}

const STATES = { begun: 'needs you', still: 'still needs you', over: 'is over' } as const

function stateOf({ overAt, told }: Entry, channel: Channel): keyof typeof STATES {
  if (overAt !== undefined) return 'over'
  return told[channel] === undefined ? 'begun' : 'still'
}

/** One line: the subject of a message. */
export function headline({ workspace, entries, channel }: Notice): string {
  const [first, ...rest] = entries
  if (!first) return workspace
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : ''
  return `${workspace}: ${first.kind} of ${first.subject} ${STATES[stateOf(first, channel)]}${more}`
}

export function asText(notice: Notice): string {
  const parts = notice.entries.map(entry => {
    const state = stateOf(entry, notice.channel)
    if (state === 'over') return `Over: ${entry.kind} of ${entry.subject}, which began at ${entry.since}.`
    return `${state === 'still' ? `Still, since ${entry.since}: ` : ''}${entry.text}\n${entry.remedy}`
  })
  return [headline(notice), ...parts, ...(notice.link === undefined ? [] : [notice.link])].join('\n\n')
}

/** Body of the webhook. `text` is what chat systems show. */
export function asJson(notice: Notice): JsonObject {
  return {
    text: asText(notice),
    workspace: notice.workspace,
    alerts: notice.entries.map(entry => ({
      ...{ id: entry.id, kind: entry.kind, subject: entry.subject, state: stateOf(entry, notice.channel) },
      ...{ text: entry.text, remedy: entry.remedy, since: entry.since },
    })),
  }
}

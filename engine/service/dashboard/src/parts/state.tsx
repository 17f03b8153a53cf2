import type { FlowView, RunView } from '../../../api/views.ts'

export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'quiet'

const RUN: Readonly<Record<RunView['state'], { readonly tone: Tone; readonly text: string }>> = {
  running: { tone: 'busy', text: 'running' },
  succeeded: { tone: 'ok', text: 'succeeded' },
  partial: { tone: 'warn', text: 'partial' },
  failed: { tone: 'bad', text: 'failed' },
  cancelled: { tone: 'quiet', text: 'cancelled' },
  unavailable: { tone: 'quiet', text: 'unavailable' },
  interrupted: { tone: 'bad', text: 'interrupted' },
}

const FLOW: Readonly<Record<FlowView['state'], { readonly tone: Tone; readonly text: string }>> = {
  idle: { tone: 'ok', text: 'ready' },
  running: { tone: 'busy', text: 'running' },
  waiting: { tone: 'busy', text: 'waiting' },
  paused: { tone: 'quiet', text: 'paused' },
  mistaken: { tone: 'bad', text: 'mistaken' },
}

const OUTCOME: Readonly<Record<string, Tone>> = {
  written: 'ok',
  unchanged: 'quiet',
  filtered: 'quiet',
  dead: 'bad',
  parked: 'warn',
  deleted: 'busy',
}

const LETTER: Readonly<Record<string, Tone>> = { open: 'bad', retrying: 'busy', resolved: 'ok', discarded: 'quiet' }

export const runTone = (state: RunView['state']): Tone => RUN[state].tone
export const outcomeTone = (outcome: string): Tone => OUTCOME[outcome] ?? 'quiet'
export const letterTone = (state: string): Tone => LETTER[state] ?? 'quiet'

interface TagProps {
  readonly tone: Tone
  /** It goes on just now. */
  readonly beats?: boolean
  readonly children: string
}

export function Tag({ tone, beats, children }: TagProps) {
  return <span className={`state tone-${tone} ${beats ? 'beats' : ''}`}>{children}</span>
}

export function RunState({ state }: { readonly state: RunView['state'] }) {
  const { tone, text } = RUN[state]
  return (
    <Tag tone={tone} beats={tone === 'busy'}>
      {text}
    </Tag>
  )
}

export function FlowState({ state }: { readonly state: FlowView['state'] }) {
  const { tone, text } = FLOW[state]
  return (
    <Tag tone={tone} beats={tone === 'busy'}>
      {text}
    </Tag>
  )
}

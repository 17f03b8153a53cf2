import type { Json } from '../../../engine/sdk/index.ts'
import { KNOBS, type Knobs } from './knob-table.ts'

export type { Knobs } from './knob-table.ts'

const isZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: text }) !== undefined
  } catch {
    return false
  }
}

const PARSERS = {
  count: (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined),
  integer: (text: string) => (/^-?\d+$/.test(text) ? Number(text) : undefined),
  flag: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
  names: (text: string) =>
    text
      .split(',')
      .map(it => it.trim())
      .filter(it => it !== ''),
  zone: (text: string) => (isZone(text) ? text : undefined),
  text: (text: string) => text,
  date: (text: string) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? text : undefined),
} as const

export const isKnob = (name: string): name is keyof Knobs => Object.hasOwn(KNOBS, name)

/** A switchable set of knobs, one per started sandbox. */
export interface KnobBoard {
  now(): Knobs
  /** Throws a RangeError for an unknown name or a value that it cannot have. */
  set(name: string, value: Json): void
}

export function createKnobs(): KnobBoard {
  const initial = Object.fromEntries(Object.entries(KNOBS).map(([name, it]) => [name, it.initial]))
  // the table is keyed by the interface, and `parsed` keeps each value of its kind
  let knobs = initial as unknown as Knobs
  return {
    now: () => knobs,
    set: (name, value) => {
      if (!isKnob(name)) throw new RangeError(`no knob "${name}"; there are ${Object.keys(KNOBS).join(', ')}`)
      knobs = { ...knobs, [name]: parsed(name, value) }
    },
  }
}

function parsed(name: keyof Knobs, value: Json): Json {
  const { kind } = KNOBS[name]
  const text = Array.isArray(value) ? value.join(',') : String(value)
  const result = typeof kind === 'string' ? PARSERS[kind](text) : kind.includes(text) ? text : undefined
  if (result === undefined) throw new RangeError(`knob "${name}" cannot be ${JSON.stringify(value)}`)
  return result
}

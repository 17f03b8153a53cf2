import type { Json } from '../../core/record.ts'

/** A zone is one when the runtime's own table has it. */
function isZone(text: string): boolean {
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
} as const

/** One switch of a sandbox. */
export interface KnobSpec {
  /** `names`: a comma-separated list. A list: the texts to choose from. A function: the texts that it accepts. */
  readonly kind: keyof typeof PARSERS | readonly string[] | ((text: string) => boolean)
  readonly initial: Json
  /** Help of `--option`. */
  readonly help: string
}

/** All switches of one sandbox. `Knobs` is what its code sees of them: each initial value is of the type that it names. */
export type KnobTable<Knobs> = Readonly<Record<keyof Knobs & string, KnobSpec>>

/** A switchable set of knobs, one per started sandbox. */
export interface KnobBoard<Knobs> {
  now(): Knobs
  /** Throws a RangeError for an unknown name or a value that it cannot have. Text is read as `--option` gives it. */
  set(name: string, value: Json): void
}

/** Where the knobs of a sandbox come from when it starts. */
export interface KnobOrigin {
  /** Name of the connector, for messages. */
  readonly sandbox: string
  /** All `--option`s that were given. */
  readonly given: Readonly<Record<string, string>>
  /** Options that are no knobs: `given` may have them too. */
  readonly options: Readonly<Record<string, string>>
  /** Names that `POST /_sandbox/knobs` takes besides the knobs, for messages. */
  readonly commands?: readonly string[]
}

/** Help of all knobs, for the options of a SandboxSpec. */
export const helpOfKnobs = (table: Readonly<Record<string, KnobSpec>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(table).map(([name, it]) => [name, it.help]))

/** The knobs as a sandbox starts with them. Throws a RangeError for an option that the sandbox does not have. */
export function createKnobs<Knobs>(table: KnobTable<Knobs>, origin: KnobOrigin): KnobBoard<Knobs> {
  const { sandbox, given, options, commands = [] } = origin
  const specs = new Map<string, KnobSpec>(Object.entries(table))
  // the table is keyed by the interface, and `parsed` keeps each value of its kind
  let knobs = Object.fromEntries([...specs].map(([name, it]) => [name, it.initial])) as Knobs
  const set = (name: string, value: Json): void => {
    const spec = specs.get(name)
    if (!spec) throw new RangeError(`no knob "${name}"; there are ${[...specs.keys(), ...commands].join(', ')}`)
    knobs = { ...knobs, [name]: parsed(name, spec.kind, value) }
  }
  for (const [name, value] of Object.entries(given)) {
    if (specs.has(name)) set(name, value)
    else if (!Object.hasOwn(options, name)) throw new RangeError(`the ${sandbox} sandbox has no option "${name}"`)
  }
  return { now: () => knobs, set }
}

function parsed(name: string, kind: KnobSpec['kind'], value: Json): Json {
  const text = Array.isArray(value) ? value.join(',') : String(value)
  const result = typeof kind === 'string' ? PARSERS[kind](text) : isAllowed(kind, text) ? text : undefined
  if (result === undefined) throw new RangeError(`knob "${name}" cannot be ${JSON.stringify(value)}`)
  return result
}

const isAllowed = (kind: Exclude<KnobSpec['kind'], string>, text: string): boolean =>
  typeof kind === 'function' ? kind(text) : kind.includes(text)

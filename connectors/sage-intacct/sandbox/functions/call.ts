import type { World } from '../store/world.ts'
import type { ErrorEntry } from '../wire/errors.ts'
import { type Formatting, parseOffset } from '../wire/when.ts'
import type { XmlNode } from '../wire/xml.ts'

/** What a function is run with. */
export interface Call {
  readonly world: World
  /** Entity that the session works in; '' is the top level. */
  readonly locationId: string
}

export interface FunctionAnswer {
  /** Everything between `controlid` and the end of `result`. */
  readonly xml: string
  /** A whole answer without envelope (`returnformat=json|csv`). */
  readonly bare?: { readonly contentType: string; readonly body: string }
  /** The function failed although it did what `xml` tells (knob `failedBatch: kept`). */
  readonly failure?: readonly ErrorEntry[]
}

export interface GatewayFunction {
  /** Object that the call is about, for counting. */
  object(node: XmlNode): string
  /** API transactions that it costs (fact sheet 8). */
  cost(node: XmlNode): number
  run(call: Call, node: XmlNode): FunctionAnswer
}

export function formattingOf(world: World): Formatting {
  const { dateFormat, gmtOffset } = world.knobs()
  return { dateFormat, offsetMinutes: parseOffset(gmtOffset) ?? 0 }
}

/** The audit history's own zone is not documented; its sister object prints GMT (fact sheet 5.5). */
export function auditFormattingOf(world: World): Formatting {
  const formatting = formattingOf(world)
  return world.knobs().auditZone === 'utc' ? { ...formatting, offsetMinutes: 0 } : formatting
}

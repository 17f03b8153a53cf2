/**
 * Control ids of writes: Intacct checks whether the function of an id was executed and completed before, and then refuses it (`uniqueid`,
 * sheet 3). So an id is the same while a write may be said again because its answer was lost, and another one when it is another write.
 */
import { type Context, fingerprint, type Json } from '../../engine/sdk/index.ts'

const HOUR_MS = 60 * 60_000

/**
 * The same for the same content, for the rest of the clock hour: a value that returns later (3, 2, 3 open tickets) costs no refusal each time. What returns
 * sooner is refused once, and is then said under a fresh id if that does no harm (doubt.ts).
 */
export const hourlyId = ({ clock }: Pick<Context<unknown>, 'clock'>, said: Json): string =>
  fingerprint([said, Math.floor(clock.now().getTime() / HOUR_MS)])

/** Of no other request: for a write that is not the one which `id` was executed for. */
export const freshId = ({ clock, random }: Pick<Context<unknown>, 'clock' | 'random'>, id: string): string =>
  `${id}-${clock.now().getTime().toString(36)}${Math.floor(random() * 2 ** 32).toString(36)}`

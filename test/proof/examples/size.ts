import type { Cursor } from '../../../engine/core/record.ts'
import { openRig, readAll } from '../../contract/rig.ts'
import { samplesOf } from '../../contract/samples.ts'
import type { Ground } from '../histories/ground.ts'

/** More than any connector remembers of one instant. */
const RECORDS = 8_000
/** What a checkpoint may weigh, however many records share a stamp. */
const MOST_BYTES = 64 * 1_024
const AT_ONCE = 1_000
const HOUR = 3_600_000

/** A bulk edit of thousands of records in one instant, read once and again: '' while every cursor on the way stays small. */
export async function cursorSize({ subject, entity, records, canAdd }: Ground): Promise<string> {
  if (!canAdd) return ''
  const rig = await openRig(subject, { records, timeoutMs: 60_000 })
  try {
    const samples = await samplesOf(rig, subject, entity)
    await rig.freeze(new Date((await rig.now()).getTime() + HOUR))
    for (let from = 0; from < RECORDS; from += AT_ONCE)
      await rig.at.put(
        entity,
        Array.from({ length: AT_ONCE }, (_, n) => samples.make(`m${from + n}`)),
      )
    let most = 0
    let after: Cursor | undefined
    for (let run = 0; run < 3; run++) {
      const { pages, next } = await readAll(rig.connection, entity, {
        ...(after === undefined ? {} : { after }),
        select: [samples.textField],
      })
      most = Math.max(most, ...pages.map(page => JSON.stringify(page.next).length))
      after = next
      await rig.at.clock({ advanceMs: 30_000 })
      rig.clock.advance(30_000)
    }
    return most <= MOST_BYTES ? '' : `a cursor grew to ${most} bytes`
  } finally {
    await rig.close()
  }
}

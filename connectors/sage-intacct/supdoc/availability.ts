/** May this user see attachments at all? They are no object of `query`: one list of one attachment tells. */
import { isEngineError, type Preflight } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'

const REMEMBERED_MS = 6 * 60 * 60_000
const FACT = 'may-read-SUPDOC'

/** Remembered for six hours, as it costs a transaction and brings the files of that one attachment (sheet 7.1). */
export async function preflightDocuments(client: IntacctClient): Promise<Preflight> {
  const { facts } = client.context
  if ((await facts.get(FACT)) !== undefined) return { is: 'available' }
  try {
    await client.read({
      label: 'GET list of supdoc',
      build: () => '<get_list object="supdoc" maxitems="1"/>',
      check: () => undefined,
      attempts: 2,
    })
  } catch (thrown) {
    if (isEngineError(thrown, 'unavailable')) return { is: 'unavailable', error: thrown }
    // too large to be read whole, but shown
    if (!isEngineError(thrown) || thrown.code !== 'INTACCT_ANSWER_TOO_LARGE') throw thrown
  }
  await facts.set(FACT, true, REMEMBERED_MS)
  return { is: 'available' }
}

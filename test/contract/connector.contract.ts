import { readingContract } from './reading.contract.ts'
import type { Subject } from './rig.ts'

/** What every connector of the registry keeps, with its sandbox: one suite, no list of names. */
export function connectorContract(subject: Subject): void {
  describe(`the connector ${subject.connector.name}`, () => {
    readingContract(subject)
  })
}

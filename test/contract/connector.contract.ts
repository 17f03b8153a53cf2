import { preflightContract } from './preflight.contract.ts'
import { readingContract } from './reading.contract.ts'
import type { Subject } from './rig.ts'
import { settingsContract } from './settings.contract.ts'
import { signInContract } from './sign-in.contract.ts'
import { troubleContract } from './trouble.contract.ts'

/** What every connector of the registry keeps, with its sandbox: one suite, no list of names. */
export function connectorContract(subject: Subject): void {
  describe(`the connector ${subject.connector.name}`, () => {
    settingsContract(subject)
    signInContract(subject)
    preflightContract(subject)
    readingContract(subject)
    troubleContract(subject)
  })
}

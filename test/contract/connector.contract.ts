import { preflightContract } from './preflight.contract.ts'
import { readingContract } from './reading.contract.ts'
import type { Subject } from './rig.ts'
import { sandboxContract } from './sandbox.contract.ts'
import { settingsContract } from './settings.contract.ts'
import { signInContract } from './sign-in.contract.ts'
import { troubleContract } from './trouble.contract.ts'
import { writingContract } from './writing.contract.ts'

/** What every connector of the registry keeps, with its sandbox: one suite, no list of names. */
export function connectorContract(subject: Subject): void {
  describe(`the connector ${subject.connector.name}`, () => {
    settingsContract(subject)
    sandboxContract(subject)
    signInContract(subject)
    preflightContract(subject)
    readingContract(subject)
    writingContract(subject)
    troubleContract(subject)
  })
}

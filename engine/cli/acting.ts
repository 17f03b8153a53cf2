import type { JsonObject } from '../core/record.ts'
import type { OpenWorkspace } from './workspace.ts'

export interface Deed {
  /** As the service names the same deed: `token.create` … */
  readonly action: string
  readonly subject: string
  /** Never a secret. */
  readonly details: JsonObject
}

/** Writes down what a person does by a verb, before it is done. Runs need none: the ledger knows who started them. */
export async function recordAction({ actor, ledger, context }: OpenWorkspace, deed: Deed): Promise<void> {
  await (await ledger()).recordAction({ at: context.clock.now().toISOString(), actor, ...deed })
}

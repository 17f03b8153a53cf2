import type { JsonObject } from '../../core/record.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'

export interface Deed {
  /** `flow.run`, `token.create` … */
  readonly action: string
  readonly subject: string
  /** Never a secret. */
  readonly details?: JsonObject
}

/** Writes down what a person does, before it is done, and tells it. */
export async function act(
  { clock, hub }: Pick<Service, 'clock' | 'hub'>,
  { ledger, name: workspace }: Held,
  { actor, ...deed }: Deed & { readonly actor: string },
): Promise<void> {
  const action = { at: clock.now().toISOString(), actor, details: {}, ...deed }
  await ledger.recordAction(action)
  hub.tell({ is: 'acted', workspace, action })
}

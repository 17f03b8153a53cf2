import type { CursorContract } from '../../../engine/core/contracts.ts'
import type { FlowPlan } from '../../../engine/core/plan.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { openRig, type Subject } from '../../contract/rig.ts'
import { type Samples, samplesOf } from '../../contract/samples.ts'
import { createMachine } from '../../run/support/machine.ts'
import { createCrm } from '../../run/support/toy-crm.ts'
import type { System } from '../../support/world.ts'
import { compile } from '../support/compile.ts'
import { nowhere } from '../support/nowhere.ts'

/** A readable entity, and the two forms of the flow that carries it into a target in memory. */
export interface Ground {
  readonly subject: Subject
  readonly entity: string
  readonly contract: CursorContract
  readonly samples: Samples
  /** The flow before it is edited, and after. */
  readonly plans: readonly [FlowPlan, FlowPlan]
  /** How many records the sandbox is started with. */
  readonly records: number
  /** May a person add one? Documents that come from elsewhere are only edited. */
  readonly canAdd: boolean
}

export const SEED = 3

/** Without an upsert of its own: every creation is announced, so that one which was cut off is known of whatever happens next. */
export const TARGET = { hasUpsert: false, maxBatch: 3 } as const

/** What the target has room for. */
export const NAME_LENGTH = 20

const flowOf = (connector: string, entity: string, text: string, form: string) => `
flow: history
source: { connector: ${connector}, entity: "${entity}" }
map: { ERP_ID: $key, Name: '$substring(\`${text}\`, 0, ${NAME_LENGTH})', Status: '"${form}"' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
onDelete: delete
schedule: { every: 1h, sweep: "0 3 * * 0" }
`

/** References of new records are to what is there: some systems need more of it than others. */
const SIZES = [2, 12]

/** Every readable entity of a connector, by what it declares; or one of them. */
export async function groundsOf(subject: Subject, only?: string): Promise<readonly Ground[]> {
  const grounds: Ground[] = []
  for (const [entity, { read }] of Object.entries(subject.connector.entities))
    if (read && (only ?? entity) === entity) grounds.push(await groundOf(subject, entity, read.cursor))
  return grounds
}

async function groundOf(subject: Subject, entity: string, contract: CursorContract): Promise<Ground> {
  let ground: Ground | undefined
  for (const records of SIZES) {
    const rig = await openRig(subject, { records, seed: SEED })
    try {
      const samples = await samplesOf(rig, subject, entity)
      const canAdd = await rig.at.put(entity, samples.make('probe')).then(
        () => true,
        () => false,
      )
      const plans = plansOf(subject, { entity, samples, sandbox: rig.sandbox })
      ground = { subject, entity, contract, samples, plans, records, canAdd }
      if (canAdd) return ground
    } finally {
      await rig.close()
    }
  }
  if (!ground) throw new Error(`${entity} cannot be set up`)
  return ground
}

function plansOf(
  { connector }: Subject,
  { entity, samples, sandbox }: { readonly entity: string; readonly samples: Samples; readonly sandbox: Sandbox },
): Ground['plans'] {
  const systems: Record<string, System> = {
    source: { connector, sandbox },
    crm: { connector: createCrm(createMachine(), TARGET).connector, sandbox: nowhere },
  }
  const planOf = (form: string) => compile(flowOf(connector.name, entity, samples.textField, form), systems)
  return [planOf('one'), planOf('two')]
}

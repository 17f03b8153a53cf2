import { EngineError } from '../../core/errors.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { Cursor } from '../../core/record.ts'
import { holderName, isHolderAlive } from '../../host/index.ts'
import { recordAction } from '../acting.ts'
import { done } from '../end.ts'
import { left, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import { didYouMean } from '../suggest.ts'
import { usage } from '../usage.ts'
import type { Given, Verb } from '../verb.ts'
import { flowNamed, type OpenWorkspace, withWorkspace } from '../workspace.ts'

const LEASE_MS = 30_000

const list: Verb = {
  name: 'list',
  summary: 'list the checkpoints: how far each flow has read its source',
  arguments: [{ name: 'flow', description: 'of this flow', isOptional: true }],
  examples: [{ line: 'cursor list', does: 'one line per flow and entity' }],
  json: { checkpoints: 'of each: { flow, entity, cursor, committedAt }' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const flow = given.text('flow')
      const name = flow === undefined ? undefined : flowNamed(opened, flow).name
      const checkpoints = await (await opened.ledgerAsItIs()).checkpoints(name)
      return done({ checkpoints }, () =>
        checkpoints.length === 0
          ? 'no checkpoints: the next run of each flow reads everything\n'
          : showTable(
              [left('flow'), left('entity'), left('committed'), left('cursor')],
              checkpoints.map(it => [it.flow, it.entity, showMoment(it.committedAt), JSON.stringify(it.cursor)]),
              context.colours,
            ),
      )
    }),
}

const clear: Verb = {
  name: 'clear',
  summary: 'forget a checkpoint: the next run reads everything; what is the same is not written again',
  arguments: [
    { name: 'flow', description: 'name of the flow' },
    { name: 'entity', description: 'one of its source entities (default: all)', isOptional: true },
  ],
  examples: [{ line: 'cursor clear erp-vendors-to-crm', does: 'the next run is a full read' }],
  json: { flow: 'name', entities: 'whose checkpoints are gone' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const flow = flowNamed(opened, given.required('flow'))
      const entity = given.text('entity')
      const entities = entity === undefined ? flow.source.entities : [entityOf(flow, entity)]
      await change(opened, flow, entities, null)
      return done(
        { flow: flow.name, entities },
        () => `${flow.name}: the next run reads all of ${entities.join(', ')}\n`,
      )
    }),
}

const set: Verb = {
  name: 'set',
  summary: 'put a checkpoint where "cursor list" showed it at another time',
  arguments: [
    { name: 'flow', description: 'name of the flow' },
    { name: 'entity', description: 'one of its source entities' },
    { name: 'cursor', description: 'the cursor as JSON: only its connector knows what it means' },
  ],
  examples: [
    {
      line: `cursor set erp-vendors-to-crm VENDOR '{"phase":"full"}'`,
      does: 'the next run reads from there',
    },
  ],
  json: { flow: 'name', entity: 'of the source', cursor: 'as it was set' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const flow = flowNamed(opened, given.required('flow'))
      const entity = entityOf(flow, given.required('entity'))
      const cursor = cursorOf(given)
      await change(opened, flow, [entity], cursor)
      return done({ flow: flow.name, entity, cursor }, () => `${flow.name}: the next run reads ${entity} from there\n`)
    }),
}

export const cursor: Verb = {
  name: 'cursor',
  summary: 'list, clear or set how far flows have read',
  examples: [{ line: 'cursor list', does: 'one line per flow and entity' }],
  json: {},
  verbs: [list, clear, set],
}

function entityOf(flow: FlowPlan, name: string): string {
  const { entities } = flow.source
  if (entities.includes(name)) return name
  throw usage(`${flow.name} does not read "${name}"`, didYouMean(name, entities))
}

function cursorOf(given: Given): Cursor {
  try {
    const value: unknown = JSON.parse(given.required('cursor'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Cursor
  } catch {
    // not JSON at all: refused like JSON of another kind
  }
  throw usage('the cursor is not a JSON object', 'Copy one from "ml-connector cursor list --json".')
}

/** Under the flow's lease: a run that goes on meanwhile would commit its own checkpoint over this one. */
async function change(
  opened: OpenWorkspace,
  flow: FlowPlan,
  entities: readonly string[],
  cursor: Cursor | null,
): Promise<void> {
  const ledger = await opened.ledger()
  const now = opened.context.clock.now()
  const holder = holderName()
  const held = await ledger.leaseHolder(flow.name)
  if (held !== undefined && !isHolderAlive(held)) await ledger.releaseLease(flow.name, held)
  if (!(await ledger.acquireLease(flow.name, holder, now, LEASE_MS)))
    throw new EngineError({
      kind: 'configuration',
      code: 'RUN_OVERLAP',
      message: `${flow.name} is running (${held ?? 'another process'})`,
      remedy: 'Wait for it to end, then change its checkpoint.',
    })
  try {
    const did = cursor === null ? 'cursor.clear' : 'cursor.set'
    await recordAction(opened, { action: did, subject: `flow:${flow.name}`, details: { entities } })
    for (const entity of entities) await ledger.setCheckpoint(flow.name, entity, cursor, now.toISOString())
  } finally {
    await ledger.releaseLease(flow.name, holder)
  }
}

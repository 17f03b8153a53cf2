import type { JsonObject, SandboxAnswer } from '../../../../engine/sdk/index.ts'
import { empty, httpError, notFound, notThere, Refusal } from '../answers.ts'
import { shown, stored } from '../entities/adapt.ts'
import type { EntityDef } from '../entities/definition.ts'
import type { Session } from '../identity/sessions.ts'
import { guidOf } from '../store/guid.ts'
import { isNode, type Row, textOf } from '../store/row.ts'
import { INSTANCE_PATH, keyOf, type World } from '../world.ts'
import type { EntityCall } from './call.ts'
import { readBody, readGiven } from './given.ts'
import { locate } from './one.ts'

interface Operation {
  readonly id: string
  readonly screen: string
  readonly session: string
  readonly entity: EntityDef
  readonly slot: number
  readonly endsAt: number
  isApplied: boolean
}

/** Actions that run on after their answer: the release of documents (fact sheet 6.4). */
export interface Operations {
  start(call: EntityCall, session: Session, action: string): SandboxAnswer
  status(call: EntityCall, id: string): SandboxAnswer
  /** Throws the 409 of a form whose operation still runs in this session. */
  checkFree(entity: EntityDef, session: Session): void
  /** Finishes what is over by now. */
  settle(): void
}

const OPERATION_FAMILY = 0x7ff

export function createOperations(world: World): Operations {
  const held = new Map<string, Operation>()
  const isOver = (it: Operation) => world.clock.now().getTime() >= it.endsAt
  const settle = () => {
    for (const it of held.values())
      if (!it.isApplied && isOver(it)) {
        it.isApplied = true
        if (!world.knobs().operationsFail) release(world, it)
      }
  }
  return {
    settle,
    start: (call, session, action) => {
      const { entity, versionText } = call
      const name = entity.actions.find(it => it.toLowerCase() === action.toLowerCase())
      if (!name) throw notFound(`The action ${action} is not found.`)
      const { slot } = targetOf(call)
      const operation: Operation = {
        id: guidOf(OPERATION_FAMILY, held.size + 1),
        screen: entity.screen,
        session: session.id,
        entity,
        slot,
        endsAt: world.clock.now().getTime() + world.knobs().operationMs,
        isApplied: false,
      }
      held.set(operation.id, operation)
      settle()
      const location = `${INSTANCE_PATH}/entity/Default/${versionText}/${entity.name}/${name}/status/${operation.id}`
      return operation.isApplied ? empty(204) : empty(202, { location })
    },
    status: (call, id) => {
      const operation = held.get(id)
      if (!operation) throw notFound('The operation is not found.')
      settle()
      return statusOf(call, operation)
    },
    checkFree: (entity, session) => {
      settle()
      const busy = [...held.values()].some(
        it => !it.isApplied && it.screen === entity.screen && it.session === session.id,
      )
      if (busy) throw new Refusal(empty(409))
    },
  }
}

/** Done: 204, with a Location that is not to be polled. */
function statusOf({ world, entity, versionText, request }: EntityCall, operation: Operation): SandboxAnswer {
  if (!operation.isApplied) return empty(202, { location: request.path })
  if (world.knobs().operationsFail)
    throw httpError(500, 'PX.Data.PXOperationCompletedWithErrorException', 'At least one item has not been processed.')
  return empty(204, { location: `${INSTANCE_PATH}/entity/Default/${versionText}/${entity.name}` })
}

function targetOf(call: EntityCall): { readonly slot: number; readonly row: Row } {
  const { entity, version } = call
  const { entity: sent } = readBody(call.request.body)
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw notThere()
  const given = readGiven(entity, sent as JsonObject, { version, zone: 'UTC' })
  const keys = entity.keys.map(it => String(given.values.get(it) ?? ''))
  const place = locate(call, given.id === undefined ? keys : [given.id])
  if (!place) throw notThere()
  if (textOf(place.row.values['Status']) !== 'Balanced')
    throw httpError(500, 'PX.Data.PXException', 'The document cannot be released: it is not balanced.')
  return place
}

function release(world: World, { entity, slot }: Operation): void {
  const table = world.table(entity)
  const held = table.latest(slot)
  if (!held) return
  const before = shown(entity, held)
  const financial = before.values['FinancialDetails']
  const BatchNbr = world.nextNumber('Batch')
  const after: Row = {
    ...before,
    modifiedAt: world.stamp(),
    values: {
      ...before.values,
      Status: before.values['Balance'] === 0 ? 'Closed' : 'Open',
      Hold: false,
      FinancialDetails: isNode(financial)
        ? { ...financial, values: { ...financial.values, BatchNbr } }
        : { id: world.newId(), note: null, custom: {}, values: { BatchNbr } },
    },
  }
  table.put(slot, keyOf(entity, after), stored(entity, after))
  world.tell({ entity, before, after })
}

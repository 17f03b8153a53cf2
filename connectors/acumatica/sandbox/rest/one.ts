import type { SandboxAnswer } from '../../../../engine/sdk/index.ts'
import { empty, httpError, jsonText, notThere } from '../answers.ts'
import { shown } from '../entities/adapt.ts'
import { isGuid } from '../store/guid.ts'
import type { Row } from '../store/row.ts'
import { textOf } from '../store/row.ts'
import { KEY_JOINT } from '../world.ts'
import type { EntityCall } from './call.ts'
import { isVisible } from './list.ts'
import { createPrinter } from './render.ts'
import { readWanted } from './shape.ts'

export interface Place {
  readonly slot: number
  readonly row: Row
}

/** The record of a path: `/{id}` or `/{key1}/{key2}`. What the user may not see is not there. */
export function locate(call: Pick<EntityCall, 'world' | 'entity'>, steps: readonly string[]): Place | undefined {
  const { world, entity } = call
  const table = world.table(entity)
  const [first = ''] = steps
  const slot = steps.length === 1 && isGuid(first) ? table.slotOfId(first) : table.slotOfKey(keyText(call, steps))
  const found = slot === undefined ? undefined : table.row(slot)
  if (slot === undefined || !found) return undefined
  const row = shown(entity, found)
  return isVisible(world, entity, { row: () => row }) ? { slot, row } : undefined
}

/** Keys are kept in capitals; drop-downs among them (the type of a document) are matched by their label. */
export function keyText({ entity }: Pick<EntityCall, 'entity'>, steps: readonly string[]): string {
  return entity.keys
    .map((name, at) => {
      const given = (steps[at] ?? '').trim()
      const field = entity.fields[name]
      const label =
        field?.is === 'value' ? field.values?.find(it => it.toUpperCase() === given.toUpperCase()) : undefined
      return label ?? given.toUpperCase()
    })
    .join(KEY_JOINT)
}

export function printOne(call: EntityCall, row: Row, alsoFields: readonly string[] = []): string {
  const { world, entity, version, versionText, request } = call
  const wanted = readWanted(entity, version, request.query, alsoFields)
  const files = (of: Row) => call.files.get(of.id) ?? []
  return createPrinter({ world, entity, versionText, version, wanted, files }).record(row, 1)
}

/** Single reads are not optimised: they bring what a list cannot (fact sheet 5.4). */
export function getRecord(call: EntityCall, steps: readonly string[]): SandboxAnswer {
  // names are checked before the record is looked for
  readWanted(call.entity, call.version, call.request.query)
  const place = locate(call, steps)
  if (!place) throw notThere()
  return jsonText(200, printOne(call, place.row))
}

export function deleteRecord(call: EntityCall, steps: readonly string[]): SandboxAnswer {
  const place = locate(call, steps)
  if (!place) throw notThere()
  checkDeletable(call, place.row)
  call.world.table(call.entity).remove(place.slot)
  call.world.tell({ entity: call.entity, before: place.row })
  return empty(204)
}

function checkDeletable({ world, entity }: EntityCall, row: Row): void {
  const status = textOf(row.values['Status'])
  if (entity.actions.length > 0 && ['Open', 'Closed'].includes(status))
    throw httpError(500, 'PX.Data.PXException', 'The document is released and cannot be deleted.')
  if (entity.name !== 'Customer') return
  const documents = world.table({ ...entity, name: 'SalesInvoice' })
  for (const slot of documents.slots())
    if (documents.latest(slot)?.values['CustomerID'] === row.values['CustomerID'])
      throw httpError(500, 'PX.Data.PXException', 'The customer has documents and cannot be deleted.')
}

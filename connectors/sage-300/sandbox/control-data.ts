import type { JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { Refusal } from './answers.ts'
import { forScreens } from './odata/print.ts'
import { printWhole } from './reads.ts'
import { RESOURCES } from './resources/catalogue.ts'
import type { ResourceDef } from './resources/definition.ts'
import { type Company, joinKey, keyOf, tableOf } from './store/company.ts'
import { insertRecord, patchRecord } from './write/write.ts'

/** What people set at their screens, or processes set for them, and the API cannot. */
const SET_BY_PEOPLE: ReadonlySet<string> = new Set([
  'OrderCompleted',
  'LastInvoiceNumber',
  'NumberOfInvoices',
  'LastShipmentNumber',
  'NumberOfShipments',
  'LastPostingDate',
  'InvoiceAmountDue',
  'BalanceDueInCustomerCurrency',
  'BalanceDueInVendorCurrency',
  'QuantityOnHand',
  'QuantityAvailable',
])

/** Records of the main company as people see and change them; entities are `AP/APVendors`, keys of several parts are joined by commas. */
export function controlData(company: Company): SandboxData {
  return {
    entities: [...RESOURCES.keys()],
    list: entity => {
      const def = known(entity)
      const table = tableOf(company, def)
      return Array.from({ length: table.size() }, (_unused, place) =>
        printWhole(def, table.recordAt(place), forScreens(company.knobs.now())),
      )
    },
    put: (entity, record) => put(company, known(entity), record),
    remove: (entity, key) => {
      const def = known(entity)
      return tableOf(company, def).remove(joinKey(def.key.length > 1 ? key.split(',') : [key]))
    },
  }
}

function known(entity: string): ResourceDef {
  const def = RESOURCES.get(entity)
  if (!def) throw new RangeError(`the sandbox has no entity ${entity}`)
  return def
}

/** Change times follow; what is not given stays. A refusal of the business layer is shown as an error. */
function put(company: Company, def: ResourceDef, record: JsonObject): JsonObject {
  const call = { company, def, allowed: SET_BY_PEOPLE }
  const key = keyOf(def, record)
  const table = tableOf(company, def)
  try {
    const before = table.get(key)
    const stored = before ? patchRecord(call, key, record) : insertRecord(call, record)
    return printWhole(def, stored, forScreens(company.knobs.now()))
  } catch (thrown) {
    if (thrown instanceof Refusal) throw new RangeError(`${def.name} refuses the record: ${thrown.message}`)
    throw thrown
  }
}

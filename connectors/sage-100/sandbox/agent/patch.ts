import { ColumnRefusal, checked } from '../rules/check.ts'
import type { Site } from '../site.ts'
import { type Company, stamped } from '../store/company.ts'
import { tableDef } from '../store/tables.ts'
import { AgentRefusal, badRequest, notFound } from './answers.ts'

export interface PatchCall {
  readonly site: Site
  readonly company: Company
  readonly userKey: string
  readonly key: string
  readonly body: Buffer
}

const OBJECT = 'AR_Customer_bus'

/** `PATCH /companies/{c}/customers/{key}`: all of the columns or none. */
export function patchCustomer({ site, company, userKey, key, body }: PatchCall): void {
  const def = tableDef('AR_Customer')
  const changes = parseBody(body)
  const table = company.table('AR_Customer')
  const row = table.get(key)
  if (!row) throw notFound(`AR_Customer ${key} is not on file.`, key)
  const lock = site.locks.meet(def, key)
  if (lock !== undefined)
    throw new AgentRefusal('RECORD_LOCKED', lock, {
      key,
      sage: { object: OBJECT, method: 'nSetKey', lastErrorMsg: lock },
    })
  const failed = (lastErrorMsg: string) =>
    new AgentRefusal('VALIDATION_FAILED', lastErrorMsg, {
      key,
      sage: { object: OBJECT, method: 'nSetValue', lastErrorMsg },
    })
  const values = Object.entries(changes).map(([name, value]): [string, string] => {
    const column = def.columns.get(name)
    if (!column || column.isPrivate) throw failed(`${OBJECT} has no column ${name}.`)
    if (column.isReadOnly) throw failed(`Could not set ${OBJECT} column ${name}: The column is read only.`)
    try {
      return [name, checked(OBJECT, column, value)]
    } catch (thrown) {
      throw thrown instanceof ColumnRefusal ? failed(thrown.message) : thrown
    }
  })
  const changed = { ...row, values: { ...row.values, ...Object.fromEntries(values) } }
  table.put(key, stamped(company, changed, { userKey, isNew: false }))
}

function parseBody(body: Buffer): Readonly<Record<string, string>> {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    throw badRequest('The body is not JSON.')
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    throw badRequest('The body is an object of columns.')
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => {
      if (typeof value !== 'string') throw badRequest(`${name} must be a string.`)
      return [name, value]
    }),
  )
}

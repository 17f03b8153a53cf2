import type { Json, JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'

/** One fault of a record (or of a request): the four keys of fact sheet section 5 without `status`. */
export interface Fault {
  readonly code: string
  readonly message: string
  readonly details: JsonObject
}

/** A request that is refused as a whole: top-level error object. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly fault: Fault

  constructor(status: number, fault: Fault) {
    super(fault.message)
    this.status = status
    this.fault = fault
  }
}

export const refuse = (code: string, message: string, details: JsonObject = {}, status = 400): Refusal =>
  new Refusal(status, { code, message, details })

export const asError = (fault: Fault): JsonObject => ({
  code: fault.code,
  details: fault.details,
  message: fault.message,
  status: 'error',
})

export const JSON_TYPE = 'application/json;charset=UTF-8'

export function json(status: number, body: Json): SandboxAnswer {
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) }
}

export const empty = (status: 204 | 304): SandboxAnswer => ({ status })

/** One answer per item, in the order asked: all well, mixed 207, none 400 (fact sheet 4.1). */
export function perItem(wrapper: 'data' | 'watch', items: readonly JsonObject[], allWell: number): SandboxAnswer {
  const failed = items.filter(it => it['status'] === 'error')
  const isAllModified = failed.length > 0 && failed.every(it => it['code'] === 'ALREADY_MODIFIED')
  const status = failed.length === 0 ? allWell : failed.length < items.length ? 207 : isAllModified ? 412 : 400
  return json(status, { [wrapper]: items })
}

import type { Json, SandboxAnswer } from '../../../engine/sdk/index.ts'

/** A request that is refused: status, code and the text for people (fact sheet 6). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const invalidParameters = (message: string) => new Refusal(400, 'InvalidParameters', message)
export const invalidKey = (message: string) => new Refusal(400, 'InvalidEntityKey', message)
export const invalidPayload = (message: string) => new Refusal(400, 'InvalidPayload', message)
export const forbidden = (message: string) => new Refusal(403, 'Forbidden', message)
export const resourceNotFound = (what: string) =>
  new Refusal(404, 'ResourceNotFound', `The resource ${what} was not found.`)
export const recordNotFound = () => new Refusal(404, 'RecordNotFound', 'Record does not exist.')
/** Rules of the business layer come back as 409 (fact sheet 0.3). */
export const fieldInvalid = (message: string) => new Refusal(409, 'FieldInvalid', message)
export const recordDuplicate = (message: string) => new Refusal(409, 'RecordDuplicate', message)
export const recordInvalid = (message: string) => new Refusal(409, 'RecordInvalid', message)
export const general = (message: string) => new Refusal(409, 'General', message)

const JSON_HEADERS = {
  'content-type': 'application/json; odata.metadata=minimal; charset=utf-8',
  'odata-version': '4.0',
}

export function json(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): SandboxAnswer {
  return { status, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) }
}

export const empty = (): SandboxAnswer => ({ status: 204, headers: { 'odata-version': '4.0' } })

export function errorBody({ status, code, message }: Refusal): SandboxAnswer {
  const headers: Readonly<Record<string, string>> =
    status === 401 ? { 'www-authenticate': 'Basic realm="Sage 300 Web API"' } : {}
  return json(status, { error: { code, message: { lang: 'en-US', value: message } } }, headers)
}

/** What IIS answers by itself, before or instead of the application: never JSON. */
export function page(status: number, title: string): SandboxAnswer {
  const body = `<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\r\n<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\r\n<BODY><h2>${title}</h2><hr><p>HTTP Error ${status}.</p></BODY></HTML>\r\n`
  return { status, headers: { 'content-type': 'text/html; charset=us-ascii' }, body }
}

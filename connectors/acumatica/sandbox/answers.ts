import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'

/** A request that is refused as a whole, with the answer that says so. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: SandboxAnswer

  constructor(answer: SandboxAnswer) {
    super(`answered with ${answer.status}`)
    this.answer = answer
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

export const jsonText = (status: number, body: string): SandboxAnswer => ({
  status,
  headers: { 'content-type': JSON_TYPE },
  body,
})

export const json = (status: number, body: JsonObject | readonly JsonObject[]): SandboxAnswer =>
  jsonText(status, JSON.stringify(body))

export const plain = (status: number, body: string, type = 'text/plain'): SandboxAnswer => ({
  status,
  headers: { 'content-type': `${type}; charset=utf-8` },
  body,
})

export const empty = (status: number, headers: Readonly<Record<string, string>> = {}): SandboxAnswer => ({
  status,
  headers,
})

/** A redirect with an HTML body, as IIS sends it: a client that follows it sees a page with status 200. */
export const redirect = (location: string): SandboxAnswer => ({
  status: 302,
  headers: { 'content-type': 'text/html; charset=utf-8', location },
  body: `<html><head><title>Object moved</title></head><body><h2>Object moved to <a href="${location}">here</a>.</h2></body></html>`,
})

/** The common error shape (fact sheet 7): status 500 for most things that other systems have a status of their own for. */
export function httpError(status: number, exceptionType: string, exceptionMessage: string): Refusal {
  return new Refusal(
    json(status, {
      message: 'An error has occurred.',
      exceptionMessage,
      exceptionType,
      stackTrace:
        '   at PX.Api.ContractBased.EntityService.Handle()\r\n   at PX.Api.ContractBased.EntityController.Get()',
    }),
  )
}

/** 400 with what is wrong, by place in the body ('' is the body as a whole). */
export const invalidRequest = (place: string, text: string): Refusal =>
  new Refusal(json(400, { message: 'The request is invalid.', modelState: { [place]: [text] } }))

export const notFound = (text: string): Refusal => new Refusal(json(404, { message: text }))

export const notThere = (): Refusal =>
  httpError(500, 'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException', 'No entity satisfies the condition.')

export const unauthorised = (): Refusal =>
  new Refusal(json(401, { message: 'Authorization has been denied for this request.' }))

export const preconditionFailed = (text: string): Refusal =>
  new Refusal(json(412, { message: 'The precondition of the request is not met.', exceptionMessage: text }))

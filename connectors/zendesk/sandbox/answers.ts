import type { Json, JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'

/** A call that is refused: status and body as the fact sheet words them (section 5). */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly answer: SandboxAnswer

  constructor(answer: SandboxAnswer) {
    super(`${answer.status}`)
    this.answer = answer
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8'

export function json(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): SandboxAnswer {
  return { status, headers: { 'content-type': JSON_TYPE, ...headers }, body: JSON.stringify(body) }
}

export const plain = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): SandboxAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
})

export const empty: SandboxAnswer = { status: 204 }

export const refuse = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Refusal =>
  new Refusal(json(status, body, headers))

/** One family of several: `{ error, description }`. */
export const refuseWith = (status: number, error: string, description: string, more: JsonObject = {}): Refusal =>
  refuse(status, { error, description, ...more })

export const notFound = () => refuseWith(404, 'RecordNotFound', 'Not found')
export const noEndpoint = () => refuseWith(404, 'InvalidEndpoint', 'Not found')
export const forbidden = () =>
  refuse(403, {
    error: {
      title: 'Forbidden',
      message:
        'You do not have access to this page. Please contact the account owner of this help desk for further help.',
    },
  })
export const badRequest = (text: string) => new Refusal(plain(400, text))
export const invalidValue = (description: string) => refuseWith(400, 'InvalidValue', description)

/** `max_count` is told for organizations and tickets, not for users (4.2). */
export const tooManyValues = (tellsCount: boolean) =>
  refuseWith(
    400,
    'TooManyValues',
    'Number of values in the request exceeds the maximum of 100',
    tellsCount ? { max_count: 100 } : {},
  )

/** One fault of one field of a record. */
export interface FieldFault {
  readonly field: string
  /** `DuplicateValue`, `BlankValue`, `InvalidValue`, … */
  readonly error: string
  /** `Name: Acme has already been taken`. */
  readonly description: string
}

/** A record that does not hold what it must: 422 for one record, a line of the results in a job. */
export class RecordFault extends Refusal {
  readonly faults: readonly FieldFault[]
  /** Of the record that was to be changed, where there is one. */
  recordId: number | undefined

  constructor(faults: readonly FieldFault[]) {
    super(json(422, { error: 'RecordInvalid', description: 'Record validation errors', details: byField(faults) }))
    this.faults = faults
  }

  /** As jobs tell it: a plain text, with two blanks after the colon (4.3). */
  get text(): string {
    return this.faults.map(it => it.description.replace(': ', ':  ')).join(' ')
  }
}

function byField(faults: readonly FieldFault[]): JsonObject {
  const details: Record<string, JsonObject[]> = {}
  for (const { field, error, description } of faults) {
    details[field] ??= []
    details[field].push({ description, error })
  }
  return details
}

export const fault = (field: string, error: string, description: string): FieldFault => ({ field, error, description })

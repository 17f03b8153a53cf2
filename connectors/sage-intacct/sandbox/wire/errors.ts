/** One `error` element. Absent parts are printed as empty elements; an absent `errorno` is left out, as the gateway does (fact sheet, point 9). */
export interface ErrorEntry {
  readonly errorno?: string
  readonly description?: string
  readonly description2?: string
  readonly correction?: string
}

/** Where a failure is reported: `gateway` has a bare control, `control` no operation, `authentication` no result (fact sheet 3). */
export type FailureLevel = 'gateway' | 'control' | 'authentication' | 'function'

/** A request, sign-in or function that is refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly level: FailureLevel
  readonly entries: readonly ErrorEntry[]
  /** HTTP status; only the gateway level uses another than 200. */
  readonly status: number

  constructor(level: FailureLevel, entries: readonly ErrorEntry[], status = 200) {
    super(entries.map(it => it.description2 ?? it.description ?? '').join(' / '))
    this.level = level
    this.entries = entries
    this.status = status
  }
}

export const schemaError = (detail: string) =>
  new Refusal('control', [{ errorno: 'XL03000003', description2: `XML Parse schema error: ${detail}` }])

export const refuseFunction = (...entries: readonly ErrorEntry[]) => new Refusal('function', entries)

export const invalidField = (object: string, field: string) =>
  refuseFunction({
    errorno: 'XL03000010',
    description2: `Field requested is not valid: ${object.toLowerCase()}.${field}`,
  })

export const invalidValue = (field: string, value: string, expected: string) =>
  refuseFunction({
    errorno: 'BL03000018',
    description2: `The value '${value}' of field ${field} has an illegal format.`,
    correction: `Use ${expected}.`,
  })

export const noPermission = (operation: string, object: string) =>
  refuseFunction({
    errorno: 'PL04000005',
    description2: `You do not have permission for API operation ${operation} on objects of type ${object.toLowerCase()}`,
  })

export const unknownObject = (object: string) =>
  refuseFunction({ errorno: 'Query Failed', description2: `Object definition ${object} not found` })

export const badRequest = (detail: string) => refuseFunction({ errorno: 'XL03000003', description2: detail })

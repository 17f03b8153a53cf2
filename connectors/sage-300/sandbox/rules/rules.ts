import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid } from '../answers.ts'
import { rowsOf } from '../odata/print.ts'
import { type Company, joinKey } from '../store/company.ts'

/** A record while the business layer works on it: fields are set one after the other, in the order of the body. */
export type Draft = { [field: string]: Json }

export interface RuleCall {
  readonly company: Company
  /** Undefined for an insert. */
  readonly before: JsonObject | undefined
}

/** What follows when this field is set. May throw a Refusal. */
export type FieldRule = (draft: Draft, call: RuleCall) => void
/** The same in a row of details; `header` is the record around it. */
export type LineRule = (line: Draft, header: Draft, call: RuleCall) => void

export interface Rules {
  readonly fields?: Readonly<Record<string, FieldRule>>
  /** By name of the details. */
  readonly lines?: Readonly<Record<string, Readonly<Record<string, LineRule>>>>
  /** When everything is set and before it is stored: mandatory fields, totals, numbers. */
  readonly finish?: FieldRule
  /** Consequences elsewhere of a record that is stored now. */
  readonly stored?: (record: JsonObject, call: RuleCall) => void
  /** May refuse; nothing is removed then. */
  readonly removed?: (record: JsonObject, call: RuleCall) => void
}

export const textOf = (record: JsonObject, field: string) => String(record[field] ?? '')
export const numberOf = (record: JsonObject, field: string) => Number(record[field] ?? 0)
export const linesOf = (record: JsonObject, field: string) => rowsOf(record[field])

/** Half a cent away from zero; 1.005 is not 1.00499… here. */
export const cents = (amount: number) => (Math.sign(amount) * Math.round(Math.abs(amount) * 100 + 1e-7)) / 100

/** A rule for a field that names a record of another resource; blank names none. */
export const mustExist =
  (
    path: string,
    what: string,
    more: readonly string[] = [],
  ): ((record: Draft, field: string, company: Company) => void) =>
  (record, field, company) => {
    const key = textOf(record, field).trimEnd()
    if (key !== '' && !company.table(path).get(joinKey([key, ...more])))
      throw fieldInvalid(`${what} "${key}" does not exist.`)
  }

export const refersTo =
  (field: string, path: string, what: string, more: readonly string[] = []): FieldRule =>
  (draft, { company }) =>
    mustExist(path, what, more)(draft, field, company)

export function demand(draft: JsonObject, field: string, what: string): void {
  if (textOf(draft, field).trim() === '') throw fieldInvalid(`${what} cannot be blank.`)
}

/** The codes of optional fields that are set up in the company. */
export const OPTIONAL_FIELD_RULES: Readonly<Record<string, LineRule>> = {
  OptionalField: line => {
    const code = textOf(line, 'OptionalField')
    if (!OPTIONAL_FIELDS.has(code)) throw fieldInvalid(`Optional field "${code}" is not set up.`)
  },
}
const OPTIONAL_FIELDS: ReadonlySet<string> = new Set(['CRMID', 'REGION', 'WARRANTY', 'CONTACTBY'])

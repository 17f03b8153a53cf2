/** What an expression throws while it is evaluated. JSONata adds the position to the very object that was thrown. */
export class ExpressionFault extends Error {
  readonly code: FaultCode
  position: number | undefined
  constructor(code: FaultCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Codes of ours at run time, beside JSONata's own (`T0410`, `D1012` …). All end the record, none the run. */
export const FAULT_CODES = {
  EXPRESSION_ARGUMENT: {
    title: 'A function of ours got a value that it cannot use',
    remedy: 'Convert the value first, or give a default for records that have another one.',
  },
  EXPRESSION_DATE: {
    title: '$date got something that is no date',
    remedy: 'Name the form of the value: $date(value, "MM/DD/YYYY").',
  },
  EXPRESSION_REFERENCE_IN_TEXT: {
    title: '$link or $sinkId was made part of a text',
    remedy: 'Let the reference be the value of the field as it stands.',
  },
  EXPRESSION_OMIT_MISPLACED: {
    title: '$omit() was used as something else than the value of a field',
    remedy: 'Let $omit() be the value of a field, alone or in a branch of ? :.',
  },
  EXPRESSION_TOO_LARGE: {
    title: 'The result of an expression is too large or too deep',
    remedy: 'Map less, or split the record with each.',
  },
  EXPRESSION_NOT_DATA: {
    title: 'The result of an expression is a function, or a number that JSON cannot hold',
    remedy: 'A function is called with brackets: $name(...). Guard divisions against zero.',
  },
  EXPRESSION_NOT_OBJECT: {
    title: 'The mapping does not yield an object',
    remedy: 'A mapping that is one expression yields { "field": value, … } for every record.',
  },
  EXPRESSION_DEFECT: {
    title: 'JSONata failed without a code',
    remedy: 'Write the expression in another way, and report this one.',
  },
} as const satisfies Record<string, { readonly title: string; readonly remedy: string }>

export type FaultCode = keyof typeof FAULT_CODES

export function fault(code: FaultCode, message: string): ExpressionFault {
  return new ExpressionFault(code, message)
}

export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULT_CODES, code)
}

import { httpError } from '../answers.ts'

/** A filter that cannot be understood: 500, as bad names are (fact sheet 7). */
export const badFilter = (text: string) => httpError(500, 'Microsoft.Data.OData.ODataException', text)

export const incompatible = (left: string, right: string, operator: string) =>
  badFilter(
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${operator}'.`,
  )

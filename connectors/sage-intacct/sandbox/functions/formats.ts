import type { FunctionAnswer } from './call.ts'
import type { Cell } from './selected.ts'

/** `returnformat=json|csv`: rows without any envelope, all values strings (fact sheet 5.1). */
export function bareRows(rows: readonly (readonly Cell[])[], format: string): FunctionAnswer['bare'] {
  if (format === 'json')
    return { contentType: 'application/json', body: JSON.stringify(rows.map(row => Object.fromEntries(row))) }
  if (format !== 'csv') return undefined
  const lines = rows.map(row => row.map(([, value]) => quoted(value)).join(','))
  const header = (rows[0] ?? []).map(([name]) => quoted(name)).join(',')
  return { contentType: 'text/csv', body: [header, ...lines].join('\n') }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/**
 * RFC 4180: a header line, CRLF, quotes where a cell needs them. A spreadsheet would run a cell that begins like a formula, and its text may
 * come from anybody who can name a customer: an apostrophe in front makes it text.
 */
export function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(written: string): string {
  const text = isFormula(written) ? `'${written}` : written
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const isFormula = (text: string) => /^[=+@\t\r-]/.test(text) && !/^[+-]?\d+([.,]\d+)*$/.test(text)

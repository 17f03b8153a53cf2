import { stripVTControlCharacters } from 'node:util'
import type { Colors } from 'picocolors/types.js'

/** `right` for numbers. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Text from outside stays in its cell: no line break, no control character; of the escapes only our own colours. */
const UNSEEN = /[\u0000-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[\d+m)/g

/** Ideographs, kana, hangul and emoji take two columns of a terminal; marks that stand on another letter take none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u
const NO_WIDTH = /\p{Mark}|\u200b|\u200d/u

/** Columns of text, without lines: readable on a terminal and in a log alike. Time grows with the rows, not faster: there may be many. */
export function showTable(columns: readonly Column[], rows: readonly (readonly string[])[], colours: Colors): string {
  const lines = [columns.map(it => colours.bold(it.title)), ...rows].map(row => row.map(it => it.replace(UNSEEN, ' ')))
  const widths = columns.map((_, at) => lines.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0))
  return lines
    .map(row => columns.map((column, at) => padded(row[at] ?? '', widths[at] ?? 0, column.align)).join('  '))
    .map(line => `${line.trimEnd()}\n`)
    .join('')
}

function padded(text: string, width: number, align: Column['align']): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? `${blanks}${text}` : `${text}${blanks}`
}

function widthOf(text: string): number {
  const plain = text.includes('\u001b') ? stripVTControlCharacters(text) : text
  if (/^[\u0020-\u024f]*$/.test(plain)) return plain.length
  let width = 0
  for (const letter of plain) width += WIDE.test(letter) ? 2 : NO_WIDTH.test(letter) ? 0 : 1
  return width
}

export const left = (title: string): Column => ({ title })
export const right = (title: string): Column => ({ title, align: 'right' })

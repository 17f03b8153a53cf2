import Table from 'cli-table3'
import type { Colors } from 'picocolors/types.js'

/** `right` for numbers. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const

/** Columns of text, without lines: readable on a terminal and in a log alike. */
export function showTable(columns: readonly Column[], rows: readonly (readonly string[])[], colours: Colors): string {
  const table = new Table({
    head: columns.map(it => colours.bold(it.title)),
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map(it => it.align ?? 'left'),
  })
  table.push(...rows.map(row => [...row]))
  return `${table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')}\n`
}

export const left = (title: string): Column => ({ title })
export const right = (title: string): Column => ({ title, align: 'right' })

import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => ReactNode
  /** right: numbers; tight: no wider than it must be; whole: the heading of a card on a narrow screen. */
  readonly look?: 'right' | 'tight' | 'whole'
}

interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
}

/** A table that turns into cards on a narrow screen. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table className="table">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map(it => (
            <th key={it.head} scope="col" className={it.look === 'right' ? 'right' : undefined}>
              {it.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={keyOf(row)}>
            {columns.map(it => (
              <td key={it.head} data-head={it.head} className={it.look}>
                {/* one child: a cell of a card has two places, for heading and content */}
                <div>{it.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

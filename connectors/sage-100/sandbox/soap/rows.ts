import type { Knobs } from '../knobs.ts'
import { dateTimeOf, wallClockOf } from '../local-time.ts'
import { ColumnRefusal, checked } from '../rules/check.ts'
import type { Column } from '../store/columns.ts'
import type { Row } from '../store/table.ts'
import { LINE_COLUMNS, type TableDef } from '../store/tables.ts'
import { MasRefusal } from './faults.ts'
import { type Given, type GivenMembers, isMembers, type ShownMembers, textIn } from './wire.ts'

type Values = Readonly<Record<string, string>>

/** A row as its contract shows it. */
export function shownRow(def: TableDef, row: Row): ShownMembers {
  const { values } = row
  return {
    ...shownColumns(def.columns, values),
    DateTimeCreated: dateTimeOf(values['DateCreated'] ?? '', values['TimeCreated'] ?? '') ?? '',
    DateTimeUpdated: dateTimeOf(values['DateUpdated'] ?? '', values['TimeUpdated'] ?? '') ?? '',
    ...(def.name === 'SO_SalesOrder' && row.lines.length > 0
      ? {
          Lines: row.lines.map(it => shownColumns(LINE_COLUMNS, { ...it, SalesOrderNo: values['SalesOrderNo'] ?? '' })),
        }
      : {}),
  }
}

function shownColumns(columns: ReadonlyMap<string, Column>, values: Values): ShownMembers {
  const own = [...columns.values()].filter(it => !it.isPrivate)
  const other = own.filter(it => it.name.startsWith('UDF_') && (values[it.name] ?? '') !== '')
  return {
    ...Object.fromEntries(
      own.filter(it => !it.name.startsWith('UDF_')).map(it => [it.name, shownValue(it, values[it.name])]),
    ),
    ...(other.length > 0
      ? { OtherFields: other.map(it => ({ MasFieldName: it.name, Value: (values[it.name] ?? '').trimEnd() })) }
      : {}),
  }
}

const shownValue = ({ kind }: Column, value = ''): string =>
  kind === 'date' ? (dateTimeOf(value, '0') ?? '') : value.trimEnd()

export interface Entering {
  readonly def: TableDef
  readonly object: string
  readonly knobs: Knobs
}

/** The row with what was sent, all of it or a refusal. Read-only members may come back as they went out, not changed (fact sheet 10.6). */
export function enteredRow({ def, object, knobs }: Entering, row: Row, sent: GivenMembers): Values {
  refuseChangedStamps({ def, object, knobs }, row, sent)
  const values: Record<string, string> = { ...row.values }
  for (const column of def.columns.values()) {
    if (column.isPrivate || column.name.startsWith('UDF_') || def.key.includes(column.name) || isAudit(column.name))
      continue
    const text = enteredText(column, sent[column.name], knobs)
    if (text === undefined) continue
    if (!column.isReadOnly) values[column.name] = refusing(() => checked(object, column, text))
    else if (isChanged(column, text, row.values[column.name] ?? '')) throw readOnly(object, column.name)
  }
  return { ...values, ...otherFields({ def, object }, sent['OtherFields']) }
}

const AUDIT = ['DateCreated', 'TimeCreated', 'DateUpdated', 'TimeUpdated']
const isAudit = (name: string) => AUDIT.includes(name)

/** YYYYMMDD; the service's own sentinel empties a date. */
function enteredDate(given: string, { nullDateTime, timeZone }: Knobs): string {
  const clock = wallClockOf(given, timeZone)
  return clock === nullDateTime ? '' : clock.slice(0, 10).replaceAll('-', '')
}

/** Undefined: leave alone. A date that is missing or nil is left alone, whatever the rest does (fact sheet 3.1). */
function enteredText(column: Column, given: Given | undefined, knobs: Knobs) {
  if (typeof given === 'string') {
    return column.kind === 'date' ? enteredDate(given, knobs) : given
  }
  const isLeft = column.kind === 'date' || column.isReadOnly || knobs.absentMembers === 'kept'
  return isLeft ? undefined : column.kind === 'flag' ? 'N' : ''
}

function isChanged(column: Column, text: string, before: string): boolean {
  if (text === '') return false
  return column.kind === 'number' ? Number(text) !== Number(before || 0) : text.trimEnd() !== before.trimEnd()
}

function refuseChangedStamps({ def, object, knobs }: Entering, row: Row, sent: GivenMembers): void {
  const shown = shownRow(def, row)
  for (const name of ['DateTimeCreated', 'DateTimeUpdated']) {
    const text = textIn(sent, name) ?? ''
    if (text !== '' && wallClockOf(text, knobs.timeZone) !== shown[name]) throw readOnly(object, name)
  }
}

const readOnly = (object: string, name: string) =>
  new MasRefusal('CI_ReadOnly', `Could not set ${object} column ${name}: The column is read only.`)

function otherFields(
  { def, object }: { def: Pick<TableDef, 'columns'>; object: string },
  given: Given | undefined,
): Values {
  if (!isMembers(given)) return {}
  const fields = given['Field']
  return Object.fromEntries(
    (Array.isArray(fields) ? fields : []).filter(isMembers).map((field): [string, string] => {
      const name = textIn(field, 'MasFieldName') ?? ''
      const column = def.columns.get(name)
      if (!column?.name.startsWith('UDF_')) throw new MasRefusal('CI_NOF', `${object} has no column ${name}.`)
      return [name, refusing(() => checked(object, column, textIn(field, 'Value') ?? ''))]
    }),
  )
}

/** Lines as the business object takes them: member → text. */
export function linesIn(sent: GivenMembers, { object, knobs }: Omit<Entering, 'def'>): readonly Values[] | undefined {
  const lines = isMembers(sent['Lines']) ? sent['Lines']['SalesOrderLine'] : undefined
  if (!Array.isArray(lines)) return undefined
  return lines.filter(isMembers).map(line => {
    const own = [...LINE_COLUMNS.values()].flatMap((column): [string, string][] => {
      const text = textIn(line, column.name)
      return text === undefined ? [] : [[column.name, column.kind === 'date' ? enteredDate(text, knobs) : text]]
    })
    return {
      ...Object.fromEntries(own),
      ...otherFields({ def: { columns: LINE_COLUMNS }, object }, line['OtherFields']),
    }
  })
}

/** A refusal of the business object, as a fault. */
export function refusing<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw thrown instanceof ColumnRefusal ? new MasRefusal(thrown.code, thrown.message) : thrown
  }
}

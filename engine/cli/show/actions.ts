import type { Ledger } from '../../core/ledger.ts'
import type { ActionRow } from '../../core/operations.ts'
import type { Context } from '../context.ts'
import { csv } from './csv.ts'
import { left, showTable } from './table.ts'
import { showMoment } from './time.ts'

/** Times as ISO in UTC: from `since` on, up to `until`. */
export interface ActionFilter {
  readonly subject?: string
  readonly since?: string
  readonly until?: string
}

const PAGE = 1_000

/** What people did, newest first: ids grow with time, so the first one that is too old ends it. */
export async function newestActions(
  ledger: Ledger,
  { subject, since, until }: ActionFilter,
  limit: number,
): Promise<readonly ActionRow[]> {
  const found: ActionRow[] = []
  let before: number | undefined
  for (;;) {
    const page = await ledger.actions({
      limit: PAGE,
      ...(subject === undefined ? {} : { subject }),
      ...(before === undefined ? {} : { before }),
    })
    found.push(...page.filter(({ at }) => (since === undefined || at >= since) && (until === undefined || at <= until)))
    const last = page.at(-1)
    const isOld = last !== undefined && since !== undefined && last.at < since
    if (!last || page.length < PAGE || isOld || found.length >= limit) return found.slice(0, limit)
    before = last.id
  }
}

const COLUMNS: Readonly<Record<string, (it: ActionRow) => string>> = {
  id: it => String(it.id),
  at: it => it.at,
  actor: it => it.actor,
  action: it => it.action,
  subject: it => it.subject,
  details: it => JSON.stringify(it.details),
}

type Colours = Context['colours']

const FORMATS: Readonly<Record<string, (actions: readonly ActionRow[], colours: Colours) => string>> = {
  json: actions => `${JSON.stringify(actions, null, 2)}\n`,
  jsonl: actions => actions.map(it => `${JSON.stringify(it)}\n`).join(''),
  csv: actions =>
    csv(
      Object.keys(COLUMNS),
      actions.map(action => Object.values(COLUMNS).map(cell => cell(action))),
    ),
  table: (actions, colours) =>
    actions.length === 0
      ? 'nobody did anything\n'
      : showTable(
          [left('at'), left('who'), left('did'), left('to'), left('details')],
          actions.map(it => [showMoment(it.at), it.actor, it.action, it.subject, showDetails(it)]),
          colours,
        ),
}

export function showActions(actions: readonly ActionRow[], format: string, colours: Colours): string {
  return FORMATS[format]?.(actions, colours) ?? ''
}

function showDetails({ details }: ActionRow): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import type { EventFilter, Ledger } from '../../core/ledger.ts'
import { done } from '../end.ts'
import type { Verb } from '../verb.ts'
import { withWorkspace } from '../workspace.ts'
import { FILTERS, filterOf } from './filter.ts'
import { LINES } from './lines.ts'

const PAGE = 1_000

export const auditExport: Verb = {
  name: 'export',
  summary: 'write the audit trail into a file, all of it or what is asked for, newest first',
  arguments: [{ name: 'file', description: 'a new file, for its owner only' }],
  options: [
    ...FILTERS,
    { name: 'format', kind: 'text', choices: ['csv', 'jsonl'], byDefault: 'csv', description: 'how it is written' },
  ],
  examples: [
    { line: 'audit export may.csv --since 2026-05-01 --until 2026-06-01', does: 'a month for an auditor' },
    { line: 'audit export all.jsonl --format jsonl', does: 'everything, one JSON object a line' },
  ],
  json: { events: 'how many were written', file: 'where' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const file = resolve(context.terminal.cwd, given.required('file'))
      const ledger = await opened.ledgerAsItIs()
      const lines = LINES[given.text('format') === 'jsonl' ? 'jsonl' : 'csv']
      const handle = await create(file)
      try {
        const events = await writeAll(handle, ledger, { filter: filterOf(context, given), lines })
        return done({ events, file }, () => `${events} events in ${file}\n`)
      } finally {
        await handle.close()
      }
    }),
}

interface Export {
  readonly filter: Omit<EventFilter, 'limit'>
  readonly lines: (typeof LINES)['csv']
}

/** Page by page: a trail may be larger than memory. */
async function writeAll(handle: FileHandle, ledger: Ledger, { filter, lines }: Export): Promise<number> {
  let events = 0
  for (let before: number | undefined; ; ) {
    const page = await ledger.events({ ...filter, limit: PAGE, ...(before === undefined ? {} : { before }) })
    await handle.writeFile(lines(page, before === undefined))
    events += page.length
    before = page.at(-1)?.id
    if (page.length < PAGE) return events
  }
}

async function create(file: string): Promise<FileHandle> {
  try {
    // what it holds is as private as the ledger
    return await open(file, 'wx', 0o600)
  } catch (thrown) {
    throw new EngineError({
      kind: 'configuration',
      code: 'CLI_EXPORT_FILE',
      message: `cannot make ${file}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      remedy: 'Name a file that is not there yet, in a folder that you may write in.',
      cause: thrown,
    })
  }
}

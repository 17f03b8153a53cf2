import { shortened, showValue } from '../show/source.ts'
import { inWords, isNamed, type ShownPreview, type ShownRecord, WOULD_WORDS } from './summary.ts'

const WIDTH = 120

/** For a comment on a pull request: a summary, and a table of the fields that differ. Values cannot break out of their cells. */
export function markdown(preview: ShownPreview): string {
  const { records, counts } = preview
  const lines = [`### \`${preview.flow}\`: ${inWords(counts)}`, '']
  if (preview.targetUnread)
    lines.push(
      `> **The target was not read**: what would change there is not known. ${cell(preview.targetUnread.message)} (\`${preview.targetUnread.code}\`)`,
      '',
    )
  const rows = records.flatMap(rowsOf)
  if (rows.length > 0)
    lines.push('| record | would | field | before | after | from |', '|---|---|---|---|---|---|', ...rows, '')
  if (preview.isPartial) lines.push(`Of the first ${preview.read} records; there are more.`, '')
  lines.push('Nothing was written.', '')
  return lines.join('\n')
}

function rowsOf(it: ShownRecord): string[] {
  if (it.would === 'same') return []
  const step = isNamed(it.step) ? ` (step ${it.step})` : ''
  const head = `| ${cell(`${it.entity} ${it.key}`)} | ${WOULD_WORDS[it.would]}${cell(step)}`
  if (it.failure)
    return [`${head} | ${cell(it.failure.field ?? '')} |  | ${cell(it.failure.message)} | \`${it.failure.code}\` |`]
  if (it.waitsFor) return [`${head} |  |  | waits for ${cell(it.waitsFor.join(', '))} |  |`]
  if (it.differences.length === 0) return [`${head} |  |  |  |  |`]
  return it.differences.map(
    ({ field, before, after, place, expression }) =>
      `${head} | ${cell(field)} | ${cell(before === null ? '' : showValue(before))} | ${cell(after === null ? '' : showValue(after))} | ${cell(expression)} (${cell(place)}) |`,
  )
}

function cell(text: string): string {
  const escaped = shortened(text, WIDTH).replace(/[\\`*[\]<>|&#@]/g, it => `&#${it.charCodeAt(0)};`)
  return escaped
}

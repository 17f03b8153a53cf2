import type { Colors } from 'picocolors/types.js'
import type { FieldDifference } from '../../run/index.ts'
import { shortened, showValue } from '../show/source.ts'
import { inWords, isNamed, type ShownPreview, type ShownRecord, WOULD_WORDS } from './summary.ts'

const WIDTH = 60

/** For a terminal: a line per record, and below it the fields that differ, with the line of the flow that maps each. */
export function pretty(preview: ShownPreview, colours: Colors): string {
  const { records, counts } = preview
  const blocks = records.filter(it => it.would !== 'same').map(it => `${showRecord(it, colours)}\n`)
  return [
    ...blocks,
    unread(preview, colours),
    `${colours.bold(preview.flow)}: ${preview.read} read: ${inWords(counts)}\n`,
    preview.isPartial ? 'There is more than --limit shows.\n' : '',
    'Nothing was written.\n',
  ].join('')
}

function unread({ targetUnread }: ShownPreview, colours: Colors): string {
  if (!targetUnread) return ''
  if (targetUnread.code === 'PREVIEW_OFFLINE') return `${colours.cyan('note')}: ${targetUnread.message}\n`
  return `${colours.red('✗')} The target could not be read: what would change there is not known.\n`
}

/** A record, and below it what is to be said of it. */
export function showRecord(it: ShownRecord, colours: Colors): string {
  const paint = {
    create: colours.green,
    update: colours.yellow,
    same: colours.dim,
    filter: colours.dim,
    reject: colours.red,
    park: colours.yellow,
    delete: colours.red,
    unknown: colours.cyan,
  }[it.would]
  const target = it.sinkEntity ? ` → ${it.sinkEntity}${it.sinkKey ? ` ${it.sinkKey}` : ''}` : ''
  const step = isNamed(it.step) ? colours.dim(`  step ${it.step}`) : ''
  const word = it.isLeftAlone ? 'left alone' : WOULD_WORDS[it.would]
  const head = `${paint(word)}  ${it.entity} ${colours.bold(it.key)}${target}${step}\n`
  const lines = it.differences.map(difference => field(difference, it, colours))
  const failure = it.failure
    ? `    ${it.failure.message}  ${it.failure.code}\n${it.failure.remedy ? `    → ${it.failure.remedy}\n` : ''}`
    : ''
  const waits = it.waitsFor ? `    waits for ${it.waitsFor.join(', ')}\n` : ''
  return `${head}${lines.join('')}${failure}${waits}`
}

function field(
  { field: name, before, after, expression, place }: FieldDifference,
  { would, isLeftAlone }: ShownRecord,
  colours: Colors,
): string {
  const values =
    would === 'update' || isLeftAlone
      ? `${shortened(showValue(before), WIDTH)} → ${shortened(showValue(after), WIDTH)}`
      : shortened(showValue(after), WIDTH)
  return `    ${name}: ${values}  ${colours.dim(`${place}  ${shortened(expression, WIDTH)}`)}\n`
}

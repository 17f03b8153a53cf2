import type { Colors } from 'picocolors/types.js'
import { showRecord } from '../preview/pretty.ts'
import { type ShownRecord, WOULD_WORDS } from '../preview/summary.ts'
import { showSource } from '../show/source.ts'
import type { DryRun, ShownLetter, ShownWould } from './shown.ts'

/** In the reader's words. */
const WORDS: Readonly<Record<ShownWould, string>> = {
  ...WOULD_WORDS,
  reject: 'rejected again',
  overtaken: 'overtaken',
  missing: 'not there any more',
}

const WITHOUT_RECORD: Readonly<Partial<Record<ShownWould, string>>> = {
  overtaken: 'healed meanwhile, or a newer version of the record is known: nothing would be written for it',
  missing: 'the record is not kept any more, nor held by the source: the letter would stay open',
}

/** For a terminal: each dead letter with what would become of its record, and how many there are of each kind. */
export function showDryRun(found: DryRun, most: number, colours: Colors): string {
  const blocks = [
    ...found.letters.slice(0, most).map(it => showLetter(it, colours)),
    ...found.records.slice(0, Math.max(0, most - found.letters.length)).map(it => `${showOne(it, colours)}\n`),
  ]
  const left = found.letters.length + found.records.length - blocks.length
  return [
    ...blocks,
    left > 0
      ? `… and ${left}${found.isPartial ? ' or more' : ''} others: --limit shows more of them, --json all\n\n`
      : '',
    found.targetUnread
      ? `${colours.red('✗')} The target could not be read: what would change there is not known.\n`
      : '',
    `${colours.bold(found.flow)}: ${inWords(found)}\n`,
    found.givenUp > 0
      ? `${found.givenUp} more ${found.givenUp === 1 ? 'was' : 'were'} given up, and would be left as they are.\n`
      : '',
    'Nothing was written.\n',
  ].join('')
}

function showLetter(letter: ShownLetter, colours: Colors): string {
  const { id, failure, from, would, records, isSameFailure } = letter
  const taken = from === 'source' ? ', read again from the source' : ''
  const again = isSameFailure === undefined ? '' : isSameFailure ? ', as before' : ', for another reason'
  const head = colours.dim(`dead letter ${id}, died of ${failure.code}${taken}${again}\n`)
  const without = WITHOUT_RECORD[would]
  if (without) return `${head}${WORDS[would]}  ${showSource(letter)}: ${without}\n\n`
  return `${head}${records.map(it => showOne(it, colours)).join('')}\n`
}

function showOne(it: ShownRecord, colours: Colors): string {
  const alone = it.isLeftAlone
    ? '    somebody has changed it at the target since: what it holds stays, until its source changes\n'
    : ''
  return `${showRecord(it, colours)}${alone}`
}

function inWords({ letters, counts }: DryRun): string {
  const names = letters.length > 0 ? WORDS : { ...WORDS, ...WOULD_WORDS }
  const words = Object.entries(names).flatMap(([would, word]) => {
    const n = counts[would as ShownWould] ?? 0
    return n > 0 ? [`${n} ${word}`] : []
  })
  const of = letters.length > 0 ? `${letters.length} dead ${letters.length === 1 ? 'letter' : 'letters'}: ` : ''
  return words.length > 0 ? `${of}${words.join(', ')}` : 'nothing would be taken'
}

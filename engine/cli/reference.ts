import { EXIT, EXIT_MEANINGS } from './exit-codes.ts'
import type { Verb } from './verb.ts'

/** The tables of README.md beside this file, from the verbs' declarations. */
export function cliReference(verbs: readonly Verb[]): string {
  const all = verbs.flatMap(it => withInner(it, ''))
  return [
    '## Verbs',
    table(
      ['verb', 'does'],
      all.map(([name, verb]) => [`\`${usageOf(name, verb)}\``, verb.summary]),
    ),
    '## Exit codes',
    table(
      ['code', 'means'],
      Object.entries(EXIT).map(([name, code]) => [String(code), EXIT_MEANINGS[name as keyof typeof EXIT]]),
    ),
    '## Keys of `--json`',
    'Every verb prints one object on one line: `ok`, the keys below, and `error` (`{ kind, code, message, remedy, said?, field?, details? }`)\nwhen something went wrong as a whole. `ok` is true exactly when the exit code is 0.',
    table(
      ['verb', 'key', 'holds'],
      all.flatMap(([name, { json }]) =>
        Object.entries(json).map(([key, holds]) => [`\`${name}\``, `\`${key}\``, holds]),
      ),
    ),
    '## Options and examples',
    ...all.map(([name, verb]) => section(name, verb)),
  ].join('\n\n')
}

/** A verb and those below it, by their full names. A mere heading is left out. */
function withInner(verb: Verb, before: string): [string, Verb][] {
  const name = `${before}${verb.name}`
  const inner = (verb.verbs ?? []).flatMap(it => withInner(it, `${name} `))
  return verb.run ? [[name, verb], ...inner] : inner
}

function usageOf(name: string, verb: Verb): string {
  const words = (verb.arguments ?? []).map(it => {
    const inner = it.isMany ? `${it.name}...` : it.name
    return it.isOptional ? `[${inner}]` : `<${inner}>`
  })
  return [name, ...words].join(' ')
}

function section(name: string, verb: Verb): string {
  const options = (verb.options ?? []).map(it => {
    const value =
      it.kind === 'flag'
        ? ''
        : ` <${it.value ?? (it.kind === 'count' ? 'n' : it.name)}${it.kind === 'texts' ? '...' : ''}>`
    const choices = it.choices ? ` (${it.choices.join(', ')})` : ''
    return [`\`--${it.name}${value}\``, `${it.description}${choices}`]
  })
  const examples = verb.examples.map(it => `ml-connector ${it.line}   # ${it.does}`)
  return [
    `### ${name}`,
    ...(options.length > 0 ? [table(['option', 'means'], options)] : []),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ].join('\n\n')
}

/** Padded as the formatter of this repository pads it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const all = [head, ...rows].map(row => row.map(cell))
  const widths = head.map((_, at) => Math.max(3, ...all.map(row => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const [first = [], ...more] = all
  return [line(first), line(widths.map(width => '-'.repeat(width))), ...more.map(line)].join('\n')
}

const BEGIN = '<!-- generated: npm run reference -->'

/** README.md with everything after the marker replaced. */
export function withReference(readme: string, verbs: readonly Verb[]): string {
  const [own = ''] = readme.split(BEGIN)
  return `${own}${BEGIN}\n\n${cliReference(verbs)}\n`
}

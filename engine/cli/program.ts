import { Command, CommanderError, Option } from 'commander'
import { usage } from './usage.ts'
import type { ArgumentSpec, OptionSpec, Verb } from './verb.ts'

/** What the command line asks for, before anything is done about it. */
export type Asked =
  | {
      readonly is: 'verb'
      readonly verb: Verb
      readonly values: Readonly<Record<string, unknown>>
      readonly common: Common
    }
  /** Help or version; `isMistake` when a verb is missing and help is the answer. */
  | { readonly is: 'text'; readonly text: string; readonly isMistake: boolean }

export interface Common {
  readonly isJson: boolean
  readonly isVerbose: boolean
  readonly folder: string | undefined
}

/** `-w` and `--json` are understood before and after the verb. */
const COMMON: readonly OptionSpec[] = [
  { name: 'json', kind: 'flag', description: 'print one JSON object and nothing else on standard output' },
  {
    name: 'workspace',
    kind: 'text',
    value: 'folder',
    description: 'folder of ml-connector.yaml (default: found upwards from here)',
  },
  { name: 'verbose', kind: 'flag', description: 'log what goes on; the stack of a defect' },
]

/** Parses, and answers help and version as text. A mistake is thrown as CLI_USAGE with a suggestion. */
export function parse(verbs: readonly Verb[], version: string, args: readonly string[]): Asked {
  const [first = '', ...more] = args
  if (first === 'help') return parse(verbs, version, [...more, '--help'])
  // "rum --help" would be answered with the help of everything
  const isUnknown = first !== '' && !first.startsWith('-') && !verbs.some(it => it.name === first)
  const words = isUnknown ? args.filter(it => it !== '--help') : args
  let asked: Asked | undefined
  let printed = ''
  const root = prepared(new Command('ml-connector'), text => {
    printed += text
  })
    .description(
      'Keeps ERP and accounting systems aligned with CRM and helpdesk systems: nothing lost, nothing doubled, everything explained.',
    )
    .version(version, '--version', 'print the version')
    .addHelpText(
      'after',
      '\nStart with "ml-connector demo", or with "ml-connector init <folder>". "ml-connector <verb> --help" has an example of each.',
    )
  for (const verb of verbs)
    add(root, verb, it => {
      asked = it
    })
  for (const option of COMMON) root.addOption(toOption(option))
  try {
    root.parse([...words], { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode === 0) return { is: 'text', text: printed, isMistake: false }
    if (thrown.code === 'commander.help' && !args.includes('--json'))
      return { is: 'text', text: printed, isMistake: true }
    throw refused(thrown, args)
  }
  return asked ?? { is: 'text', text: root.helpInformation(), isMistake: true }
}

function add(parent: Command, verb: Verb, found: (asked: Asked) => void): void {
  const command = prepared(parent.command(verb.name), parent.configureOutput().writeOut ?? (() => {}))
  command.description(verb.details ? `${verb.summary}\n\n${verb.details}` : verb.summary).summary(verb.summary)
  for (const it of verb.arguments ?? []) command.argument(bracketed(it), it.description)
  for (const it of [...(verb.options ?? []), ...COMMON]) command.addOption(toOption(it))
  command.addHelpText('after', examples(verb))
  for (const it of verb.verbs ?? []) add(command, it, found)
  if (!verb.run) return
  command.action((...given: unknown[]) => {
    const names = (verb.arguments ?? []).map(it => it.name)
    const operands = Object.fromEntries(names.map((name, at) => [name, given[at]]))
    const options = command.optsWithGlobals<Record<string, unknown>>()
    const values = Object.fromEntries((verb.options ?? []).map(it => [it.name, options[camel(it.name)]]))
    found({ is: 'verb', verb, values: { ...operands, ...values }, common: commonOf(options) })
  })
}

function prepared(command: Command, writeOut: (text: string) => void): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut, writeErr: writeOut, outputError: () => {} })
    .helpCommand(false)
    .helpOption('--help', 'show this help')
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
}

function bracketed({ name, isOptional, isMany }: ArgumentSpec): string {
  const inner = isMany ? `${name}...` : name
  return isOptional ? `[${inner}]` : `<${inner}>`
}

function toOption(spec: OptionSpec): Option {
  const value = spec.value ?? (spec.kind === 'count' ? 'n' : spec.name)
  const flags = {
    flag: `--${spec.name}`,
    text: `--${spec.name} <${value}>`,
    count: `--${spec.name} <${value}>`,
    texts: `--${spec.name} <${value}...>`,
  }[spec.kind]
  const option = new Option(flags, spec.description)
  if (spec.choices) option.choices([...spec.choices])
  if (spec.byDefault !== undefined) option.default(spec.byDefault)
  return option
}

function examples(verb: Verb): string {
  const lines = verb.examples.map(it => `  $ ml-connector ${it.line}\n      ${it.does}`)
  return `\n${verb.examples.length > 1 ? 'Examples' : 'Example'}:\n${lines.join('\n')}`
}

function commonOf(options: Readonly<Record<string, unknown>>): Common {
  const { json, verbose, workspace } = options
  return {
    isJson: json === true,
    isVerbose: verbose === true,
    folder: typeof workspace === 'string' ? workspace : undefined,
  }
}

function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

function refused(thrown: CommanderError, args: readonly string[]) {
  const [first = '', ...more] = thrown.message.replace(/^error: /, '').split('\n')
  const suggestion = more
    .join(' ')
    .trim()
    .replace(/^\(|\)$/g, '')
  const verb = args.find(it => !it.startsWith('-'))
  const help = `"ml-connector ${thrown.code === 'commander.unknownCommand' || !verb ? '' : `${verb} `}--help" shows what there is.`
  return usage(first === '(outputHelp)' ? 'no verb was given' : first, suggestion ? `${suggestion} ${help}` : help)
}

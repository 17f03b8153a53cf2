import { isCancel, password } from '@clack/prompts'
import { EngineError } from '../../core/errors.ts'
import { Secret } from '../../core/secret.ts'
import { secretNames } from '../../sdk/settings.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { left, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import { didYouMean, named } from '../suggest.ts'
import { usage } from '../usage.ts'
import type { Given, Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'

/** In characters: longer than any key or certificate. */
const LONGEST = 65_536

const ARGUMENTS = [
  { name: 'connection', description: 'name of the connection' },
  { name: 'name', description: 'the secret, as the connector calls it' },
]

const set: Verb = {
  name: 'set',
  summary: 'seal a secret in the vault; its value is asked for, or read from standard input',
  arguments: ARGUMENTS,
  examples: [
    { line: 'secret set erp password', does: 'asks for it, without showing it' },
    {
      line: 'secret set erp password < password.txt',
      does: 'reads it; one line break at the end is not part of it',
    },
  ],
  json: { connection: 'name', name: 'the secret', isSet: 'true' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const [connection, name] = knownSecret(opened, given)
      // opened before anything is typed: a wrong key is told first
      const vault = await opened.vault()
      const value = await readSecret(context, `${name} of ${connection}`)
      await vault.setSecret(connection, name, value)
      return done(
        { connection, name, isSet: true },
        () => `${context.colours.green('✓')} ${name} of ${connection} is sealed in the vault\n`,
      )
    }),
}

const remove: Verb = {
  name: 'remove',
  summary: 'remove a secret from the vault',
  arguments: ARGUMENTS,
  examples: [{ line: 'secret remove erp password', does: 'forgets it' }],
  json: { connection: 'name', name: 'the secret', wasThere: 'whether there was one' },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      // not checked against the connector: also what a former setting left behind can be removed
      const [connection, name] = [given.required('connection'), given.required('name')]
      const wasThere = await (await opened.vault()).removeSecret(connection, name)
      return done(
        { connection, name, wasThere },
        () => `${wasThere ? 'removed' : 'there was no'} ${name} of ${connection}\n`,
      )
    }),
}

const list: Verb = {
  name: 'list',
  summary: 'list the names of the secrets in the vault',
  examples: [{ line: 'secret list', does: 'names only; a value is never shown' }],
  json: { secrets: 'of each: { connection, name, setAt }' },
  run: context =>
    withWorkspace(context, async opened => {
      const secrets = await (await opened.vault()).secrets()
      const rows = secrets.map(it => [it.connection, it.name, showMoment(it.setAt)])
      return done({ secrets }, () =>
        rows.length === 0
          ? 'no secrets yet\n'
          : showTable([left('connection'), left('secret'), left('set')], rows, context.colours),
      )
    }),
}

const rotateKey: Verb = {
  name: 'rotate-key',
  summary: 'seal everything again under a new key',
  details:
    'With a key file a new one is made. With ML_CONNECTOR_KEY the new key is asked for, or read from standard input; set the\nvariable to it for all processes afterwards.',
  examples: [{ line: 'secret rotate-key', does: 'after this, the old key opens nothing' }],
  json: { resealed: 'how many entries were sealed again' },
  run: context =>
    withWorkspace(context, async opened => {
      const vault = await opened.vault()
      const next = context.terminal.env['ML_CONNECTOR_KEY'] ? await readSecret(context, 'the new key') : undefined
      const { resealed } = await vault.rotateKey(next)
      return done({ resealed }, () => `${context.colours.green('✓')} ${resealed} entries are sealed under a new key\n`)
    }),
}

export const secret: Verb = {
  name: 'secret',
  summary: 'set, list and remove sealed secrets; rotate the key',
  examples: [{ line: 'secret set crm refreshToken', does: 'asks for the value and seals it' }],
  json: {},
  verbs: [set, list, remove, rotateKey],
}

function knownSecret(opened: OpenWorkspace, given: Given): [string, string] {
  const connection = named('connection', given.required('connection'), opened.workspace.connections)
  const { settings } = named('connector', connection.connector, opened.context.product.registry)
  const name = given.required('name')
  const names = secretNames(settings)
  if (!names.includes(name)) throw usage(`${connection.connector} has no secret "${name}"`, didYouMean(name, names))
  return [connection.name, name]
}

/** Asked for on a terminal, without an echo; else all of standard input. */
async function readSecret({ terminal }: Context, what: string): Promise<Secret> {
  if (terminal.stdin.isTTY) {
    const typed = await password({ message: `Value of ${what}` })
    if (isCancel(typed)) throw new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'nothing was set' })
    return nonEmpty(typed ?? '', what)
  }
  let text = ''
  for await (const part of terminal.stdin) {
    text += String(part)
    if (text.length > LONGEST) throw usage(`${what} is longer than ${LONGEST} characters`, 'Give the secret alone.')
  }
  return nonEmpty(text.replace(/\r?\n$/, ''), what)
}

function nonEmpty(text: string, what: string): Secret {
  if (text === '') throw usage(`${what} is empty`, 'Type it on a terminal, or give it on standard input.')
  // a header or an XML document that carries one of these is refused elsewhere, in words that nobody understands
  if (hasControlCharacter(text))
    throw usage(`${what} holds a control character`, 'Give the secret alone, as text; it may be in another encoding.')
  return new Secret(text)
}

/** Line breaks and tabs stay: keys and certificates have them. */
function hasControlCharacter(text: string): boolean {
  return [...text].some(it => (it < ' ' && !'\t\r\n'.includes(it)) || it === '\u007f')
}

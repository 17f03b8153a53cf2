import type { Colors } from 'picocolors/types.js'
import type { Vault } from '../../core/vault.ts'
import { secretNames } from '../../sdk/settings.ts'
import { done } from '../end.ts'
import { left, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import { named } from '../suggest.ts'
import type { Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'

/** What "ping" and "connections" say of a new workspace. */
export const NO_CONNECTIONS =
  'no connections yet: name some under connections: in ml-connector.yaml ("ml-connector connectors" lists what there is)\n'

interface State {
  readonly connection: string
  readonly connector: string
  readonly secrets: readonly {
    readonly name: string
    readonly from: 'vault' | 'environment' | 'missing'
    readonly setAt?: string
  }[]
  readonly tokens: readonly { readonly name: string; readonly expiresAt?: string }[]
  readonly flows: readonly string[]
}

export const connections: Verb = {
  name: 'connections',
  summary: 'list the workspace’s connections, and which of their secrets are there',
  details: 'Dials nobody; "ping" does. Secrets themselves are never shown.',
  examples: [{ line: 'connections', does: 'shows what is still to be set before a first run' }],
  json: {
    connections:
      'of each: { connection, connector, secrets: [{ name, from: vault | environment | missing, setAt? }], tokens: [{ name, expiresAt? }], flows }',
  },
  run: context =>
    withWorkspace(context, async opened => {
      const vault = await opened.vault()
      const held = { secrets: await vault.secrets(), tokens: await vault.tokens() }
      const states = [...opened.workspace.connections.keys()].map(name => stateOf(opened, name, held))
      return done({ connections: states }, () => {
        if (states.length === 0) return NO_CONNECTIONS
        const columns = [left('connection'), left('connector'), left('what'), left('name'), left('state')]
        return showTable(
          columns,
          states.flatMap(it => rowsOf(it, context.colours)),
          context.colours,
        )
      })
    }),
}

interface Held {
  readonly secrets: Awaited<ReturnType<Vault['secrets']>>
  readonly tokens: Awaited<ReturnType<Vault['tokens']>>
}

function stateOf({ workspace, context, flows }: OpenWorkspace, name: string, held: Held): State {
  const { connector, secrets } = named('connection', name, workspace.connections)
  const { settings } = named('connector', connector, context.product.registry)
  const uses = flows.filter(it => it.source.connection === name || it.steps.some(step => step.sink.connection === name))
  return {
    connection: name,
    connector,
    secrets: secretNames(settings).map(secret => {
      if (secrets[secret]) return { name: secret, from: 'environment' }
      const entry = held.secrets.find(it => it.connection === name && it.name === secret)
      return entry ? { name: secret, from: 'vault', setAt: entry.setAt } : { name: secret, from: 'missing' }
    }),
    tokens: held.tokens.filter(it => it.connection === name).map(({ connection: _, ...token }) => token),
    flows: uses.map(it => it.name),
  }
}

function rowsOf({ connection, connector, secrets, tokens, flows }: State, colours: Colors): string[][] {
  const lines = [
    ...secrets.map(it => ['secret', it.name, showSecret(it, colours)]),
    ...tokens.map(it => ['token', it.name, it.expiresAt === undefined ? 'held' : `until ${showMoment(it.expiresAt)}`]),
    ...flows.map(it => ['flow', it, '']),
  ]
  // a connection without any of these is still there
  if (lines.length === 0) lines.push(['', '', ''])
  return lines.map((line, at) => (at === 0 ? [connection, connector, ...line] : ['', '', ...line]))
}

function showSecret({ from, setAt }: State['secrets'][number], colours: Colors): string {
  if (from === 'missing') return colours.red('missing')
  return setAt === undefined ? from : `${from}, set ${showMoment(setAt)}`
}

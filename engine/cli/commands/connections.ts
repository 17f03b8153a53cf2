import { secretNames } from '../../sdk/settings.ts'
import { done } from '../end.ts'
import { left, showTable } from '../show/table.ts'
import { named } from '../suggest.ts'
import type { Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'

interface State {
  readonly connection: string
  readonly connector: string
  readonly secrets: readonly {
    readonly name: string
    readonly from: 'vault' | 'environment' | 'missing'
    readonly setAt?: string
  }[]
  readonly flows: readonly string[]
}

export const connections: Verb = {
  name: 'connections',
  summary: 'list the workspace’s connections, and which of their secrets are there',
  details: 'Dials nobody; "ping" does. Secrets themselves are never shown.',
  examples: [{ line: 'connections', does: 'shows what is still to be set before a first run' }],
  json: {
    connections:
      'of each: { connection, connector, secrets: [{ name, from: vault | environment | missing, setAt? }], flows }',
  },
  run: context =>
    withWorkspace(context, async opened => {
      const held = await (await opened.vault()).secrets()
      const states = [...opened.workspace.connections.keys()].map(name => stateOf(opened, name, held))
      return done({ connections: states }, () => {
        const rows = states.flatMap(it => rowsOf(it, context.colours))
        return showTable(
          [left('connection'), left('connector'), left('secret'), left('state'), left('flows')],
          rows,
          context.colours,
        )
      })
    }),
}

type Held = readonly { readonly connection: string; readonly name: string; readonly setAt: string }[]

function stateOf({ workspace, context, flows }: OpenWorkspace, name: string, held: Held): State {
  const { connector, secrets } = named('connection', name, workspace.connections)
  const { settings } = named('connector', connector, context.product.registry)
  const uses = flows.filter(it => it.source.connection === name || it.steps.some(step => step.sink.connection === name))
  return {
    connection: name,
    connector,
    secrets: secretNames(settings).map(secret => {
      if (secrets[secret]) return { name: secret, from: 'environment' }
      const entry = held.find(it => it.connection === name && it.name === secret)
      return entry ? { name: secret, from: 'vault', setAt: entry.setAt } : { name: secret, from: 'missing' }
    }),
    flows: uses.map(it => it.name),
  }
}

function rowsOf(
  { connection, connector, secrets, flows }: State,
  colours: OpenWorkspace['context']['colours'],
): string[][] {
  if (secrets.length === 0) return [[connection, connector, '–', '', flows.join(' ')]]
  return secrets.map((it, at) => [
    at === 0 ? connection : '',
    at === 0 ? connector : '',
    it.name,
    it.from === 'missing' ? colours.red('missing') : `${it.from}${it.setAt ? `, set ${it.setAt.slice(0, 10)}` : ''}`,
    at === 0 ? flows.join(' ') : '',
  ])
}

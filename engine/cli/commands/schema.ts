import { readFileSync } from 'node:fs'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { schemaFiles } from '../schemas.ts'
import { left, showTable } from '../show/table.ts'
import { named } from '../suggest.ts'
import type { Verb } from '../verb.ts'

export const schema: Verb = {
  name: 'schema',
  summary: 'print a JSON Schema: of flows, of workspaces, or of a connector’s connections',
  arguments: [{ name: 'name', description: 'flow, workspace, or the name of a connector', isOptional: true }],
  examples: [{ line: 'schema flow > flow.schema.json', does: 'for an editor: it completes and checks flow files' }],
  json: { schemas: 'without a name: the names there are', schema: 'with a name: the schema' },
  async run(context, given) {
    const all = schemasOf(context)
    const name = given.text('name')
    if (name === undefined) {
      const names = [...all.keys()]
      return done({ schemas: names }, () =>
        showTable(
          [left('schema')],
          names.map(it => [it]),
          context.colours,
        ),
      )
    }
    const found = named('schema', name, all)()
    return done({ schema: found }, () => `${JSON.stringify(found, null, 2)}\n`)
  },
}

function schemasOf({ product }: Context): ReadonlyMap<string, () => unknown> {
  const files = schemaFiles(product.schemas).map(({ name, path }): [string, () => unknown] => [
    name,
    () => JSON.parse(readFileSync(path, 'utf8')),
  ])
  const settings = [...product.registry.values()].map((it): [string, () => unknown] => [it.name, () => it.settings])
  return new Map([...settings, ...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

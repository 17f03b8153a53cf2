import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import type { EntityDescription } from '../../core/fields.ts'
import { metadataPath } from '../../flow/index.ts'
import { connectionsOf } from '../../host/index.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { showFields } from '../show/fields.ts'
import { named } from '../suggest.ts'
import type { Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'
import { entityNamed } from './connectors.ts'

export const describe: Verb = {
  name: 'describe',
  summary: 'ask an account for the fields of an entity; --save lets "validate" check flows against them',
  arguments: [
    { name: 'connection', description: 'name of the connection' },
    { name: 'entity', description: 'entity of its connector' },
  ],
  options: [
    { name: 'save', kind: 'flag', description: 'write metadata/<connection>/<entity>.json into the workspace' },
  ],
  examples: [{ line: 'describe crm Vendors --save', does: 'after an administrator has added fields' }],
  json: {
    description: '{ entity, title, fields, describedAt }',
    savedTo: 'with --save: the file, relative to the workspace',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const connection = named('connection', given.required('connection'), opened.workspace.connections)
      const connector = named('connector', connection.connector, context.product.registry)
      const entity = given.required('entity')
      entityNamed(connector, entity)
      const description = await ask(opened, connection.name, entity)
      const savedTo = given.is('save') ? save(opened, connection.name, description) : undefined
      return done({ description, ...(savedTo === undefined ? {} : { savedTo }) }, () =>
        text(context, description, savedTo),
      )
    }),
}

async function ask(opened: OpenWorkspace, name: string, entity: string): Promise<EntityDescription> {
  const connections = connectionsOf(opened, await opened.ledger(), () => {})
  try {
    const description = await (await connections.open(name)).describe(entity)
    if (description) return description
  } finally {
    await connections.close()
  }
  throw new EngineError({
    kind: 'unavailable',
    code: 'CLI_NO_METADATA',
    message: `${name} cannot say which fields ${entity} has`,
    remedy: `"ml-connector connectors ${opened.workspace.connections.get(name)?.connector ?? ''} ${entity}" shows the declared ones.`,
  })
}

function save({ workspace }: OpenWorkspace, connection: string, description: EntityDescription): string {
  const file = metadataPath(workspace.folder, connection, description.entity)
  mkdirSync(dirname(file), { recursive: true })
  // a half-written file would be a mistake of the workspace
  writeFileSync(`${file}.next`, `${JSON.stringify(description, null, 2)}\n`)
  renameSync(`${file}.next`, file)
  return relative(workspace.folder, file)
}

function text({ colours }: Context, { entity, title, fields }: EntityDescription, savedTo: string | undefined): string {
  const saved = savedTo === undefined ? '' : `\n${colours.green('✓')} saved to ${savedTo}\n`
  return `${colours.bold(entity)}  ${title}\n${showFields(fields, undefined, colours)}${saved}`
}

import type { Connector, EntitySummary } from '../../sdk/connector.ts'
import { propertiesOf, secretNames } from '../../sdk/settings.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { showFields } from '../show/fields.ts'
import { left, showTable } from '../show/table.ts'
import { didYouMean, named } from '../suggest.ts'
import type { End, Verb } from '../verb.ts'

export const connectors: Verb = {
  name: 'connectors',
  summary: 'list the connectors; of one: its settings, entities, fields and contracts',
  arguments: [
    { name: 'connector', description: 'name of one connector', isOptional: true },
    { name: 'entity', description: 'one of its entities: its fields and contracts', isOptional: true },
  ],
  examples: [
    { line: 'connectors', does: 'lists them' },
    { line: 'connectors <connector> <entity>', does: 'shows fields and contracts of an entity' },
  ],
  json: {
    connectors: 'without arguments: { name, title, summary, entities: [names] } of each',
    connector: 'with a name: the whole declaration, JSON Schema of the settings included',
    entity: 'with an entity: { name, title, key, fields, customFields, read?, write? }',
  },
  async run(context, given) {
    const [name, entity] = [given.text('connector'), given.text('entity')]
    if (name === undefined) return listAll(context)
    const connector = named('connector', name, context.product.registry)
    if (entity === undefined) return showOne(context, connector)
    const found = entityNamed(connector, entity)
    if (!Object.hasOwn(connector.entities, entity))
      context.note(
        `note: ${entity} is none of the standard entities of ${name}; this is what is known of a custom one. ${didYouMean(entity, Object.keys(connector.entities))}`,
      )
    return showEntity(context, entity, found)
  },
}

/** Also one that only some accounts have, where the connector knows such. */
export function entityNamed(connector: Connector, name: string): EntitySummary {
  if (!Object.hasOwn(connector.entities, name) && connector.customEntity) return connector.customEntity(name)
  return named(`entity of ${connector.name}`, name, new Map(Object.entries(connector.entities)))
}

function listAll(context: Context): End {
  const all = [...context.product.registry.values()]
  const data = all.map(it => ({
    name: it.name,
    title: it.title,
    summary: it.summary,
    entities: Object.keys(it.entities),
  }))
  return done({ connectors: data }, () =>
    showTable(
      [left('connector'), left('system'), left('entities')],
      data.map(it => [it.name, it.title, it.entities.join(' ')]),
      context.colours,
    ),
  )
}

function showOne(context: Context, connector: Connector): End {
  const { sandbox, connect: _, webhook: __, customEntity, ...declared } = connector
  const data = {
    ...declared,
    hasCustomEntities: customEntity !== undefined,
    sandbox: { summary: sandbox.summary, options: sandbox.options },
  }
  const { bold, dim } = context.colours
  return done({ connector: data }, () =>
    [
      `${bold(connector.name)}  ${connector.title}\n${connector.summary}\n`,
      `${bold('Settings')} of a connection (${dim('secret')}: "ml-connector secret set <connection> <name>")\n${settingsTable(context, connector)}`,
      `${bold('Entities')}${customEntity ? ', and custom ones of the account (custom: true)' : ''}\n${entitiesTable(context, connector)}`,
      `${bold('Limits')}  ${connector.limits.concurrency} calls in flight. ${connector.limits.cost}. Throttled: ${connector.limits.throttled}.\n`,
      `${bold('Sandbox options')} (--option name=value)\n${showTable([left('name'), left('changes')], Object.entries(sandbox.options), context.colours)}`,
    ].join('\n'),
  )
}

function settingsTable({ colours }: Context, connector: Connector): string {
  const required = Array.isArray(connector.settings['required']) ? connector.settings['required'] : []
  const secrets = secretNames(connector.settings)
  const rows = Object.entries(propertiesOf(connector.settings)).map(([name, it]) => [
    name,
    secrets.includes(name) ? 'secret' : required.includes(name) ? 'mandatory' : '',
    it.description ?? it.title ?? '',
  ])
  return showTable([left('name'), left(''), left('meaning')], rows, colours)
}

function entitiesTable({ colours }: Context, connector: Connector): string {
  const rows = Object.entries(connector.entities).map(([name, it]) => [
    name,
    it.title,
    it.key,
    it.read ? it.read.modes.join(' ') : '–',
    it.write ? it.write.operations.join(' ') : '–',
    it.read?.cursor.deletes ?? '',
  ])
  return showTable(
    [left('entity'), left('title'), left('key'), left('read'), left('write'), left('deletions')],
    rows,
    colours,
  )
}

function showEntity({ colours }: Context, name: string, entity: EntitySummary): End {
  return done({ entity: { name, ...entity } }, () => {
    const contract = (what: string, of: object | undefined) =>
      of
        ? `${colours.bold(what)}\n${showTable(
            [left('property'), left('value')],
            Object.entries(of).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
            colours,
          )}`
        : ''
    return [
      `${colours.bold(name)}  ${entity.title}${entity.customFields ? ', and fields of the account’s own' : ''}\n${showFields(entity.fields, entity.key, colours)}`,
      contract('Reading: cursor contract', entity.read?.cursor),
      contract('Writing', entity.write),
    ]
      .filter(Boolean)
      .join('\n')
  })
}

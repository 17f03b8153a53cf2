import type { Fields } from '../../../core/fields.ts'
import type { EntitySummary } from '../../../sdk/connector.ts'
import type { EntityView } from '../views.ts'

export function entityView(name: string, { title, key, read, write, customFields, fields }: EntitySummary): EntityView {
  return {
    ...{ name, title, key, customFields, canRead: read !== undefined, canWrite: write !== undefined },
    fields: flat(fields, ''),
  }
}

function flat(fields: Fields, prefix: string): EntityView['fields'] {
  return Object.entries(fields).flatMap(([name, it]) => [
    {
      name: `${prefix}${name}`,
      type: it.type,
      title: it.title ?? null,
      isReadOnly: it.readOnly === true,
      isRequired: it.mandatory === true,
    },
    ...flat(it.fields ?? {}, `${prefix}${name}.`),
  ])
}

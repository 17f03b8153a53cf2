import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../core/record.ts'
import { suggest } from '../../../flow/index.ts'
import { unknownThing } from '../errors.ts'
import { type ApiRoute, route } from '../route.ts'
import { fields, flag, list, object, orNull, text, words } from '../schema.ts'
import { diagnostic } from '../shapes/parts.ts'
import { entityView } from '../show/entities.ts'
import { checkUnsaved } from '../unsaved.ts'
import type { DiagnosticView, EntityView } from '../views.ts'

/** In characters: the longest flow by far has a tenth of it. */
export const LONGEST_FLOW = 500_000

interface TextWish {
  readonly yaml: string
  readonly file?: string
}

interface Checked {
  readonly diagnostics: readonly DiagnosticView[]
  readonly flow: { readonly name: string; readonly title: string; readonly hash: string } | null
}

type Schemas = 'flow' | 'workspace'

export const editorRoutes: readonly ApiRoute[] = [
  route<undefined, TextWish, Checked>({
    method: 'POST',
    path: '/workspaces/:ws/validate',
    role: 'viewer',
    summary: 'check the text of a flow as a part of the workspace; nobody is dialled, nothing is kept',
    body: object<TextWish>({ yaml: { type: 'string', maxLength: LONGEST_FLOW }, file: words(500) }, 'file'),
    answer: object<Checked>({
      diagnostics: list(diagnostic.ref),
      flow: orNull(object({ name: text, title: text, hash: text })),
    }),
    handle: async ({ held, body: { yaml, file } }) => {
      const { plan, diagnostics } = checkUnsaved(held(), yaml, file === undefined ? {} : { file })
      return { diagnostics, flow: plan ? { name: plan.name, title: plan.title, hash: plan.hash } : null }
    },
  }),
  schemaRoute('flow'),
  schemaRoute('workspace'),
  route<{ readonly connector: string }, undefined, { readonly entities: readonly EntityView[] }>({
    method: 'GET',
    path: '/workspaces/:ws/entities',
    role: 'viewer',
    summary: 'entities of a connector and their fields, for completion',
    query: object({ connector: words(100) }),
    answer: object({
      entities: list(
        object<EntityView>({
          ...{ name: text, title: text, key: text, canRead: flag, canWrite: flag, customFields: flag },
          fields: list(
            object<EntityView['fields'][number]>({
              ...{ name: text, type: text, title: orNull(text), isReadOnly: flag, isRequired: flag },
            }),
          ),
        }),
      ),
    }),
    handle: async ({ held, query }) => {
      const { registry } = held().opened.host
      const connector = registry.get(query.connector)
      if (!connector) {
        const near = suggest(query.connector, registry.keys())
        throw unknownThing('connector', query.connector, `There is: ${[...near, ...registry.keys()].join(', ')}.`)
      }
      return { entities: Object.entries(connector.entities).map(([name, it]) => entityView(name, it)) }
    },
  }),
]

function schemaRoute(name: Schemas): ApiRoute {
  return route<undefined, undefined, JsonObject>({
    method: 'GET',
    path: `/schemas/${name}`,
    role: 'signed-in',
    summary: `the JSON Schema of a ${name} file, for editors`,
    answer: fields,
    handle: async ({ api }) => JSON.parse(readFileSync(join(api.service.schemas, `${name}.schema.json`), 'utf8')),
  })
}

import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../../core/record.ts'
import * as shapes from './shapes/index.ts'

/** The OpenAPI document: made of the very schemas that requests are checked by. Before the routes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  for (const { name, schema } of shapes.NAMED) app.addSchema({ $id: name, ...schema })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'ml-connector', version, description: ABOUT },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'ml-connector token create <name> --role viewer' },
        },
      },
      security: [{ token: [] }],
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, at) => String(json['$id'] ?? `shape-${at}`) },
  })
}

const ABOUT = `What the dashboard can do, any program can: with a token as "Authorization: Bearer mlc_…".
Times are ISO 8601 in UTC. Lists are newest first; their "next" goes into "before". Errors are one shape; the status follows their kind.`

/** The document once all routes are known. Names inside named shapes are not followed by the plugin: they become references here. */
export function documentOf(app: FastifyInstance): JsonObject {
  const text = JSON.stringify(app.swagger())
  return JSON.parse(text.replace(/"\$ref":"(\w+)#"/g, '"$ref":"#/components/schemas/$1"'))
}

import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../../core/record.ts'
import { type CountRefusal, createDoor } from '../auth/door.ts'
import { createFreshness } from '../observe/freshness.ts'
import type { Part } from '../part.ts'
import type { Api } from './api.ts'
import { describeApi, documentOf } from './document.ts'
import { answerError, answerNotFound } from './failed.ts'
import { createFeed } from './feed.ts'
import { createLive } from './live.ts'
import { requireRoles } from './require-roles.ts'
import { type ApiRoute, asked } from './route.ts'
import { ROUTES } from './routes/index.ts'
import { error } from './shapes/parts.ts'
import { createValidators } from './validators.ts'
import { watchSignIns } from './watch-sign-ins.ts'

const BASE = '/api/v1'
const BODY_BYTES = 1024 * 1024
/** Of one address in a minute: more refusals than any mistyped token leads to. */
const MOST_REFUSED = 20
const MINUTE_MS = 60_000

/** The HTTP API, and who may use it. */
export const api: Part = async (app, service) => {
  const live = createLive(service)
  const feed = createFeed(service)
  const freshness = createFreshness()
  const deaf = service.hub.listen(freshness.note)
  const signInsWatched = watchSignIns(service)
  const streams: Api['streams'] = new Set()
  // before connections are closed: readers get to the end of what was sent
  app.addHook('preClose', async () => {
    for (const it of streams) it.end()
  })
  await app.register(
    async scope => {
      const door = createDoor(service, await refusalCounter(scope))
      await serveRoutes(scope, { service, door, live, freshness, feed, streams })
    },
    { prefix: BASE },
  )
  return async () => {
    deaf()
    await signInsWatched()
    feed.close()
    live.close()
  }
}

async function refusalCounter(scope: FastifyInstance): Promise<CountRefusal> {
  await scope.register(rateLimit, { global: false })
  const count = scope.createRateLimit({ max: MOST_REFUSED, timeWindow: MINUTE_MS })
  return async request => {
    const counted = await count(request)
    return counted.isAllowed
      ? { isTooMany: false, seconds: 0 }
      : { isTooMany: counted.isExceeded, seconds: counted.ttlInSeconds }
  }
}

async function serveRoutes(scope: FastifyInstance, parts: Api): Promise<void> {
  const { service, door } = parts
  await scope.register(cookie)
  scope.setValidatorCompiler(createValidators())
  // answers go out as they are: a schema that is wrong about them is found by tests, not hidden by leaving fields out
  scope.setSerializerCompiler(() => data => JSON.stringify(data))
  // what is not JSON is refused before it is read: a form of another site can send text
  scope.removeContentTypeParser('text/plain')
  scope.setErrorHandler(answerError(service.log))
  scope.setNotFoundHandler(answerNotFound)
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  requireRoles(scope, door)
  await describeApi(scope, service.version)
  for (const it of ROUTES) addRoute(scope, parts, it)
  let document: JsonObject | undefined
  scope.get(
    '/openapi.json',
    { config: { role: 'signed-in' }, schema: { hide: true }, exposeHeadRoute: false },
    async () => {
      document ??= documentOf(scope)
      return document
    },
  )
}

function addRoute(scope: FastifyInstance, parts: Api, it: ApiRoute): void {
  const { method, path, role, status = 200, media = 'application/json', bodyLimit = BODY_BYTES } = it
  const answered =
    status === 204
      ? { description: it.summary }
      : { description: it.summary, content: { [media]: { schema: it.answer } } }
  scope.route({
    ...{ method, url: path, bodyLimit, exposeHeadRoute: false },
    config: { role },
    schema: {
      summary: it.summary,
      description: `Role: ${role}.`,
      ...(it.query ? { querystring: it.query } : {}),
      ...(it.body ? { body: it.body } : {}),
      response: { [status]: answered, '4xx': error.ref, '5xx': error.ref },
    },
    handler: async (request, reply) => {
      const answer = await it.handle(asked(parts, request, reply))
      if (reply.sent) return reply
      return reply.status(status).send(answer)
    },
  })
}

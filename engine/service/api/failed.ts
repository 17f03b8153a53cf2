import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { EngineError, isEngineError } from '../../core/errors.ts'
import type { Log } from '../../sdk/connector.ts'
import { badInput, errorView, statusOf, unknownThing } from './errors.ts'
import type { ErrorView } from './views.ts'

/** Every answer that is not 2xx is an ErrorView; of a defect the caller learns nothing but that it is one. */
export function answerError(log: Log) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = isEngineError(thrown) ? thrown : byFramework(thrown)
    if (error.kind === 'defect')
      log.warn(`${request.method} ${request.routeOptions.url ?? ''} failed`, { stack: stackOf(thrown) })
    const view: ErrorView = { error: error.kind === 'defect' ? HIDDEN : errorView(error) }
    if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000))
    if (error.code === 'API_SIGN_IN') reply.header('www-authenticate', 'Bearer')
    return reply.status(statusOf(error)).send(view)
  }
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method, url } = request
  const error = unknownThing(
    'route',
    `${method} ${url.split('?')[0]?.slice(0, 200)}`,
    'GET /api/v1/openapi.json lists them.',
  )
  return reply.status(404).send({ error: errorView(error) } satisfies ErrorView)
}

const HIDDEN: ErrorView['error'] = {
  kind: 'defect',
  code: 'ENGINE_DEFECT',
  message: 'this failed by a defect of ml-connector',
  remedy: 'The log of the service says more; please report it.',
}

/** What fastify itself refuses, by its status. */
const REFUSALS: Readonly<Record<number, (message: string) => EngineError>> = {
  400: message => badInput(message, 'See GET /api/v1/openapi.json for what it takes.'),
  413: () =>
    new EngineError({
      kind: 'configuration',
      code: 'API_TOO_LARGE',
      message: 'the body is larger than this takes',
      remedy: 'Send less at once.',
    }),
  415: () =>
    new EngineError({
      kind: 'configuration',
      code: 'API_MEDIA_TYPE',
      message: 'the body is not JSON',
      remedy: 'Send JSON, with "Content-Type: application/json".',
    }),
}

function byFramework(thrown: unknown): EngineError {
  const { statusCode = 500, message = '' } = (thrown ?? {}) as Partial<FastifyError>
  const refusal = REFUSALS[statusCode]
  if (refusal) return refusal(message)
  return new EngineError({ kind: 'defect', code: 'ENGINE_DEFECT', message: String(thrown), cause: thrown })
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}

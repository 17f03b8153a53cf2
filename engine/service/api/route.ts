import type { FastifyReply, FastifyRequest } from 'fastify'
import { EngineError } from '../../core/errors.ts'
import type { Caller, RouteRole } from '../auth/door.ts'
import type { Held } from '../held.ts'
import type { Api } from './api.ts'
import type { Schema } from './schema.ts'

/** What a route's handler gets: all of it checked. */
export interface Asked<Query, Body> {
  readonly api: Api
  readonly query: Query
  readonly body: Body
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** A part of the path. */
  param(name: string): string
  /** Who asks. Throws on a route for everybody. */
  caller(): Caller
  /** The workspace that the path names, which the caller may see. */
  held(): Held
}

/** One route of the API as data: the server, the OpenAPI document and the tests' table of roles derive from it. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below /api/v1. `:ws` is a workspace, in which `role` counts. */
  readonly path: string
  readonly role: RouteRole
  readonly summary: string
  readonly query?: Schema<unknown>
  readonly body?: Schema<unknown>
  readonly answer: Schema<unknown>
  /** 200 when absent. */
  readonly status?: 202 | 204
  /** Answers in its own way: the schema does not describe the body. */
  readonly media?: string
  /** In bytes, where the service's own limit is too much. */
  readonly bodyLimit?: number
  handle(asked: Asked<unknown, unknown>): Promise<unknown>
}

interface Typed<Query, Body, Answer> extends Omit<ApiRoute, 'query' | 'body' | 'answer' | 'handle'> {
  readonly query?: Schema<Query>
  readonly body?: Schema<Body>
  readonly answer: Schema<Answer>
  handle(asked: Asked<Query, Body>): Promise<Answer>
}

/** A route whose handler is typed by its schemas. */
export function route<Query = undefined, Body = undefined, Answer = undefined>(
  typed: Typed<Query, Body, Answer>,
): ApiRoute {
  const { handle, ...data } = typed
  // its query and body were let through by the very schemas that give them their types
  return { ...data, handle: asked => handle(asked as Asked<Query, Body>) }
}

export function asked(api: Api, request: FastifyRequest, reply: FastifyReply): Asked<unknown, unknown> {
  const params = (request.params ?? {}) as Readonly<Record<string, string>>
  const caller = () => request.caller ?? missing('a caller')
  return {
    // no body, or null, is one without fields: so its schema judged it
    ...{ api, request, reply, query: request.query, body: request.body ?? {}, caller },
    param: name => params[name] ?? missing(`:${name}`),
    held: () => caller().rights.find(it => it.held.name === params['ws'])?.held ?? missing('a workspace'),
  }
}

function missing(what: string): never {
  throw new EngineError({ kind: 'defect', code: 'ENGINE_DEFECT', message: `the route has no ${what}` })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whom a route of the API is for. */
    role?: RouteRole
  }
  interface FastifyRequest {
    /** Set before the handler of every route of the API that is not for everybody. */
    caller: Caller | null
  }
}

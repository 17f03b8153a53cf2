import type { FastifyInstance } from 'fastify'
import type { Service } from './service.ts'

/** What a part leaves behind to be ended, in the opposite order, when the service stops. */
export type End = () => Promise<void>

/** A part of the service: routes, listeners of events, work of its own. */
export type Part = (app: FastifyInstance, service: Service) => Promise<End | undefined>

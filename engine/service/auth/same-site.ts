import type { FastifyRequest } from 'fastify'
import { crossSite } from './errors.ts'

/** A page of another site cannot send it without being asked for by a preflight, which nobody answers. */
export const OWN_HEADER = 'x-ml-connector'

/** A cookie comes along by itself: a change is only taken from our own pages. Throws `API_CROSS_SITE`. */
export function fromOwnPage(request: FastifyRequest, publicUrl: string | undefined): void {
  if (request.headers[OWN_HEADER] !== '1') throw crossSite(`the header ${OWN_HEADER} is missing`)
  fromOwnOrigin(request, publicUrl)
}

/** Programs send no origin; browsers do with every change. */
export function fromOwnOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin } = request.headers
  if (origin === undefined) return
  const own = [`${request.protocol}://${request.host}`, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])]
  if (!own.includes(origin)) throw crossSite('it comes from a page of another site')
}

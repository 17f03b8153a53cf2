import type { FastifyInstance } from 'fastify'
import { EngineError } from '../../core/errors.ts'
import type { Door } from '../auth/door.ts'

/** Before the routes: each of them says whom it is for, or is not served at all. */
export function requireRoles(scope: FastifyInstance, door: Pick<Door, 'admit'>): void {
  scope.decorateRequest('caller', null)
  scope.addHook('onRoute', ({ method, url, config }) => {
    if (config?.role === undefined) throw noRole(String(method), url)
  })
  scope.addHook('onRequest', async request => {
    // what no route takes has none, and says no more than that
    const { role = 'anyone' } = request.routeOptions.config
    if (role !== 'anyone') request.caller = await door.admit(request, role)
  })
}

function noRole(method: string, url: string): EngineError {
  const message = `${method} ${url} does not say whom it is for`
  return new EngineError({ kind: 'defect', code: 'ENGINE_DEFECT', message })
}

import { expect } from 'chai'
import { fastify } from 'fastify'
import { ROLES } from '../../engine/core/operations.ts'
import { requireRoles } from '../../engine/service/api/require-roles.ts'
import { ROUTES } from '../../engine/service/api/routes/index.ts'
import type { RouteRole } from '../../engine/service/auth/door.ts'
import { createServed, type Served } from './support.ts'

/** Whom each route is for. What is not here is a route that nobody has thought about. */
const WHOM: Readonly<Record<string, RouteRole>> = {
  'POST /session': 'anyone',
  'DELETE /session': 'anyone',
  'GET /me': 'signed-in',
  'GET /workspaces': 'signed-in',
  'GET /schemas/flow': 'signed-in',
  'GET /schemas/workspace': 'signed-in',
  'GET /openapi.json': 'signed-in',
  'GET /workspaces/:ws': 'viewer',
  'GET /workspaces/:ws/flows': 'viewer',
  'GET /workspaces/:ws/flows/:flow': 'viewer',
  'POST /workspaces/:ws/flows/:flow/run': 'operator',
  'POST /workspaces/:ws/flows/:flow/verify': 'operator',
  'POST /workspaces/:ws/flows/:flow/replay': 'operator',
  'POST /workspaces/:ws/flows/:flow/pause': 'operator',
  'POST /workspaces/:ws/flows/:flow/resume': 'operator',
  'POST /workspaces/:ws/flows/:flow/cancel': 'operator',
  'GET /workspaces/:ws/runs': 'viewer',
  'GET /workspaces/:ws/runs/:id': 'viewer',
  'POST /workspaces/:ws/runs/:id/cancel': 'operator',
  'GET /workspaces/:ws/events': 'viewer',
  'GET /workspaces/:ws/records': 'viewer',
  'GET /workspaces/:ws/lineage': 'viewer',
  'GET /workspaces/:ws/dead-letters': 'viewer',
  'GET /workspaces/:ws/dead-letters/:id': 'viewer',
  'POST /workspaces/:ws/dead-letters/discard': 'operator',
  'POST /workspaces/:ws/dead-letters/replay': 'operator',
  'POST /workspaces/:ws/dead-letters/replay/preview': 'operator',
  'GET /workspaces/:ws/connections': 'viewer',
  'POST /workspaces/:ws/connections/:name/ping': 'operator',
  'POST /workspaces/:ws/connections/:name/pause': 'admin',
  'POST /workspaces/:ws/connections/:name/resume': 'admin',
  'POST /workspaces/:ws/validate': 'viewer',
  'GET /workspaces/:ws/entities': 'viewer',
  'POST /workspaces/:ws/preview': 'operator',
  'GET /workspaces/:ws/actions': 'operator',
  'GET /workspaces/:ws/tokens': 'admin',
  'POST /workspaces/:ws/tokens': 'admin',
  'DELETE /workspaces/:ws/tokens/:id': 'admin',
}

const RANK: readonly RouteRole[] = ['anyone', 'signed-in', ...ROLES]
const WRONG = `mlc_${'x'.repeat(43)}`

describe('the routes of the API', () => {
  let served: Served
  const tokens = new Map<string, string>()
  before(async () => {
    served = await createServed({ workspaces: ['acme', 'globex'] })
    for (const role of ROLES) tokens.set(role, await served.token(role, ['acme']))
    tokens.set('elsewhere', await served.token('admin', ['globex']))
  })
  after(() => served.close())

  /** Names nothing that is there, so that nothing is done: what counts is whether the door opens. */
  const statusFor = async (route: string, token?: string) => {
    const [method = '', path = ''] = route.split(' ')
    const url = `${served.url}/api/v1${path.replace(':ws', 'acme').replace(/:\w+/g, '999')}`
    const stop = new AbortController()
    const answer = await fetch(url, {
      method,
      signal: stop.signal,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: '{}' } : {}),
    })
    stop.abort()
    return answer.status
  }

  it('are those that somebody has thought about, each for whom it should be', () => {
    const found = ROUTES.map(it => [`${it.method} ${it.path}`, it.role])
    expect(Object.fromEntries([...found, ['GET /openapi.json', 'signed-in']])).to.deep.equal(WHOM)
  })

  it('are all in the document, with whom they are for', async () => {
    const { body } = await served.ask<{ paths: Record<string, Record<string, { description: string }>> }>(
      '/openapi.json',
      {
        token: tokens.get('viewer') ?? '',
      },
    )
    const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { description }]) => [
        `${method.toUpperCase()} ${path.replace('/api/v1', '').replace(/\{(\w+)\}/g, ':$1')}`,
        description.replace(/^Role: (.*)\.$/, '$1'),
      ]),
    )
    const { 'GET /openapi.json': _, ...others } = WHOM
    expect(Object.fromEntries(documented)).to.deep.equal(others)
  })

  it('are not served when they do not say whom they are for', () => {
    const app = fastify()
    requireRoles(app, { admit: () => Promise.reject(new Error('nobody')) })
    expect(() => app.get('/forgotten', async () => 'open')).to.throw(/GET \/forgotten does not say whom it is for/)
  })

  for (const [route, role] of Object.entries(WHOM)) {
    if (role === 'anyone') continue
    it(`opens to ${role} and more, to nobody else: ${route}`, async () => {
      expect(await statusFor(route)).to.equal(401)
      // after so many refusals it is told to wait
      expect(await statusFor(route, WRONG)).to.be.oneOf([401, 429])
      const isInWorkspace = route.includes(':ws')
      if (isInWorkspace) expect(await statusFor(route, tokens.get('elsewhere'))).to.equal(404)
      for (const has of ROLES) {
        const status = await statusFor(route, tokens.get(has))
        const isOpen = RANK.indexOf(has) >= RANK.indexOf(role)
        if (isOpen) expect(status, has).not.to.be.oneOf([401, 403, 500])
        else expect(status, has).to.equal(403)
      }
    })
  }
})

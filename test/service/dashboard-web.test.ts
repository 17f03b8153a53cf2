import { readdirSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { fastify } from 'fastify'
import type { Service } from '../../engine/service/service.ts'
import { web } from '../../engine/service/web.ts'
import { builtDashboard, createStage, type Stage } from './dashboard.support.ts'

describe('the dashboard as it is served', () => {
  let stage: Stage
  let page: string
  before(async () => {
    stage = await createStage({ vendors: 1 })
    page = readFileSync(join(builtDashboard(), 'index.html'), 'utf8')
  })
  after(() => stage.close())
  const get = (path: string) => fetch(new URL(path, stage.url), { redirect: 'manual' })
  /** As it is written, without what fetch would straighten first. */
  const raw = (path: string) =>
    new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(stage.url)
      request({ hostname, port, path }, answer => {
        let text = ''
        answer.on('data', data => {
          text += data
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      })
        .on('error', reject)
        .end()
    })

  it('answers each of its pages with the page, which is asked for anew each time', async () => {
    for (const path of ['/', '/sign-in', '/w/test', '/w/test/flows/a.b', '/w/test/records?key=x']) {
      const answer = await get(path)
      expect([path, answer.status, answer.headers.get('cache-control'), await answer.text()]).to.deep.equal([
        path,
        200,
        'no-cache',
        page,
      ])
    }
  })

  it('lets what carries a hash be kept for ever', async () => {
    const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(it => it[1] ?? '')
    expect(assets).to.not.deep.equal([])
    for (const path of assets) {
      const answer = await get(path)
      expect([answer.status, answer.headers.get('cache-control')]).to.deep.equal([
        200,
        'public, max-age=31536000, immutable',
      ])
    }
  })

  it('does not answer with the page where something else was meant', async () => {
    for (const path of ['/api/v1/misspelt', '/assets/gone.js', '/other', '/wide'])
      expect([path, (await get(path)).status]).to.deep.equal([path, 404])
  })

  it('reaches no file but its own', async () => {
    const paths = [
      '/../package.json',
      '/assets/../../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/..%2fpackage.json',
      '//etc/passwd',
    ]
    for (const path of paths) {
      const { status, text } = await raw(path)
      expect([path, status >= 400, text.includes('"name"'), text.includes('root:')]).to.deep.equal([
        path,
        true,
        false,
        false,
      ])
    }
  })

  it('lets scripts and styles come from the service alone', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? ''
    expect(policy).to.include("default-src 'self'").and.not.include('unsafe-eval')
    expect(policy).to.not.include('unsafe-inline')
    expect(page).to.not.match(/<script(?![^>]*\ssrc=)/)
    expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].filter(it => !it[1]?.startsWith('/'))).to.deep.equal([])
  })

  it('is small: below 900 kB of scripts in all, and no editor or plot before they are needed', () => {
    const assets = join(builtDashboard(), 'assets')
    const scripts = readdirSync(assets).filter(it => it.endsWith('.js'))
    const bytes = (names: readonly string[]) => names.reduce((sum, it) => sum + statSync(join(assets, it)).size, 0)
    const first = scripts.filter(it => page.includes(it))
    expect(first).to.not.deep.equal([])
    expect(bytes(scripts)).to.be.lessThan(900_000)
    expect(bytes(first)).to.be.lessThan(400_000)
    expect(first.filter(it => /editor|plot/.test(it))).to.deep.equal([])
  })

  it('says how to build it where it is not built', async () => {
    const app = fastify()
    // of a service, the part looks at nothing else
    await web(app, { dashboard: undefined } as unknown as Service)
    const answer = await app.inject('/')
    await app.close()
    expect(answer.body).to.include('npm run build:dashboard')
  })
})

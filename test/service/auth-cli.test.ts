import { expect } from 'chai'
import { cli, jsonOf } from '../cli/support/cli.ts'
import { createServed, type Served } from './support.ts'

describe('tokens on the command line', () => {
  let served: Served
  const run = (...args: string[]) => cli(['token', ...args], { cwd: served.folder() })
  before(async () => {
    served = await createServed({ workspaces: ['acme', 'globex'] })
  })
  after(() => served.close())

  it('prints a token that opens the workspace, as who it names, in a service that runs already', async () => {
    const { code, out, err } = await run('create', 'anna', '--role', 'operator', '--expires', '90d')
    expect([code, /^mlc_[\w-]{43}\n$/.test(out)]).to.deep.equal([0, true])
    expect(err).to.include('operator of acme, until').and.include('not shown again')
    const { body } = await served.ask('/me', { token: out.trim() })
    expect([body['name'], body['workspaces']]).to.deep.equal(['anna', [{ name: 'acme', role: 'operator' }]])
  })

  it('gives no more than viewer to who asks for no role, and records who made it', async () => {
    const { id, token, expiresAt, workspaces } = jsonOf(await run('create', 'bob', '--json'))
    expect([expiresAt, workspaces]).to.deep.equal([null, ['acme']])
    const [action] = await served.ledger().actions({ limit: 1 })
    expect([action?.action, action?.subject, action?.details]).to.deep.equal([
      'token.create',
      `token:${id}`,
      { name: 'bob', role: 'viewer' },
    ])
    expect(JSON.stringify(action)).not.to.include(String(token))
    expect((await served.ask('/workspaces/acme/actions', { token: String(token) })).status).to.equal(403)
  })

  it('makes one token for several workspaces, and revokes it in them', async () => {
    const also = ['--also', served.folder('globex')]
    const { id, token, workspaces } = jsonOf(await run('create', 'carl', '--json', ...also))
    expect(workspaces).to.deep.equal(['acme', 'globex'])
    const me = async () => await served.ask<{ workspaces?: { name: string }[] }>('/me', { token: String(token) })
    expect((await me()).body.workspaces?.map(it => it.name)).to.deep.equal(['acme', 'globex'])
    expect((await run('revoke', String(id))).code).to.equal(0)
    expect((await me()).body.workspaces?.map(it => it.name)).to.deep.equal(['globex'])
    expect((await run('revoke', String(id), ...also)).code).to.equal(0)
    expect((await me()).status).to.equal(401)
  })

  it('lists them without what they are', async () => {
    const made = jsonOf(await run('create', 'dora', '--expires', '12h', '--json'))
    const { out } = await run('list')
    expect(out)
      .to.match(/dora +viewer +until /)
      .and.match(/carl +viewer +revoked /)
    const listed = await run('list', '--json')
    for (const text of [out, listed.out]) expect(text).not.to.include(String(made['token'])).and.not.include('hash')
  })

  it('refuses a time that it does not understand, a role that there is not, and a token that it does not know', async () => {
    for (const args of [
      ['create', 'x', '--expires', 'soon'],
      ['create', 'x', '--expires', '0d'],
      ['create', 'x', '--role', 'root'],
      ['create', ' '],
      ['revoke', 'nothing'],
      ['create', 'x', '--also', '/nowhere'],
    ]) {
      const count = (await served.ledger().apiTokens()).length
      expect([(await run(...args)).code, (await served.ledger().apiTokens()).length], args.join(' ')).to.deep.equal([
        2,
        count,
      ])
    }
  })
})

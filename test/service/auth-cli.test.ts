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

  it('is among what "audit --actions" tells of people, newest first, of one flow, run or time', async () => {
    const at = (iso: string) => new Date(iso).toISOString()
    const ledger = served.ledger('globex')
    const action = { actor: 'eve', action: 'flow.pause', subject: 'flow:vendors', details: { reason: 'stocktaking' } }
    await ledger.recordAction({ ...action, at: at('2020-01-01') })
    await ledger.recordAction({ ...action, at: at('2020-01-02'), actor: 'fay', action: 'flow.resume', details: {} })
    const made = jsonOf(await cli(['token', 'create', 'gus', '--json'], { cwd: served.folder('globex') }))
    const audit = (...args: string[]) => cli(['audit', '--actions', ...args], { cwd: served.folder('globex') })
    const told = async (...args: string[]) =>
      (jsonOf(await audit('--json', ...args))['actions'] as { actor: string; subject: string }[]).map(it => it.subject)
    expect((await told()).slice(0, 1)).to.deep.equal([`token:${made['id']}`])
    expect(await told('--flow', 'vendors')).to.deep.equal(['flow:vendors', 'flow:vendors'])
    expect(await told('--flow', 'vendors', '--since', '2020-01-02')).to.deep.equal(['flow:vendors'])
    expect(await told('--until', '2020-01-01')).to.deep.equal(['flow:vendors'])
    expect(await told('--run', 'r1')).to.deep.equal([])
    expect((await told('--limit', '1')).length).to.equal(1)
    expect((await audit('--flow', 'vendors')).out).to.match(/eve +flow\.pause +flow:vendors +reason: stocktaking/)
    expect((await audit('--format', 'csv')).out).to.match(/^id,at,actor,action,subject,details\r\n/)
    expect((await audit('--key', 'V1')).code).to.equal(2)
    expect((await audit('--flow', 'vendors', '--run', 'r1')).code).to.equal(2)
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

import { join } from 'node:path'
import { expect } from 'chai'
import { systemClock } from '../../engine/core/clock.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { createServiceLog } from '../../engine/service/index.ts'
import { keySource, openVault } from '../../engine/vault/index.ts'
import { control } from '../support/connect.ts'
import { DYING, type Ground, ground, tokenFor } from './observe.support.ts'

const lines = (text: string) => text.split('\n').filter(it => it !== '')
const parsed = (text: string) => lines(text).map(it => JSON.parse(it) as Record<string, unknown>)

describe('the log of a service', () => {
  it('is JSON lines from a level on', () => {
    let text = ''
    const log = createServiceLog('info', { write: it => (text += it) })
    log.debug('quiet')
    log.info('run ended', { flow: 'vendors', read: 3 })
    log.warn('paused')
    const [first, second] = parsed(text)
    expect(first).to.include({ level: 'info', message: 'run ended', flow: 'vendors', read: 3 })
    expect(String(first?.['time'])).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect([second?.['level'], lines(text).length]).to.deep.equal(['warn', 2])
  })

  it('is short where a person watches', () => {
    let text = ''
    createServiceLog('info', { isTTY: true, write: it => (text += it) }).info('run ended', { flow: 'vendors', read: 3 })
    expect(text).to.match(/^\d\d:\d\d:\d\d info {2}run ended flow=vendors read=3\n$/)
  })

  describe('of a busy service', () => {
    let at: Ground
    beforeEach(async () => {
      at = await ground({ records: 20, flow: DYING })
    })
    afterEach(() => at.close())

    it('has a line per run, action and pause, and holds neither secrets nor values, at its loudest', async () => {
      const { child, ended } = at.workspace.start(
        'serve',
        '--port',
        '0',
        '--json',
        '--no-schedule',
        '--log-level',
        'debug',
      )
      const url = await new Promise<string>(resolve => {
        child.stdout?.once('data', data => resolve(JSON.parse(String(data)).url))
      })
      const sealer = { seal: async (it: string) => it, unseal: async (it: string) => it }
      const ledger = await openSqliteLedger({
        file: join(at.workspace.folder, '.ml-connector/ledger.db'),
        workspace: 'test',
        sealer,
      })
      const token = await tokenFor({ ledger }, 'admin', 'anna')
      await ledger.close()
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const post = (path: string, body: unknown) =>
        fetch(`${url}/api/v1/workspaces/test/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      const get = async (path: string) =>
        (await (await fetch(`${url}/api/v1/workspaces/test/${path}`, { headers })).json()) as Record<string, unknown[]>
      const runs = async (many: number) => {
        while (
          (((await get('runs?limit=50'))['runs'] ?? []) as { endedAt: unknown }[]).filter(it => it.endedAt).length <
          many
        ) {
          await new Promise(resolve => setTimeout(resolve, 20))
        }
      }
      // all die, with their values in what is kept of them; then a call that is refused, and a sign-in that is
      expect((await post('flows/accounts/run', {})).status).to.equal(202)
      await runs(1)
      const bad = {
        action: 'answer',
        status: 400,
        body: '{"code":"INVALID_REQUEST","message":"Acme Secret Ltd"}',
        times: 100,
      } as const
      await control(at.crm).fault({ path: '/Accounts', ...bad })
      await post('flows/accounts/run', { mode: 'backfill' })
      await runs(2)
      await post('flows/accounts/pause', { reason: 'Acme Secret Ltd moves house' })
      await fetch(`${url}/hooks/test/crm`, { method: 'POST', body: '{"ids":["Acme Secret Ltd"]}' })
      await fetch(`${url}/api/v1/me`, { headers: { authorization: 'Bearer mlc_wrong' } })
      child.kill('SIGTERM')
      const { stdout, stderr } = await ended
      const said = parsed(stderr).map(it => it['message'])
      for (const line of [
        'the service listens',
        'run ended',
        'action',
        'paused',
        'a delivery was refused',
        'the service stops',
      ])
        expect(said).to.include(line)
      expect(said.filter(it => it === 'run ended')).to.have.length(2)
      const failed = parsed(stderr).find(it => it['state'] === 'failed')
      expect(failed?.['failure']).to.have.property('code', 'ZOHO_INVALID_REQUEST')
      const values = [...(await at.values()), 'Acme Secret', token, ...at.secrets()]
      const held = await accessTokens(at)
      expect(held).to.have.length(2)
      expect([...values, ...held].filter(it => (stdout + stderr).includes(it))).to.deep.equal([])
    })
  })
})

/** What the service signed in with, from its vault. */
async function accessTokens({ workspace }: Ground): Promise<readonly string[]> {
  const file = join(workspace.folder, '.ml-connector/vault.json')
  const vault = await openVault({ file, key: keySource(workspace.env, ''), clock: systemClock })
  const tokens = await Promise.all((await vault.tokens()).map(it => vault.token(it.connection, it.name)))
  return tokens.flatMap(it => (it ? [it.value.reveal()] : []))
}

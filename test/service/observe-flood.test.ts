import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'
import { hookReceiver } from './observe.receivers.ts'
import { ground } from './observe.support.ts'

describe('five hundred failing runs', () => {
  it('are one alert, and one note when it is over', async () => {
    const hook = await hookReceiver()
    const alerts = 'alerts:\n  webhook: "${env:ALERT_WEBHOOK}"\n'
    const at = await ground({ alerts, env: { ALERT_WEBHOOK: hook.url }, isSecretless: true })
    const served = await at.serve()
    try {
      for (let many = 0; many < 500; many += 1) expect((await served.poll('accounts'))['state']).to.equal('failed')
      const [first, ...more] = await hook.count(1)
      expect([first?.alerts.map(it => `${it.state} ${it.id}`), more]).to.deep.equal([
        ['begun flow-failed:accounts'],
        [],
      ])
      expect(first?.alerts[0]?.text).to.include('CONNECTION_SECRET_MISSING')
      const vault = await served.held.opened.vault()
      for (const [name, value] of Object.entries(at.other.secrets))
        await vault.setSecret('other', name, new Secret(value))
      expect((await served.poll('accounts'))['state']).to.equal('succeeded')
      const all = await hook.count(2)
      expect(all.map(it => it.alerts.map(({ state }) => state))).to.deep.equal([['begun'], ['over']])
      const lines = served.logged.filter(it => it.includes('run ended'))
      expect(lines).to.have.length(501)
    } finally {
      await at.close()
      await hook.close()
    }
  }).timeout(60_000)
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'
import type { Served } from './hooks.support.ts'
import { type Ground, ground } from './observe.support.ts'

describe('the health of a service', () => {
  let at: Ground
  let served: Served
  beforeEach(async () => {
    at = await ground({ records: 1 })
    served = await at.serve()
  })
  afterEach(() => at.close())
  const ask = async (path: string) => {
    const answer = await fetch(`${served.url}${path}`)
    return { status: answer.status, text: await answer.text() }
  }

  it('is told to everybody, without a word about customers', async () => {
    expect(await ask('/healthz')).to.deep.equal({ status: 200, text: '{"status":"ok"}' })
    const ready = await ask('/readyz')
    const checks = { ledger: 'ok', vault: 'ok', workspaces: 'ok', running: 'ok' }
    expect([ready.status, JSON.parse(ready.text)]).to.deep.equal([200, { status: 'ready', checks }])
  })

  it('is not ready without its ledger', async () => {
    await served.held.ledger.close()
    const { status, text } = await ask('/readyz')
    expect([status, JSON.parse(text).checks.ledger]).to.deep.equal([503, 'failed'])
    expect((await ask('/healthz')).status).to.equal(200)
  })

  it('is not ready while its vault does not open', async () => {
    await (await served.held.opened.vault()).setToken('crm', 'x', { value: new Secret('v') })
    writeFileSync(served.held.opened.vaultFile, 'no vault')
    const { status, text } = await ask('/readyz')
    expect([status, JSON.parse(text).checks.vault]).to.deep.equal([503, 'failed'])
  })

  it('is not ready when it is stopping', async () => {
    served.running.service.isStopping = true
    const { status, text } = await ask('/readyz')
    expect([status, JSON.parse(text).checks.running]).to.deep.equal([503, 'failed'])
  })

  it('is not ready when a workspace was left out, and does not say which', async () => {
    const bad = await ground({ records: 0 })
    const file = join(bad.workspace.folder, 'ml-connector.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('workspace: test', 'workspaces: globex'))
    const both = await at.serve({ besides: [bad.workspace] })
    const answer = await fetch(`${both.url}/readyz`)
    const text = await answer.text()
    expect([answer.status, JSON.parse(text).checks.workspaces]).to.deep.equal([503, 'failed'])
    expect(text).not.to.include('globex')
    await bad.close()
  })
})

import { expect } from 'chai'
import { control } from '../support/connect.ts'
import { ACCOUNTS, type MovableClock, movableClock, type Served } from './hooks.support.ts'
import { type HookReceiver, hookReceiver, type MailServer, mailServer, type Received } from './observe.receivers.ts'
import { breakSource, DYING, type Ground, ground, mendSource, QUIET } from './observe.support.ts'

describe('alerts', () => {
  let at: Ground
  let hook: HookReceiver
  let clock: MovableClock
  beforeEach(async () => {
    hook = await hookReceiver()
    clock = movableClock()
  })
  afterEach(async () => {
    await at.close()
    await hook.close()
  })
  const alerting = async (more = '', records = 3, flow?: string, first?: () => Promise<void>): Promise<Served> => {
    const alerts = `alerts:\n  webhook: "\${env:ALERT_WEBHOOK}"\n${more}`
    at = await ground({ records, alerts, env: { ALERT_WEBHOOK: hook.url }, ...(flow === undefined ? {} : { flow }) })
    await first?.()
    return at.serve({ clock, isPublic: first !== undefined })
  }
  /** Minutes pass until it is so. */
  const passing = async (isSo: () => boolean, stepMs = 60_000) => {
    for (const until = Date.now() + 15_000; !isSo() && Date.now() < until; ) {
      clock.advance(stepMs)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  const told = (all: readonly Received[]) => all.flatMap(it => it.alerts.map(({ id, state }) => `${state} ${id}`))
  const run = (served: Served) => served.poll('accounts')

  it('say nothing of a flow that failed once and then ran well', async () => {
    const served = await alerting('  deadLetters: 1\n')
    await breakSource(at)
    await run(served)
    await mendSource(at)
    await run(served)
    // something that is told after it: nothing had been told before
    pause(served)
    expect(told(await hook.count(1))).to.deep.equal(['begun connection-paused:other'])
  })

  const pause = ({ held, running }: Served) => {
    const it = { subject: 'connection:other', by: 'anna', at: new Date().toISOString(), reason: 'they move house' }
    held.pauses.set(it.subject, it)
    running.service.hub.tell({ is: 'paused', workspace: 'test', ...it })
  }
  const resume = ({ held, running }: Served) => {
    held.pauses.delete('connection:other')
    running.service.hub.tell({ is: 'resumed', workspace: 'test', subject: 'connection:other', by: 'anna' })
  }

  it('tell at once of a sign-in that is refused, and as one cause with the connection that is paused for it', async () => {
    const served = await alerting()
    await control(at.other).fault({
      path: 'oauth',
      action: 'answer',
      status: 200,
      body: '{"error":"invalid_code"}',
      times: 1_000,
    })
    expect((await run(served)).state).to.equal('failed')
    await served.event('paused', it => it.subject === 'connection:other')
    expect(told(await hook.count(1))).to.deep.equal(['begun connection-paused:other'])
  })

  it('tell of a paused connection and of its return', async () => {
    const served = await alerting()
    pause(served)
    await hook.count(1)
    resume(served)
    expect(told(await hook.count(2))).to.deep.equal(['begun connection-paused:other', 'over connection-paused:other'])
  })

  it('are not told again by a restart, and are after the time that "repeat" says', async () => {
    const served = await alerting('  repeat: 2h\n')
    await breakSource(at)
    await run(served)
    await run(served)
    await hook.count(1)
    await served.stop()
    const again = await at.serve({ clock })
    await run(again)
    pause(again)
    expect(told(await hook.count(2))).to.deep.equal(['begun flow-failed:accounts', 'begun connection-paused:other'])
    await passing(() => told(hook.all).length >= 4)
    expect(told(hook.all).slice(2).sort()).to.deep.equal([
      'still connection-paused:other',
      'still flow-failed:accounts',
    ])
  })

  it('are sent again until they are taken', async () => {
    const served = await alerting()
    hook.refuse(2)
    pause(served)
    await passing(() => hook.all.length > 0)
    expect([hook.tries(), told(hook.all)]).to.deep.equal([3, ['begun connection-paused:other']])
  })

  it('tell of too many dead letters until they are fewer', async () => {
    const flow = DYING
    const served = await alerting('  deadLetters: 3\n', 3, flow)
    await run(served)
    const [first] = await hook.count(1)
    expect(told(first ? [first] : [])).to.deep.equal(['begun dead-letters:accounts'])
    const { ledger } = served.held
    const open = await ledger.deadLetters({ flow: 'accounts', state: 'open', limit: 10 })
    await ledger.discardDead(
      open.map(it => it.id),
      new Date().toISOString(),
      'a test',
    )
    await passing(() => hook.all.length > 1)
    expect(told(hook.all).at(-1)).to.equal('over dead-letters:accounts')
  })

  it('tell of differences that a comparison left, until there are none', async () => {
    const served = await alerting()
    const { ledger } = served.held
    const ref = { workspace: 'test', flow: 'accounts' }
    const compare = (heal: boolean) =>
      served.running.service.dispatcher.request(ref, { is: 'verify', trigger: 'verify', actor: 'anna', heal })
    await compare(false)
    const [first] = await hook.count(1)
    expect(told(first ? [first] : [])).to.deep.equal(['begun unverified:accounts'])
    expect((await ledger.verifications('accounts'))[0]?.verified?.tally).to.include({ left: 3 })
    await compare(true)
    await passing(() => hook.all.length > 1)
    expect(told(hook.all).at(-1)).to.equal('over unverified:accounts')
  })

  it('tell of a scheduled flow without a good run for too long', async () => {
    const served = await alerting('  lag: 6h\n', 1, `${SCHEDULED}`)
    await run(served)
    await passing(() => hook.all.length > 0, 600_000)
    expect(told(hook.all)).to.deep.equal(['begun lag:accounts'])
  })

  it('tell of a subscription that cannot be renewed', async () => {
    const served = await alerting('', 1, ACCOUNTS, async () => {
      const body = '{"watch":[{"code":"INVALID_REQUEST","message":"no","status":"error","details":{}}]}'
      await control(at.crm).fault({ path: 'actions/watch', action: 'answer', status: 400, body, times: 1_000 })
    })
    await passing(() => hook.all.length > 0)
    expect(told(hook.all)).to.deep.equal(['begun subscription-failing:crm'])
    await control(at.crm).clearFaults()
    await passing(() => hook.all.length > 1)
    expect(told(hook.all).at(-1)).to.equal('over subscription-failing:crm')
    expect((await served.held.ledger.subscriptions()).map(it => it.failure)).to.deep.equal([null])
  })

  describe('by e-mail', () => {
    let server: MailServer
    beforeEach(async () => {
      server = await mailServer()
    })
    afterEach(() => server.close())

    it('arrive with a headline, what is wrong and what to do, and hold neither secrets nor values', async () => {
      const email = `  email:
    to: [ops@example.com, anna@example.com]
    from: ml-connector@example.com
    smtp: "smtp://mailer:\${env:SMTP_PASSWORD}@127.0.0.1:${server.port}"
`
      at = await ground({ alerts: `alerts:\n${email}`, env: { SMTP_PASSWORD: 'p%40ss' }, flow: DYING, records: 3 })
      const served = await at.serve({ clock })
      await breakSource(at)
      await run(served)
      await run(served)
      const [mail] = await server.count(1)
      expect([mail?.from, mail?.to, mail?.login]).to.deep.equal([
        'ml-connector@example.com',
        ['ops@example.com', 'anna@example.com'],
        'mailer:p@ss',
      ])
      expect(mail?.data).to.match(/^Subject: \[ml-connector\] test: flow-failed of accounts needs you$/m)
      // long lines are folded
      expect(mail?.data.replaceAll('=\n', '')).to.include('The flow accounts has failed again and again')
      const hidden = [...at.secrets(), 'p@ss', ...(await at.values())].filter(it => mail?.data.includes(it))
      expect(hidden).to.deep.equal([])
    })
  })
})

const SCHEDULED = `${QUIET}schedule: { cron: "0 3 1 1 *" }\n`

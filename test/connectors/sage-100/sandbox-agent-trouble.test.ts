import { expect } from 'chai'
import { basic, openRig, type Rig, refusal, withRig } from './sandbox.support.ts'

describe('Sage 100 sandbox: what the agent refuses', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 16)
  })
  afterEach(() => rig.close())

  const list = (headers: Readonly<Record<string, string>> = {}) =>
    rig.agent('companies/ABC/customers?limit=1', { headers })
  const patch = (body: unknown, key = '01~ABF') =>
    rig.agent(`companies/ABC/customers/${key}`, { method: 'PATCH', body })
  const wait = ({ headers }: { headers: Headers }) => headers.get('retry-after')

  it('tells of itself without a Sage logon, not without its key', async () => {
    await rig.at.clock({ now: '2026-03-08T07:59:59Z' })
    await rig.at.knobs({ edition: 'Premium' })
    const key = rig.sandbox.secrets['agentKey'] ?? ''
    const { body, headers } = await rig.raw('/agent/v1/health', {
      headers: { 'x-agent-key': key, 'x-request-id': 'r 1' },
    })
    expect(headers.get('x-request-id')).to.equal('r 1')
    expect(body).to.deep.equal({
      protocol: 'sage100-boi/1',
      agentVersion: '1.0.0',
      sageVersion: '7.20.3.0',
      edition: 'Premium',
      timeZone: 'America/Chicago',
      localDate: '20260308',
      localTime: '01.99972',
    })
    expect(refusal(await rig.raw('/agent/v1/health'))).to.deep.equal([401, 'AGENT_UNAUTHORIZED'])
  })

  it('wants a key and a logon, unless it stores one', async () => {
    expect(refusal(await list({ 'x-agent-key': 'wrong' }))).to.deep.equal([401, 'AGENT_UNAUTHORIZED'])
    for (const authorization of ['', 'Bearer x', basic('websvc', 'wrong'), basic('nobody', 'x')])
      expect([authorization, ...refusal(await list({ authorization }))]).to.deep.equal([
        authorization,
        401,
        'SAGE_LOGON_FAILED',
      ])
    expect(await rig.at.facts()).to.include({ refusedLogons: 4 })
    const bare = () =>
      rig.raw('/agent/v1/companies', { headers: { 'x-agent-key': rig.sandbox.secrets['agentKey'] ?? '' } })
    expect(refusal(await bare())).to.deep.equal([401, 'SAGE_LOGON_FAILED'])
    await rig.at.knobs({ storedLogon: true })
    expect((await bare()).status).to.equal(200)
  })

  it('shares its users with the SOAP service, locks too', async () => {
    await rig.at.knobs({ lockUserAfter: 1 })
    await rig.soap('GetNextCustomerNo', '', { password: 'wrong' })
    const answer = await list()
    expect([...refusal(answer), answer.body.error.message]).to.deep.equal([
      401,
      'SAGE_LOGON_FAILED',
      'The user account is locked.',
    ])
  })

  it('opens the companies of the user only', async () => {
    expect((await rig.agent('companies')).body).to.deep.equal([
      { companyCode: 'ABC', companyName: 'ABC Distribution and Service Corp.' },
      { companyCode: 'ABX', companyName: 'ABC Manufacturing' },
    ])
    const clerk = { headers: { authorization: basic('clerk', 'Clerk-100!') } }
    const { text } = await rig.agent('companies', clerk)
    expect(text).to.equal('[{"companyCode":"ABX","companyName":"ABC Manufacturing"}]')
    expect(refusal(await rig.agent('companies/ABC/customers', clerk))).to.deep.equal([403, 'COMPANY_ACCESS_DENIED'])
    for (const code of ['XYZ', 'abc'])
      expect(refusal(await rig.agent(`companies/${code}/customers`))).to.deep.equal([404, 'COMPANY_NOT_FOUND'])
    await rig.at.knobs({ externalAccess: false })
    expect(refusal(await list())).to.deep.equal([403, 'COMPANY_ACCESS_DENIED'])
  })

  it('knows no other paths and entities', async () => {
    for (const path of ['nothing', 'companies/ABC', 'companies/ABC/invoices', 'companies/ABC/customers/01~ABF/more'])
      expect([path, ...refusal(await rig.agent(path))]).to.deep.equal([path, 404, 'NOT_FOUND'])
    expect(refusal(await rig.agent('companies/ABC/vendors/00~ACME', { method: 'PATCH', body: {} }))[0]).to.equal(400)
  })

  it('names what it refuses, and the request', async () => {
    await rig.at.knobs({ locks: ['AR_Customer:01~ABF'] })
    const { body, headers } = await rig.agent('companies/ABC/customers/01~ABF', {
      method: 'PATCH',
      body: { City: 'Racine' },
      headers: { 'x-request-id': 'r-77' },
    })
    expect(headers.get('retry-after')).to.equal('5')
    expect(body).to.deep.equal({
      error: {
        code: 'RECORD_LOCKED',
        message: 'AR_Customer 01-ABF is in use by another user.',
        retryable: true,
        retryAfterMs: 5000,
        sage: {
          object: 'AR_Customer_bus',
          method: 'nSetKey',
          lastErrorMsg: 'AR_Customer 01-ABF is in use by another user.',
          returnCode: 0,
        },
        key: '01~ABF',
        requestId: 'r-77',
      },
    })
  })

  it('meets locks when it writes only, until they are released', async () => {
    await rig.at.knobs({ locks: ['AR_Customer:01~ABF'], lockReleaseAfter: 2 })
    expect((await rig.agent('companies/ABC/customers/01~ABF')).status).to.equal(200)
    const seen = [await patch({ City: 'A' }), await patch({ City: 'B' }), await patch({ City: 'C' })]
    expect(seen.map(it => it.status)).to.deep.equal([423, 423, 200])
    expect((await patch({ City: 'D' }, '02~ABF')).status).to.equal(200)
    expect(await rig.at.facts()).to.include({ lockedAttempts: 2 })
  })

  it('changes columns, all or none, and stamps the row', async () => {
    await rig.at.clock({ now: '2026-07-01T15:30:00Z' })
    const { body } = await patch({ City: 'Racine ', CreditLimit: '7500' })
    expect(body).to.include({
      City: 'Racine',
      CreditLimit: '7500.00',
      DateUpdated: '20260701',
      UserUpdatedKey: '0000000007',
    })
    for (const [changes, code] of [
      [{ City: 'X', CustomerNo: 'Y' }, 'VALIDATION_FAILED'],
      [{ City: 'X', DateUpdated: '20200101' }, 'VALIDATION_FAILED'],
      [{ City: 'X', CreditHold: 'true' }, 'VALIDATION_FAILED'],
      [{ City: 'X', ZipCode: '99999' }, 'VALIDATION_FAILED'],
      [{ City: 'X', CreditLimit: 'much' }, 'VALIDATION_FAILED'],
      [{ City: 'X'.repeat(31) }, 'VALIDATION_FAILED'],
      [{ City: 'X', Nope: '' }, 'VALIDATION_FAILED'],
      [{ City: 'X', CreditLimit: 5 }, 'BAD_REQUEST'],
      [['City'], 'BAD_REQUEST'],
      ['{', 'BAD_REQUEST'],
    ] as const)
      expect([changes, refusal(await patch(changes))[1]]).to.deep.equal([changes, code])
    expect((await rig.agent('companies/ABC/customers/01~ABF')).body['City']).to.equal('Racine')
    expect(refusal(await patch({}, '01~NOPE'))).to.deep.equal([404, 'NOT_FOUND'])
  })

  for (const [knobs, status, code, seconds] of [
    [{ inactiveModules: ['A/R'] }, 403, 'MODULE_NOT_ACTIVE', null],
    [{ deniedTasks: ['AR_Customer.View'] }, 403, 'TASK_DENIED', null],
    [{ exclusive: ['AR_Customer'] }, 503, 'EXCLUSIVE_ACCESS', '300'],
    [{ noLicense: true }, 503, 'NO_LICENSE', '300'],
    [{ comCrashOn: 1 }, 502, 'COM_ERROR', null],
  ] as const)
    it(`answers ${status} ${code}, and as before for what is not concerned`, async () => {
      await rig.at.knobs(knobs)
      const answer = await list()
      expect([...refusal(answer), wait(answer), answer.body.error.retryable]).to.deep.equal([
        status,
        code,
        seconds,
        status >= 500,
      ])
      if (code === 'COM_ERROR') expect((await list()).status).to.equal(200)
      else if (code !== 'NO_LICENSE') expect((await rig.agent('companies/ABC/vendors?limit=1')).status).to.equal(200)
    })

  it('shuts a file for everything while it is open exclusively, and denies rights one by one', async () => {
    await rig.at.knobs({ exclusive: ['AR_Customer'] })
    const paths = ['customers', 'customers/keys', 'customers/01~ABF']
    const statuses = await Promise.all(paths.map(async it => (await rig.agent(`companies/ABC/${it}`)).status))
    expect([...statuses, (await patch({ City: 'X' })).status]).to.deep.equal([503, 503, 503, 503])
    await rig.at.knobs({ exclusive: [], deniedTasks: ['AR_Customer.Modify'] })
    expect([(await list()).status, (await patch({ City: 'X' })).status]).to.deep.equal([200, 403])
  })

  it('crashes on the n-th call', async () => {
    await rig.at.knobs({ comCrashOn: 3 })
    const seen = [await list(), await list(), await list(), await list()]
    expect(seen.map(it => it.status)).to.deep.equal([200, 200, 502, 200])
  })

  it('has few sessions: further calls wait, and are refused when they wait for too long', async () => {
    await rig.at.knobs({ poolSize: 2, latencyMs: 60 })
    const four = () => Promise.all([list(), list(), list(), list()])
    expect((await four()).map(it => it.status)).to.deep.equal([200, 200, 200, 200])
    await rig.at.knobs({ poolWaitMs: 0 })
    const answers = await four()
    expect(answers.map(it => it.status).sort()).to.deep.equal([200, 200, 429, 429])
    expect(answers.find(it => it.status === 429)?.body.error).to.include({ code: 'POOL_EXHAUSTED', retryable: true })
    expect(await rig.at.facts()).to.include({ mostSessions: 2 })
  })

  it('scans slowly where that is switched on', async () => {
    await rig.at.knobs({ scanMs: 120 })
    const took = async (path: string) => {
      const startedAt = performance.now()
      await rig.agent(`companies/ABC/${path}`)
      return performance.now() - startedAt > 110
    }
    expect([await took('customers'), await took('customers/keys'), await took('customers/01~ABF')]).to.deep.equal([
      true,
      true,
      false,
    ])
  })

  it('is stopped behind a proxy, or not installed', async () => {
    await rig.at.knobs({ agentService: 'stopped' })
    const { status, headers } = await list()
    expect([status, headers.get('content-type')]).to.deep.equal([502, 'text/html; charset=utf-8'])
    await withRig({ paths: 'soap' }, 2, async other => {
      expect((await other.agent('health')).status).to.equal(404)
      expect([Object.keys(other.sandbox.secrets), other.sandbox.settings['agentUrl']]).to.deep.equal([
        ['password'],
        undefined,
      ])
    })
  })

  it('counts calls by what they are', async () => {
    await list()
    await rig.agent('health')
    await rig.agent('companies/ABC/vendors/keys')
    await rig.agent('companies/ABC/customers/01~ABF')
    await rig.raw('/knock')
    expect((await rig.at.calls()).byLabel).to.deep.equal({
      'GET agent/health': 1,
      'GET customers': 1,
      'GET customers/{key}': 1,
      'GET elsewhere': 1,
      'GET vendors/keys': 1,
    })
  })
})

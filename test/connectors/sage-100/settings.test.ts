import { expect } from 'chai'
import { sage100 } from '../../../connectors/sage-100/index.ts'
import { testClock } from '../../support/clock.ts'
import { type Connected, connect, memoryFacts } from '../../support/connect.ts'
import { errorOf, type Opened, open, refusal, startSandbox } from './open.ts'

const NOWHERE = { url: '', settings: {}, secrets: {}, close: async () => {} }
const FINE = {
  companyCode: 'ABC',
  username: 'websvc',
  timeZone: 'America/Chicago',
  agentUrl: 'https://erp.acme.example/v1',
}

describe('the settings of sage-100', () => {
  for (const [what, more, code] of [
    ['a company code of two characters', { companyCode: 'AB' }, 'SAGE100_COMPANY'],
    ['a company code in small letters', { companyCode: 'abc' }, 'SAGE100_COMPANY'],
    ['a user with a colon', { username: 'a:b' }, 'SAGE100_USER'],
    ['a zone that is none', { timeZone: 'Central' }, 'SAGE100_TIME_ZONE'],
    [
      'a service without a password',
      { soapUrl: 'https://erp.acme.example/MasService.svc' },
      'SAGE100_PASSWORD_MISSING',
    ],
    ['an address with a query', { agentUrl: 'https://erp.acme.example/v1?x=1' }, 'SAGE100_ADDRESS'],
    ['an address without TLS', { agentUrl: 'http://erp.acme.example/v1' }, 'URL_REFUSED'],
  ] as const)
    it(`refuse ${what} before anything is sent`, async () => {
      const error = await errorOf(() => connect(sage100, NOWHERE, { settings: { ...FINE, ...more } }))
      expect([error.kind, error.code]).to.deep.equal(['configuration', code])
      expect(error.remedy).to.match(/\w{3}/)
    })

  it('want one path at least', async () => {
    const { agentUrl: _none, ...settings } = FINE
    expect((await errorOf(() => connect(sage100, NOWHERE, { settings }))).code).to.equal('SAGE100_NO_PATH')
  })

  it('take http where the customer says so', async () => {
    const { connection } = await connect(sage100, NOWHERE, {
      settings: { ...FINE, agentUrl: 'http://erp.acme.example/v1', allowPlainHttp: true },
    })
    await connection.close()
  })
})

describe('signing in to sage-100', () => {
  let erp: Opened
  afterEach(() => erp.close())
  const logons = async (): Promise<unknown> => (await erp.at.facts())['refusedLogons']

  it('is tried once with a wrong password, whatever is asked afterwards: more could lock the user', async () => {
    erp = await open({}, { secrets: { password: 'wrong' } })
    for (const entity of ['AR_Customer', 'AP_Vendor', 'GL_Account'])
      expect((await errorOf(() => erp.read(entity))).code).to.equal('SAGE100_LOGON_REFUSED')
    expect([await logons(), erp.calls.length]).to.deep.equal([1, 1])
  })

  it('is tried once over the web services, too', async () => {
    erp = await open({ paths: 'soap' }, { secrets: { password: 'wrong' } })
    for (let i = 0; i < 3; i += 1) expect((await errorOf(() => erp.connection.ping())).kind).to.equal('auth')
    expect(await logons()).to.equal(1)
  })

  for (const knob of ['systemEnabled', 'companyEnabled', 'userEnabled'])
    it(`says which boxes to tick when web services are off (${knob})`, async () => {
      erp = await open({ paths: 'soap', [knob]: 'false' })
      const error = await errorOf(() => erp.connection.ping())
      expect([error.kind, error.code]).to.deep.equal(['auth', 'SAGE100_WEB_SERVICES_OFF'])
      expect(error.remedy).to.include('System Configuration, Company Maintenance and User Maintenance')
    })

  it('needs no password where the agent stores a logon of its own', async () => {
    const sandbox = await startSandbox({ paths: 'agent', storedLogon: 'true' })
    const { password: _none, ...secrets } = sandbox.secrets
    const connected: Connected = await connect(sage100, { ...sandbox, secrets })
    erp = await open()
    expect((await connected.connection.ping()).account).to.include('ABC')
    await connected.connection.close()
    await sandbox.close()
  })

  it('names the companies that there are when this one is none of them', async () => {
    erp = await open({}, { settings: { companyCode: 'XYZ' } })
    const error = await errorOf(() => erp.connection.ping())
    expect([error.code, error.message.includes('ABC, ABX')]).to.deep.equal(['SAGE100_COMPANY_MISSING', true])
  })

  it('keeps what it remembers apart for each user, company and secret', async () => {
    const clock = testClock()
    const facts = memoryFacts(clock)
    erp = await open({}, { clock, facts })
    await erp.connection.describe('AP_Vendor')
    const other = await connect(sage100, erp.sandbox, { clock, facts, settings: { companyCode: 'ABX' } })
    const request = { entity: 'AP_Vendor', use: 'read', fields: ['VendorName'], optional: [] } as const
    await erp.connection.preflight(request)
    const before = erp.calls.length
    await erp.connection.preflight(request)
    await other.connection.preflight(request)
    expect([erp.calls.length - before, other.calls.length]).to.deep.equal([0, 1])
    await other.connection.close()
  })

  it('shows neither password nor key in any usual spelling', async () => {
    const secrets = { password: 'p&"<w>\' ö/+', agentKey: 'k&1/<é>' }
    erp = await open({ paths: 'agent' }, { secrets })
    const basic = Buffer.from(`websvc:${secrets.password}`).toString('base64')
    const forms = Object.values(secrets).flatMap(it => [it, encodeURIComponent(it), JSON.stringify(it).slice(1, -1)])
    for (const form of [...forms, basic]) {
      await erp.at.fault(refusal(400, 'BAD_REQUEST', `Refused: ${form}`))
      const error = await errorOf(() => erp.read('AP_Vendor'))
      expect(JSON.stringify([error.message, error.said, error.details]))
        .to.include('[secret]')
        .and.to.not.include(form)
    }
  })
})

describe('the clock of sage-100', () => {
  for (const [skewMs, warnings] of [
    [0, 0],
    [3 * 60_000, 1],
    [-3 * 60_000, 1],
  ] as const)
    it(`that is ${skewMs / 60_000} minutes ahead ${warnings === 0 ? 'is fine' : 'is warned of'}`, async () => {
      const erp = await open({ clockSkewMs: String(skewMs) }, { clock: testClock(new Date()) })
      const { details } = await erp.connection.ping()
      await erp.close()
      expect(Math.abs(Number(details?.['skewSeconds']) - skewMs / 1_000)).to.be.below(5)
      expect(erp.logged.filter(it => it.includes('differs'))).to.have.length(warnings)
    })
})

import { expect } from 'chai'
import { sage300 } from '../../../connectors/sage-300/index.ts'
import { credentialsOf } from '../../../connectors/sage-300/redact.ts'
import { Secret } from '../../../engine/core/secret.ts'
import { connect } from '../../support/connect.ts'
import { errorOf, open, startSandbox } from './open.ts'

describe('the settings of sage-300', () => {
  const WRONG = {
    'a user in lower case': [{ userId: 'sync' }, 'SAGE300_USER_ID', /SYNC/],
    'a user with a colon': [{ userId: 'SY:NC' }, 'SAGE300_USER_ID', /capitals/],
    'a company in lower case': [{ company: 'samltd' }, 'SAGE300_COMPANY', /SAMLTD/],
    'a company with a slash': [{ company: 'SAM/LTD' }, 'SAGE300_COMPANY', /capitals/],
    'an address of something else': [{ baseUrl: 'https://erp.example/Sage300' }, 'SAGE300_BASE_URL', /Sage300WebApi/],
    'an address with a query': [
      { baseUrl: 'https://erp.example/Sage300WebApi?x=1' },
      'SAGE300_BASE_URL',
      /Sage300WebApi/,
    ],
    'http that nobody allowed': [
      { baseUrl: 'http://erp.example:81/Sage300WebApi', allowPlainHttp: false },
      'URL_REFUSED',
      /https/,
    ],
    'a zone that does not exist': [{ timeZone: 'Mars/Olympus' }, 'SAGE300_TIME_ZONE', /IANA/],
  } as const
  for (const [what, [settings, code, remedy]] of Object.entries(WRONG))
    it(`refuse ${what} before anything is sent`, async () => {
      const sandbox = await startSandbox()
      const error = await errorOf(() => connect(sage300, sandbox, { settings }))
      await sandbox.close()
      expect([error.kind, error.code]).to.deep.equal(['configuration', code])
      expect(error.remedy).to.match(remedy)
    })

  it('take any port, and http where it is allowed', async () => {
    const sandbox = await startSandbox()
    for (const settings of [
      { baseUrl: 'https://erp.example:8443/Sage300WebApi/', allowPlainHttp: false },
      { baseUrl: 'http://erp.example:81/sage300webapi', allowPlainHttp: true },
    ])
      await (await connect(sage300, sandbox, { settings })).connection.close()
    await sandbox.close()
  })
})

describe('signing in to sage-300', () => {
  it('sends the password as it is, and in capitals only where that is said', async () => {
    for (const passwordCase of ['exact', 'upper']) {
      const erp = await open({ passwordCase })
      expect((await erp.connection.ping()).account).to.match(/^SAMINC at 127\.0\.0\.1/)
      await erp.close()
    }
    const wrong = await open({}, { settings: { upperCasePassword: true } })
    expect((await errorOf(() => wrong.connection.ping())).code).to.equal('SAGE300_CREDENTIALS_REFUSED')
    await wrong.close()
  })

  it('tries a wrong password once, whatever is asked afterwards: more could lock the user', async () => {
    const erp = await open({ lockAfter: '3' }, { secrets: { password: 'wrong' } })
    for (let n = 0; n < 5; n += 1)
      expect((await errorOf(() => erp.read('AP/APVendors'))).code).to.equal('SAGE300_CREDENTIALS_REFUSED')
    expect([erp.calls.length, await erp.at.facts()]).to.deep.include(1)
    expect(await erp.at.facts()).to.include({ refusedSignIns: 1 })
    await erp.close()
  })

  it('tells how ADMIN is let in, and that a company is not there', async () => {
    const erp = await open({}, { settings: { userId: 'ADMIN' }, secrets: { password: 'Admin-Pass-300' } })
    const error = await errorOf(() => erp.connection.ping())
    expect([error.kind, error.code, erp.calls.length]).to.deep.equal(['unavailable', 'SAGE300_USER_REFUSED', 1])
    expect(error.remedy).to.include('AllowWebApiAccessForAdmin')
    await erp.close()
    const nowhere = await open({}, { settings: { company: 'NOCOMP' } })
    expect((await errorOf(() => nowhere.connection.ping())).code).to.equal('SAGE300_RESOURCE_MISSING')
    await nowhere.close()
  })

  it('tells the modules that the user may see', async () => {
    const erp = await open({}, { settings: { userId: 'CLERK' }, secrets: { password: 'Clerk-Pass-300' } })
    expect((await erp.connection.ping()).details).to.deep.equal({ userId: 'CLERK', modules: ['AP'] })
    await erp.close()
  })

  it('keeps what it remembers apart for each user and company', async () => {
    const erp = await open()
    const wish = { entity: 'OE/OEOrders', use: 'read', fields: [], optional: [] } as const
    expect((await erp.connection.preflight(wish)).is).to.equal('available')
    const other = await connect(sage300, erp.sandbox, {
      facts: erp.facts,
      settings: { userId: 'CLERK' },
      secrets: { password: 'Clerk-Pass-300' },
    })
    expect((await other.connection.preflight(wish)).is).to.equal('unavailable')
    await erp.close()
  })

  it('shows neither password nor header in any usual spelling', () => {
    const password = `p"a&ss<'/é+`
    const settings = {
      baseUrl: '',
      company: 'A',
      userId: 'SYNC',
      password: new Secret(password),
      upperCasePassword: true,
    }
    const { authorization, redact } = credentialsOf(settings)
    expect(authorization).to.equal(`Basic ${Buffer.from(`SYNC:${password.toUpperCase()}`).toString('base64')}`)
    const told = [
      password,
      password.toUpperCase(),
      encodeURIComponent(password),
      JSON.stringify(password),
      password.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
      Buffer.from(password).toString('base64'),
      authorization,
    ]
    expect(told.map(redact).filter(it => !/^("|Basic )?\[secret\]"?$/.test(it))).to.deep.equal([])
  })
})

describe('the certificate of sage-300', () => {
  const tls = { tls: 'own' }

  it('that nobody signed is refused until it is named, and no credentials leave', async () => {
    const erp = await open(tls, { settings: { caCertificate: undefined as never } })
    const error = await errorOf(() => erp.connection.ping())
    expect([error.kind, error.code]).to.deep.equal(['configuration', 'SAGE300_CERTIFICATE'])
    expect([(await erp.at.calls()).total, erp.clock.slept]).to.deep.equal([0, []])
    await erp.close()
  })

  it('is trusted by its authority or by its fingerprint, and by no other one', async () => {
    const erp = await open(tls)
    await erp.connection.ping()
    const { certificateFingerprint } = await erp.at.facts()
    const pinned = async (fingerprint: string) => {
      const settings = { caCertificate: undefined as never, certificateFingerprint: fingerprint }
      return (await connect(sage300, erp.sandbox, { settings })).connection.ping()
    }
    expect((await pinned(String(certificateFingerprint))).account).to.match(/^SAMINC/)
    expect((await errorOf(() => pinned('00:'.repeat(31).concat('00')))).code).to.equal('SAGE300_CERTIFICATE')
    await erp.close()
  })
})

import { expect } from 'chai'
import {
  type Company,
  envelope,
  errorNumbers,
  errorTexts,
  login,
  openCompany,
  query,
  statuses,
  value,
  values,
} from './sandbox-company.ts'

const READ = query('DEPARTMENT', ['DEPARTMENTID'])

describe('Sage Intacct sandbox: sessions', () => {
  let company: Company
  before(async () => {
    company = await openCompany()
  })
  after(() => company.close())
  afterEach(() => company.control.knobs({ sessionSeconds: 21_600, oldSenderError: false, senderAuthorised: true }))

  const ask = (authentication: string, parts: { senderPassword?: string; url?: string } = {}) =>
    company.post(
      envelope(company.sandbox, { authentication, functions: READ, ...parts }),
      parts.url ? { url: parts.url } : {},
    )

  it('answers a session and another endpoint than the one that was called', async () => {
    const { text, headers } = await company.post(
      envelope(company.sandbox, { authentication: login(company.sandbox), functions: '<getAPISession/>' }),
    )
    expect(headers.get('content-type')).to.equal('text/xml; encoding="UTF-8"')
    expect(value(text, 'endpoint')).to.equal(`${company.sandbox.url}/na12/ia/xml/xmlgw.phtml`)
    expect(value(text, 'endpoint')).to.not.equal(company.startUrl)
    expect(text).to.match(
      /<api><sessionid>[^<]+<\/sessionid><endpoint>[^<]+<\/endpoint><locationid><\/locationid><\/api>/,
    )
    expect(value(text, 'sessiontimeout')).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/)
  })

  it('serves a session at its own endpoint only', async () => {
    const { url, id } = await company.signIn()
    const right = await ask(`<sessionid>${id}</sessionid>`, { url })
    expect(values(right.text, 'status')).to.deep.equal(['success', 'success', 'success'])
    const wrong = await ask(`<sessionid>${id}</sessionid>`)
    expect(wrong.status).to.equal(200)
    expect(values(wrong.text, 'status')).to.deep.equal(['success', 'failure'])
    expect(errorNumbers(wrong.text)).to.deep.equal(['XL03000006'])
    expect(value(wrong.text, 'description2')).to.match(/^Invalid session /)
    expect(wrong.text).to.include('<userid></userid><companyid></companyid>')
  })

  it('lets the time-out slide with every call and ends the session after it', async () => {
    await company.control.knobs({ sessionSeconds: 100 })
    const { url, id } = await company.signIn()
    const call = () => ask(`<sessionid>${id}</sessionid>`, { url })
    const first = value((await call()).text, 'sessiontimeout')
    await company.control.clock({ advanceMs: 80_000 })
    const second = await call()
    expect(Date.parse(value(second.text, 'sessiontimeout')) - Date.parse(first)).to.be.within(79_000, 82_000)
    await company.control.clock({ advanceMs: 80_000 })
    expect(errorNumbers((await call()).text)).to.deep.equal([])
    await company.control.clock({ advanceMs: 101_000 })
    expect(value((await call()).text, 'description2')).to.match(/^Invalid session /)
  })

  it('ends all sessions at once when told to', async () => {
    const { url, id } = await company.signIn()
    await company.control.knobs({ expireSessions: true })
    expect(errorNumbers((await ask(`<sessionid>${id}</sessionid>`, { url })).text)).to.deep.equal(['XL03000006'])
  })

  it('refuses a bad sender with HTTP 400 and a bare control', async () => {
    const answer = await ask(login(company.sandbox), { senderPassword: 'wrong' })
    expect(answer.status).to.equal(400)
    expect(answer.text).to.include('<response><control><status>failure</status></control>')
    expect(errorNumbers(answer.text)).to.deep.equal(['GW-0011'])
    expect(value(answer.text, 'description')).to.match(/^Invalid Request \[Request ID: /)
    expect(answer.text).to.not.include('description2')
  })

  it('refuses a bad sender the older way when switched', async () => {
    await company.control.knobs({ oldSenderError: true })
    const answer = await ask(login(company.sandbox), { senderPassword: 'wrong' })
    expect(answer.status).to.equal(200)
    expect(values(answer.text, 'status')).to.deep.equal(['failure'])
    expect(errorTexts(answer.text)).to.deep.equal(['Incorrect Intacct XML Partner ID or password.'])
  })

  for (const [what, parts, entity] of [
    ['user', { userId: 'nobody' }, undefined],
    ['company', { companyId: 'OTHER' }, undefined],
    ['password', { password: 'wrong' }, undefined],
    ['entity', {}, 'E999'],
  ] as const)
    it(`refuses a wrong ${what} as a bad sign-in and echoes who tried`, async () => {
      const { text } = await ask(login(company.sandbox, entity, parts))
      expect(errorTexts(text)).to.deep.equal(['Sign-in information is incorrect'])
      expect(errorNumbers(text)).to.deep.equal(['XL03000006'])
      const echo = { userId: 'ws_sync', companyId: 'ACME-PROD', ...parts }
      expect(text).to.include(`<userid>${echo.userId}</userid><companyid>${echo.companyId}</companyid>`)
      expect(text).to.not.include('<result>')
    })

  it('tells an unauthorised sender so at authentication level', async () => {
    await company.control.knobs({ senderAuthorised: false })
    const { text } = await ask(login(company.sandbox))
    expect(value(text, 'description')).to.equal('Invalid Web Services Authorization')
    expect(errorNumbers(text)).to.deep.equal(['XL03000006'])
    expect(text).to.include('<userid>ws_sync</userid>')
  })

  it('switches a session to an entity and back', async () => {
    const into = await company.call('<getAPISession><locationid>E200</locationid></getAPISession>')
    expect(into).to.match(/<locationid>E200<\/locationid><\/api>/)
    const session = { url: value(into, 'endpoint'), id: value(into, 'sessionid') }
    const back = await company.call('<getAPISession><locationid/></getAPISession>', { session })
    expect(back).to.match(/<locationid><\/locationid><\/api>/)
  })

  it('refuses to switch to an entity that does not exist, at function level', async () => {
    const text = await company.call('<getAPISession><locationid>E999</locationid></getAPISession>')
    expect(statuses(text)).to.deep.equal(['failure'])
    expect(errorTexts(text)).to.deep.equal(['Sign-in information is incorrect'])
  })

  it('takes a login with any function and keeps no session of it', async () => {
    const before = (await company.control.facts())['sessions']
    const { text } = await ask(login(company.sandbox))
    expect(values(text, 'status')).to.deep.equal(['success', 'success', 'success'])
    expect((await company.control.facts())['sessions']).to.equal(before)
  })
})

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
} from './sandbox-company.ts'

const READ = query('CLASS', ['CLASSID'])

describe('Sage Intacct sandbox: limits', () => {
  let company: Company
  beforeEach(async () => {
    company = await openCompany()
  })
  afterEach(() => company.close())

  const send = () =>
    company.post(envelope(company.sandbox, { authentication: login(company.sandbox), functions: READ }))

  it('holds the third call of three and lets it in when one ends', async () => {
    await company.control.knobs({ concurrency: 2, workMs: 40, holdMs: 5_000 })
    const answers = await Promise.all([send(), send(), send()])
    expect(answers.map(it => it.status)).to.deep.equal([200, 200, 200])
    expect(await company.control.facts()).to.include({ held: 1, refusedBusy: 0 })
  })

  it('refuses a call that was held in vain with GW-0010 and HTTP 429', async () => {
    await company.control.knobs({ concurrency: 1, workMs: 200, holdMs: 20 })
    const answers = await Promise.all([send(), send()])
    const busy = answers.find(it => it.status === 429)
    expect(errorNumbers(busy?.text ?? '')).to.deep.equal(['GW-0010'])
    expect(busy?.text).to.include('<response><control><status>failure</status></control>')
    expect(answers.filter(it => it.status === 200)).to.have.length(1)
  })

  it('refuses it per function when switched', async () => {
    await company.control.knobs({ concurrency: 1, workMs: 200, holdMs: 20, busyAnswer: 'operations' })
    const answers = await Promise.all([send(), send()])
    expect(answers.map(it => it.status)).to.deep.equal([200, 200])
    const texts = answers.flatMap(it => errorTexts(it.text))
    expect(texts).to.have.length(1)
    expect(texts[0]).to.include('There are too many operations running for this company')
  })

  it('throttles after so many calls of a window, until the window has moved on', async () => {
    await company.control.knobs({ perWindow: 2, windowMs: 10_000, retryAfterSeconds: 7 })
    await company.control.clock({ now: '2026-02-03T12:00:00Z' })
    expect([(await send()).status, (await send()).status]).to.deep.equal([200, 200])
    const third = await send()
    expect([third.status, third.headers.get('retry-after')]).to.deep.equal([429, '7'])
    expect(value(third.text, 'description')).to.match(/^Too many requests \[Request ID: /)
    await company.control.knobs({ retryAfterSeconds: 0 })
    expect((await send()).headers.get('retry-after')).to.equal(null)
    await company.control.clock({ advanceMs: 10_000 })
    expect((await send()).status).to.equal(200)
  })

  it('is off-line for so many functions and asks to come back later', async () => {
    await company.call(READ)
    await company.control.knobs({ offlineCalls: 1 })
    const text = await company.call([READ, READ])
    expect(statuses(text)).to.deep.equal(['failure', 'success'])
    expect(errorTexts(text)).to.deep.equal(['The Service is Temporarily Off-line.'])
    expect(value(text, 'correction')).to.match(/try again later/)
  })

  it('counts calls by function and object', async () => {
    await company.call(READ)
    await company.call([
      READ,
      '<readByName><object>USERINFO</object><keys>ws_sync</keys><fields>RECORDNO</fields></readByName>',
    ])
    await company.post('<request>')
    expect((await company.control.calls()).byLabel).to.deep.equal({
      getAPISession: 1,
      malformed: 1,
      'query CLASS': 1,
      'query CLASS + readByName USERINFO': 1,
    })
  })

  it('names the knobs that it has when one is unknown, or cannot have the value', async () => {
    const failure = (values: Record<string, string>) => company.control.knobs(values).then(() => '', String)
    expect(await failure({ sesionSeconds: '1' })).to.match(/400.*no knob .*sessionSeconds/)
    expect(await failure({ gmtOffset: 'CET' })).to.match(/400.*gmtOffset/)
    expect(await failure({ auditHistory: 'maybe' })).to.match(/400.*auditHistory/)
  })

  it('refuses unknown options', async () => {
    const failure = await openCompany({ vendor: '3' }).then(() => '', String)
    expect(failure).to.match(/no option "vendor"/)
  })
})

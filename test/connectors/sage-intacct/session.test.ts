import { inspect } from 'node:util'
import { expect } from 'chai'
import { sageIntacct } from '../../../connectors/sage-intacct/index.ts'
import { isEngineError } from '../../../engine/core/errors.ts'
import { Secret } from '../../../engine/core/secret.ts'
import { testClock } from '../../support/clock.ts'
import { memoryFacts, memoryTokens } from '../../support/connect.ts'
import { again, answerWith, closeAll, readAll, startIntacct, thrownBy } from './support.ts'

const MINUTE = 60_000
const XML = { 'content-type': 'text/xml' }
const signIns = (calls: readonly string[]) => calls.filter(it => it === 'getAPISession').length

const session = (endpoint: string) =>
  answerWith(
    `<result><status>success</status><function>getAPISession</function><controlid>sign-in</controlid><data><api><sessionid>S3SS10N</sessionid><endpoint>${endpoint}</endpoint><locationid></locationid></api></data></result>`,
  )

describe('sage-intacct: signing in', () => {
  afterEach(closeAll)

  it('sends nothing before the first call', async () => {
    const it = await startIntacct()
    expect(it.calls).to.deep.equal([])
  })

  it('happens once, however many reads begin at the same time', async () => {
    const it = await startIntacct()
    await Promise.all(['VENDOR', 'CUSTOMER', 'CONTACT', 'CLASS'].map(entity => readAll(it.connection, entity)))
    expect(signIns(it.calls)).to.equal(1)
  })

  it('is not repeated by another process while the session lives', async () => {
    const tokens = memoryTokens()
    const it = await startIntacct({ tokens })
    await readAll(it.connection, 'VENDOR')
    const other = await again(it, { tokens })
    await readAll(other.connection, 'VENDOR')
    expect(other.calls).to.deep.equal(['query VENDOR'])
  })

  it('uses the endpoint that came with the session', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'VENDOR')
    await it.over.fault({ path: 'POST /ia/xml/xmlgw.phtml$', action: 'answer', status: 500, times: 99 })
    expect((await readAll(it.connection, 'VENDOR')).records).to.have.length(12)
  })

  for (const endpoint of [
    'https://evil.example/ia/xml/xmlgw.phtml',
    'https://intacct.com.evil.example/x',
    'http://na12.intacct.com/ia/xml/xmlgw.phtml',
    'https://user:pw@na12.intacct.com/x',
    'https://notintacct.com/x',
    'nonsense',
  ])
    it(`sends no session to ${endpoint}`, async () => {
      const it = await startIntacct()
      await it.over.fault({ action: 'answer', status: 200, headers: XML, body: session(endpoint) })
      const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR'))
      expect(thrown).to.include({ kind: 'auth', code: 'INTACCT_ENDPOINT_REFUSED' })
      expect(it.calls).to.deep.equal(['getAPISession'])
    })

  it('refuses to send credentials to any other host', async () => {
    const it = await startIntacct()
    const thrown = await thrownBy(() =>
      again(it, { settings: { url: 'https://api.intacct.example/ia/xml/xmlgw.phtml' } }),
    )
    expect(thrown).to.include({ kind: 'configuration', code: 'URL_REFUSED' })
  })

  it('is renewed after fifty minutes, long before Intacct ends the session', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'VENDOR')
    it.clock.advance(49 * MINUTE)
    await readAll(it.connection, 'VENDOR')
    expect(signIns(it.calls)).to.equal(1)
    it.clock.advance(2 * MINUTE)
    await readAll(it.connection, 'VENDOR')
    expect(signIns(it.calls)).to.equal(2)
  })

  it('is renewed two minutes before a shorter session ends', async () => {
    const it = await startIntacct({ options: { sessionSeconds: '600' } })
    await readAll(it.connection, 'VENDOR')
    it.clock.advance(7 * MINUTE)
    await readAll(it.connection, 'VENDOR')
    expect(signIns(it.calls)).to.equal(1)
    it.clock.advance(MINUTE + 1)
    await readAll(it.connection, 'VENDOR')
    expect(signIns(it.calls)).to.equal(2)
  })

  it('happens again once when the session died, and the same call is repeated', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'VENDOR')
    it.calls.length = 0
    await it.over.knobs({ expireSessions: true })
    expect((await readAll(it.connection, 'VENDOR')).records).to.have.length(12)
    expect(it.calls).to.deep.equal(['query VENDOR', 'getAPISession', 'query VENDOR'])
  })

  it('happens once for all readers that meet the dead session', async () => {
    const it = await startIntacct({ settings: { concurrency: 2 } })
    await readAll(it.connection, 'VENDOR')
    it.calls.length = 0
    await it.over.knobs({ expireSessions: true })
    await Promise.all(['VENDOR', 'CUSTOMER', 'CONTACT'].map(entity => readAll(it.connection, entity)))
    expect(signIns(it.calls)).to.equal(1)
  })

  it('gives up when a fresh session is refused as well', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'VENDOR')
    it.calls.length = 0
    const body =
      '<response><control><status>success</status></control><operation><authentication><status>failure</status></authentication><errormessage><error><errorno>XL03000006</errorno><description2>Invalid session Jx3kQpZ0</description2></error></errormessage></operation></response>'
    await it.over.fault({ action: 'answer', bodyContains: '<sessionid>', times: 99, status: 200, headers: XML, body })
    const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR'))
    expect(thrown).to.include({ kind: 'auth', code: 'INTACCT_SESSION_INVALID', said: 'Invalid session [secret]' })
    expect(it.calls).to.deep.equal(['query VENDOR', 'getAPISession', 'query VENDOR'])
  })

  it('does not happen again for a missing permission, which has the same kind of number', async () => {
    const it = await startIntacct({ options: { deniedObjects: 'VENDOR' } })
    await readAll(it.connection, 'CLASS')
    it.calls.length = 0
    const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR'))
    expect(thrown).to.include({ kind: 'unavailable', code: 'INTACCT_PERMISSION_DENIED' })
    expect(it.calls).to.deep.equal(['query VENDOR'])
  })

  it('is tried once with a wrong password, since more could lock the user', async () => {
    const it = await startIntacct({ secrets: { userPassword: 'wrong' } })
    const thrown = await Promise.all(
      ['VENDOR', 'CUSTOMER', 'VENDOR'].map(entity => thrownBy(() => readAll(it.connection, entity))),
    )
    thrown.push(await thrownBy(() => readAll(it.connection, 'CLASS')))
    for (const error of thrown) expect(error).to.include({ kind: 'auth', code: 'INTACCT_SIGN_IN_REFUSED' })
    expect(it.calls).to.deep.equal(['getAPISession'])
  })

  it('tells a wrong entity, a wrong sender and an unauthorised sender apart as far as Intacct does', async () => {
    const it = await startIntacct()
    const codeOf = async (options: Parameters<typeof again>[1]) => {
      const { connection } = await again(it, options)
      const thrown = await thrownBy(() => readAll(connection, 'VENDOR'))
      return isEngineError(thrown) && thrown.code
    }
    expect(await codeOf({ settings: { locationId: 'NOWHERE' } })).to.equal('INTACCT_SIGN_IN_REFUSED')
    expect(await codeOf({ secrets: { senderPassword: 'wrong' } })).to.equal('INTACCT_SENDER_REFUSED')
    await it.over.knobs({ oldSenderError: true })
    expect(await codeOf({ secrets: { senderPassword: 'wrong' } })).to.equal('INTACCT_SENDER_REFUSED')
    await it.over.knobs({ senderAuthorised: false })
    expect(await codeOf({})).to.equal('INTACCT_SENDER_NOT_AUTHORISED')
  })

  it('never meets the session of another entity, user or company', async () => {
    const tokens = memoryTokens()
    const it = await startIntacct({ tokens })
    const top = await readAll(it.connection, 'VENDOR')
    const entity = await again(it, { tokens, settings: { locationId: 'E100' } })
    await readAll(entity.connection, 'VENDOR')
    expect(entity.calls).to.deep.equal(['getAPISession', 'query VENDOR'])
    expect((await readAll(it.connection, 'VENDOR')).records).to.deep.equal(top.records)
    expect(signIns(it.calls)).to.equal(1)
  })

  it('keeps one call in flight unless the setting allows two, over all clients of the connection', async () => {
    const refused = async (concurrency: number) => {
      const options = { concurrency: '1', holdMs: '0', workMs: '10' }
      const it = await startIntacct({ options, settings: { concurrency } })
      await readAll(it.connection, 'CLASS')
      await Promise.all(Array.from({ length: 6 }, () => readAll(it.connection, 'CLASS')))
      return Number((await it.over.facts())['refusedBusy'])
    }
    expect(await refused(1)).to.equal(0)
    expect(await refused(2)).to.be.greaterThan(0)
  })

  it('reads how the user prints times once a day, and remembers it for other processes', async () => {
    const clock = testClock()
    const shared = {
      clock,
      tokens: memoryTokens(),
      facts: memoryFacts(clock),
      settings: { gmtOffset: 'auto', dateFormat: 'auto' },
    }
    const it = await startIntacct({ options: { gmtOffset: '-08:00', dateFormat: '.dmY' }, ...shared })
    const put = (await it.over.put('CLASS', { CLASSID: 'Z', NAME: 'z' })) as { WHENMODIFIED: string }
    const { records } = await readAll(it.connection, 'CLASS')
    expect(records.find(({ key }) => key === 'Z')?.version).to.equal(put.WHENMODIFIED.replace('.000Z', 'Z'))
    expect(it.calls).to.deep.equal(['getAPISession', 'readByName USERINFO', 'readUserFormatting', 'query CLASS'])
    const other = await again(it, shared)
    await readAll(other.connection, 'CLASS')
    expect(other.calls).to.deep.equal(['query CLASS'])
    clock.advance(25 * 60 * MINUTE)
    await readAll(other.connection, 'CLASS')
    expect(other.calls.filter(call => call === 'readUserFormatting')).to.have.length(1)
  })

  it('refuses a format of the user that it cannot print, and says what to set', async () => {
    const it = await startIntacct({ settings: { gmtOffset: 'auto', dateFormat: 'auto' } })
    const body = answerWith(
      '<result><status>success</status><function>readUserFormatting</function><controlid>readUserFormatting</controlid><data><userformatting><dateformat>~mYd</dateformat><gmtoffset>+00:00</gmtoffset><clock>24</clock></userformatting></data></result>',
    )
    await it.over.fault({
      action: 'answer',
      bodyContains: 'readUserFormatting',
      status: 200,
      headers: { ...XML, date: 'Tue, 03 Feb 2026 12:00:00 GMT' },
      body,
    })
    const thrown = await thrownBy(() => readAll(it.connection, 'CLASS'))
    expect(thrown).to.include({ kind: 'configuration', code: 'INTACCT_FORMAT_UNKNOWN' })
  })

  it('says what to set when the formatting cannot be read', async () => {
    const it = await startIntacct({
      options: { deniedObjects: 'USERINFO' },
      settings: { gmtOffset: 'auto', dateFormat: 'auto' },
    })
    const thrown = await thrownBy(() => readAll(it.connection, 'CLASS'))
    expect(thrown).to.include({ kind: 'configuration', code: 'INTACCT_FORMAT_UNKNOWN' })
  })
})

describe('sage-intacct: secrets', () => {
  afterEach(closeAll)

  it('stand in no error and in no log line, whatever Intacct echoes', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'VENDOR')
    const secrets = ['S3SS10N', ...Object.values(it.sandbox.secrets)]
    const escaped = secrets.map(secret => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;'))
    const echo = `Invalid session S3SS10N ${escaped.join(' ')}`
    const refusal = `<errormessage><error><errorno>XL03000003</errorno><description>${echo}</description><description2>${echo}</description2><correction>${echo}</correction></error></errormessage>`
    const bodies = [
      `<response><control><status>failure</status></control>${refusal}</response>`,
      `<response><control><status>success</status></control><operation><authentication><status>failure</status></authentication>${refusal}</operation></response>`,
      answerWith(`<result><status>failure</status><controlid>query VENDOR</controlid>${refusal}</result>`),
      `<html>${escaped.join(' ')}</html>`,
    ]
    const shown: string[] = []
    for (const status of [200, 400, 500])
      for (const body of bodies) {
        const { connection, logged } = await again(it, { tokens: memoryTokens() })
        await it.over.fault([
          { action: 'answer', status: 200, headers: XML, body: session(`${it.sandbox.url}/na12/ia/xml/xmlgw.phtml`) },
          { action: 'answer', times: 99, status, headers: XML, body },
        ])
        const thrown = await thrownBy(() => readAll(connection, 'VENDOR'))
        shown.push(
          inspect(thrown, { depth: 9, showHidden: true }),
          JSON.stringify(isEngineError(thrown) && thrown.toFailure()),
          ...logged,
        )
        await it.over.clearFaults()
      }
    for (const secret of [...secrets, ...escaped]) expect(shown.join('\n')).not.to.contain(secret)
    expect(shown.join('\n')).to.contain('[secret]')
  })

  it('are secrets in the schema of the settings', () => {
    const { properties } = sageIntacct.settings as { properties: Record<string, { writeOnly?: boolean }> }
    const writeOnly = Object.entries(properties)
      .filter(([, it]) => it.writeOnly)
      .map(([name]) => name)
    expect(writeOnly).to.deep.equal(['userPassword', 'senderPassword'])
    expect(String(new Secret('x'))).to.equal('[secret]')
  })
})

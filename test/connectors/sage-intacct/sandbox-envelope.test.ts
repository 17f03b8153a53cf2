import { request as httpRequest } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import {
  type Company,
  envelope,
  errorNumbers,
  errorTexts,
  login,
  openCompany,
  query,
  readByName,
  statuses,
  test,
  value,
  values,
} from './sandbox-company.ts'

const READ = query('DEPARTMENT', ['DEPARTMENTID'])
const rename = (id: string, name: string) =>
  `<update><VENDOR><VENDORID>${id}</VENDORID><NAME>${name}</NAME></VENDOR></update>`

describe('Sage Intacct sandbox: envelope', () => {
  let company: Company
  before(async () => {
    company = await openCompany()
  })
  after(() => company.close())

  const good = () => envelope(company.sandbox, { authentication: login(company.sandbox), functions: READ })
  const nameOf = async (id: string) => value(await company.call(readByName('VENDOR', id, 'NAME')), 'NAME')

  const broken: readonly (readonly [string, (body: string) => string, RegExp])[] = [
    ['mismatched tags', it => it.replace('</select>', '</selekt>'), /Line: 2, column: \d+\./],
    [
      'a forbidden control character',
      it => it.replace('DEPARTMENTID', 'A\u0001B'),
      /invalid Char value 1\. Line: 2, column: \d+\./,
    ],
    [
      'a reference to a forbidden character',
      it => it.replace('DEPARTMENTID', '&#x1;'),
      /invalid xmlChar value 1\. Line: 2/,
    ],
    ['a bare ampersand', it => it.replace('DEPARTMENTID', 'A & B'), /xmlParseEntityRef: no name/],
    ['an undeclared entity', it => it.replace('DEPARTMENTID', '&nbsp;'), /Entity 'nbsp' not defined/],
    [
      'a document type',
      it => it.replace('<request>', '<!DOCTYPE request [<!ENTITY a "b">]><request>'),
      /document types/,
    ],
    ['a second root', it => `${it}<request/>`, /Extra content/],
    ['text behind the root', it => `${it}tail`, /Extra text at the end/],
    ['a section end in text', it => it.replace('DEPARTMENTID', ']]>'), /not allowed in content/],
    ['an unquoted attribute', it => it.replace(/controlid="[^"]*"/, 'controlid=x'), /Line: 2/],
    ['a bare < in an attribute', it => it.replace(/controlid="[^"]*"/, 'controlid="a<b"'), /attributes values/],
    ['an empty body', () => ' ', /Document is empty/],
    [
      'the company after the password in login',
      it => it.replace(/(<companyid>.*<\/companyid>)(<password>.*?<\/password>)(?=<\/login>)/, '$2$1'),
      /Element 'companyid': This element is not expected.*Line: 2/,
    ],
    [
      'the password before the sender',
      it => it.replace(/(<senderid>.*<\/senderid>)(<password>.*?<\/password>)(?=<controlid>)/, '$2$1'),
      /Element 'senderid': This element is not expected/,
    ],
    [
      'uniqueid behind dtdversion',
      it =>
        it.replace(
          '<uniqueid>false</uniqueid><dtdversion>3.0</dtdversion>',
          '<dtdversion>3.0</dtdversion><uniqueid>false</uniqueid>',
        ),
      /Element 'uniqueid'/,
    ],
    ['no controlid of a function', it => it.replace(/ controlid="[^"]*"/, ''), /attribute 'controlid' is required/],
    ['no functions', it => it.replace(/<function.*<\/function>/, ''), /Expected is \( function \)/],
    ['a flag that is none', it => it.replace('<uniqueid>false', '<uniqueid>maybe'), /'maybe' is not a valid value/],
  ]
  for (const [what, breakIt, text] of broken)
    it(`refuses ${what} at control level`, async () => {
      const answer = await company.post(breakIt(good()))
      expect(answer.status).to.equal(200)
      expect(values(answer.text, 'status')).to.deep.equal(['failure'])
      expect(errorNumbers(answer.text)).to.deep.equal(['XL03000003'])
      expect(value(answer.text, 'description2'))
        .to.match(/^XML Parse schema error: /)
        .and.to.match(text)
      expect(answer.text).to.not.include('<operation>')
    })

  it('refuses bytes that are no UTF-8', async () => {
    const body = Buffer.from(good().replace('DEPARTMENTID', 'é'), 'latin1')
    expect(value((await company.post(body)).text, 'description2')).to.match(/not proper UTF-8/)
  })

  it('refuses getAPISession beside another function', async () => {
    const body = envelope(company.sandbox, {
      authentication: login(company.sandbox),
      functions: ['<getAPISession/>', READ],
    })
    expect(value((await company.post(body)).text, 'description2')).to.match(/must be the only function/)
  })

  it('refuses a policy that does not exist', async () => {
    const body = good().replace('</dtdversion>', '</dtdversion><policyid>nightly</policyid>')
    expect(errorTexts((await company.post(body)).text)).to.deep.equal(['nightly is not a valid transport policy.'])
  })

  it('refuses another version of the interface and functions that it does not have', async () => {
    const old = await company.post(good().replace('<dtdversion>3.0', '<dtdversion>1.0'))
    expect(errorNumbers(old.text)).to.deep.equal(['XL03000003'])
    expect(errorTexts(await company.call('<create_vendor/>'))).to.deep.equal([
      'The function create_vendor is not known.',
    ])
  })

  it('refuses other content types, methods and addresses', async () => {
    expect((await company.post(good(), { headers: { 'content-type': 'application/json' } })).status).to.equal(400)
    expect((await company.post('', { method: 'GET' })).status).to.equal(405)
    expect((await company.post(good(), { url: `${company.sandbox.url}/ia/xml` })).status).to.equal(404)
  })

  it('answers functions in order, each with its control id and its own status', async () => {
    const text = await company.call([READ, '<lookup><object>NOPE</object></lookup>', READ], {
      controlIds: ['a', 'b & c'.replace('&', '&amp;'), 'd'],
    })
    expect(statuses(text)).to.deep.equal(['success', 'failure', 'success'])
    expect(values(text, 'controlid')).to.deep.equal(['c-1', 'a', 'b & c', 'd'])
    expect(values(text, 'function')).to.deep.equal(['query', 'lookup', 'query'])
  })

  it('rolls a whole transaction back and says who failed', async () => {
    const before = await nameOf('V10001')
    const text = await company.call([rename('V10001', 'Changed'), rename('V-NOPE', 'x'), rename('V10002', 'Never')], {
      transaction: true,
    })
    expect(statuses(text)).to.deep.equal(['aborted', 'failure', 'aborted'])
    expect(errorNumbers(text)).to.deep.equal(['XL03000009', 'BL01001973', 'BL01001973', 'XL03000009', 'XL03000009'])
    expect(await nameOf('V10001')).to.equal(before)
  })

  it('keeps the others when one fails outside a transaction', async () => {
    const text = await company.call([rename('V10001', 'Kept Inc.'), rename('V-NOPE', 'x')], { transaction: false })
    expect(statuses(text)).to.deep.equal(['success', 'failure'])
    expect(await nameOf('V10001')).to.equal('Kept Inc.')
  })

  it('refuses a function that was executed, also when uniqueid is left out', async () => {
    for (const uniqueId of ['true', '']) {
      const options = { uniqueId, controlIds: [`once-${uniqueId}`] }
      expect(statuses(await company.call(rename('V10003', `Once ${uniqueId}`), options))).to.deep.equal(['success'])
      const again = await company.call(rename('V10003', 'Twice'), options)
      expect(statuses(again)).to.deep.equal(['failure'])
      expect(value(again, 'description2')).to.match(/control ID once-\S* has already been executed/)
      expect(await nameOf('V10003')).to.equal(`Once ${uniqueId}`)
    }
  })

  it('lets a function that failed be sent again, and any repeat with uniqueid false', async () => {
    const options = { uniqueId: 'true', controlIds: ['again'] }
    expect(statuses(await company.call(rename('V-NOPE', 'x'), options))).to.deep.equal(['failure'])
    expect(statuses(await company.call(rename('V10004', 'Second try'), options))).to.deep.equal(['success'])
    expect(statuses(await company.call(rename('V10004', 'Third'), { ...options, uniqueId: 'false' }))).to.deep.equal([
      'success',
    ])
  })

  it('refuses a repeat while the first is still running', async () => {
    await company.call(READ)
    await company.control.knobs({ workMs: 60 })
    const options = { uniqueId: 'true', controlIds: ['flying'] }
    const both = await Promise.all([1, 2].map(() => company.call(rename('V10005', 'Flying'), options)))
    await company.control.knobs({ workMs: 0 })
    expect(both.flatMap(errorTexts)).to.include("A request's function with the control ID flying is in process.")
  })

  it('prints one error, many errors, a free-text number and no number', async () => {
    const create =
      '<create><VENDOR><VENDORID>V10001</VENDORID><NAME>x</NAME><DISPLAYCONTACT><PRINTAS>x</PRINTAS></DISPLAYCONTACT></VENDOR></create>'
    expect(errorNumbers(await company.call(create))).to.deep.equal(['PL05000104', 'BL01001973'])
    const noObject = await company.call(query('NOPE', ['RECORDNO']))
    expect(errorNumbers(noObject)).to.deep.equal(['Query Failed'])
    expect(errorTexts(noObject)).to.deep.equal(['Object definition NOPE not found'])
    await company.control.knobs({ auditHistory: 'denied' })
    const denied = await company.call(query('AUDITHISTORY', ['ID']))
    await company.control.knobs({ auditHistory: 'allowed' })
    expect(denied).to.not.include('<errorno>')
    expect(value(denied, 'description2')).to.include('do not have permission to view audit history')
  })

  it('ends error texts with a Support ID unless switched off', async () => {
    const text = () => company.call(query('NOPE', ['RECORDNO']))
    expect(value(await text(), 'description2')).to.match(/ \[Support ID: \w+%7E\w+\]$/)
    await company.control.knobs({ supportIds: false })
    expect(value(await text(), 'description2')).to.equal('Object definition NOPE not found')
    await company.control.knobs({ supportIds: true })
  })

  it('adds additional error information when asked', async () => {
    const more = '<includewhitespace>false</includewhitespace><showadditionalerrorinfo>true</showadditionalerrorinfo>'
    expect(await company.call(query('NOPE', ['RECORDNO']), { more })).to.match(
      /<additionalinfo><errorid>[^<]+<\/errorid>/,
    )
    expect(await company.call(query('NOPE', ['RECORDNO']))).to.not.include('additionalinfo')
  })

  it('lays the answer out by default without changing a value', async () => {
    const rest = `<filter>${test('equalto', 'VENDORID', '100.00')}</filter>`
    const wide = await company.call(query('VENDOR', ['NAME', 'COMMENTS'], rest), { more: '' })
    const flat = await company.call(query('VENDOR', ['NAME', 'COMMENTS'], rest))
    expect(wide).to.match(/\n {6}<status>success<\/status>\n/)
    expect(values(wide, 'NAME')).to.deep.equal(['  Trailing  Spaces Inc.'])
    expect(values(wide, 'COMMENTS')).to.deep.equal(values(flat, 'COMMENTS'))
    expect(flat.split('\n')).to.have.length(2)
  })

  it('compresses when the client accepts gzip, and only then', async () => {
    const raw = await rawPost(company.startUrl, good(), { 'accept-encoding': 'gzip, deflate' })
    expect(raw.encoding).to.equal('gzip')
    expect(value(gunzipSync(raw.body).toString('utf8'), 'function')).to.equal('query')
    const plain = await rawPost(company.startUrl, good(), {})
    expect(plain.encoding).to.equal(undefined)
    expect(value(plain.body.toString('utf8'), 'function')).to.equal('query')
  })

  it('acts out HTML pages, edge time-outs and cut answers per call', async () => {
    for (const status of [502, 503, 524]) {
      await company.control.fault({ action: 'answer', status, bodyContains: 'DEPARTMENT' })
      const answer = await company.post(good())
      expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([status, 'text/html'])
    }
    await company.control.fault({ action: 'cutMid' })
    const cut = await company.post(good()).then(
      () => 'answered',
      () => 'cut',
    )
    expect(cut).to.equal('cut')
    expect((await company.post(good())).status).to.equal(200)
  })
})

interface RawAnswer {
  readonly encoding: string | undefined
  readonly body: Buffer
}

/** fetch always accepts compression; this does not. */
function rawPost(url: string, body: string, headers: Record<string, string>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: 'POST', headers: { 'content-type': 'application/xml', ...headers } },
      answer => {
        const parts: Buffer[] = []
        answer.on('data', part => parts.push(part))
        answer.on('end', () => resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(parts) }))
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

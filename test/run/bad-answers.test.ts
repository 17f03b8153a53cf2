import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Fault } from '../../engine/sdk/sandbox/spec.ts'
import { accountsOf, createPair, customersOf, flowName, type Pair } from '../support/pair.ts'

type Where = { readonly system: 'intacct' | 'zoho'; readonly path?: string; readonly bodyContains?: string }

/** Every call that the customers flow makes, first run and second. */
const CALLS: Readonly<Record<string, Where>> = {
  'the sign-in at Sage Intacct': { system: 'intacct', bodyContains: '<getAPISession' },
  "the user's record": { system: 'intacct', bodyContains: '<readByName>' },
  "the user's formats": { system: 'intacct', bodyContains: '<readUserFormatting>' },
  'the read of a page': { system: 'intacct', bodyContains: '<object>CUSTOMER</object>' },
  'the read of deletions': { system: 'intacct', bodyContains: '<object>AUDITHISTORY</object>' },
  'the token of Zoho CRM': { system: 'zoho', path: '^POST /oauth/v2/token' },
  'the org': { system: 'zoho', path: '^GET /crm/v8/org' },
  'the modules': { system: 'zoho', path: '^GET /crm/v8/settings/modules' },
  'the fields': { system: 'zoho', path: '^GET /crm/v8/settings/fields' },
  'the first batch': { system: 'zoho', path: '^POST /crm/v8/Accounts/upsert' },
}

const HTML = '<!DOCTYPE html><html><head><title>Just a moment…</title></head><body>cf-error-details</body></html>'
const answer = (status: number, body: string, headers: Record<string, string> = {}): Omit<Fault, 'path'> => ({
  action: 'answer',
  status,
  body,
  headers: { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html', ...headers },
})

const BAD: Readonly<Record<string, Omit<Fault, 'path'>>> = {
  'HTML with status 200': answer(200, HTML),
  'HTML with status 503': answer(503, HTML),
  'an empty body with status 200': answer(200, ''),
  '429 without a hint': answer(429, ''),
  '429 with Retry-After': answer(429, '', { 'retry-after': '3' }),
  '500 with JSON': answer(
    500,
    '{"code":"INTERNAL_ERROR","details":{},"message":"Internal Server Error","status":"error"}',
  ),
  'JSON that nobody documented': answer(200, '{"surprise":true}'),
  'a redirect': answer(302, '', { location: 'https://evil.example/' }),
  'half of the body': { action: 'truncate' },
  'a connection cut before the request ran': { action: 'cutBefore' },
  'a connection cut after it ran': { action: 'cutAfter' },
  'a connection cut in the answer': { action: 'cutMid' },
  'no answer in time': { action: 'hang' },
}

const CUSTOMERS = flowName('customers')

describe('a bad answer', () => {
  for (const [call, { system, ...where }] of Object.entries(CALLS))
    for (const [kind, bad] of Object.entries(BAD))
      it(`to ${call}: ${kind}`, async () => {
        const pair = await createPair({ use: ['customers'], records: 12, timeoutMs: 300 })
        try {
          await pair[system].fault({ ...where, ...bad })
          const first = await pair.run(CUSTOMERS)
          expect(first.failure?.kind ?? 'none', JSON.stringify(first.failure)).to.not.equal('defect')
          await changeSome(pair)
          const second = await pair.run(CUSTOMERS)
          await pair[system].clearFaults()
          const last = second.state === 'succeeded' ? second : await pair.run(CUSTOMERS)
          expect([last.state, last.counts.dead]).to.deep.equal(['succeeded', 0])
          expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
          expectNoSecrets(pair, JSON.stringify([first, second]))
        } finally {
          await pair.close()
        }
      })

  it('that lasts ends the run with a clear error, and the next run makes good', async () => {
    const pair = await createPair({ use: ['customers'], records: 12, timeoutMs: 300 })
    await pair.zoho.fault({ path: 'Accounts/upsert', ...answer(503, HTML), times: 1_000 })
    const report = await pair.run(CUSTOMERS)
    expect([report.state, report.failure?.kind, report.counts.written]).to.deep.equal(['failed', 'uncertain', 0])
    expect(report.failure?.remedy).to.be.a('string')
    await pair.zoho.clearFaults()
    await pair.run(CUSTOMERS)
    expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
    await pair.close()
  })
})

describe('a sign-in that has lapsed', () => {
  for (const [what, lapse] of Object.entries({
    'a session of Sage Intacct': (pair: Pair) => pair.intacct.knobs({ expireSessions: true }),
    'a token of Zoho CRM': (pair: Pair) => pair.zoho.knobs({ revokeTokens: true }),
  }))
    it(`is renewed once and nothing is lost: ${what}`, async () => {
      const pair = await createPair({ use: ['customers'], records: 12 })
      await pair.run(CUSTOMERS)
      await changeSome(pair)
      await lapse(pair)
      const report = await pair.run(CUSTOMERS)
      expect([report.state, report.counts.signIns]).to.deep.equal(['succeeded', 1])
      expect(await accountsOf(pair)).to.deep.equal(await customersOf(pair))
      await pair.close()
    })
})

async function changeSome(pair: Pair): Promise<void> {
  await pair.intacct.put('CUSTOMER', { CUSTOMERID: 'NEW', NAME: 'New & <fresh>', STATUS: 'active' })
}

function expectNoSecrets(pair: Pair, told: string): void {
  const files = readdirSync(pair.folder, { recursive: true, withFileTypes: true }).filter(it => it.isFile())
  const stored = files.map(it => readFileSync(join(it.parentPath, it.name), 'latin1'))
  const texts = [...stored, ...pair.logged, told]
  const leaked = pair.secrets().filter(secret => texts.some(text => text.includes(secret)))
  expect(leaked).to.deep.equal([])
}

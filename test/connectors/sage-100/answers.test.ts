import { expect } from 'chai'
import { agentError, type Fault, soapError } from '../../../connectors/sage-100/errors.ts'

const asked = (isWrite: boolean) => ({
  where: 'call',
  isWrite,
  redact: (text: string) => text.replaceAll('s3cret', '[secret]'),
})
const kinds = (of: typeof agentError, fault: Fault) => [of(fault, asked(false)), of(fault, asked(true))] as const

/** Status, code, words → our code, kind of a read, kind of a write (fact sheet 9). */
type Case = readonly [number, string | undefined, string, string, string, string]

const AGENT: readonly Case[] = [
  [400, 'BAD_REQUEST', 'limit', 'SAGE100_REQUEST_REFUSED', 'contract', 'record'],
  [401, 'AGENT_UNAUTHORIZED', '', 'SAGE100_AGENT_KEY_REFUSED', 'auth', 'auth'],
  [401, 'SAGE_LOGON_FAILED', '', 'SAGE100_LOGON_REFUSED', 'auth', 'auth'],
  [401, undefined, 'a proxy', 'SAGE100_LOGON_REFUSED', 'auth', 'auth'],
  [403, 'COMPANY_ACCESS_DENIED', '', 'SAGE100_COMPANY_DENIED', 'unavailable', 'unavailable'],
  [403, 'TASK_DENIED', '', 'SAGE100_TASK_DENIED', 'unavailable', 'unavailable'],
  [403, 'MODULE_NOT_ACTIVE', '', 'SAGE100_MODULE_NOT_ACTIVE', 'unavailable', 'unavailable'],
  [404, 'COMPANY_NOT_FOUND', '', 'SAGE100_COMPANY_MISSING', 'configuration', 'configuration'],
  [404, 'NOT_FOUND', '', 'SAGE100_RECORD_MISSING', 'record', 'record'],
  [404, undefined, 'a page', 'SAGE100_AGENT_LACKS', 'unavailable', 'unavailable'],
  [410, 'CURSOR_EXPIRED', '', 'SAGE100_CURSOR_EXPIRED', 'contract', 'contract'],
  [422, 'VALIDATION_FAILED', '', 'SAGE100_VALUE_REFUSED', 'contract', 'record'],
  [423, 'RECORD_LOCKED', '', 'SAGE100_RECORD_LOCKED', 'record', 'record'],
  [429, 'POOL_EXHAUSTED', '', 'SAGE100_POOL_EXHAUSTED', 'rate-limited', 'rate-limited'],
  [503, 'EXCLUSIVE_ACCESS', '', 'SAGE100_EXCLUSIVE_ACCESS', 'transient', 'transient'],
  [503, 'NO_LICENSE', '', 'SAGE100_NO_LICENSE', 'transient', 'transient'],
  [502, 'COM_ERROR', '', 'SAGE100_COM_ERROR', 'transient', 'uncertain'],
  [502, undefined, 'Bad Gateway', 'SAGE100_AGENT_DOWN', 'transient', 'uncertain'],
  [418, undefined, 'teapot', 'SAGE100_UNKNOWN_ANSWER', 'contract', 'uncertain'],
]

const SOAP: readonly Case[] = [
  [500, 'CI_NoKey', 'Customer 01-NOPE does not exist.', 'SAGE100_RECORD_MISSING', 'record', 'record'],
  [500, 'WS_AlreadyExists', 'exists', 'SAGE100_RECORD_EXISTS', 'contract', 'record'],
  [500, 'CI_NOF', 'Could not set column ZipCode$', 'SAGE100_VALUE_REFUSED', 'contract', 'record'],
  [500, 'CI_CharLength', 'too long', 'SAGE100_VALUE_REFUSED', 'contract', 'record'],
  [500, 'ActionNotSupported', 'no such action', 'SAGE100_ACTION_UNKNOWN', 'contract', 'contract'],
  [500, 'X', 'Web services are not enabled for company ABC.', 'SAGE100_WEB_SERVICES_OFF', 'auth', 'auth'],
  [500, 'X', 'No Access to Customer Maintenance', 'SAGE100_TASK_DENIED', 'unavailable', 'unavailable'],
  [500, 'X', 'The user logon or password is incorrect.', 'SAGE100_LOGON_REFUSED', 'auth', 'auth'],
  [500, 'X', 'Company XYZ is not valid', 'SAGE100_COMPANY_MISSING', 'configuration', 'configuration'],
  [500, 'X', 'AR_Customer 01-ABF is in use by another user.', 'SAGE100_RECORD_LOCKED', 'record', 'record'],
  [500, undefined, 'Record is locked', 'SAGE100_RECORD_LOCKED', 'record', 'record'],
  [500, 'X', 'file BUSY', 'SAGE100_RECORD_LOCKED', 'record', 'record'],
  [500, undefined, 'An exception occurred.', 'SAGE100_SERVER_ERROR', 'transient', 'uncertain'],
  [500, 'CI_Other', 'some rule', 'SAGE100_FAULT', 'contract', 'record'],
  [500, undefined, '', 'SAGE100_SERVICE_DOWN', 'transient', 'uncertain'],
  [404, undefined, 'Not Found', 'SAGE100_SERVICE_DOWN', 'transient', 'uncertain'],
  [503, undefined, 'Service Unavailable', 'SAGE100_SERVICE_DOWN', 'transient', 'uncertain'],
  [413, undefined, 'Request Entity Too Large', 'SAGE100_MESSAGE_TOO_LARGE', 'contract', 'record'],
  [415, undefined, '', 'SAGE100_REQUEST_REFUSED', 'contract', 'contract'],
  [429, undefined, '', 'SAGE100_THROTTLED', 'rate-limited', 'rate-limited'],
]

for (const [path, of, cases] of [
  ['the agent', agentError, AGENT],
  ['the web services', soapError, SOAP],
] as const)
  describe(`an answer of ${path}`, () => {
    for (const [status, code, words, as, read, write] of cases)
      it(`${status} ${code ?? ''} "${words}" is ${as}: ${read}, of a write ${write}`, () => {
        const [reading, writing] = kinds(of, { status, code, words, isPage: code === undefined })
        expect([reading.code, reading.kind, writing.kind]).to.deep.equal([as, read, write])
        expect(reading.remedy).to.match(/\w{3}/)
      })
  })

describe('what is told of an answer', () => {
  it('waits five minutes at least while a file is held exclusively or no licence is free, and longer when told', () => {
    const wait = (retryAfterMs: number) =>
      agentError({ status: 503, code: 'NO_LICENSE', words: '', isPage: false, retryAfterMs }, asked(false)).retryAfterMs
    expect([wait(1_000), wait(600_000)]).to.deep.equal([300_000, 600_000])
  })

  it('has no secret in its words, code or said', () => {
    const { message, said, details } = soapError(
      { status: 500, code: 'CI_s3cret', words: 'Password s3cret of a user\n  is wrong', isPage: false },
      asked(true),
    )
    expect(JSON.stringify([message, said, details])).to.not.include('s3cret')
    expect(said).to.equal('Password [secret] of a user is wrong')
  })
})

import { expect } from 'chai'
import { ANSWERS, callError, classifyZendesk, faultOf } from '../../../connectors/zendesk/errors.ts'
import type { Json } from '../../../engine/core/record.ts'
import { HttpFailure } from '../../../engine/sdk/http.ts'

const duplicate = (field: string) => ({
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: { [field]: [{ description: 'Name: Acme GmbH has already been taken', error: 'DuplicateValue' }] },
})

/** Status and body (fact sheet 5) → kind of a read, kind of a write of records, code. */
const CASES: readonly (readonly [number, Json | undefined, string, string, string])[] = [
  [400, { error: 'TooManyValues', description: 'x', max_count: 100 }, 'contract', 'record', 'BAD_REQUEST'],
  [400, { errors: [{ code: 'InvalidPaginationDepth', title: 'x', detail: 'y' }] }, 'contract', 'record', 'BAD_REQUEST'],
  [400, { error: 'StartTimeTooRecent', description: 'x' }, 'transient', 'transient', 'START_TOO_RECENT'],
  [
    422,
    { error: 'InvalidValue', description: 'Too recent start_time. Use' },
    'transient',
    'transient',
    'START_TOO_RECENT',
  ],
  [400, { error: 'invalid_scope', error_description: 'x' }, 'configuration', 'configuration', 'SCOPE_REFUSED'],
  [400, undefined, 'contract', 'record', 'BAD_REQUEST'],
  [401, { error: "Couldn't authenticate you" }, 'auth', 'auth', 'SIGN_IN_REFUSED'],
  [401, { error: 'invalid_token', error_description: 'x' }, 'auth', 'auth', 'SIGN_IN_REFUSED'],
  [403, { error: { title: 'Forbidden', message: 'x' } }, 'unavailable', 'unavailable', 'FORBIDDEN'],
  [
    403,
    { error: 'Forbidden', description: 'Missing the following required scopes: read' },
    'auth',
    'auth',
    'SCOPE_MISSING',
  ],
  [403, undefined, 'unavailable', 'unavailable', 'FORBIDDEN'],
  [404, { error: 'RecordNotFound', description: 'Not found' }, 'record', 'record', 'NOT_FOUND'],
  [404, { errors: [{ code: 'NotFound', title: 'Not found' }] }, 'record', 'record', 'NOT_FOUND'],
  [404, { error: 'InvalidEndpoint', description: 'Not found' }, 'configuration', 'configuration', 'NO_SUCH_ADDRESS'],
  [404, undefined, 'configuration', 'configuration', 'NO_SUCH_ADDRESS'],
  [409, { error: 'UpdateConflict' }, 'transient', 'transient', 'CONFLICT'],
  [413, { description: 'x', message: 'y' }, 'contract', 'record', 'TOO_LARGE'],
  [422, duplicate('name'), 'contract', 'record', 'DUPLICATE_VALUE'],
  [
    422,
    { error: 'RecordInvalid', description: 'x', details: { name: [{ description: 'y', error: 'BlankValue' }] } },
    'contract',
    'record',
    'RECORD_REFUSED',
  ],
  [422, { error: 'invalid', description: 'Invalid search: x' }, 'contract', 'record', 'RECORD_REFUSED'],
  [429, { errors: [{ code: 'TooManyRequests', title: 'x' }] }, 'rate-limited', 'rate-limited', 'TOO_MANY_REQUESTS'],
  [429, undefined, 'rate-limited', 'rate-limited', 'TOO_MANY_REQUESTS'],
  [
    429,
    { detail: 'Rate limited by Zendesk edge protection', status: '429', title: 'x' },
    'rate-limited',
    'rate-limited',
    'TOO_MANY_REQUESTS',
  ],
  [500, undefined, 'transient', 'transient', 'SERVER_ERROR'],
  [503, { anything: 1 }, 'transient', 'transient', 'SERVER_ERROR'],
  [418, { error: 'Teapot' }, 'contract', 'record', 'UNKNOWN_ANSWER'],
]

describe('what zendesk answers', () => {
  for (const [status, body, read, write, code] of CASES)
    it(`${status} ${JSON.stringify(body)?.slice(0, 60) ?? 'without JSON'} is ${read}, of a write ${write}`, () => {
      const fault = faultOf(body, status)
      const of = (hasRecords: boolean) => callError(fault, { where: 'POST organizations', hasRecords })
      expect([of(false).kind, of(true).kind, of(true).code]).to.deep.equal([read, write, `ZENDESK_${code}`])
    })

  it('is named with its call, its words and its field, and with what to do', () => {
    const error = callError(faultOf(duplicate('name'), 422), { where: 'POST organizations', hasRecords: true })
    expect(error.message).to.equal(
      'Zendesk refused POST organizations (422): RecordInvalid, Record validation errors, DuplicateValue Name: Acme GmbH has already been taken',
    )
    expect(error.field).to.equal('name')
    expect(error.remedy).to.include('merge')
  })

  it('has a remedy in every row of the table', () => {
    expect(ANSWERS.filter(it => it.remedy.length < 10)).to.deep.equal([])
  })

  it('or does not answer is transient, and anything else a defect', () => {
    expect(classifyZendesk(new HttpFailure('cut', 'the connection broke'))?.kind).to.equal('transient')
    expect(classifyZendesk(new TypeError('x'))).to.equal(undefined)
  })
})

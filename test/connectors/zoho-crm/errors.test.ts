import { expect } from 'chai'
import { ANSWERS, callError, classifyZoho, faultOf, recordError } from '../../../connectors/zoho-crm/errors.ts'
import { HttpFailure } from '../../../engine/sdk/http.ts'

/** Status, Zoho's code, and the kind when it is about a read, a batch that is written, and one record. */
const CASES: readonly (readonly [number, string, string, string, string])[] = [
  [400, 'INVALID_DATA', 'contract', 'record', 'record'],
  [400, 'MANDATORY_NOT_FOUND', 'contract', 'record', 'record'],
  [400, 'DUPLICATE_DATA', 'contract', 'record', 'record'],
  [400, 'RECORD_IN_BLUEPRINT', 'contract', 'record', 'record'],
  [412, 'ALREADY_MODIFIED', 'contract', 'record', 'record'],
  [400, 'INVALID_MODULE', 'unavailable', 'unavailable', 'unavailable'],
  [403, 'FEATURE_NOT_SUPPORTED', 'unavailable', 'unavailable', 'unavailable'],
  [403, 'NO_PERMISSION', 'unavailable', 'unavailable', 'record'],
  [400, 'LICENSE_LIMIT_EXCEEDED', 'unavailable', 'unavailable', 'record'],
  [401, 'INVALID_TOKEN', 'auth', 'auth', 'auth'],
  [401, 'OAUTH_SCOPE_MISMATCH', 'auth', 'auth', 'auth'],
  [429, 'TOO_MANY_REQUESTS', 'rate-limited', 'rate-limited', 'rate-limited'],
  [429, 'RATE_LIMIT_EXCEEDED', 'rate-limited', 'rate-limited', 'rate-limited'],
  [500, 'INTERNAL_ERROR', 'transient', 'transient', 'transient'],
  [404, 'INVALID_URL_PATTERN', 'contract', 'contract', 'contract'],
  // codes that no document names, by status
  [401, 'NEW_CODE', 'auth', 'auth', 'auth'],
  [403, 'NEW_CODE', 'unavailable', 'unavailable', 'record'],
  [429, '', 'rate-limited', 'rate-limited', 'rate-limited'],
  [502, '', 'transient', 'transient', 'transient'],
  [400, 'NEW_CODE', 'contract', 'record', 'record'],
]

describe('what Zoho answers', () => {
  for (const [status, code, read, batch, record] of CASES)
    it(`${status} ${code || 'without a code'} is ${read}, ${batch} or ${record}`, () => {
      const fault = faultOf({ code, message: 'm', details: {}, status: 'error' }, status)
      const kinds = [
        callError(fault, { where: 'GET Accounts', isWrite: false }).kind,
        callError(fault, { where: 'POST Accounts', isWrite: true }).kind,
        recordError(fault, 'creating').kind,
      ]
      expect(kinds).to.deep.equal([read, batch, record])
    })

  it('always leaves a person something to do', () => {
    for (const [code, rule] of Object.entries(ANSWERS)) expect(rule.remedy, code).to.match(/\w{2,}.*[.)]$/)
  })

  it('keeps its own words, its field and the record that stands in the way', () => {
    const details = { api_name: 'ERP_ID', json_path: '$.data[3].ERP_ID', duplicate_record: { id: '77' } }
    const error = recordError(
      faultOf({ code: 'DUPLICATE_DATA', message: 'duplicate data', details }, 400),
      'creating in Accounts',
    )
    expect(error.message).to.equal('creating in Accounts: DUPLICATE_DATA duplicate data (ERP_ID, held by record 77)')
    expect(error.field).to.equal('ERP_ID')
    expect(error.details?.['duplicate_record']).to.deep.equal({ id: '77' })
  })

  it('in several faults of one record names each', () => {
    const one = { code: 'INVALID_DATA', message: 'invalid data', details: { api_name: 'A', maximum_length: 5 } }
    const two = { code: 'MANDATORY_NOT_FOUND', message: 'required', details: { api_name: 'B' } }
    const nested = { code: 'MULTIPLE_OR_MULTI_ERRORS', message: 'x', details: { errors: [two] } }
    const fault = faultOf({ code: 'MULTIPLE_OR_MULTI_ERRORS', message: 'm', details: { errors: [one, nested] } }, 400)
    const error = recordError(fault, 'creating')
    expect(error.said).to.equal('INVALID_DATA invalid data (A, maximum_length: 5); MANDATORY_NOT_FOUND required (B)')
  })

  it('not at all is transient', () => {
    expect(classifyZoho(new HttpFailure('cut', 'cut'))?.kind).to.equal('transient')
    expect(classifyZoho(new Error('ours'))).to.equal(undefined)
  })
})

import { expect } from 'chai'
import { ANSWERS, callError, classifyAcumatica } from '../../../connectors/acumatica/errors.ts'
import { faultOf, fieldErrorsOf } from '../../../connectors/acumatica/fault.ts'
import { HttpFailure } from '../../../engine/sdk/http.ts'
import { testClock } from '../../support/clock.ts'

const context = { clock: testClock(), random: () => 0.5 }

const httpError = (exceptionType: string, exceptionMessage: string) =>
  JSON.stringify({ message: 'An error has occurred.', exceptionMessage, exceptionType, stackTrace: '   at PX' })

interface Case {
  readonly what: string
  readonly status: number
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly read: string
  readonly write: string
}

const LOCATION =
  '/AcumaticaERP/Frames/Error.aspx?typeID=error&message=The+number+of+concurrent+API+logins+exceeds%20the%20limit'

/** Fact sheet 7. */
const CASES: readonly Case[] = [
  {
    what: 'the per-user limit of sessions',
    status: 302,
    headers: { location: LOCATION },
    read: 'rate-limited ACUMATICA_LOGIN_LIMIT',
    write: 'rate-limited ACUMATICA_LOGIN_LIMIT',
  },
  {
    what: 'the licence limit as 500',
    status: 500,
    text: httpError('PX.Data.PXException', 'API Login Limit'),
    read: 'rate-limited ACUMATICA_LOGIN_LIMIT',
    write: 'rate-limited ACUMATICA_LOGIN_LIMIT',
  },
  {
    what: 'a declined call',
    status: 429,
    text: 'The custom error module does not recognize this error.',
    read: 'rate-limited ACUMATICA_THROTTLED',
    write: 'rate-limited ACUMATICA_THROTTLED',
  },
  {
    what: 'broken metadata',
    status: 302,
    headers: { location: '/ui/error' },
    read: 'transient ACUMATICA_REDIRECTED',
    write: 'uncertain ACUMATICA_REDIRECTED',
  },
  {
    what: 'a malformed request',
    status: 400,
    text: '{"message":"The request is invalid.","modelState":{"":["The request body should not be empty."]}}',
    read: 'contract ACUMATICA_REQUEST_INVALID',
    write: 'record ACUMATICA_REQUEST_INVALID',
  },
  {
    what: 'an expired token',
    status: 401,
    text: '',
    read: 'auth ACUMATICA_TOKEN_REFUSED',
    write: 'auth ACUMATICA_TOKEN_REFUSED',
  },
  {
    what: 'a role that lacks the form',
    status: 403,
    text: 'You have insufficient rights to access the Customers (AR303000) form.',
    read: 'unavailable ACUMATICA_NO_RIGHTS',
    write: 'unavailable ACUMATICA_NO_RIGHTS',
  },
  {
    what: 'an unknown entity',
    status: 404,
    text: '',
    read: 'unavailable ACUMATICA_NOT_FOUND',
    write: 'unavailable ACUMATICA_NOT_FOUND',
  },
  {
    what: 'a long operation on the form',
    status: 409,
    text: '',
    read: 'transient ACUMATICA_BUSY',
    write: 'transient ACUMATICA_BUSY',
  },
  {
    what: 'a violated condition',
    status: 412,
    text: '{"message":"x"}',
    read: 'contract ACUMATICA_PRECONDITION',
    write: 'record ACUMATICA_PRECONDITION',
  },
  {
    what: 'a record that is not there',
    status: 500,
    text: httpError(
      'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException',
      'No entity satisfies the condition.',
    ),
    read: 'record ACUMATICA_RECORD_MISSING',
    write: 'record ACUMATICA_RECORD_MISSING',
  },
  {
    what: 'a list that cannot be optimised',
    status: 500,
    text: httpError(
      'PX.X',
      'Optimization cannot be performed.The following fields cause the error:\r\nA.B: View A has BQL delegate',
    ),
    read: 'contract ACUMATICA_NOT_OPTIMISABLE',
    write: 'contract ACUMATICA_NOT_OPTIMISABLE',
  },
  {
    what: 'an unknown field in $select',
    status: 500,
    text: httpError('System.Collections.Generic.KeyNotFoundException', 'The given key was not present'),
    read: 'configuration ACUMATICA_FIELD_UNKNOWN',
    write: 'configuration ACUMATICA_FIELD_UNKNOWN',
  },
  {
    what: 'missing preferences',
    status: 500,
    text: httpError(
      'PX.Data.PXSetupNotEnteredException',
      'The required configuration data is not entered on the AR form',
    ),
    read: 'unavailable ACUMATICA_NOT_SET_UP',
    write: 'unavailable ACUMATICA_NOT_SET_UP',
  },
  {
    what: 'a locked record',
    status: 500,
    text: httpError('PX.Data.PXLockViolationException', 'Another process has updated the record'),
    read: 'transient ACUMATICA_RECORD_LOCKED',
    write: 'transient ACUMATICA_RECORD_LOCKED',
  },
  {
    what: 'a business rule',
    status: 500,
    text: httpError('PX.Data.PXException', 'The customer is blocked.'),
    read: 'transient ACUMATICA_RULE',
    write: 'record ACUMATICA_RULE',
  },
  {
    what: 'errors on the entity in another shape',
    status: 500,
    text: httpError('PX.Api.ContractBased.OutcomeEntityHasErrorsException', 'x'),
    read: 'contract ACUMATICA_RECORD_REFUSED',
    write: 'record ACUMATICA_RECORD_REFUSED',
  },
  {
    what: 'a recycled server',
    status: 503,
    text: '<html><body>Service Unavailable</body></html>',
    read: 'transient ACUMATICA_SERVER_ERROR',
    write: 'uncertain ACUMATICA_SERVER_ERROR',
  },
  {
    what: 'a 500 without words',
    status: 500,
    text: '',
    read: 'transient ACUMATICA_SERVER_ERROR',
    write: 'uncertain ACUMATICA_SERVER_ERROR',
  },
  {
    what: 'a method that the address does not take',
    status: 406,
    text: '',
    read: 'contract ACUMATICA_REQUEST_REFUSED',
    write: 'contract ACUMATICA_REQUEST_REFUSED',
  },
  {
    what: 'a literal of another type',
    status: 500,
    text: httpError(
      'Microsoft.Data.OData.ODataException',
      "A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and 'Edm.String'.",
    ),
    read: 'contract ACUMATICA_FILTER_TYPE',
    write: 'contract ACUMATICA_FILTER_TYPE',
  },
  {
    what: 'a status that nobody documents',
    status: 418,
    text: '',
    read: 'contract ACUMATICA_UNKNOWN_ANSWER',
    write: 'uncertain ACUMATICA_UNKNOWN_ANSWER',
  },
]

describe('acumatica: answers', () => {
  for (const { what, status, text = '', headers = {}, ...expected } of CASES)
    it(`take ${what} (${status}) for ${expected.read}, of a write for ${expected.write}`, () => {
      const fault = faultOf({ status, headers, text }, it => it)
      const of = (isWrite: boolean) => callError(fault, { where: 'list Customer', isWrite }, context)
      expect([of(false), of(true)].map(it => `${it.kind} ${it.code}`)).to.deep.equal([expected.read, expected.write])
      expect(of(false).remedy).to.be.a('string').and.not.equal('')
    })

  it('of every rule are among these cases', () => {
    const named = CASES.flatMap(({ read }) => read.split(' ')[1] ?? [])
    expect(ANSWERS.map(it => it.code).filter(it => !named.includes(it))).to.deep.equal([])
  })

  it('name every field that Acumatica has something against, also in linked entities and lines', () => {
    const body = {
      id: 'b641',
      error: "Inserting  'Customer' record raised at least one error. Please review the errors.",
      CustomerName: { value: 'Northwind' },
      CustomerClass: { value: 'NOPE', error: "'Customer Class' cannot be found in the system." },
      MainContact: { Address: { Country: { value: 'XX', error: 'no such country' } } },
      Details: [{ InventoryID: { value: 'A' } }, { InventoryID: { value: 'B', error: 'inactive' } }],
    }
    expect(fieldErrorsOf(body).map(it => it.field)).to.deep.equal([
      'CustomerClass',
      'MainContact.Address.Country',
      'Details[1].InventoryID',
      '',
    ])
    expect(fieldErrorsOf({ message: 'x', entity: body })).to.deep.equal(fieldErrorsOf(body))
    const fault = faultOf({ status: 422, headers: {}, text: JSON.stringify(body) }, it => it)
    const error = callError(fault, { where: 'PUT Customer', isWrite: true }, context)
    expect([error.kind, error.code, error.field]).to.deep.equal(['record', 'ACUMATICA_RECORD_REFUSED', 'CustomerClass'])
    expect(error.said).to.include('cannot be found').and.to.include('no such country')
  })

  it('that ask to wait are waited for as told; a full licence is asked again after 20 to 40 s', () => {
    const told = faultOf({ status: 429, headers: { 'retry-after': '7' }, text: '' }, it => it)
    expect(callError(told, { where: 'x', isWrite: false }, context).retryAfterMs).to.equal(7_000)
    const full = faultOf({ status: 302, headers: { location: LOCATION }, text: '' }, it => it)
    expect(callError(full, { where: 'x', isWrite: false }, context).retryAfterMs).to.equal(30_000)
  })

  it('that never came are transient, and what is thrown otherwise is a defect of ours', () => {
    expect(classifyAcumatica(new HttpFailure('cut', 'x'))?.kind).to.equal('transient')
    expect(classifyAcumatica(new TypeError('x'))).to.equal(undefined)
  })
})

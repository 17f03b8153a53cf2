import { expect } from 'chai'
import { callError, classifySage300 } from '../../../connectors/sage-300/errors.ts'
import { HttpFailure } from '../../../engine/sdk/http.ts'
import { testClock } from '../../support/clock.ts'
import { errorOf, type Opened, open, order, refusal, refusedWith, writtenAs } from './open.ts'

const body = (code: string, value = 'Words of Sage 300') => JSON.stringify({ error: { code, message: { value } } })
const PAGE = '<html><body><h2>Not Found</h2></body></html>'
const DAY_END = 'Day End Processing is running.\nTry later.'

/** Status and body → what a read and what a write makes of it: kind, code. */
const CASES: readonly (readonly [number, string, string, string, string])[] = [
  [400, body('InvalidParameters'), 'contract', 'record', 'SAGE300_REQUEST_INVALID'],
  [400, body('InvalidPayload'), 'contract', 'record', 'SAGE300_REQUEST_INVALID'],
  [401, body('Unauthorized'), 'auth', 'auth', 'SAGE300_CREDENTIALS_REFUSED'],
  [401, '', 'auth', 'auth', 'SAGE300_CREDENTIALS_REFUSED'],
  [403, body('Forbidden'), 'unavailable', 'unavailable', 'SAGE300_NO_RIGHTS'],
  [403, body('Forbidden', 'insufficient security rights'), 'unavailable', 'unavailable', 'SAGE300_USER_REFUSED'],
  [404, body('RecordNotFound'), 'record', 'record', 'SAGE300_RECORD_MISSING'],
  [404, body('ResourceNotFound'), 'unavailable', 'unavailable', 'SAGE300_RESOURCE_MISSING'],
  [404, PAGE, 'unavailable', 'unavailable', 'SAGE300_PAGE_MISSING'],
  [405, body('MethodNotAllowed'), 'contract', 'contract', 'SAGE300_REQUEST_REFUSED'],
  [409, body('RecordDuplicate'), 'contract', 'record', 'SAGE300_RECORD_EXISTS'],
  [409, body('RecordDuplicate', DAY_END), 'transient', 'transient', 'SAGE300_DAY_END'],
  [409, body('FieldInvalid'), 'contract', 'record', 'SAGE300_FIELD_INVALID'],
  [409, body('RecordInvalid'), 'transient', 'record', 'SAGE300_RULE'],
  [409, body('General'), 'transient', 'record', 'SAGE300_RULE'],
  [429, body('TooManyRequests'), 'rate-limited', 'rate-limited', 'SAGE300_THROTTLED'],
  [500, body('InternalServerError'), 'transient', 'uncertain', 'SAGE300_SERVER_ERROR'],
  [500, body('DBLinkError'), 'transient', 'uncertain', 'SAGE300_SESSION'],
  [503, PAGE, 'transient', 'uncertain', 'SAGE300_POOL_STOPPED'],
  [302, '', 'contract', 'uncertain', 'SAGE300_UNKNOWN_ANSWER'],
]

describe('refusals of sage-300', () => {
  for (const [status, text, read, write, code] of CASES)
    it(`${status} ${text.slice(0, 60)} is ${code}`, () => {
      const asked = { where: 'GET x', clock: testClock(), redact: (it: string) => it }
      const of = (isWrite: boolean) => callError({ status, text, headers: {} }, { ...asked, isWrite })
      expect([of(false).kind, of(true).kind, of(false).code]).to.deep.equal([read, write, code])
      expect(of(true).remedy).to.be.a('string').and.not.equal('')
    })

  it('say the words of Sage 300 in one line, and how long to wait', () => {
    const asked = { where: 'POST x', isWrite: true, clock: testClock(), redact: (it: string) => it }
    const error = callError({ status: 409, text: body('RecordDuplicate', DAY_END), headers: {} }, asked)
    expect([error.said, error.retryAfterMs]).to.deep.equal(['Day End Processing is running. Try later.', 60_000])
    const busy = callError({ status: 429, text: '', headers: { 'retry-after': '7' } }, asked)
    expect([busy.message, busy.retryAfterMs]).to.deep.equal(['POST x: status 429', 7_000])
  })

  it('are told from defects of ours', () => {
    expect(classifySage300(new HttpFailure('cut', 'cut'))?.kind).to.equal('transient')
    expect(classifySage300(new TypeError('ours'))).to.equal(undefined)
  })
})

describe('trouble of sage-300', () => {
  let erp: Opened
  beforeEach(async () => {
    erp = await open()
  })
  afterEach(() => erp.close())

  it('backs off while the application pool restarts, and ends when it stays away', async () => {
    await erp.at.knobs({ unavailableCalls: 3 })
    expect((await erp.read('AP/APVendors')).keys).to.have.length(12)
    expect(erp.clock.slept).to.have.length(3)
    expect(Math.min(...erp.clock.slept)).to.be.at.least(5_000)
    await erp.at.knobs({ appPool: 'stopped' })
    const error = await errorOf(() => erp.read('AP/APVendors'))
    expect([error.kind, error.code, erp.clock.slept.length]).to.deep.equal(['transient', 'SAGE300_POOL_STOPPED', 7])
  })

  it('leaves a write that met 503 to be looked up, and does not send it again', async () => {
    await erp.at.knobs({ unavailableCalls: 1 })
    const error = await errorOf(() => erp.create('OE/OEOrders', order()))
    expect([error.kind, erp.calls]).to.deep.equal(['uncertain', ['POST OE/OEOrders']])
  })

  it('waits minutes for the end of day end processing, whose duplicates are none', async () => {
    const duplicate = { ...refusal(409, 'RecordDuplicate', DAY_END), times: 2 }
    await erp.at.fault(duplicate)
    writtenAs(await erp.create('OE/OEOrders', order()))
    expect(erp.clock.slept).to.deep.equal([60_000, 60_000])
    await erp.at.knobs({ dayEnd: true })
    expect((await errorOf(() => erp.create('OE/OEOrders', order()))).code).to.equal('SAGE300_DAY_END')
  })

  it('tries a General refusal twice more, since a lock looks like one, then lets a person look', async () => {
    await erp.at.fault({ ...refusal(409, 'General', 'Record has been modified by another user.'), times: 2 })
    const customer = (n: string) => ({ CustomerNumber: n, GroupCode: 'WHL' })
    writtenAs(await erp.create('AR/ARCustomers', customer('ONE')))
    expect(erp.calls).to.have.length(3)
    await erp.at.knobs({ lockedRecords: ["AR/ARCustomers('ONE')"] })
    const error = refusedWith(await erp.update('AR/ARCustomers', 'ONE', { City: 'Leeds' }))
    expect([error.kind, error.code, erp.calls.length]).to.deep.equal(['record', 'SAGE300_RULE', 6])
    expect(error.said).to.include('locked by another user')
  })

  it('does not take a refusal after a lost answer for a write that never happened', async () => {
    writtenAs(await erp.create('AR/ARCustomers', { CustomerNumber: 'ONE', GroupCode: 'WHL' }))
    await erp.at.fault([{ action: 'cutAfter' }, { action: 'answer', status: 503, body: 'stopped', nth: 1, times: 9 }])
    const error = await errorOf(() => erp.update('AR/ARCustomers', 'ONE', { City: 'Leeds' }))
    expect(error.kind).to.equal('uncertain')
  })
})

import { expect } from 'chai'
import { CUSTOMER, faultOf, openRig, type Rig, resultOf, withRig } from './sandbox.support.ts'

describe('Sage 100 sandbox: who may call the SOAP service', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 4)
  })
  afterEach(() => rig.close())
  const get = (options: Parameters<Rig['soap']>[2] = {}) => rig.soap('GetCustomer', CUSTOMER('01', 'ABF'), options)

  it('refuses wrong passwords, users and companies, and counts', async () => {
    for (const [options, said] of [
      [{ password: 'wrong' }, /invalid/],
      [{ username: 'nobody' }, /invalid/],
      [{ company: 'XYZ' }, /company code XYZ/],
      [{ company: 'abc' }, /company code abc/],
      [{ username: 'clerk', password: 'Clerk-100!' }, /not enabled for company ABC/],
    ] as const)
      expect(faultOf(await get(options)))
        .to.match(/^500 WS_LogonFailed/)
        .and.match(said)
    expect(await rig.at.facts()).to.include({ refusedLogons: 2 })
    await rig.at.knobs({ logonCode: 'SY_Whatever' })
    expect(faultOf(await get({ password: 'wrong' }))).to.match(/^500 SY_Whatever/)
  })

  it('does not read a logon whose members stand in the wrong order', async () => {
    const wrong = '<Password>Web-Svc-100!</Password>'
    const answer = await rig.raw('/eBusinessWebServices/MasService.svc', {
      method: 'POST',
      headers: { 'content-type': 'text/xml', soapaction: '"http://mas90.sage.com/ws/IMasService/GetCustomer"' },
      body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetCustomer xmlns="http://mas90.sage.com/ws"><logon><Username>websvc</Username>${wrong}</logon><companyCode>ABC</companyCode>${CUSTOMER('01', 'ABF')}</GetCustomer></s:Body></s:Envelope>`,
    })
    expect(faultOf(answer)).to.match(/^500 WS_LogonFailed/)
  })

  it('locks a user after so many wrong passwords, where that is switched on', async () => {
    await rig.at.knobs({ lockUserAfter: 2 })
    await get({ password: 'wrong' })
    await get({ password: 'wrong' })
    expect(faultOf(await get())).to.match(/^500 WS_LogonFailed: .*locked/)
  })

  for (const [knob, where] of [
    ['systemEnabled', 'System Configuration'],
    ['companyEnabled', 'Company ABC'],
    ['userEnabled', 'User websvc'],
  ] as const)
    it(`is switched off at one of three places: ${knob}`, async () => {
      await rig.at.knobs({ [knob]: false })
      expect(faultOf(await get()))
        .to.match(new RegExp(`^500 WS_LogonFailed: .*not enabled|${where}`))
        .and.include(where)
      expect((await rig.soap('GetContractInformation')).status).to.equal(200)
    })

  it('denies tasks by role, each for itself', async () => {
    await rig.at.knobs({ deniedTasks: ['AR_Customer.Modify', 'SO_SalesOrder'] })
    const write = '<customer><ARDivisionNo>01</ARDivisionNo><CustomerNo>ABF</CustomerNo></customer>'
    expect((await get()).status).to.equal(200)
    expect(faultOf(await rig.soap('UpdateCustomer', write))).to.match(/^500 \w+: No Access/)
    expect(faultOf(await rig.soap('GetSalesOrder', '<salesOrderNo>1</salesOrderNo>'))).to.match(/No Access/)
  })

  it('gives diagnostics only where that is switched on, and no card ever', async () => {
    expect(faultOf(await rig.soap('GetDiagnosticInformation'))).to.match(/^500 WS_Diagnostics/)
    await rig.at.knobs({ diagnostics: true })
    expect(resultOf('GetDiagnosticInformation', await rig.soap('GetDiagnosticInformation'))).to.have.property(
      'StartTime',
    )
    expect((await rig.soap('AddCreditCardToVault', '<paymentType>VISA</paymentType>')).status).to.equal(500)
    expect((await rig.soap('PreAuthorizeCreditCard')).status).to.equal(500)
    expect(await rig.at.facts()).to.include({ cardCalls: 2 })
  })

  it('meets locks when it changes and deletes, not when it reads, until they are released', async () => {
    await rig.at.knobs({ locks: ['AR_Customer:01~ABF'], lockReleaseAfter: 2 })
    const write =
      '<customer><ARDivisionNo>01</ARDivisionNo><CustomerName>N</CustomerName><CustomerNo>ABF</CustomerNo></customer>'
    expect((await get()).status).to.equal(200)
    expect(faultOf(await rig.soap('UpdateCustomer', write))).to.match(/^500 CI_RecordInUse: .*01-ABF is in use/)
    await rig.at.knobs({ lockCode: 'CI_X', lockMessage: 'is locked by JDOE on WS-17' })
    expect(faultOf(await rig.soap('DeleteCustomer', CUSTOMER('01', 'ABF')))).to.match(/^500 CI_X: .*JDOE/)
    expect((await rig.soap('UpdateCustomer', write)).status).to.equal(200)
    expect(await rig.at.facts()).to.include({ lockedAttempts: 2 })
    await rig.at.knobs({ exclusive: ['AR_Customer'] })
    expect(faultOf(await get())).to.match(/in use exclusively/)
  })

  it('fails without saying why, is stopped, is missing', async () => {
    await rig.at.knobs({ unexpectedCalls: 2 })
    const answers = [await get(), await get(), await get()]
    expect(answers.map(it => it.status)).to.deep.equal([500, 500, 200])
    expect(answers[0]?.text).to.include('>An exception occurred.<').and.not.include('MasFault')
    for (const [service, status] of [
      ['stopped', 503],
      ['missing', 404],
    ] as const) {
      await rig.at.knobs({ service })
      const { headers, status: seen } = await get()
      expect([seen, headers.get('content-type')]).to.deep.equal([status, 'text/html; charset=utf-8'])
    }
  })

  it('is there only where the customer has installed it', () =>
    withRig({ paths: 'agent' }, 2, async other => {
      expect((await other.soap('GetContractInformation')).status).to.equal(404)
      expect(Object.keys(other.sandbox.settings)).to.not.include('soapUrl')
      expect((await other.agent('health')).status).to.equal(200)
    }))
})

import { expect } from 'chai'
import { answerWith, closeAll, startIntacct, thrownBy } from './support.ts'

describe('sage-intacct: what leads a writer astray', () => {
  afterEach(closeAll)

  it('is no answer to another function, though it tells of a success', async () => {
    const it = await startIntacct()
    const vendor = '<vendor><RECORDNO>77</RECORDNO><VENDORID>X</VENDORID></vendor>'
    const result = `<result><status>success</status><function>create</function><controlid>another</controlid><data listtype="objects" count="1">${vendor}</data></result>`
    await it.over.fault({
      action: 'answer',
      bodyContains: '<create>',
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: answerWith(result),
    })
    const records = [{ ref: '0', fields: { VENDORID: 'A1', NAME: 'A1', DISPLAYCONTACT: { PRINTAS: 'A1' } } }]
    const thrown = await thrownBy(() => it.connection.write('VENDOR', { operation: 'create', options: {}, records }))
    expect(thrown).to.include({ kind: 'uncertain', code: 'INTACCT_ANSWER_INCOMPLETE' })
  })
})

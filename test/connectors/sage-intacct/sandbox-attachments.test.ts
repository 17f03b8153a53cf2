import { expect } from 'chai'
import { type Company, errorNumbers, openCompany, readByName, statuses, value, values } from './sandbox-company.ts'

const FOLDER = '<create_supdocfolder><supdocfoldername>Helpdesk</supdocfoldername></create_supdocfolder>'
const file = (name: string, data = 'SGVsbG8='): string =>
  `<attachments><attachment><attachmentname>${name}</attachmentname><attachmenttype>txt</attachmenttype><attachmentdata>${data}</attachmentdata></attachment></attachments>`
const document = (id: string, inner = file('ticket-991')): string =>
  `<create_supdoc><supdocid>${id}</supdocid><supdocname>Tickets</supdocname><supdocfoldername>Helpdesk</supdocfoldername>${inner}</create_supdoc>`

describe('Sage Intacct sandbox: attachments', () => {
  let company: Company
  beforeEach(async () => {
    company = await openCompany()
  })
  afterEach(() => company.close())

  it('creates a folder and a document, each answered by its key, and hangs it on a vendor', async () => {
    const text = await company.call([
      FOLDER,
      document('HD-007'),
      '<update><VENDOR><VENDORID>007</VENDORID><SUPDOCID>HD-007</SUPDOCID></VENDOR></update>',
    ])
    expect(statuses(text)).to.deep.equal(['success', 'success', 'success'])
    expect(text).to.match(/<function>create_supdoc<\/function><controlid>[^<]+<\/controlid><key>35<\/key><\/result>/)
    expect(value(await company.call(readByName('VENDOR', '007')), 'SUPDOCID')).to.equal('HD-007')
  })

  it('reads one, and a list with its range', async () => {
    await company.call([FOLDER, document('HD-1'), document('HD-2'), document('HD-3')])
    const one = await company.call('<get object="supdoc" key="HD-1"/>')
    expect([value(one, 'supdocid'), value(one, 'folder'), value(one, 'attachmentdata')]).to.deep.equal([
      'HD-1',
      'Helpdesk',
      'SGVsbG8=',
    ])
    const list = await company.call('<get_list object="supdoc" start="1" maxitems="1"/>')
    expect(list).to.include('<listtype start="1" end="1" total="3">supdoc</listtype>')
    expect(values(list, 'supdocid')).to.deep.equal(['HD-2'])
  })

  it('adds files to a document but never replaces one', async () => {
    await company.call([FOLDER, document('HD-1')])
    const add = (name: string) => company.call(`<update_supdoc><supdocid>HD-1</supdocid>${file(name)}</update_supdoc>`)
    expect(statuses(await add('ticket-992'))).to.deep.equal(['success'])
    expect(errorNumbers(await add('ticket-991'))).to.deep.equal(['BL34000061'])
    expect(values(await company.call('<get object="supdoc" key="HD-1"/>'), 'attachmentname')).to.deep.equal([
      'ticket-991',
      'ticket-992',
    ])
    const again = await company.call(['<delete_supdoc key="HD-1"/>', document('HD-1')])
    expect(statuses(again)).to.deep.equal(['success', 'success'])
  })

  const refused: readonly (readonly [string, string, string])[] = [
    ['an id of more than 20 characters', document('X'.repeat(21)), 'BL03000018'],
    ['an id that exists', document('HD-0'), 'BL34000061'],
    ['a folder that exists', FOLDER, 'BL34000061'],
    ['a folder that does not exist', document('HD-9').replace('Helpdesk', 'Nowhere'), 'BL01001973'],
    [
      'elements out of order',
      '<create_supdoc><supdocname>x</supdocname><supdocid>HD-9</supdocid><supdocfoldername>Helpdesk</supdocfoldername></create_supdoc>',
      'XL03000003',
    ],
    ['data that is no base64', document('HD-9', file('a', 'Hello!')), 'BL03000018'],
    ['an unknown document', '<get object="supdoc" key="NOPE"/>', 'BL01001973'],
  ]
  for (const [what, xml, number] of refused)
    it(`refuses ${what}`, async () => {
      await company.call([FOLDER, document('HD-0')])
      expect(errorNumbers(await company.call(xml))[0]).to.equal(number)
    })

  it('rolls a document back with its transaction', async () => {
    await company.call(FOLDER)
    const text = await company.call([document('HD-1'), '<update><VENDOR><VENDORID>NOPE</VENDORID></VENDOR></update>'], {
      transaction: true,
    })
    expect(statuses(text)).to.deep.equal(['aborted', 'failure'])
    expect(statuses(await company.call('<get object="supdoc" key="HD-1"/>'))).to.deep.equal(['failure'])
  })
})

import { expect } from 'chai'
import { type Company, errorNumbers, openCompany, readByName, value, values } from './sandbox-company.ts'

describe('Sage Intacct sandbox: metadata and the user', () => {
  let company: Company
  before(async () => {
    company = await openCompany({ customObject: 'true' })
  })
  after(() => company.close())

  const lookup = (object: string) => company.call(`<lookup><object>${object}</object></lookup>`)

  it('looks fields up with type, values and whether they are custom', async () => {
    const text = await lookup('VENDOR')
    expect(text).to.include('<data><Type Name="VENDOR" DocumentType=""><Fields>')
    expect(text).to.match(
      /<Field><ID>STATUS<\/ID>.*?<DATATYPE>ENUM<\/DATATYPE><VALIDVALUES><VALIDVALUE>active<\/VALIDVALUE><VALIDVALUE>inactive<\/VALIDVALUE><\/VALIDVALUES><ISCUSTOM>false/,
    )
    expect(text).to.match(
      /<Field><ID>SUPPORT_OPEN_TICKETS<\/ID>((?!<\/Field>).)*<DATATYPE>INTEGER<\/DATATYPE><ISCUSTOM>true/,
    )
    expect(text).to.match(/<Field><ID>RECORDNO<\/ID>((?!<\/Field>).)*<READONLY>true/)
  })

  it('looks relations up', async () => {
    expect(await lookup('VENDOR')).to.match(
      /<Relationship><OBJECTPATH>DISPLAYCONTACT<\/OBJECTPATH><OBJECTNAME>CONTACT<\/OBJECTNAME>.*?<RELATIONSHIPTYPE>MANY2ONE<\/RELATIONSHIPTYPE><RELATEDBY>DISPLAYCONTACT.CONTACTNAME</,
    )
  })

  it('says in words that an object does not exist', async () => {
    expect(errorNumbers(await lookup('TERM'))).to.deep.equal(['Query Failed'])
  })

  it('inspects all objects, and one with more detail by other names', async () => {
    const all = await company.call('<inspect><object>*</object></inspect>')
    for (const name of [
      'VENDOR',
      'CUSTOMER',
      'CONTACT',
      'VENDTYPE',
      'CUSTTYPE',
      'DEPARTMENT',
      'LOCATION',
      'LOCATIONENTITY',
      'CLASS',
      'PROJECT',
      'GLACCOUNT',
      'APTERM',
      'ARTERM',
      'USERINFO',
      'AUDITHISTORY',
    ])
      expect(all).to.include(`<type typename="${name}">`)
    expect(values(await company.call('<inspect><object>CLASS</object></inspect>'), 'Field')).to.include('CLASSID')
    const detail = await company.call('<inspect detail="1"><object>VENDOR</object></inspect>')
    expect(detail).to.match(
      /<Name>COMMENTS<\/Name>.*?<isRequired>false<\/isRequired><isReadOnly>false<\/isReadOnly><maxLength>200<\/maxLength><DisplayLabel>Comments</,
    )
  })

  it('lists dimensions by name and by what the company calls them', async () => {
    const text = await company.call('<getDimensions/>')
    expect(text).to.include(
      '<objectName>PROJECT</objectName><objectLabel>Project</objectLabel><termLabel>Vehicle</termLabel>',
    )
  })

  it('tells how the API user reads times', async () => {
    const key = value(await company.call(readByName('USERINFO', 'ws_sync')), 'RECORDNO')
    expect(key).to.equal('48')
    const formatting = () => company.call(`<readUserFormatting><key>${key}</key></readUserFormatting>`)
    expect(await formatting()).to.include(
      '<userformatting><recordno>48</recordno><locale>en_US</locale><dateformat>/mdY</dateformat><gmtoffset>+00:00</gmtoffset><clock>24</clock></userformatting>',
    )
    await company.control.knobs({ gmtOffset: '-08:00', dateFormat: '.dmY' })
    expect(await formatting()).to.include('<dateformat>.dmY</dateformat><gmtoffset>-08:00</gmtoffset>')
  })

  it('has no custom fields where the company has none', async () => {
    const plain = await openCompany({ customFields: 'false' })
    expect(await plain.call('<lookup><object>VENDOR</object></lookup>')).to.not.include('SUPPORT_')
    expect(errorNumbers(await plain.call('<lookup><object>support_ticket</object></lookup>'))).to.deep.equal([
      'Query Failed',
    ])
    await plain.close()
  })
})

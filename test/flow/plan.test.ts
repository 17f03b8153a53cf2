import { expect } from 'chai'
import { baseFlow, checkFlow } from './support.ts'

const plan = (text = baseFlow()) => checkFlow(text).plan

describe('the plan of a flow', () => {
  it('reads of the source what its expressions read', () => {
    expect(plan()?.source.select).to.deep.equal([
      'CHANGED',
      'CONTACT.PHONE1',
      'LINES.ITEM',
      'LINES.QTY',
      'NAME',
      'ONHOLD',
      'PARENTID',
      'REGION__c',
      'STATUS',
      'VENDORID',
      'VENDTYPE',
    ])
  })

  it('reads of an enrichment what the expressions read of its variable', () => {
    const { enrich = [] } = plan() ?? {}
    expect(enrich.map(({ key: _, ...it }) => it)).to.deep.equal([
      {
        name: 'parent',
        connection: 'erp',
        connector: 'toy-erp',
        entity: 'VENDOR',
        field: 'VENDORID',
        select: ['CONTACT.EMAIL1'],
        many: false,
      },
    ])
  })

  it('reads all of an enrichment that is used as a whole', () => {
    const text = baseFlow().replace('Phone: CONTACT.PHONE1', 'Phone: $string($parent)')
    expect(plan(text)?.enrich[0]?.select).to.equal('all')
  })

  it('names the fields of an enrichment that is used as a whole, where the account has some of its own', () => {
    const text = baseFlow()
      .replace('Phone: CONTACT.PHONE1', 'Phone: $string($parent)')
      .replace('key: PARENTID, field: VENDORID', 'key: PARENTID, field: OWN, customFields: { OWN: { type: text } }')
    const [parent] = plan(text)?.enrich ?? []
    expect(parent?.field).to.equal('OWN')
    expect(parent?.select).to.include.members(['OWN', 'VENDORID', 'NAME'])
  })

  it('names the fields of a source that is used as a whole, where the account has some of its own', () => {
    const whole = baseFlow().replace('Phone: CONTACT.PHONE1', 'Phone: $string($lookup($, "REGION__c"))')
    expect(plan(whole)?.source.select).to.include.members(['REGION__c', 'VENDORID', 'NAME'])
  })

  it('holds the sink, the schedule and the policies', () => {
    const found = plan()
    expect(found?.steps[0]?.sink).to.deep.equal({
      connection: 'crm',
      connector: 'toy-crm',
      entity: 'Accounts',
      operation: 'upsert',
      match: 'ERP_ID',
      createOnly: ['Owner'],
      whenUnavailable: 'skip',
      options: {},
      optionalFields: [],
      customFields: { Category: { type: 'text', length: 40 }, Region: { type: 'text' } },
    })
    expect(found?.schedule).to.deep.equal({ cron: '*/30 * * * *', timezone: 'Europe/Berlin', sweep: '0 3 * * 0' })
    expect(found?.errors).to.deep.equal({ stopAfter: { share: 0.05 } })
    expect(found?.source.pageSize).to.equal(100)
    expect(found?.onDelete.do).to.equal('map')
  })

  it('stops after a number of records where a number is written', () => {
    expect(plan(baseFlow().replace('stopAfter: 5%', 'stopAfter: 40'))?.errors).to.deep.equal({
      stopAfter: { count: 40 },
    })
  })

  it('knows where each field is mapped', () => {
    const { places = {} } = plan()?.steps[0] ?? {}
    expect(places['ERP_ID']).to.deep.equal({ place: { file: 'flow.yaml', line: 19, column: 3 }, text: 'VENDORID' })
    expect(places['Phone']?.text).to.equal('CONTACT.PHONE1')
  })

  it('needs no sweep for deletions where every run reads everything', () => {
    const text = `flow: x
source: { connector: toy-erp, entity: TYPE }
map: { Account_Name: NAME, ERP_ID: CODE }
sink: { connector: toy-crm, entity: Accounts, match: ERP_ID }
onDelete: delete
`
    expect(checkFlow(text).diagnostics.map(it => it.code)).to.deep.equal(['FLOW_FULL_READS'])
    expect(plan(text)?.onDelete).to.deep.equal({ do: 'delete' })
  })

  it('takes parameters from the workspace', () => {
    const { plan: found } = checkFlow(baseFlow(), { given: { keyField: 'Phone', size: 7 } })
    // Phone is no unique field, so the flow is refused with it
    expect(found).to.equal(undefined)
    expect(checkFlow(baseFlow(), { given: { size: 7 } }).plan?.source.pageSize).to.equal(7)
  })
})

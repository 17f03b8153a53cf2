import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { createZendeskPair, ZENDESK_FLOWS, type ZendeskPair } from '../support/zendesk-pair.ts'

const { vendors, customers, tickets } = ZENDESK_FLOWS

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
const fieldsOf = (organization: JsonObject | undefined) => organization?.['organization_fields'] as JsonObject

/** The organization of a key, the id of the user who is its contact, and a look at what is there. */
const deskOf = (pair: ZendeskPair) => ({
  organization: async (externalId: string) =>
    (await pair.zendesk.records('organizations')).find(it => it['external_id'] === externalId),
  user: async (externalId: string) =>
    (await pair.zendesk.records('users')).find(it => it['external_id'] === externalId),
  keys: async (entity: string) =>
    (await pair.zendesk.records(entity)).flatMap(it => (it['external_id'] ? [String(it['external_id'])] : [])).sort(),
})

const expected = async (pair: ZendeskPair) => {
  const [vendorRows, customerRows] = [await pair.intacct.records('VENDOR'), await pair.intacct.records('CUSTOMER')]
  return {
    organizations: [
      ...vendorRows.filter(it => it['ONETIME'] !== 'true').map(it => `vendor-${it['VENDORID']}`),
      ...customerRows.map(it => `customer-${it['CUSTOMERID']}`),
    ].sort(),
    users: customerRows
      .filter(it => it['DISPLAYCONTACT.EMAIL1'])
      .map(it => `customer-${it['CUSTOMERID']}-contact`)
      .sort(),
  }
}

const written = (reports: Awaited<ReturnType<ZendeskPair['runAll']>>) => reports.map(it => it.counts.written)
const openLetters = (pair: ZendeskPair) => pair.ledger.deadLetters({ state: 'open', limit: 100 })

describe('the flows of Sage Intacct and Zendesk', () => {
  let pair: ZendeskPair
  before(async () => {
    pair = await createZendeskPair({ vendors: 25, customers: 25 })
  })
  after(() => pair.close())

  it('bring every vendor and customer over in the first run, the contacts as users', async () => {
    const reports = await pair.runAll()
    expect(reports.map(it => [it.flow, it.state, it.counts.dead])).to.deep.equal(
      [vendors, customers, tickets].map(it => [it, 'succeeded', 0]),
    )
    const { organizations, users } = await expected(pair)
    expect(await deskOf(pair).keys('organizations')).to.deep.equal(organizations)
    expect(await deskOf(pair).keys('users')).to.deep.equal(users)
  })

  it('make each contact a user of the organization of its customer', async () => {
    for (const row of (await pair.intacct.records('CUSTOMER')).filter(it => it['DISPLAYCONTACT.EMAIL1'])) {
      const home = await deskOf(pair).organization(`customer-${row['CUSTOMERID']}`)
      const user = await deskOf(pair).user(`customer-${row['CUSTOMERID']}-contact`)
      expect([user?.['organization_id'], user?.['email']]).to.deep.equal([
        home?.['id'],
        String(row['DISPLAYCONTACT.EMAIL1']).toLowerCase(),
      ])
    }
  })

  it('carry status, terms and hold into the fields of the organization', async () => {
    for (const row of (await pair.intacct.records('VENDOR')).filter(it => it['ONETIME'] !== 'true')) {
      const fields = fieldsOf(await deskOf(pair).organization(`vendor-${row['VENDORID']}`))
      expect([fields['erp_status'], text(fields['intacct_terms']), fields['credit_hold']]).to.deep.equal([
        row['STATUS'],
        text(row['TERMNAME']),
        row['ONHOLD'] === 'true',
      ])
    }
  })

  it('account for every record that was read', async () => {
    for (const run of await pair.ledger.runs({ limit: 10 })) {
      const { read, written: done, unchanged, filtered, dead, parked, deleted } = run.counts
      expect([run.flow, done + unchanged + filtered + dead + parked + deleted]).to.deep.equal([run.flow, read])
    }
  })

  it('write nothing when nothing has changed', async () => {
    await pair.pass()
    expect(written(await pair.runAll())).to.deep.equal([0, 0, 0])
  })

  it('write exactly what has changed, and clear what was cleared', async () => {
    const row = (await pair.intacct.records('VENDOR')).find(it => it['ONETIME'] !== 'true' && it['TERMNAME'])
    const id = String(row?.['VENDORID'])
    await pair.intacct.put('VENDOR', { VENDORID: id, NAME: 'Bolt & <Sons> 🚀', TERMNAME: '', ONHOLD: 'true' })
    await pair.intacct.put('CUSTOMER', { CUSTOMERID: '0000777', NAME: 'Leading Zeros', STATUS: 'active' })
    expect(written(await pair.runAll())).to.deep.equal([1, 1, 0])
    const vendor = await deskOf(pair).organization(`vendor-${id}`)
    expect(vendor?.['name']).to.equal('Bolt & <Sons> 🚀')
    expect(fieldsOf(vendor)).to.include({ intacct_terms: null, credit_hold: true })
    expect((await deskOf(pair).organization('customer-0000777'))?.['name']).to.equal('Leading Zeros')
    await pair.pass()
    expect(written(await pair.runAll())).to.deep.equal([0, 0, 0])
  })

  it('mark what was deleted, and leave its other fields', async () => {
    const row = (await pair.intacct.records('VENDOR')).find(it => it['ONETIME'] !== 'true' && it['TERMNAME'])
    await pair.intacct.remove('VENDOR', String(row?.['VENDORID']))
    const report = await pair.run(vendors)
    expect([report.state, report.counts.deleted]).to.deep.equal(['succeeded', 1])
    const fields = fieldsOf(await deskOf(pair).organization(`vendor-${row?.['VENDORID']}`))
    expect(fields).to.include({ erp_status: 'deleted', intacct_terms: text(row?.['TERMNAME']) })
  })

  it('bring the change of a contact with the nightly sweep', async () => {
    const row = (await pair.intacct.records('CUSTOMER')).find(it => it['DISPLAYCONTACT.EMAIL1'])
    await pair.intacct.put('CONTACT', { CONTACTNAME: text(row?.['DISPLAYCONTACT.CONTACTNAME']), PHONE1: '+1 555 0100' })
    await pair.run(customers, { mode: 'sweep' })
    expect((await deskOf(pair).user(`customer-${row?.['CUSTOMERID']}-contact`))?.['phone']).to.equal('+1 555 0100')
  })

  it('explain where an organization came from', async () => {
    const [event] = await pair.ledger.events({ flow: customers, sourceKey: '0000777', limit: 1 })
    expect(event).to.include({
      outcome: 'written',
      did: 'created',
      sourceEntity: 'CUSTOMER',
      sinkEntity: 'organizations',
    })
  })
})

describe('the name of an organization', () => {
  const clash = async (nameClash?: string) => {
    const path = 'sage-intacct-to-zendesk/vendors'
    const pair = await createZendeskPair({
      use: [nameClash === undefined ? path : { use: path, with: { nameClash } }],
    })
    await pair.zendesk.put('organizations', { name: 'Acme', notes: 'theirs' })
    await pair.intacct.put('VENDOR', { VENDORID: 'V1', NAME: 'Acme', STATUS: 'active' })
    const first = await pair.run(vendors)
    const names = (await pair.zendesk.records('organizations')).map(it => `${it['name']} | ${it['external_id']}`)
    await pair.pass()
    const second = await pair.run(vendors)
    const letters = (await openLetters(pair)).map(it => it.failure.code)
    await pair.close()
    return { names, letters, written: [first.counts.written, second.counts.written] }
  }

  it('keeps a name that somebody else has with its owner, and writes ours with the external id', async () => {
    expect(await clash()).to.deep.equal({
      names: ['Acme | null', 'Acme (vendor-V1) | vendor-V1'],
      letters: [],
      written: [1, 0],
    })
  })

  it('takes over an organization without external id, where the workspace says so', async () => {
    expect(await clash('adopt')).to.deep.equal({ names: ['Acme | vendor-V1'], letters: [], written: [1, 0] })
  })

  it('is refused as a dead letter, where the workspace says so', async () => {
    expect(await clash('refuse')).to.deep.equal({
      names: ['Acme | null'],
      letters: ['ZENDESK_NAME_TAKEN'],
      written: [0, 0],
    })
  })
})

describe('an answer of Zendesk or Sage Intacct that is lost after the commit', () => {
  for (const [what, side, fault] of [
    ['of a job of organizations', 'zendesk', { path: 'organizations/create_many' }],
    ['of a user', 'zendesk', { path: 'POST /api/v2/users(\\.json)?$' }],
    ['of an update in Sage Intacct', 'intacct', { bodyContains: '<update' }],
  ] as const)
    it(`makes no double (${what})`, async () => {
      const pair = await createZendeskPair({ vendors: 3, customers: 3 })
      if (side === 'intacct') {
        await pair.runAll()
        await askFrom(pair, 'vendor-V10000')
        await pair.pass()
      }
      await pair[side].fault({ action: 'cutAfter', ...fault })
      await pair.runAll()
      expect(await pair[side].faultsLeft(), 'the fault has hit').to.equal(0)
      await pair.pass()
      expect(written(await pair.runAll())).to.deep.equal([0, 0, 0])
      const { organizations, users } = await expected(pair)
      expect(await deskOf(pair).keys('organizations')).to.deep.equal(organizations)
      expect(await deskOf(pair).keys('users')).to.deep.equal(users)
      expect((await pair.zendesk.records('organizations')).length).to.equal(organizations.length)
      expect(await openLetters(pair)).to.deep.equal([])
      await pair.close()
    })
})

/** A ticket that somebody of this organization opens. */
async function askFrom(pair: ZendeskPair, externalId: string, fields: JsonObject = {}): Promise<string> {
  const home = await deskOf(pair).organization(externalId)
  const asker = (await pair.zendesk.put('users', {
    name: 'Asker',
    organization_id: home?.['id'] ?? null,
  })) as JsonObject
  const ticket = (await pair.zendesk.put('tickets', {
    subject: 'Where is my payment?',
    description: 'It is late.',
    requester_id: asker['id'] ?? null,
    ...fields,
  })) as JsonObject
  return String(ticket['id'])
}

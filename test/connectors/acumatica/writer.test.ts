import { expect } from 'chai'
import { codeOf, failureOf, type Opened, openAcumatica, readAll, refusedOf, writeCustomer, writtenOf } from './open.ts'

const named = async (erp: Opened, CustomerName: string) =>
  (await erp.at.records('Customer')).filter(it => it['CustomerName'] === CustomerName)

const create = (erp: Opened, fields: Record<string, string | number | boolean>, match?: string) =>
  writeCustomer(erp.connection, 'create', fields, match === undefined ? {} : { match })

describe('acumatica: creating a customer', () => {
  let erp: Opened
  beforeEach(async () => {
    erp = await openAcumatica({ records: 3 })
  })
  afterEach(() => erp.close())

  it('answers the number that Acumatica gave, and the version that a read gives', async () => {
    const answer = writtenOf(await create(erp, { CustomerName: 'Łódź & Søn 🚚', AccountRef: 'ZOHO-1' }))
    expect(answer).to.include({ did: 'created', sinkKey: 'C000000004' })
    const [found] = await erp.connection.find('Customer', {
      field: 'id',
      values: [answer.sinkKey],
      select: ['AccountRef'],
    })
    expect(found).to.deep.include({ sinkKey: 'C000000004', version: answer.version })
    expect(found?.fields['AccountRef']).to.equal('ZOHO-1')
  })

  it('that was made before is refused by its external reference, though another number would be free', async () => {
    writtenOf(await create(erp, { CustomerName: 'Twice', AccountRef: "O'Neil #1" }, 'AccountRef'))
    const error = refusedOf(await create(erp, { CustomerName: 'Twice', AccountRef: "O'Neil #1" }, 'AccountRef'))
    expect([codeOf(error), error.field]).to.deep.equal(['record ACUMATICA_RECORD_EXISTS', 'AccountRef'])
    expect(await named(erp, 'Twice')).to.have.length(1)
  })

  for (const action of ['cutAfter', 'cutMid', 'truncate', 'cutBefore'] as const)
    it(`whose answer is lost (${action}) is uncertain, is never sent again, and is found by its reference`, async () => {
      writtenOf(await create(erp, { CustomerName: 'Primed', AccountRef: 'P' }))
      const calls = erp.calls.length
      await erp.at.fault({ action, path: 'PUT ' })
      const error = await failureOf(() => create(erp, { CustomerName: 'Lost', AccountRef: 'L-1' }, 'AccountRef'))
      expect([error.kind, erp.calls.length - calls]).to.deep.equal(['uncertain', 1])
      const found = await erp.connection.find('Customer', { field: 'AccountRef', values: ['L-1'], select: [] })
      expect(found).to.have.length(action === 'cutBefore' ? 0 : 1)
    })

  it('with a key of its own, where Acumatica numbers: told once, linked by the real key, and refused from then on', async () => {
    const answer = writtenOf(await create(erp, { CustomerID: 'OWN1', CustomerName: 'One' }, 'CustomerID'))
    expect(answer.sinkKey).to.equal('C000000004')
    expect(erp.logged.filter(it => it.includes('replaced the key'))).to.have.length(1)
    const error = refusedOf(await create(erp, { CustomerID: 'OWN2', CustomerName: 'Two' }, 'CustomerID'))
    expect([codeOf(error), (await named(erp, 'Two')).length]).to.deep.equal(['record ACUMATICA_KEYS_ARE_NUMBERED', 0])
  })

  it('with a key of its own, where people number, takes it in capitals and overwrites nobody', async () => {
    await erp.at.knobs({ customerNumbering: 'manual' })
    expect(writtenOf(await create(erp, { CustomerID: 'own1', CustomerName: 'One' }, 'CustomerID')).sinkKey).to.equal(
      'OWN1',
    )
    const error = refusedOf(await create(erp, { CustomerID: 'OWN1', CustomerName: 'Other' }, 'CustomerID'))
    expect([codeOf(error), error.field]).to.deep.equal(['record ACUMATICA_RECORD_EXISTS', 'CustomerID'])
    expect([(await named(erp, 'One')).length, (await named(erp, 'Other')).length]).to.deep.equal([1, 0])
  })

  it('that a rule refuses is named with the field and in the words of Acumatica', async () => {
    const error = refusedOf(await create(erp, { CustomerName: 'Bad', CustomerClass: 'NOPE', AccountRef: 'B' }))
    expect([codeOf(error), error.field]).to.deep.equal(['record ACUMATICA_RECORD_REFUSED', 'CustomerClass'])
    expect(error.said).to.include('cannot be found')
    expect(await named(erp, 'Bad')).to.deep.equal([])
  })

  it('with a name that the endpoint has not is refused before anything is sent', async () => {
    for (const fields of [{ Custmer: 'x' }, { MainContact: { Emial: 'a@b.c' } }]) {
      const error = refusedOf(await writeCustomer(erp.connection, 'create', { CustomerName: 'Typo', ...fields }))
      expect(codeOf(error)).to.equal('record ACUMATICA_FIELD_MISSING')
    }
    expect(erp.calls.filter(it => it === 'PUT Customer')).to.deep.equal([])
  })

  it('with a list is refused: each repeat would append its rows', async () => {
    const fields = { CustomerName: 'Lines', Contacts: [{ DisplayName: 'x' }] }
    const error = refusedOf(await writeCustomer(erp.connection, 'create', fields))
    expect(codeOf(error)).to.equal('record ACUMATICA_LIST_NOT_WRITABLE')
    expect(erp.calls.filter(it => it === 'PUT Customer')).to.deep.equal([])
  })

  it('of which Acumatica drops a value with status 200 says which one, and is found by the next try', async () => {
    await erp.at.knobs({ droppedFields: ['Customer.TaxRegistrationID'] })
    const fields = { CustomerName: 'Dropped', AccountRef: 'D-1', TaxRegistrationID: 'GB1' }
    const error = refusedOf(await create(erp, fields, 'AccountRef'))
    expect([codeOf(error), error.field]).to.deep.equal(['record ACUMATICA_VALUES_NOT_TAKEN', 'TaxRegistrationID'])
    expect(await named(erp, 'Dropped')).to.have.length(1)
    expect(await erp.connection.find('Customer', { field: 'AccountRef', values: ['D-1'], select: [] })).to.have.length(
      1,
    )
  })

  it('that needs a switch for its billing contact says so, and takes it with the switch', async () => {
    const BillingContact = { Email: 'billing@example.com' }
    const without = refusedOf(
      await writeCustomer(erp.connection, 'create', { CustomerName: 'A', AccountRef: 'A', BillingContact }),
    )
    expect([without.code, without.field]).to.deep.equal(['ACUMATICA_VALUES_NOT_TAKEN', 'BillingContact.Email'])
    const fields = { CustomerName: 'B', AccountRef: 'B', BillingContact, BillingContactOverride: true }
    expect((await writeCustomer(erp.connection, 'create', fields)).is).to.equal('written')
  })

  it('waits while a long operation or another process holds it, and happens once', async () => {
    writtenOf(await create(erp, { CustomerName: 'Primed', AccountRef: 'P' }))
    await erp.at.fault({ action: 'answer', status: 409, body: '', path: 'PUT ', times: 2 })
    writtenOf(await create(erp, { CustomerName: 'Busy', AccountRef: 'BUSY' }))
    expect(await named(erp, 'Busy')).to.have.length(1)
    expect(Math.min(...erp.clock.slept)).to.be.at.least(3_000)
  })

  it('answered with "<NEW>" for a key is uncertain: that is no key', async () => {
    writtenOf(await create(erp, { CustomerName: 'Primed', AccountRef: 'P' }))
    const body = JSON.stringify({
      id: 'g',
      CustomerID: { value: '<NEW>' },
      LastModifiedDateTime: { value: '2026-01-01T00:00:00+00:00' },
    })
    await erp.at.fault({ action: 'answer', status: 200, body, path: 'PUT ' })
    expect((await failureOf(() => create(erp, { CustomerName: 'N', AccountRef: 'N' }))).kind).to.equal('uncertain')
  })

  it('of one reference twice in a batch makes one record, and of a bad one among good ones writes the good', async () => {
    const record = (ref: string, fields: Record<string, string>) => ({ ref, fields })
    const answers = await erp.connection.write('Customer', {
      operation: 'create',
      match: 'AccountRef',
      options: {},
      records: [
        record('1', { CustomerName: 'Good', AccountRef: 'R1' }),
        record('2', { CustomerName: 'Again', AccountRef: 'R1' }),
        record('3', { CustomerName: 'Bad', AccountRef: 'R2', CustomerClass: 'NOPE' }),
        record('4', { CustomerName: 'Good', AccountRef: 'R3' }),
      ],
    })
    expect(answers.map(it => [it.ref, it.is])).to.deep.equal([
      ['1', 'written'],
      ['2', 'refused'],
      ['3', 'refused'],
      ['4', 'written'],
    ])
    expect([(await named(erp, 'Good')).length, (await named(erp, 'Again')).length]).to.deep.equal([2, 0])
  })
})

describe('acumatica: updating a customer', () => {
  let erp: Opened
  let sinkKey: string
  beforeEach(async () => {
    erp = await openAcumatica({ records: 3 })
    sinkKey = writtenOf(await create(erp, { CustomerName: 'Before', AccountRef: 'U-1', Terms: '30D' })).sinkKey
  })
  afterEach(() => erp.close())

  for (const action of ['cutAfter', 'cutBefore', 'truncate'] as const)
    it(`whose answer is lost (${action}) is sent again, and says the same`, async () => {
      await erp.at.fault({ action, path: 'PUT ' })
      const fields = { CustomerName: 'After' }
      expect((await writeCustomer(erp.connection, 'update', fields, { sinkKey })).is).to.equal('written')
      expect((await named(erp, 'After')).map(it => it['CustomerID'])).to.deep.equal([sinkKey])
    })

  it('changes what it names and empties what is null', async () => {
    const fields = { CustomerName: 'After', AccountRef: null }
    expect(writtenOf(await writeCustomer(erp.connection, 'update', fields, { sinkKey })).did).to.equal('updated')
    const [after] = await named(erp, 'After')
    expect([after?.['AccountRef'], after?.['Terms']]).to.deep.equal([undefined, '30D'])
  })

  it('of a record that is gone is refused and makes none', async () => {
    await erp.at.remove('Customer', sinkKey)
    const error = refusedOf(await writeCustomer(erp.connection, 'update', { CustomerName: 'Late' }, { sinkKey }))
    expect([codeOf(error), (await named(erp, 'Late')).length]).to.deep.equal(['record ACUMATICA_RECORD_GONE', 0])
  })

  it('without a key goes by the external reference, and without either is refused', async () => {
    const fields = { CustomerName: 'By reference', AccountRef: 'U-1' }
    expect(writtenOf(await writeCustomer(erp.connection, 'update', fields)).sinkKey).to.equal(sinkKey)
    const error = refusedOf(await writeCustomer(erp.connection, 'update', { CustomerName: 'Nobody' }))
    expect(codeOf(error)).to.equal('record ACUMATICA_RECORD_GONE')
  })

  it('answers the version under which the change comes back: the engine knows its own echo', async () => {
    const { next } = await readAll(erp.connection, 'Customer')
    await erp.advance(10 * 60_000)
    const answer = writtenOf(await writeCustomer(erp.connection, 'update', { CustomerName: 'Echo' }, { sinkKey }))
    await erp.advance(60_000)
    const { records } = await readAll(erp.connection, 'Customer', { after: next })
    expect(records.map(it => [it.key, it.version])).to.deep.equal([[answer.sinkKey, answer.version]])
  })
})

describe('acumatica: the write contract', () => {
  it('writes customers and nothing else, and never by an upsert', async () => {
    const erp = await openAcumatica()
    try {
      const { entities } = erp.connection.connector
      const writable = Object.entries(entities).filter(([, it]) => it.write)
      expect(writable.map(([name, { write }]) => [name, write?.operations])).to.deep.equal([
        ['Customer', ['create', 'update']],
      ])
      const write = () => erp.connection.write('SalesInvoice', { operation: 'update', options: {}, records: [] })
      expect((await failureOf(write)).kind).to.equal('configuration')
    } finally {
      await erp.close()
    }
  })
})

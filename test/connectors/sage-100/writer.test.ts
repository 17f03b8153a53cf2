import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { errorOf, fault, type Opened, open, refusal, refusedWith, writtenAs } from './open.ts'

const CUSTOMER = 'AR_Customer'
const customer = (CustomerNo: string, more: JsonObject = {}): JsonObject => ({
  ARDivisionNo: '01',
  CustomerNo,
  CustomerName: `Customer ${CustomerNo}`,
  ...more,
})
const SOAP = 'MasService.svc$'
const HTML = { action: 'answer', status: 503, body: '<html><body>Service Unavailable</body></html>' } as const

describe('writing customers of sage-100', () => {
  let erp: Opened
  afterEach(() => erp.close())

  /** Columns as the company holds them. */
  const held = async (number: string, division = '01'): Promise<JsonObject | undefined> =>
    (await erp.at.records(CUSTOMER)).find(it => it['CustomerNo'] === number && it['ARDivisionNo'] === division)

  for (const options of [
    {},
    { elementOrder: 'reversed' },
    { contractName: 'IMas', namespace: 'urn:sage:svc', memberNamespace: 'urn:sage:data' },
    { extraMembers: 'true' },
    { internalHost: 'nobody.invalid' },
  ] as readonly Readonly<Record<string, string>>[])
    it(`goes by the WSDL: every member arrives, with ${JSON.stringify(options)}`, async () => {
      erp = await open(options)
      const texts = { AddressLine1: '1 & 2 <Main>', City: 'Köln', TermsCode: '01', UDF_TIER: 'GOLD' }
      const key = writtenAs(await erp.create(CUSTOMER, customer('NEW-1', { ...texts, CreditLimit: '1500.5' })))
      expect([key, await held('NEW-1')]).to.deep.include('01-NEW-1')
      expect(await held('NEW-1')).to.include({ ...texts, CustomerName: 'Customer NEW-1', CreditLimit: '1500.50' })
      writtenAs(await erp.update(CUSTOMER, key, { City: 'Bonn', UDF_TIER: 'BLUE' }))
      expect(await held('NEW-1')).to.include({ ...texts, City: 'Bonn', UDF_TIER: 'BLUE', CreditLimit: '1500.50' })
    })

  it('of a service that shows no WSDL go as usual, and the log says so', async () => {
    erp = await open()
    await erp.at.fault({
      action: 'answer',
      status: 404,
      body: '<html>Metadata are off</html>',
      path: '[wW]sdl',
      times: 100,
    })
    writtenAs(await erp.create(CUSTOMER, customer('NEW-2', { City: 'Bonn', ZipCode: '60606' })))
    expect(await held('NEW-2')).to.include({ City: 'Bonn', ZipCode: '60606', CustomerName: 'Customer NEW-2' })
    expect(erp.logged.filter(it => it.includes('no WSDL'))).to.have.length(1)
  })

  it('keep apart what only looks like a number, a division or markup', async () => {
    erp = await open()
    for (const number of ['0999911', '9E9', 'Q-B-C', "O'NEIL & <SON>"]) {
      const key = writtenAs(await erp.create(CUSTOMER, customer(number)))
      const [found] = await erp.connection.find(CUSTOMER, { field: 'key', values: [key], select: ['CustomerName'] })
      expect([found?.sinkKey, found?.fields['CustomerName']]).to.deep.equal([`01-${number}`, `Customer ${number}`])
    }
    const { [`ARDivisionNo`]: _left, ...rest } = customer('NODIV')
    expect(writtenAs(await erp.create(CUSTOMER, rest))).to.equal('00-NODIV')
  })

  it('whose key is taken are refused, and the one that a person made is left as it was', async () => {
    erp = await open()
    await erp.at.put(CUSTOMER, { key: '01-TAKEN', CustomerName: 'By a person' })
    const error = refusedWith(await erp.create(CUSTOMER, customer('TAKEN')))
    expect([error.kind, error.code]).to.deep.equal(['record', 'SAGE100_RECORD_EXISTS'])
    expect((await held('TAKEN'))?.['CustomerName']).to.equal('By a person')
  })

  for (const action of ['cutAfter', 'cutMid', 'truncate', 'cutBefore'] as const)
    it(`whose answer is lost (${action}) are uncertain, and sent no second time`, async () => {
      erp = await open()
      writtenAs(await erp.create(CUSTOMER, customer('PRIME')))
      const calls = erp.calls.length
      await erp.at.fault({ action, path: SOAP })
      const error = await errorOf(() => erp.create(CUSTOMER, customer('LOST')))
      expect([error.kind, erp.calls.length - calls]).to.deep.equal(['uncertain', 1])
      const found = await erp.connection.find(CUSTOMER, { field: 'key', values: ['01-LOST'], select: [] })
      expect(found).to.have.length(action === 'cutBefore' ? 0 : 1)
    })

  for (const bad of [
    HTML,
    fault('X', 'An exception occurred.'),
    { action: 'cutAfter' as const },
    { action: 'truncate' as const },
  ])
    it(`are changed although an answer is no good (${JSON.stringify(bad).slice(0, 50)}), once`, async () => {
      erp = await open()
      const key = writtenAs(await erp.create(CUSTOMER, customer('U')))
      // the stamp of the update is another one than that of the creation
      await erp.at.clock({ advanceMs: 3_600_000 })
      await erp.at.fault({ ...bad, path: SOAP, nth: 2 })
      writtenAs(await erp.update(CUSTOMER, key, { City: 'Bonn' }))
      expect((await held('U'))?.['City']).to.equal('Bonn')
    })

  it('keep what an update does not name, and lose what it empties', async () => {
    erp = await open()
    const before = {
      City: 'Bonn',
      DateEstablished: '2019-05-02',
      CreditLimit: '10',
      UDF_TIER: 'GOLD',
      UDF_REGION: 'EU',
    }
    const key = writtenAs(await erp.create(CUSTOMER, customer('E', before)))
    writtenAs(await erp.update(CUSTOMER, key, { City: null, UDF_TIER: null }))
    expect(await held('E')).to.include({ City: '', DateEstablished: '20190502', UDF_TIER: '', UDF_REGION: 'EU' })
    writtenAs(await erp.update(CUSTOMER, key, { DateEstablished: null, CreditLimit: null }))
    expect(await held('E')).to.include({ DateEstablished: '', CreditLimit: '0.00', UDF_REGION: 'EU' })
  })

  for (const [what, fields, code] of [
    ['a read-only field', { CurrentBalance: '1' }, 'SAGE100_FIELD_READ_ONLY'],
    ['a text that is too long', { City: 'x'.repeat(31) }, 'SAGE100_TEXT_TOO_LONG'],
    ['a number that is none', { CreditLimit: 'much' }, 'SAGE100_VALUE_SHAPE'],
    ['a date with a time', { DateEstablished: '2019-05-02T10:00:00Z' }, 'SAGE100_VALUE_SHAPE'],
    ['an object', { City: { name: 'x' } }, 'SAGE100_VALUE_SHAPE'],
    ['a name that is markup', { 'City><x': 'x' }, 'SAGE100_FIELD_NAME'],
    ['a code that is not on file', { ZipCode: '99999' }, 'SAGE100_VALUE_REFUSED'],
    ['no name', { CustomerName: '' }, 'SAGE100_FIELD_MISSING'],
    ['a division of one character', { ARDivisionNo: '1' }, 'SAGE100_KEY_SHAPE'],
    ['a key of another division', { key: '02-W' }, 'SAGE100_KEY_SHAPE'],
  ] as const)
    it(`refuse ${what}, and make nothing`, async () => {
      erp = await open()
      const error = refusedWith(await erp.create(CUSTOMER, { ...customer('W'), ...fields }))
      expect([error.kind, error.code]).to.deep.equal(['record', code])
      expect(await held('W')).to.equal(undefined)
    })

  it('that are not there are not made by an update', async () => {
    erp = await open()
    expect(refusedWith(await erp.update(CUSTOMER, '01-NOPE', { City: 'Bonn' })).code).to.equal('SAGE100_RECORD_MISSING')
    expect(await held('NOPE')).to.equal(undefined)
  })

  it('take Y and N for true and false', async () => {
    erp = await open()
    writtenAs(await erp.create(CUSTOMER, customer('F', { CreditHold: true })))
    expect((await held('F'))?.['CreditHold']).to.equal('Y')
  })

  it('cannot be made without the web services, and are changed over the agent', async () => {
    erp = await open({ paths: 'agent' })
    expect((await errorOf(() => erp.create(CUSTOMER, customer('X')))).code).to.equal('SAGE100_NO_SERVICE')
    writtenAs(await erp.update(CUSTOMER, '01-ABF', { City: 'Bonn', DateEstablished: '2020-01-31' }))
    expect(await held('ABF')).to.include({ City: 'Bonn', DateEstablished: '20200131' })
    expect(refusedWith(await erp.update(CUSTOMER, '01-ABF', { ZipCode: '99999' })).code).to.equal(
      'SAGE100_VALUE_REFUSED',
    )
  })
})

describe('a record of sage-100 that somebody has open', () => {
  let erp: Opened
  afterEach(() => erp.close())
  const lockLines = () => erp.logged.filter(it => it.includes('somebody holds'))

  for (const paths of ['both', 'agent'])
    it(`is tried again until it is free, every try is told, and so is its end (${paths})`, async () => {
      erp = await open({ paths, locks: 'AR_Customer:01~ABF', lockReleaseAfter: '3' })
      writtenAs(await erp.update(CUSTOMER, '01-ABF', { City: 'Bonn' }))
      expect(lockLines()).to.have.length(3)
      expect(lockLines().map(it => JSON.parse(it).attempt)).to.deep.equal([1, 2, 3])
      expect(erp.logged.filter(it => it.includes('free again'))).to.have.length(1)
      const waits = erp.clock.slept
      expect([...waits].sort((a, b) => a - b)).to.deep.equal(waits)
    })

  for (const paths of ['both', 'agent'])
    it(`is given up after as many tries as the settings say (${paths})`, async () => {
      erp = await open({ paths, locks: 'AR_Customer:01~ABF' }, { settings: { lockAttempts: 4 } })
      const error = refusedWith(await erp.update(CUSTOMER, '01-ABF', { City: 'Bonn' }))
      expect([error.kind, error.code, lockLines().length]).to.deep.equal(['record', 'SAGE100_RECORD_LOCKED', 3])
      expect(error.message).to.include('tried 4 times')
      expect((await erp.at.facts())['lockedAttempts']).to.equal(4)
    })

  it('is known by its words, whatever its code', async () => {
    erp = await open({
      lockCode: 'X_1',
      lockMessage: 'is being edited; the file is busy.',
      locks: 'AR_Customer:01~ABF',
      lockReleaseAfter: '1',
    })
    writtenAs(await erp.update(CUSTOMER, '01-ABF', { City: 'Bonn' }))
    expect(lockLines()).to.have.length(1)
  })

  it('waits as long as the agent asks, and longer by jitter', async () => {
    erp = await open({ paths: 'agent' })
    const locked = refusal(423, 'RECORD_LOCKED', 'in use', { retryAfterMs: 20_000, retryable: true })
    await erp.at.fault({ ...locked, path: 'PATCH', times: 2 })
    writtenAs(await erp.update(CUSTOMER, '01-ABF', { City: 'Bonn' }))
    expect(erp.clock.slept).to.deep.equal([22_500, 25_000])
  })

  it('is read all the same', async () => {
    erp = await open({ locks: 'AR_Customer:01~ABF' })
    expect((await erp.read(CUSTOMER)).keys).to.include('01-ABF')
    expect((await erp.read(CUSTOMER, { where: { field: 'key', values: ['01-ABF'] } })).keys).to.deep.equal(['01-ABF'])
    expect(lockLines()).to.deep.equal([])
  })
})

describe('a known key of sage-100', () => {
  let erp: Opened
  afterEach(() => erp.close())

  for (const entity of ['AR_Customer', 'AR_CustomerContact', 'SO_SalesOrder'])
    for (const blanks of ['mixed', 'nil'])
      it(`of ${entity} reads the same over both paths (blanks ${blanks})`, async () => {
        erp = await open({ blanks })
        const { records } = await erp.read(entity, { select: 'all' })
        const field = entity === 'SO_SalesOrder' ? 'SalesOrderNo' : 'key'
        const values = records.map(it => it.key)
        const before = erp.calls.length
        const refreshed = await erp.read(entity, { where: { field, values }, select: 'all' })
        expect(new Set(erp.calls.slice(before).filter(it => it.startsWith('get ')))).to.deep.equal(new Set())
        const common = (of: JsonObject, other: JsonObject) =>
          Object.fromEntries(Object.entries(of).filter(([name]) => name in other))
        const over = new Map(refreshed.records.map(it => [it.key, it.fields]))
        expect(refreshed.records).to.have.length(records.length)
        for (const { key, fields } of records) {
          const soap = over.get(key) ?? {}
          const { DateTimeUpdated: _a, DateTimeCreated: _b, Lines: _c, ...agent } = common(fields, soap)
          expect(common(agent, soap)).to.deep.equal(common(soap, agent))
          expect(Object.keys(agent).length).to.be.above(4)
        }
      })

  it('that is gone is not there, over either path', async () => {
    for (const paths of ['soap', 'agent']) {
      erp = await open({ paths })
      expect((await erp.read(CUSTOMER, { where: { field: 'key', values: ['01-GONE'] } })).keys).to.deep.equal([])
      if (paths === 'soap') await erp.close()
    }
  })
})

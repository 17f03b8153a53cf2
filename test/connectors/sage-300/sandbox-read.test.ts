import { expect } from 'chai'
import { customer, type Entry, openRig, type Rig, refusal, withRig } from './sandbox.support.ts'

describe('Sage 300 sandbox: reading', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({ timeZone: 'America/Vancouver' })
    await rig.at.clock({ now: '2026-03-02T20:00:00Z' })
  })
  after(() => rig.close())

  const list = async (path: string) => (await rig.call('GET', path)).body
  const numbers = (body: Entry, field = 'VendorNumber') => body.value.map(it => String(it[field]))

  it('answers collections in value with a context, and counts when it is asked to', async () => {
    const { headers, body } = await rig.call('GET', 'AP/APVendors?$top=2&$select=VendorNumber,VendorName')
    expect(headers.get('content-type')).to.match(/^application\/json/)
    expect(Object.keys(body)).to.deep.equal(['@odata.context', 'value'])
    expect(body['@odata.context']).to.match(/\/AP\/\$metadata#APVendors\(VendorNumber,VendorName\)$/)
    expect(body.value.map(it => Object.keys(it))).to.deep.equal([
      ['VendorNumber', 'VendorName'],
      ['VendorNumber', 'VendorName'],
    ])
    const counted = await list("AP/APVendors?$top=2&$count=true&$filter=Status eq 'Inactive'")
    expect([counted['@odata.count'], counted.value.length]).to.deep.equal([3, 2])
  })

  it('answers one entry bare, with details in it, and selects on it', async () => {
    const whole = await list('OE/OEOrders(2417001)')
    expect(whole['@odata.context']).to.match(/\/OE\/\$metadata#OEOrders\/\$entity$/)
    expect(whole.value).to.equal(undefined)
    expect(whole.OrderDetails[0]).to.include({ OrderUniquifier: 2417001, LineNumber: 32, LineType: 'Item' })
    expect(whole.OrderDetails[0]).to.include({ UpdateOperation: 'Unspecified' })
    const part = await list('OE/OEOrders(2417001)?$select=OrderNumber')
    expect(Object.keys(part)).to.deep.equal(['@odata.context', 'OrderNumber'])
  })

  it('prints enums as words, unset dates as null, unset texts empty, dates at midnight', async () => {
    const vendor = await list("AP/APVendors('1200')")
    expect(vendor).to.include({ Status: 'Active', OnHold: 'NotOnHold', InactiveDate: null, AddressLine4: '' })
    expect(vendor['DateLastMaintained']).to.match(/^\d{4}-\d\d-\d\dT00:00:00Z$/)
    const paths = ["AR/ARCustomers('1400')", "IC/ICItems('A11050')", 'OE/OEOrders(2417001)']
    const [one, item, order] = await Promise.all(paths.map(list))
    expect([one?.['OnHold'], one?.['Status'], item?.['Status'], order?.['OnHold']]).to.deep.equal([
      'No',
      'Active',
      true,
      false,
    ])
  })

  it('pages by a hundred or less, with an absolute nextLink that is missing at the end', async () => {
    await rig.at.knobs({ pageSize: 15 })
    const pages: Entry[] = []
    let link: unknown = `${rig.sandbox.settings['baseUrl']}/v1.0/-/SAMINC/AP/APVendors?$count=true`
    while (typeof link === 'string') {
      const { pathname, search } = new URL(link)
      const page = await list(`${pathname.split('/').slice(5).join('/')}${search}`)
      pages.push(page)
      link = page['@odata.nextLink']
    }
    expect(pages.map(it => it.value.length)).to.deep.equal([15, 15, 10])
    expect(new Set(pages.map(it => it['@odata.count']))).to.deep.equal(new Set([40]))
    expect(pages[0]?.['@odata.nextLink']).to.match(/^http:\/\/127\.0\.0\.1:\d+\/Sage300WebApi\/v1\.0\/-\/SAMINC\//)
    const keys = pages.flatMap(it => numbers(it))
    expect(keys).to.deep.equal([...keys].sort())
    expect(new Set(keys).size).to.equal(40)
    await rig.at.knobs({ pageSize: 100 })
  })

  it('never gives more than a page for a larger $top, and says how much of it is left', async () => {
    await rig.at.knobs({ pageSize: 15 })
    const first = await list('AP/APVendors?$top=20')
    expect(first.value).to.have.length(15)
    const { searchParams } = new URL(String(first['@odata.nextLink']))
    expect([...searchParams]).to.deep.equal([
      ['$top', '5'],
      ['$skip', '15'],
    ])
    for (const top of [0, 5, 15]) {
      const page = await list(`AP/APVendors?$top=${top}`)
      expect([page.value.length, page['@odata.nextLink']]).to.deep.equal([top, undefined])
    }
    await rig.at.knobs({ pageSize: 100 })
  })

  it('shows the name of the machine in nextLink, as behind a proxy', async () => {
    await rig.at.knobs({ pageSize: 5, nextLinkOrigin: 'http://erp-internal:8080' })
    expect((await list('AP/APVendors'))['@odata.nextLink']).to.match(/^http:\/\/erp-internal:8080\/Sage300WebApi\//)
    await rig.at.knobs({ pageSize: 100, nextLinkOrigin: '' })
  })

  it('really shifts rows between pages when one comes or goes, and loses none to a walk by key', async () => {
    await withRig({ pageSize: '10' }, 25, async own => {
      const column = (query: string) => own.column(`AR/ARCustomers?${query}`, 'CustomerNumber')
      const all = await column('$top=10').then(async it => [
        ...it,
        ...(await column('$skip=10')),
        ...(await column('$skip=20')),
      ])
      expect(all).to.have.length(25)
      const [first, last] = [String(all[0]), String(all[9])]
      await own.at.remove('AR/ARCustomers', first)
      expect((await column('$skip=10'))[0]).to.equal(all[11])
      expect(await column(`$filter=CustomerNumber gt '${last}'`)).to.deep.equal(all.slice(10, 20))
      await own.call('POST', 'AR/ARCustomers', { body: customer('!!FIRST') })
      await own.call('POST', 'AR/ARCustomers', { body: customer('!!!FIRST') })
      expect((await column('$skip=10'))[0]).to.equal(last)
      expect(await column(`$filter=CustomerNumber gt '${last}'`)).to.deep.equal(all.slice(10, 20))
    })
  })

  it('promises no order: it can be that of entry', async () => {
    await withRig({}, 20, async own => {
      await own.call('POST', 'AP/APVendors', { body: { VendorNumber: '0', GroupCode: 'INV' } })
      const ascending = await own.column('AP/APVendors', 'VendorNumber')
      await own.at.knobs({ order: 'entry' })
      const entered = await own.column('AP/APVendors', 'VendorNumber')
      expect([entered[0], entered.at(-1)]).to.deep.equal(['1200', '0'])
      expect([...entered].sort()).to.deep.equal(ascending)
      expect(await own.column("AP/APVendors?$filter=VendorNumber gt '1'&$top=2", 'VendorNumber')).to.deep.equal(
        entered.filter(it => String(it) > '1').slice(0, 2),
      )
    })
  })

  it('orders numeric keys by their value, not by their digits', async () => {
    await withRig({ firstUniquifier: '98' }, 4, async own => {
      expect(await own.column('OE/OEOrders', 'OrderUniquifier')).to.deep.equal([98, 99, 100])
      expect(await own.column('OE/OEOrders?$filter=OrderUniquifier gt 99', 'OrderUniquifier')).to.deep.equal([100])
    })
  })

  it('reads numbers beyond 2^53 and prints every digit', async () => {
    await withRig({ firstUniquifier: '900719925474099301' }, 4, async own => {
      const { text } = await own.call(
        'GET',
        'OE/OEOrders?$filter=OrderUniquifier gt 900719925474099301&$select=OrderUniquifier',
      )
      expect(text).to.include('"value":[{"OrderUniquifier":900719925474099302},{"OrderUniquifier":900719925474099303}]')
      const { text: one } = await own.call('GET', 'OE/OEOrders(900719925474099303)')
      expect(one).to.include('"OrderDetails":[{"OrderUniquifier":900719925474099303,')
    })
  })

  it('prints the suffix of dates, and blanks at the end of texts, as the installation does', async () => {
    await rig.at.knobs({ dateSuffix: '-08:00', padded: true })
    const vendor = await list("AP/APVendors('1200')?$select=VendorNumber,DateLastMaintained")
    expect(vendor['VendorNumber']).to.equal('1200        ')
    expect(vendor['DateLastMaintained']).to.match(/T00:00:00-08:00$/)
    await rig.at.knobs({ dateSuffix: '' })
    expect((await list("AP/APVendors('1200')"))['DateLastMaintained']).to.match(/T00:00:00$/)
    expect(await rig.column("AP/APVendors?$filter=VendorNumber eq '1200   '", 'GroupCode')).to.deep.equal(['INV   '])
    await rig.at.knobs({ dateSuffix: 'Z', padded: false })
  })

  it('answers a count as text, and an entry as a list of one, as other sources have it', async () => {
    await rig.at.knobs({ countForm: 'text', entryAsList: true })
    const counted = await list('AP/APVendors?$top=0&$count=true')
    expect([counted['odata.count'], counted['@odata.count']]).to.deep.equal(['40', undefined])
    expect((await list("AP/APVendors('1200')?$select=VendorNumber")).value).to.deep.equal([{ VendorNumber: '1200' }])
    await rig.at.knobs({ countForm: 'number', entryAsList: false })
  })

  it('refuses paths that ASP.NET finds dangerous, with a page, where it looks', async () => {
    const read = (key: string) => rig.call('GET', `AP/APVendors('${key}')`)
    expect((await read('A%26B-01')).status).to.equal(200)
    await rig.at.knobs({ pathValidation: true })
    for (const key of ['A%26B-01', 'A&B-01', 'x%3A', 'x*'])
      expect([key, (await read(key)).status, (await read(key)).body]).to.deep.equal([key, 400, undefined])
    expect((await read('1E5')).status).to.equal(200)
    await rig.at.knobs({ pathValidation: false })
  })

  it('refuses a query string that the web server finds too long, with a page', async () => {
    const keys = Array.from({ length: 120 }, (_unused, at) => `VendorNumber eq 'V${at}'`).join(' or ')
    const { status, body, text } = await rig.call('GET', `AP/APVendors?$filter=${encodeURIComponent(keys)}`)
    expect([status, body]).to.deep.equal([404, undefined])
    expect(text).to.match(/<HTML>/)
    await rig.at.knobs({ queryBytes: 65_536 })
    expect((await rig.call('GET', `AP/APVendors?$filter=${encodeURIComponent(keys)}`)).status).to.equal(200)
    await rig.at.knobs({ queryBytes: 2048 })
  })

  it('refuses options that it does not know, twice the same, or that are no numbers', async () => {
    for (const query of [
      '$orderby=VendorNumber',
      '$expand=VendorOptionalFieldValues',
      '$search=x',
      '$apply=x',
      '$top=-1',
      '$top=x',
      '$skip=1.5',
      '$count=yes',
      '$select=Nothing',
      '$select=VendorNumber,',
      '$top=1&$top=2',
    ])
      expect([query, ...refusal(await rig.call('GET', `AP/APVendors?${query}`))]).to.deep.equal([
        query,
        400,
        'InvalidParameters',
      ])
    expect(refusal(await rig.call('GET', "AP/APVendors('1200')?$filter=VendorNumber eq '1'"))[0]).to.equal(400)
    expect((await list('AP/APVendors?$top=1&mine=1')).value).to.have.length(1)
    await rig.at.knobs({ lenient: true })
    expect((await list('AP/APVendors?$top=1&$orderby=VendorNumber&$expand=x')).value).to.have.length(1)
    await rig.at.knobs({ lenient: false })
  })
})

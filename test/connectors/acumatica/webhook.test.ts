import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect } from 'chai'
import { acumaticaWebhook, withTextTimeStamp } from '../../../connectors/acumatica/webhook.ts'
import { Secret } from '../../../engine/core/secret.ts'
import type { Delivery } from '../../../engine/sdk/connector.ts'
import { openAcumatica, readAll } from './open.ts'

const SECRET = 'shared-secret-4711'
const subscription = { id: 'by-hand', entities: ['Customer'], secret: new Secret(SECRET) }

const deliveryOf = (body: string, headers: Readonly<Record<string, string>> = { 'x-any-name': SECRET }): Delivery => ({
  headers,
  body: Buffer.from(body),
  receivedAt: new Date(),
})

const row = (CustomerID: string) => ({
  CustomerID,
  CustomerName: 'N',
  Customer_lastModifiedDateTime: '2026-11-20T10:02:11.47',
})
const bodyOf = (more: Record<string, unknown>, timeStamp = '639000000012345678') =>
  JSON.stringify({
    Inserted: [],
    Deleted: [],
    Query: 'ZOHO-Customers',
    CompanyId: 'Acme Live',
    Id: 't1',
    AdditionalInfo: {},
    ...more,
  }).replace(/\}$/, `,"TimeStamp":${timeStamp}}`)

const parse = (body: string) => acumaticaWebhook.parse(deliveryOf(body))

describe('acumatica: a push notification', () => {
  it('is genuine with the secret in a header of any name', () => {
    expect(acumaticaWebhook.verify(deliveryOf('{}'), [subscription])).to.equal(true)
    expect(acumaticaWebhook.verify(deliveryOf('{}', { authorization: SECRET }), [subscription])).to.equal(true)
  })

  for (const [what, headers] of [
    ['another secret', { 'x-any-name': 'shared-secret-4712' }],
    ['a longer secret', { 'x-any-name': `${SECRET}x` }],
    ['an empty header', { 'x-any-name': '' }],
    ['no header', {}],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(acumaticaWebhook.verify(deliveryOf('{}', headers), [subscription])).to.equal(false)
      const { secret: _none, ...open } = subscription
      expect(acumaticaWebhook.verify(deliveryOf('{}', headers), [open])).to.equal(false)
    })

  for (const [what, halves, keys] of [
    ['an insert', { Inserted: [row('C1')] }, ['C1']],
    ['an update, which has both halves', { Inserted: [row('C1')], Deleted: [row('C1')] }, ['C1']],
    ['an old half alone, which may be the first of an update', { Deleted: [row('C1')] }, ['C1']],
    ['several records', { Inserted: [row('0001'), row('1E5')] }, ['0001', '1E5']],
  ] as const)
    it(`of ${what} asks for its records to be read again, and deletes nothing`, () => {
      const told = parse(bodyOf(halves))
      expect(told.map(it => [it.entity, it.change, it.keys])).to.deep.equal([['Customer', 'upsert', keys]])
    })

  for (const [what, body] of [
    ['no JSON', 'x'],
    ['an empty body', ''],
    ['a query of another name', bodyOf({ Query: 'Payroll', Inserted: [row('C1')] })],
    ['rows without a key', bodyOf({ Inserted: [{ CustomerName: 'N' }] })],
    ['a list', '[1]'],
  ] as const)
    it(`with ${what} tells nothing`, () => {
      expect(parse(body)).to.deep.equal([])
    })

  for (const [query, columns, entity, key] of [
    ['NonStockItems', { InventoryID: '#12-796524' }, 'NonStockItem', '#12-796524'],
    ['ML-StockItem', { StockItem_InventoryID: 'A/B' }, 'StockItem', 'A/B'],
    ['ml sales invoice', { Type: 'INV', ReferenceNbr: '000123' }, 'SalesInvoice', 'Invoice/000123'],
    ['SalesOrder', { OrderType: 'SO', OrderNbr: '000123' }, 'SalesOrder', 'SO/000123'],
    ['Contacts', { ContactID: 4711 }, 'Contact', '4711'],
  ] as const)
    it(`of the query ${query} names ${entity} ${key}`, () => {
      const told = parse(bodyOf({ Query: query, Inserted: [columns] }))
      expect(told.map(it => [it.entity, it.keys])).to.deep.equal([[entity, [key]]])
    })

  it('keeps its time stamp to the last digit, beyond what a number can hold', () => {
    const [one, other] = ['639000000012345678', '639000000012345679']
    expect(Number(one)).to.equal(Number(other))
    const idOf = (stamp: string) => parse(bodyOf({ Inserted: [row('C1')] }, stamp))[0]?.deliveryId
    expect(idOf(one)).to.not.equal(idOf(other))
    expect(JSON.parse(withTextTimeStamp(`{"TimeStamp": ${one}, "A": "\\"TimeStamp\\":1"}`))).to.deep.equal({
      TimeStamp: one,
      A: '"TimeStamp":1',
    })
  })

  it('has the same id when it comes twice, and another one for the other half or another query', () => {
    const idOf = (more: Record<string, unknown>) => parse(bodyOf(more))[0]?.deliveryId
    const first = idOf({ Inserted: [row('C1')] })
    expect(idOf({ Inserted: [row('C1')] })).to.equal(first)
    expect(idOf({ Deleted: [row('C1')] })).to.not.equal(first)
    expect(idOf({ Inserted: [row('C1')], Query: 'ML-Customer' })).to.not.equal(first)
  })
})

describe('acumatica: push notifications of the sandbox', () => {
  it('are genuine, name the record, and lead to its new state; a record that is gone is simply absent', async () => {
    const received: Delivery[] = []
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, it]) => [name, String(it)]))
        received.push({ headers, body: Buffer.concat(chunks), receivedAt: new Date() })
        response.end()
        server.emit('told')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const erp = await openAcumatica({ records: 3 })
    try {
      await erp.at.knobs({ pushUrl: `http://127.0.0.1:${port}/`, pushSecret: SECRET, pushQueryPrefix: 'ML-' })
      const next = () => once(server, 'told', { signal: AbortSignal.timeout(5_000) })
      const [key = ''] = (await readAll(erp.connection, 'Customer')).keys
      const edited = next()
      await erp.at.put('Customer', { CustomerID: key, CustomerName: 'Pushed' })
      await edited
      const [delivery] = received
      if (!delivery) throw new Error('nothing was told')
      expect(acumaticaWebhook.verify(delivery, [subscription])).to.equal(true)
      const told = acumaticaWebhook.parse(delivery)
      expect(told.map(it => [it.entity, it.keys])).to.deep.equal([['Customer', [key]]])
      const where = { field: 'CustomerID', values: told[0]?.keys ?? [] }
      const { records } = await readAll(erp.connection, 'Customer', { where, select: ['CustomerName'] })
      expect(records.map(it => it.fields['CustomerName'])).to.deep.equal(['Pushed'])
      const removed = next()
      await erp.at.remove('Customer', key)
      await removed
      expect((await readAll(erp.connection, 'Customer', { where })).records).to.deep.equal([])
    } finally {
      await erp.close()
      server.closeAllConnections()
      server.close()
    }
  })
})

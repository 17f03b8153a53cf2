import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { createZendeskPair, ZENDESK_FLOWS, type ZendeskPair } from '../support/zendesk-pair.ts'

const { tickets } = ZENDESK_FLOWS
const SHOWN = ['ID', 'SUBJECT', 'STATUS', 'URL'].map(it => `SUPPORT_LAST_TICKET_${it}`)

describe('tickets of Zendesk in Sage Intacct', () => {
  let pair: ZendeskPair
  const open = async (intacct: Readonly<Record<string, string>> = {}) => {
    pair = await createZendeskPair({ vendors: 3, customers: 3, intacct })
  }
  afterEach(() => pair.close())

  /** What the vendors (customers) show of their last ticket, by key; those that show none are left out. */
  const shown = async (entity: 'VENDOR' | 'CUSTOMER') =>
    Object.fromEntries(
      (await pair.intacct.records(entity))
        .filter(it => SHOWN.some(name => it[name]))
        .map(it => [it[`${entity}ID`], SHOWN.map(name => it[name])]),
    )
  const as = (id: string, subject: string, status = 'open') => [
    id,
    subject,
    status,
    `https://example.zendesk.com/agent/tickets/${id}`,
  ]
  const made = async (entity: string, fields: JsonObject) =>
    (await pair.zendesk.put(entity, fields)) as Readonly<{ id: number }>
  const organization = async (externalId: string) =>
    (await pair.zendesk.records('organizations')).find(it => it['external_id'] === externalId)?.['id'] ?? null
  /** A ticket that somebody of this organization opens. */
  const ask = async (organizationId: JsonObject[string], subject: string) => {
    const { id } = await made('users', { name: 'Asker', organization_id: organizationId })
    return String((await made('tickets', { subject, description: 'It is late.', requester_id: id })).id)
  }
  const written = async () => {
    await pair.pass()
    return (await pair.runAll()).map(it => it.counts.written)
  }
  const letters = () => pair.ledger.deadLetters({ limit: 10 })

  it('show on the vendor or customer whose organization they are of, and nowhere else', async () => {
    await open()
    await pair.runAll()
    const late = await ask(await organization('vendor-V10000'), 'Where is my payment?')
    const wrong = await ask(await organization('customer-C10001'), 'Invoice wrong')
    expect(await written()).to.deep.equal([0, 0, 2])
    expect(await shown('VENDOR')).to.deep.equal({ V10000: as(late, 'Where is my payment?') })
    expect(await shown('CUSTOMER')).to.deep.equal({ C10001: as(wrong, 'Invoice wrong') })
  })

  it('are many to one: the one that changed last stands, at one write', async () => {
    await open()
    await pair.runAll()
    const home = await organization('vendor-V10000')
    const first = await ask(home, 'first')
    await ask(home, 'second')
    const third = await ask(home, 'third')
    expect(await written()).to.deep.equal([0, 0, 1])
    expect(await shown('VENDOR')).to.deep.equal({ V10000: as(third, 'third') })
    await pair.zendesk.put('tickets', { id: first, status: 'solved' })
    expect(await written()).to.deep.equal([0, 0, 1])
    expect(await shown('VENDOR')).to.deep.equal({ V10000: as(first, 'first', 'solved') })
    const backfill = await pair.run(tickets, { mode: 'backfill' })
    expect(backfill.counts).to.include({ read: 3, written: 0, dead: 0 })
    expect(await shown('VENDOR')).to.deep.equal({ V10000: as(first, 'first', 'solved') })
    expect(await letters()).to.deep.equal([])
  })

  it('of anybody else are filtered, as are those of a vendor that is gone', async () => {
    await open()
    await pair.runAll()
    const gone = await organization('vendor-V10002')
    await pair.intacct.remove('VENDOR', 'V10002')
    await ask(gone, 'of one that is gone')
    await ask((await made('organizations', { name: 'No external id' })).id, 'x')
    await ask((await made('organizations', { name: 'Other', external_id: 'crm-7' })).id, 'x')
    await ask(null, 'of no organization')
    await pair.pass()
    const [, , report] = await pair.runAll()
    expect(report?.counts).to.include({ read: 4, filtered: 4, written: 0, dead: 0 })
    expect(await shown('VENDOR')).to.deep.equal({})
  })

  it('that are deleted or scrubbed change nothing, and are no dead letters', async () => {
    await open()
    await pair.runAll()
    const home = await organization('vendor-V10000')
    const ids = [await ask(home, 'first'), await ask(home, 'second')]
    await written()
    const before = await shown('VENDOR')
    for (const id of ids) await pair.zendesk.remove('tickets', id)
    await pair.pass()
    await pair.zendesk.knobs({ scrubTickets: ids.map(Number) })
    expect(await written()).to.deep.equal([0, 0, 0])
    expect([await shown('VENDOR'), await letters()]).to.deep.equal([before, []])
    expect((await pair.run(tickets, { mode: 'backfill' })).counts).to.include({ read: 0, dead: 0 })
  })

  it('come to rest after a change on either side', async () => {
    await open()
    await pair.runAll()
    const id = await ask(await organization('vendor-V10000'), 'Where is my payment?')
    expect(await written()).to.deep.equal([0, 0, 1])
    expect(await written()).to.deep.equal([0, 0, 0])
    await pair.intacct.put('VENDOR', { VENDORID: 'V10000', NAME: 'Renamed' })
    expect(await written()).to.deep.equal([1, 0, 0])
    expect(await written()).to.deep.equal([0, 0, 0])
    await pair.zendesk.put('tickets', { id, status: 'pending' })
    expect(await written()).to.deep.equal([0, 0, 1])
    expect(await written()).to.deep.equal([0, 0, 0])
  })

  it('touch nothing but the fields of their own', async () => {
    await open()
    await pair.runAll()
    const own = new Set([...SHOWN, 'WHENMODIFIED', 'MODIFIEDBY'])
    const rest = async () =>
      (await pair.intacct.records('VENDOR')).map(it =>
        Object.fromEntries(Object.entries(it).filter(([name]) => !own.has(name))),
      )
    const before = await rest()
    await ask(await organization('vendor-V10000'), 'x')
    expect(await written()).to.deep.equal([0, 0, 1])
    expect(await rest()).to.deep.equal(before)
  })

  it('are not begun where the company lacks the fields, and it is said which', async () => {
    await open({ customFields: 'false' })
    const [, , report] = await pair.runAll()
    expect([report?.state, report?.failure?.kind]).to.deep.equal(['failed', 'configuration'])
    for (const name of SHOWN) expect(report?.failure?.message).to.include(name)
  })
})

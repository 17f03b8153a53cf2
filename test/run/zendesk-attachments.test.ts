import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { createZendeskPair, type ZendeskPair } from '../support/zendesk-pair.ts'

const FLOW = 'zendesk-ticket-attachments-to-sage-intacct'
const LIBRARY = [
  'sage-intacct-to-zendesk/vendors',
  'sage-intacct-to-zendesk/customers',
  'zendesk-to-sage-intacct/tickets',
]
const ATTACHMENTS = {
  use: 'zendesk-to-sage-intacct/ticket-attachments',
  with: { ticketUrl: 'https://acme.example/t/' },
}

describe('tickets of Zendesk as attachments in Sage Intacct', () => {
  let pair: ZendeskPair
  const open = async (options: Parameters<typeof createZendeskPair>[0] = {}) => {
    pair = await createZendeskPair({ vendors: 3, customers: 3, use: [...LIBRARY, ATTACHMENTS], ...options })
    await pair.runAll()
  }
  afterEach(() => pair.close())

  const recordNo = async (entity: 'VENDOR' | 'CUSTOMER', key: string) =>
    (await pair.intacct.records(entity)).find(it => it[`${entity}ID`] === key)?.['RECORDNO']
  const pointedAt = async (entity: 'VENDOR' | 'CUSTOMER') =>
    Object.fromEntries(
      (await pair.intacct.records(entity)).flatMap(it => (it['SUPDOCID'] ? [[it[`${entity}ID`], it['SUPDOCID']]] : [])),
    )
  /** What all attachments hold: `attachment/file.type` → the text, each name once. */
  const files = async () => {
    const all = (await pair.intacct.records('SUPDOC')).flatMap(it =>
      (it['FILES'] as readonly JsonObject[]).map(
        file => [`${it['SUPDOCID']}/${file['NAME']}.${file['TYPE']}`, String(file['TEXT'])] as const,
      ),
    )
    expect(new Set(all.map(([name]) => name)).size, 'names of files').to.equal(all.length)
    return Object.fromEntries(all)
  }
  const statuses = async () =>
    Object.fromEntries(Object.entries(await files()).map(([name, text]) => [name, /Status: (\w+)/.exec(text)?.[1]]))
  const ask = async (externalId: string, subject: string, more: JsonObject = {}) => {
    const home = (await pair.zendesk.records('organizations')).find(it => it['external_id'] === externalId)?.['id']
    const asker = (await pair.zendesk.put('users', { name: 'Asker', organization_id: home ?? null })) as JsonObject
    const ticket = { subject, description: 'It is late.', requester_id: asker['id'] ?? null, ...more }
    return String(((await pair.zendesk.put('tickets', ticket)) as JsonObject)['id'])
  }
  const run = async () => {
    await pair.pass()
    return pair.run(FLOW)
  }
  const letters = async () =>
    (await pair.ledger.deadLetters({ state: 'open', limit: 10 })).map(it => `${it.failure.code} ${it.failure.message}`)

  it('are a file each, in the attachment of their vendor or customer, which points at it', async () => {
    await open()
    const late = await ask('vendor-V10000', 'Where is my payment?')
    const other = await ask('vendor-V10000', 'And the other one? ü 🚀')
    const wrong = await ask('customer-C10001', 'Invoice wrong')
    await ask('vendor-NOBODY', 'of nobody')
    const report = await run()
    expect([report.state, await letters()]).to.deep.equal(['succeeded', []])
    expect(report.counts).to.include({ read: 4, written: 3, filtered: 1, dead: 0 })
    const [vendor, customer] = [
      `HD-V${await recordNo('VENDOR', 'V10000')}`,
      `HD-C${await recordNo('CUSTOMER', 'C10001')}`,
    ]
    expect(await pointedAt('VENDOR')).to.deep.equal({ V10000: vendor })
    expect(await pointedAt('CUSTOMER')).to.deep.equal({ C10001: customer })
    const held = await files()
    expect(Object.keys(held).sort()).to.deep.equal(
      [`${vendor}/ticket-${late}.txt`, `${vendor}/ticket-${other}.txt`, `${customer}/ticket-${wrong}.txt`].sort(),
    )
    expect(held[`${vendor}/ticket-${other}.txt`]?.split('\n').filter(it => !it.startsWith('Opened'))).to.deep.equal([
      `Ticket: ${other}`,
      'Subject: And the other one? ü 🚀',
      'Status: open',
      `URL: https://acme.example/t/${other}`,
      '',
      'It is late.',
    ])
  })

  it('seen three times, and read from the beginning, are there once', async () => {
    await open()
    await ask('vendor-V10000', 'first')
    await ask('vendor-V10000', 'second')
    const written = []
    for (let n = 0; n < 3; n++) written.push((await run()).counts.written)
    written.push((await pair.run(FLOW, { mode: 'backfill' })).counts.written)
    expect(written).to.deep.equal([2, 0, 0, 0])
    await pair.run(FLOW, { mode: 'backfill', force: true })
    expect(Object.keys(await files())).to.have.length(2)
  })

  it('that change are added as the next version; a touch that says nothing new is not', async () => {
    await open()
    const id = await ask('vendor-V10000', 'first')
    await run()
    const name = `HD-V${await recordNo('VENDOR', 'V10000')}/ticket-${id}`
    for (const status of ['pending', 'open']) {
      await pair.zendesk.put('tickets', { id, status })
      expect((await run()).counts).to.include({ written: 1, dead: 0 })
    }
    await pair.zendesk.put('tickets', { id, priority: 'high' })
    expect((await run()).counts.written).to.equal(0)
    expect(await statuses()).to.deep.equal({
      [`${name}.txt`]: 'open',
      [`${name}_v2.txt`]: 'pending',
      [`${name}_v3.txt`]: 'open',
    })
  })

  it('go to the attachment that somebody hung on the vendor already, whose files stay', async () => {
    await open()
    await pair.intacct.put('SUPDOC', {
      SUPDOCID: 'CONTRACTS',
      FILES: [{ NAME: 'contract', TYPE: 'pdf', TEXT: '%PDF' }],
    })
    await pair.intacct.put('VENDOR', { VENDORID: 'V10000', SUPDOCID: 'CONTRACTS' })
    const id = await ask('vendor-V10000', 'first')
    await run()
    expect(await pointedAt('VENDOR')).to.deep.equal({ V10000: 'CONTRACTS' })
    expect(Object.keys(await files()).sort()).to.deep.equal(['CONTRACTS/contract.pdf', `CONTRACTS/ticket-${id}.txt`])
  })

  it('follow the vendor when somebody hangs another attachment on it', async () => {
    await open()
    const id = await ask('vendor-V10000', 'first')
    await run()
    await pair.intacct.put('SUPDOC', { SUPDOCID: 'NEW', FILES: [] })
    await pair.intacct.put('VENDOR', { VENDORID: 'V10000', SUPDOCID: 'NEW' })
    await pair.zendesk.put('tickets', { id, status: 'solved' })
    expect((await run()).counts).to.include({ written: 1, dead: 0 })
    expect((await statuses())[`NEW/ticket-${id}.txt`]).to.equal('solved')
    expect(await pointedAt('VENDOR')).to.deep.equal({ V10000: 'NEW' })
  })

  it('that are too long are dead letters with a remedy, and hold up no other', async () => {
    await open()
    await ask('vendor-V10000', 'long', { description: 'x'.repeat(300_000) })
    const id = await ask('vendor-V10000', 'short')
    expect((await run()).counts).to.include({ written: 1, dead: 1 })
    expect((await letters())[0]).to.match(/^INTACCT_FILE_TOO_LARGE .*262144/)
    expect(Object.keys(await files()).map(it => it.replace(/.*\//, ''))).to.deep.equal([`ticket-${id}.txt`])
  })

  it('call nothing but attachments and the two records: no ledger, bill or payment', async () => {
    await open()
    const id = await ask('vendor-V10000', 'first')
    await ask('customer-C10000', 'second')
    await pair.intacct.resetCalls()
    await run()
    await pair.zendesk.put('tickets', { id, status: 'solved' })
    await run()
    const { byLabel } = await pair.intacct.calls()
    const changing = Object.keys(byLabel).filter(
      label => !/^(getAPISession|query|get|get_list|lookup|readUser)/.test(label),
    )
    expect(changing.sort()).to.deep.equal([
      'create_supdoc',
      'create_supdocfolder',
      'update CUSTOMER',
      'update VENDOR',
      'update_supdoc',
    ])
    expect(
      Object.keys(byLabel).filter(label => /BILL|PAYMENT|GLENTRY|GLBATCH|INVOICE|JOURNAL/i.test(label)),
    ).to.deep.equal([])
  })

  it('change no field of the vendor but the one that points', async () => {
    await open()
    const own = new Set(['SUPDOCID', 'WHENMODIFIED', 'MODIFIEDBY'])
    const rest = async () =>
      (await pair.intacct.records('VENDOR')).map(it =>
        Object.fromEntries(Object.entries(it).filter(([name]) => !own.has(name))),
      )
    const before = await rest()
    await ask('vendor-V10000', 'first')
    await run()
    expect(await rest()).to.deep.equal(before)
  })

  it('are written by no flow that the workspace does not use', async () => {
    await open({ use: LIBRARY })
    await ask('vendor-V10000', 'first')
    await pair.pass()
    await pair.runAll()
    expect([await files(), await pointedAt('VENDOR')]).to.deep.equal([{}, {}])
  })

  it('are not begun where the user may not see attachments, and it is said', async () => {
    await open({ intacct: { deniedObjects: 'SUPDOC' } })
    await ask('vendor-V10000', 'first')
    const report = await run()
    expect([report.state, report.failure?.kind, report.failure?.code]).to.deep.equal([
      'failed',
      'configuration',
      'INTACCT_PERMISSION_DENIED',
    ])
    expect(await pointedAt('VENDOR')).to.deep.equal({})
  })

  it('come to rest with the other flows of the pair: pointing at an attachment brings no vendor back', async () => {
    await open()
    await ask('vendor-V10000', 'first')
    await ask('customer-C10000', 'second')
    expect((await run()).counts.written).to.equal(2)
    await pair.runAll()
    await pair.pass()
    const reports = [...(await pair.runAll()), await pair.run(FLOW)]
    expect(reports.map(it => it.counts.written)).to.deep.equal([0, 0, 0, 0])
  })

  const STEPS = [
    '<create_supdoc>',
    '<create_supdocfolder',
    '<update_supdoc',
    '<get object',
    '<update><VENDOR>',
  ] as const
  for (const bodyContains of STEPS)
    for (const action of ['cutBefore', 'cutAfter'] as const)
      it(`are there once after ${action} of ${bodyContains}`, async () => {
        await open()
        const id = await ask('vendor-V10000', 'first')
        if (bodyContains === '<update_supdoc' || bodyContains === '<get object') {
          await run()
          await pair.zendesk.put('tickets', { id, status: 'solved' })
        }
        await pair.intacct.fault({ action, bodyContains })
        await run()
        expect(await pair.intacct.faultsLeft(), 'the fault has hit').to.equal(0)
        await run()
        const last = await run()
        expect([last.state, last.counts.written, await letters()]).to.deep.equal(['succeeded', 0, []])
        const name = `HD-V${await recordNo('VENDOR', 'V10000')}`
        const changed = bodyContains === '<update_supdoc' || bodyContains === '<get object'
        expect(await statuses()).to.deep.equal({
          [`${name}/ticket-${id}.txt`]: 'open',
          ...(changed ? { [`${name}/ticket-${id}_v2.txt`]: 'solved' } : {}),
        })
        expect(await pointedAt('VENDOR')).to.deep.equal({ V10000: name })
      })
})

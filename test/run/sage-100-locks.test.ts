import { expect } from 'chai'
import { createSage100Pair, SAGE_100_FLOWS, type Sage100Pair } from '../support/sage-100-pair.ts'

const { customers: CUSTOMERS } = SAGE_100_FLOWS
const BACK = 'comments-to-sage-100'

/** A customer's own flow: the library writes nothing into Sage 100. */
const COMMENTS = `
flow: ${BACK}
source:
  connector: zoho-crm
  entity: Accounts
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
filter: $exists(Description)
map: { key: ERP_ID, Comment: Description }
sink: { connector: sage-100, entity: AR_Customer, operation: update, match: key }
`

const open = () =>
  createSage100Pair({ records: 4, settings: { lockAttempts: 3 }, flows: { 'comments.yaml': COMMENTS } })

const locked = {
  action: 'answer' as const,
  path: '^GET .*/customers',
  status: 423,
  headers: { 'content-type': 'application/json', 'retry-after': '5' },
  body: JSON.stringify({ error: { code: 'RECORD_LOCKED', message: 'in use', retryable: true, retryAfterMs: 5_000 } }),
}

const runsOf = async ({ ledger }: Sage100Pair, flow: string) =>
  (await ledger.runs({ flow, limit: 9 })).map(it => [it.state, it.failure?.code]).toReversed()

describe('a Sage 100 record that somebody holds', () => {
  let pair: Sage100Pair
  beforeEach(async () => {
    pair = await open()
    await pair.run(CUSTOMERS)
    const [account] = (await pair.crm.records('Accounts')).filter(it => it['ERP_ID'] === '01-ABF')
    await pair.later()
    await pair.crm.put('Accounts', { id: account?.['id'] ?? '', Description: 'From the CRM' })
  })
  afterEach(() => pair.close())
  const comment = async () => (await pair.erp.records('AR_Customer')).find(it => it['key'] === '01-ABF')?.['Comment']
  const waits = () => pair.logged.filter(it => it.includes('somebody holds the record'))
  const trail = async () => {
    const events = await pair.ledger.events({ flow: BACK, sinkEntity: 'AR_Customer', limit: 9 })
    const dead = await pair.ledger.events({ flow: BACK, outcome: 'dead', limit: 9 })
    return [...dead, ...events].map(it => [it.outcome, it.failure?.code ?? null, it.attempt])
  }

  it('is tried up to the limit, later and later; the failure and the recovery are in the audit trail', async () => {
    await pair.erp.knobs({ locks: ['AR_Customer:01~ABF'] })
    expect((await pair.run(BACK)).counts).to.include({ written: 0, dead: 1 })
    expect(await pair.erp.facts()).to.include({ lockedAttempts: 3 })
    expect(waits()).to.have.length(2)
    const [letter] = await pair.ledger.deadLetters({ flow: BACK, state: 'open', limit: 2 })
    expect(letter?.failure).to.include({ code: 'SAGE100_RECORD_LOCKED', kind: 'record' })
    expect(letter?.failure.message).to.include('tried 3 times')
    await pair.erp.knobs({ locks: [] })
    expect((await pair.replay(BACK)).counts).to.include({ written: 1, dead: 0 })
    expect(await comment()).to.equal('From the CRM')
    expect(await trail()).to.deep.equal([
      ['dead', 'SAGE100_RECORD_LOCKED', 1],
      ['written', null, 1],
    ])
    expect(await pair.ledger.deadLetters({ flow: BACK, state: 'open', limit: 2 })).to.deep.equal([])
  })

  it('is written in the same run when it is let go in time, and the audit trail tells after how many tries', async () => {
    await pair.erp.knobs({ locks: ['AR_Customer:01~ABF'], lockReleaseAfter: 2 })
    expect((await pair.run(BACK)).counts).to.include({ written: 1, dead: 0 })
    expect(waits()).to.have.length(2)
    expect(await comment()).to.equal('From the CRM')
    expect(pair.logged.filter(it => it.includes('the record is free again'))).to.have.length(1)
    expect(await trail()).to.deep.equal([['written', null, 3]])
  })

  it('holds up a read only until it is let go', async () => {
    await pair.erp.put('AR_Customer', { key: '02-ABF', City: 'Racine' })
    await pair.erp.fault({ ...locked, times: 2 })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: 1, dead: 0 })
    expect(waits()).to.have.length(2)
  })

  it('ends a read at the limit; the next run brings what was missed, and both are in the audit trail', async () => {
    await pair.erp.put('AR_Customer', { key: '02-ABF', City: 'Racine' })
    await pair.erp.fault({ ...locked, times: 3 })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ read: 0, written: 0 })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: 1 })
    expect(await runsOf(pair, CUSTOMERS)).to.deep.equal([
      ['succeeded', undefined],
      ['failed', 'SAGE100_RECORD_LOCKED'],
      ['succeeded', undefined],
    ])
  })
})

describe('a Sage 100 file that is opened exclusively', () => {
  it('fails the run, which says so, and the next one goes on from there', async () => {
    const pair = await open()
    await pair.erp.knobs({ exclusive: ['AR_Customer'] })
    expect((await pair.run(CUSTOMERS)).counts).to.include({ read: 0 })
    await pair.erp.knobs({ exclusive: [] })
    const count = (await pair.erp.records('AR_Customer')).length
    expect((await pair.run(CUSTOMERS)).counts).to.include({ written: count, dead: 0 })
    expect(await runsOf(pair, CUSTOMERS)).to.deep.equal([
      ['failed', 'SAGE100_EXCLUSIVE_ACCESS'],
      ['succeeded', undefined],
    ])
    await pair.close()
  })
})

import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
steps:
  - name: account
    map: { Name: NAME, ERP_ID: ID, Status: '$exists(TAXID) ? TAXID : "none"', Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")' }
    sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
  - name: line
    map: { ERP_ID: 'ID & "!"', Status: NAME }
    sink: { connector: toy-crm, entity: Lines, operation: upsert, match: ERP_ID }
`

describe('a dead letter that a person has edited', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(flow)
    world.crm.refuses = (_entity, _operation, fields) =>
      [fields['Name'], fields['Status']].includes('bad') ? 'no' : undefined
  })
  afterEach(() => world.close())
  const accounts = () => world.crm.rows('Accounts').map(row => row.fields)
  const names = () => accounts().map(it => `${it['ERP_ID']} ${it['Name']}`)
  const lines = () => world.crm.rows('Lines').map(row => `${row.fields['ERP_ID']} ${row.fields['Status']}`)
  const told = async (sourceKey: string) =>
    (await world.ledger.events({ sourceKey, limit: 99 })).map(it => [it.step, it.outcome, it.did])

  /** Dies, and is looked at by a person. */
  async function died(record: JsonObject & { readonly ID: string }) {
    world.erp.put(record)
    await world.run()
    const [letter] = await world.letters()
    if (!letter) throw new RangeError('nothing has died')
    return letter
  }
  const replay = (id: string, body: JsonObject, from: 'stored' | 'source' = 'stored') =>
    world.replay(undefined, from, new Map([[id, body]]))

  it('is written as edited, and the audit trail says so', async () => {
    const letter = await died({ ID: 'A', NAME: 'bad' })
    expect((await replay(letter.id, { ID: 'A', NAME: 'good' })).counts).to.include({ read: 1, written: 1, dead: 0 })
    expect([names(), lines(), await world.letters()]).to.deep.equal([['A good'], ['A! good'], []])
    expect(await told('A')).to.deep.equal([
      ['line', 'written', 'created, edited'],
      ['account', 'written', 'created, edited'],
      ['account', 'dead', ''],
    ])
  })

  it('is taken from the edit although all others are read from the source', async () => {
    world.erp.put({ ID: 'B', NAME: 'bad' })
    const letter = await died({ ID: 'A', NAME: 'bad' })
    const other = letter.sourceKey === 'A' ? 'B' : 'A'
    world.erp.put({ ID: other, NAME: 'corrected' })
    const body = { ID: letter.sourceKey, NAME: 'good' }
    expect((await replay(letter.id, body, 'source')).counts).to.include({ read: 2, written: 2 })
    expect(names().sort()).to.deep.equal([`${letter.sourceKey} good`, `${other} corrected`].sort())
  })

  it('stays as edited when the source is read again, until the record changes there', async () => {
    const letter = await died({ ID: 'A', NAME: 'bad' })
    await replay(letter.id, { ID: 'A', NAME: 'good' })
    world.erp.put({ ID: 'B', NAME: 'other' })
    const again = await world.run({ options: { mode: 'sweep' } })
    expect([again.counts.dead, again.counts.unchanged]).to.deep.equal([0, 1])
    expect(names()).to.deep.equal(['A good', 'B other'])
    world.erp.put({ ID: 'A', NAME: 'better' })
    await world.run()
    expect(names()).to.deep.equal(['A better', 'B other'])
  })

  it('does not overwrite a newer version', async () => {
    const letter = await died({ ID: 'A', NAME: 'bad' })
    world.erp.put({ ID: 'A', NAME: 'newer' })
    await world.run()
    const report = await world.replay([letter], 'stored', new Map([[letter.id, { ID: 'A', NAME: 'good' }]]))
    expect(report.counts).to.include({ read: 1, unchanged: 1, written: 0 })
    expect([names(), lines()]).to.deep.equal([['A newer'], ['A! newer']])
  })

  it('that dies again keeps the record as it was read, and can be edited again', async () => {
    const letter = await died({ ID: 'A', NAME: 'bad' })
    expect((await replay(letter.id, { ID: 'A', NAME: 'good', TAXID: 'bad' })).counts).to.include({ dead: 1 })
    expect(await world.ledger.deadBody(letter.id)).to.deep.equal({ ID: 'A', NAME: 'bad' })
    expect((await told('A'))[0]).to.deep.equal(['account', 'dead', 'edited'])
    expect((await replay(letter.id, { ID: 'A', NAME: 'good' })).counts).to.include({ written: 1 })
    expect(names()).to.deep.equal(['A good'])
  })

  for (const from of ['stored', 'source'] as const)
    it(`is edited for all steps that it died in, the others ${from}`, async () => {
      // the first time the account is refused, the second time the line
      await died({ ID: 'A', NAME: 'bad' })
      world.crm.refuses = entity => (entity === 'Lines' ? 'no' : undefined)
      await world.replay()
      const [line, account] = await world.letters()
      expect([line?.step, account?.step]).to.deep.equal(['line', 'account'])
      world.crm.refuses = () => undefined
      const report = await replay(account?.id ?? '', { ID: 'A', NAME: 'good' }, from)
      expect(report.counts).to.include({ read: 1, written: 1 })
      expect([names(), lines(), await world.letters()]).to.deep.equal([['A good'], ['A! good'], []])
    })

  it('has what was emptied absent, as the source would', async () => {
    const letter = await died({ ID: 'A', NAME: 'good', TAXID: 'bad' })
    await replay(letter.id, { ID: 'A', NAME: 'good', TAXID: '', PARENT: null })
    expect(accounts()).to.deep.equal([{ ERP_ID: 'A', Name: 'good', Status: 'none', Parent: null }])
  })

  it('may not become another record', async () => {
    const letter = await died({ ID: 'A', NAME: 'bad' })
    for (const body of [{ ID: 'B', NAME: 'good' }, { NAME: 'good' }]) {
      const { state, failure } = await replay(letter.id, body)
      expect([state, failure?.code]).to.deep.equal(['failed', 'RUN_EDITED_KEY'])
    }
    expect([names(), (await world.letters()).length]).to.deep.equal([[], 1])
  })

  it('that waits for a reference is written as edited when it comes', async () => {
    const letter = await died({ ID: 'A', NAME: 'bad' })
    expect((await replay(letter.id, { ID: 'A', NAME: 'good', PARENT: 'P' })).counts).to.include({ parked: 1 })
    world.erp.put({ ID: 'P', NAME: 'parent' })
    await world.run()
    expect(names().sort()).to.deep.equal(['A good', 'P parent'])
  })
})

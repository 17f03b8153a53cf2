import { expect } from 'chai'
import type { RunPorts, VerifyReport } from '../../engine/run/index.ts'
import type { CrmOptions } from './support/toy-crm.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (more = 'onDelete: delete', name = 'NAME') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map:
  Name: ${name}
  ERP_ID: ID
  Status: '"new"'
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID, createOnly: [Status] }
${more}
`
/** As many calls as windows. */
function aCallAWindow(): Partial<RunPorts> {
  let listener: (label: string, isSignIn: boolean) => void = () => {}
  return {
    watchCalls: it => {
      listener = it
      return () => {}
    },
    onProgress: () => listener('', false),
  }
}

const KEYS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']

describe('a verification', () => {
  let world: ToyWorld
  afterEach(() => world?.close())
  const open = async (text = flow(), options: CrmOptions = {}) => {
    world = await createToyWorld(text, options)
    for (const id of KEYS) world.erp.put({ ID: id, NAME: `name ${id}` })
    await world.run()
    world.crm.writes.length = 0
  }
  const atTarget = () =>
    Object.fromEntries(world.crm.rows('Accounts').map(it => [it.fields['ERP_ID'], it.fields['Name']]))
  const asAtSource = () => Object.fromEntries(world.erp.rows().map(it => [it['ID'], it['NAME']]))
  const rowOf = (key: string) => world.crm.rows('Accounts').find(it => it.fields['ERP_ID'] === key)
  const remove = (key: string) => world.crm.remove('Accounts', rowOf(key)?.id ?? '')
  /** As a person would, past the engine. */
  const change = (key: string, fields: Record<string, string>) => {
    const row = rowOf(key)
    if (row) Object.assign(row.fields, fields)
  }
  const told = ({ findings }: VerifyReport) => findings.map(it => `${it.key} ${it.is}${it.isHealed ? ', healed' : ''}`)

  for (const hasUpsert of [true, false])
    describe(hasUpsert ? 'at a target with an upsert' : 'at a target without one', () => {
      it('of what is as it should be writes nothing, says until when, and leaves no line per record', async () => {
        await open(flow(), { hasUpsert })
        const before = await world.ledger.events({ flow: 'customers', limit: 1_000 })
        const report = await world.verify()
        expect(report).to.include({ state: 'succeeded', isComplete: true })
        expect(report.tally).to.deep.equal({ compared: 8, healed: 0, left: 0 })
        const until = report.verifiedUntil ?? ''
        expect(until >= report.startedAt && until <= report.endedAt, until).to.equal(true)
        expect(world.crm.writes).to.deep.equal([])
        expect(await world.ledger.events({ flow: 'customers', limit: 1_000 })).to.deep.equal(before)
        const [row] = await world.ledger.verifications('customers')
        expect(row).to.deep.include({ flow: 'customers', entity: 'CUSTOMER', walk: null })
        expect(row?.verified).to.deep.include({ until, runId: report.runId, tally: report.tally })
      })

      it('makes anew what is gone, and puts right what was changed', async () => {
        await open(flow(), { hasUpsert })
        remove('B')
        change('D', { Name: 'by hand', Status: 'kept' })
        const report = await world.verify()
        expect(told(report)).to.have.members(['B missing, healed', 'D different, healed'])
        expect(report.tally).to.deep.equal({ compared: 8, healed: 2, left: 0 })
        expect(report.counts).to.include({ read: 8, written: 2, unchanged: 6 })
        expect(atTarget()).to.deep.equal(asAtSource())
        expect(rowOf('D')?.fields['Status'], 'belongs to whoever changed it').to.equal('kept')
        expect(rowOf('B')?.fields['Status'], 'is created in full').to.equal('new')
        const events = await world.ledger.events({ runId: report.runId, limit: 10 })
        expect(events.map(it => [it.sourceKey, it.did, it.changed])).to.have.deep.members([
          ['B', 'created: was missing', ['Name', 'ERP_ID', 'Status']],
          ['D', 'updated: was different', ['Name']],
        ])
        expect(await world.verify()).to.deep.include({ tally: { compared: 8, healed: 0, left: 0 } })
        expect((await world.run()).counts).to.include({ written: 0 })
        expect(world.crm.rows('Accounts')).to.have.length(8)
      })

      it('brings what no run has brought', async () => {
        await open(flow(), { hasUpsert })
        world.erp.put({ ID: 'X', NAME: 'late' })
        world.erp.put({ ID: 'A', NAME: 'newer' })
        // a walk that had gone wrong: it says that it has read them
        const [stand] = await world.ledger.checkpoints('customers')
        if (stand) await world.ledger.setCheckpoint('customers', 'CUSTOMER', { stamp: 99 }, stand.committedAt)
        await world.run()
        expect(Object.keys(atTarget())).to.not.include('X')
        expect(told(await world.verify())).to.have.members(['X missing, healed', 'A different, healed'])
        expect(atTarget()).to.deep.equal(asAtSource())
        expect((await world.ledger.checkpoint('customers', 'CUSTOMER'))?.['stamp'], 'is not its own').to.equal(99)
      })

      it('that only looks writes nothing and forgets nothing', async () => {
        await open(flow(), { hasUpsert })
        remove('B')
        change('D', { Name: 'by hand' })
        world.erp.put({ ID: 'X', NAME: 'not brought yet' })
        world.erp.remove('H')
        const before = world.crm.rows('Accounts').map(it => ({ ...it, fields: { ...it.fields } }))
        const report = await world.verify({ heal: false })
        expect(told(report)).to.have.members(['B missing', 'D different', 'X missing', 'H left over'])
        expect(report.tally).to.deep.equal({ compared: 9, healed: 0, left: 4 })
        expect(world.crm.writes).to.deep.equal([])
        expect(world.crm.rows('Accounts')).to.deep.equal(before)
        const askedAgain = world.erp.reads.flatMap(it => it.where?.values ?? [])
        expect([...new Set(askedAgain)], 'the others were met').to.deep.equal(['H'])
        const lines = await world.ledger.events({ runId: report.runId, limit: 10 })
        expect(lines.map(it => `${it.sourceKey} ${it.outcome} ${it.did}`)).to.have.members([
          'B unchanged left: missing',
          'D unchanged left: different',
          'X unchanged left: missing',
          'H unchanged left: gone from the source',
        ])
        // an ordinary run still knows what it has to do
        expect((await world.run()).counts).to.include({ written: 1, deleted: 1 })
        expect(Object.keys(atTarget())).to.include('X').and.not.include('H')
      })

      it('deletes what is gone from the source where the flow does so', async () => {
        await open(flow(), { hasUpsert })
        world.erp.remove('H')
        const report = await world.verify()
        expect(told(report)).to.deep.equal(['H left over, healed'])
        expect(report.tally).to.deep.equal({ compared: 8, healed: 1, left: 0 })
        expect(atTarget()).to.deep.equal(asAtSource())
      })

      it('tells of two under one key, and leaves them to a person', async () => {
        await open(flow(), { hasUpsert })
        world.crm.put('Accounts', { Name: 'a copy', ERP_ID: 'C' })
        const report = await world.verify()
        expect(told(report)).to.deep.equal(['C doubled'])
        expect(report.findings[0]?.why).to.match(/^2 Accounts have ERP_ID = C: c\d+, c9$/)
        expect(world.crm.writes).to.deep.equal([])
      })

      it('goes on where its calls have run out, also in another process', async () => {
        await open(flow(), { hasUpsert })
        remove('A')
        remove('H')
        world.erp.pageSize = 2
        const ports = aCallAWindow()
        const first = await world.verify({ calls: 1 }, { ports })
        expect(first).to.deep.include({
          isComplete: false,
          verifiedUntil: null,
          tally: { compared: 4, healed: 1, left: 0 },
        })
        world.clock.advance(3_600_000)
        const rest = await world.verify({ calls: 99 }, { ports })
        expect(rest.isComplete).to.equal(true)
        expect(Date.parse(rest.verifiedUntil ?? ''), 'when the walk began').to.be.within(
          Date.parse(first.startedAt),
          Date.parse(first.endedAt),
        )
        expect(rest.tally, 'of this part').to.deep.equal({ compared: 4, healed: 1, left: 0 })
        const [row] = await world.ledger.verifications('customers')
        expect(row?.verified?.tally, 'of the whole walk').to.deep.equal({ compared: 8, healed: 2, left: 0 })
        expect(atTarget()).to.deep.equal(asAtSource())
      })

      it('that is cut off by a dead process at any point loses and doubles nothing', async () => {
        await open(flow(), { hasUpsert })
        for (let at = 1, isOver = false; !isOver; at++) {
          remove('B')
          change('D', { Name: 'by hand' })
          const [old, fresh] = [`X${at - 1}`, `X${at}`]
          world.erp.remove(old)
          world.erp.put({ ID: fresh, NAME: 'new' })
          isOver = await world.verify({}, { mishap: { at, kind: 'crash' } }).then(
            () => true,
            () => false,
          )
          await world.verify()
          expect(atTarget(), `dead at ${at}`).to.deep.equal(asAtSource())
          expect(world.crm.rows('Accounts'), `dead at ${at}`).to.have.length(9)
          expect(await world.ledger.unresolvedIntents('customers')).to.deep.equal([])
        }
      })
    })

  it('does not make anew what is only ever created', async () => {
    await open(flow('').replace('operation: upsert', 'operation: create').replace(', createOnly: [Status]', ''))
    remove('B')
    change('D', { Name: 'of the target alone' })
    world.erp.put({ ID: 'X', NAME: 'never brought' })
    const report = await world.verify()
    expect(told(report)).to.have.members(['B missing', 'X missing, healed'])
    expect(report.findings.find(it => it.key === 'B')?.why).to.include('not made a second time')
    expect(world.crm.writes.map(it => it.batch.records.length)).to.deep.equal([1])
  })

  it('says what died and what waits, and goes on being a run', async () => {
    await open(flow(), {})
    world.crm.refuses = (_entity, _operation, fields) => (fields['Name'] === 'name B' ? 'no such name' : undefined)
    remove('B')
    const report = await world.verify()
    expect(told(report)).to.deep.equal(['B dead'])
    expect(report).to.deep.include({ state: 'partial', tally: { compared: 8, healed: 0, left: 1 } })
    expect((await world.letters()).map(it => it.sourceKey)).to.deep.equal(['B'])
    world.crm.refuses = () => undefined
    expect((await world.replay()).counts).to.include({ written: 1 })
    expect(atTarget()).to.deep.equal(asAtSource())
  })

  it('says so when the target does not keep what it is given', async () => {
    await open()
    change('D', { Name: 'by hand' })
    world.crm.interfere = (_entity, { records }, when) => {
      if (when === 'after')
        for (const { sinkKey } of records) if (sinkKey === rowOf('D')?.id) change('D', { Name: 'NAME D' })
    }
    const report = await world.verify()
    expect(told(report)).to.deep.equal(['D different'])
    expect(report.findings[0]?.why).to.match(/^it was written, and the target holds something else/)
    expect(report.tally).to.deep.equal({ compared: 8, healed: 0, left: 1 })
  })

  it('leaves alone what a person has given up, until it changes', async () => {
    await open()
    world.crm.refuses = (_entity, _operation, fields) => (fields['Name'] === 'bad' ? 'no such name' : undefined)
    world.erp.put({ ID: 'B', NAME: 'bad' })
    await world.run()
    const ids = (await world.letters()).map(it => it.id)
    await world.ledger.discardDead(ids, new Date().toISOString())
    world.crm.refuses = () => undefined
    expect(await world.verify()).to.deep.include({ tally: { compared: 7, healed: 0, left: 0 } })
    expect([atTarget()['B'], await world.letters()]).to.deep.equal(['name B', []])
    world.erp.put({ ID: 'B', NAME: 'good' })
    expect(told(await world.verify())).to.deep.equal(['B different, healed'])
  })

  it('ends when more records die than the flow bears', async () => {
    await open(flow('errors: { stopAfter: 2 }'))
    for (const key of KEYS) remove(key)
    world.crm.refuses = () => 'no room'
    const { failure, isComplete, tally } = await world.verify()
    expect([failure?.code, isComplete, tally.compared]).to.deep.equal(['RUN_TOO_MANY_DEAD', false, 6])
  })

  it('begins anew when the flow has changed', async () => {
    await open()
    world.erp.pageSize = 2
    await world.verify({ calls: 1 }, { ports: aCallAWindow() })
    const [held] = await world.ledger.verifications('customers')
    expect(held?.walk?.tally).to.include({ compared: 4 })
    world.rewrite(flow('onDelete: delete', `'NAME & "!"'`))
    const report = await world.verify()
    expect(report.tally).to.deep.equal({ compared: 8, healed: 8, left: 0 })
    expect(report.findings[0]?.why).to.match(/^source or mapping changed after run run-\d+ wrote it$/)
    expect(rowOf('A')?.fields['Name']).to.equal('name A!')
  })

  it('finds a record by its id when a person has emptied its key there', async () => {
    await open()
    change('B', { ERP_ID: '' })
    const report = await world.verify()
    expect(told(report)).to.deep.equal(['B different, healed'])
    expect(atTarget()).to.deep.equal(asAtSource())
    expect(world.crm.rows('Accounts')).to.have.length(8)
  })
})

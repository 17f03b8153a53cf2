import { expect } from 'chai'
import type { Batch } from '../../engine/sdk/connector.ts'
import { EngineError } from '../../engine/sdk/index.ts'
import { lost } from './support/toy-crm.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (operation: string, match = '  match: ERP_ID') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map: { Name: NAME, ERP_ID: TAXID }
sink:
  connector: toy-crm
  entity: Accounts
  operation: ${operation}
${match}
`
const refused = () => new EngineError({ kind: 'record', code: 'TOY_REFUSED', message: 'no' })

describe('a write of which nobody knows whether it happened', () => {
  let world: ToyWorld
  afterEach(() => world.close())
  const open = async (text: string, options = {}) => {
    world = await createToyWorld(text, options)
    for (const id of ['A', 'B', 'C']) world.erp.put({ ID: id, NAME: id, TAXID: `t${id}` })
  }
  const keys = () => world.crm.rows('Accounts').map(row => row.fields['ERP_ID'])
  const intents = () => world.ledger.unresolvedIntents('customers')
  /** Acts on the n-th write of the run (from 1). */
  const onWrite = (turns: Readonly<Record<number, ['before' | 'after', () => Error]>>, operation = 'create') => {
    let count = 0
    world.crm.interfere = (_entity: string, batch: Batch, when: 'before' | 'after') => {
      if (batch.operation !== operation) return
      if (when === 'before') count += 1
      const turn = turns[count]
      if (turn?.[0] === when) throw turn[1]()
    }
  }

  it('is announced once, however often its batch is taken apart', async () => {
    await open(flow('create'))
    world.crm.isAllOrNothing = true
    world.crm.refuses = (_entity, _operation, fields) => (fields['Name'] === 'B' ? 'no' : undefined)
    const report = await world.run()
    expect([report.failure, report.counts.written, report.counts.dead]).to.deep.equal([null, 2, 1])
    expect([keys(), await intents()]).to.deep.equal([['tA', 'tC'], []])
  })

  it('is looked up where a batch is taken apart and an answer is lost in between', async () => {
    await open(flow('create'))
    onWrite({ 1: ['before', refused], 2: ['after', () => lost('cut')] })
    const report = await world.run()
    expect(report.counts).to.include({ written: 3, dead: 0 })
    expect([keys().sort(), await intents()]).to.deep.equal([['tA', 'tB', 'tC'], []])
  })

  it('is found when it arrives only after it was sent again and refused as a double', async () => {
    await open(flow('create'))
    onWrite({ 1: ['before', () => lost('slow')], 2: ['after', refused] })
    const report = await world.run()
    expect(report.counts).to.include({ written: 3, dead: 0 })
    expect(keys()).to.have.length(3)
  })

  it('is said again for an update, and a refusal of the second try is that of its record alone', async () => {
    await open(flow('upsert'), { hasUpsert: false })
    await world.run()
    for (const id of ['A', 'B', 'C']) world.erp.put({ ID: id, NAME: `${id}2` })
    onWrite({ 1: ['before', () => lost('cut')], 2: ['before', refused] }, 'update')
    world.crm.isAllOrNothing = true
    world.crm.refuses = (_entity, _operation, fields) => (fields['Name'] === 'B2' ? 'no' : undefined)
    const report = await world.run()
    expect([report.state, report.counts.written, report.counts.dead]).to.deep.equal(['partial', 2, 1])
    expect(await intents()).to.deep.equal([])
  })

  it('is not taken for met when its record is gone by the time of a sweep: the same sweep deletes it', async () => {
    await open(`${flow('upsert')}onDelete: delete\n`, { hasUpsert: false })
    await world.run()
    world.erp.put({ ID: 'A', NAME: 'A2' })
    onWrite({ 1: ['before', () => lost('cut')], 2: ['before', () => lost('cut')] }, 'update')
    await world.run()
    expect(await intents()).to.have.length(1)
    world.crm.interfere = undefined
    world.erp.remove('A')
    // so that its tombstone is none that the sweep's walk still tells of
    for (const name of ['B2', 'B3']) world.erp.put({ ID: 'B', NAME: name })
    expect((await world.run({ options: { mode: 'sweep' } })).counts).to.include({ deleted: 1 })
    expect([keys().sort(), await intents()]).to.deep.equal([['tB', 'tC'], []])
  })

  it('stays open when an update is lost twice, and the next run says it again', async () => {
    await open(flow('upsert'), { hasUpsert: false })
    await world.run()
    world.erp.put({ ID: 'A', NAME: 'A2' })
    onWrite({ 1: ['before', () => lost('cut')], 2: ['before', () => lost('cut')] }, 'update')
    expect((await world.run()).failure?.kind).to.equal('uncertain')
    world.crm.interfere = undefined
    expect((await world.run()).counts).to.include({ written: 1, dead: 0 })
    expect([world.crm.rows('Accounts')[0]?.fields['Name'], await intents()]).to.deep.equal(['A2', []])
  })

  it('is looked up when the target says of a single record that it cannot tell', async () => {
    await open(flow('create'))
    const { connector } = world.crm
    const connect = connector.connect
    Object.assign(connector, {
      connect: async (context: Parameters<typeof connect>[0]) => {
        const connection = await connect(context)
        return {
          ...connection,
          write: async (entity: string, batch: Batch) => {
            const answers = await connection.write(entity, batch)
            return answers.map((answer, n) => (n === 1 ? { is: 'refused', ref: answer.ref, error: lost('?') } : answer))
          },
        }
      },
    })
    const report = await world.run()
    expect(report.counts).to.include({ written: 3, dead: 0 })
    expect(keys()).to.have.length(3)
  })

  it('dies where there is nothing to look it up by, and its intent is closed', async () => {
    await open(flow('create', '').replace(', ERP_ID: TAXID', ''))
    onWrite({ 1: ['after', () => lost('cut')] })
    const report = await world.run()
    expect(report.counts).to.include({ written: 0, dead: 3 })
    expect((await world.letters()).map(it => it.failure.kind)).to.deep.equal(['uncertain', 'uncertain', 'uncertain'])
    expect(await intents()).to.deep.equal([])
  })

  it('leaves the intents of a dead record open while the fate of its other elements is not known', async () => {
    const lines = `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
steps:
  - name: lines
    each: LINES
    map: { ERP_ID: '$key & $item.CODE' }
    sink: { connector: toy-crm, entity: Lines, operation: create, match: ERP_ID }
`
    world = await createToyWorld(lines, { maxBatch: 1 })
    world.erp.put({ ID: 'A', LINES: [{ CODE: 'x' }, { CODE: 'y' }] })
    world.crm.refuses = (_entity, _operation, fields) => (fields['ERP_ID'] === 'Ax' ? 'no' : undefined)
    onWrite({ 2: ['after', () => new EngineError({ kind: 'contract', code: 'TOY_CONTRACT', message: 'what?' })] })
    await world.run()
    expect((await intents()).map(it => it.matchValue)).to.deep.equal(['Ay'])
    world.crm.interfere = undefined
    world.crm.refuses = () => undefined
    await world.run()
    await world.replay()
    expect(world.crm.rows('Lines').map(row => row.fields['ERP_ID'])).to.deep.equal(['Ay', 'Ax'])
    expect([await intents(), await world.letters()]).to.deep.equal([[], []])
  })

  it('is closed with a warning when the flow does not write there any more', async () => {
    await open(flow('create'))
    onWrite({ 1: ['after', () => new EngineError({ kind: 'transient', code: 'TOY', message: 'gone' })] })
    await world.run()
    expect(await intents()).to.have.length(3)
    world.crm.interfere = undefined
    world.rewrite(flow('create').replace('connector: toy-crm', 'connector: other'))
    expect((await world.run()).counts).to.include({ written: 3, dead: 0 })
    expect(await intents()).to.deep.equal([])
    expect(world.logged.join('\n')).to.contain('no known outcome')
    expect((await world.ledger.knownBySink('other', 'Accounts', ['other1', 'c1'])).map(it => it.sinkKey)).to.deep.equal(
      ['other1'],
    )
  })
})

describe('a record without a value to match on', () => {
  it('is created, and takes over nothing that has none either', async () => {
    const world = await createToyWorld(flow('create'))
    world.crm.put('Accounts', { Name: 'by hand' })
    world.erp.put({ ID: 'A', NAME: 'A' })
    expect((await world.run()).counts).to.include({ written: 1, unchanged: 0 })
    expect(world.crm.rows('Accounts').map(row => row.fields['Name'])).to.deep.equal(['by hand', 'A'])
    await world.close()
  })

  it('is told from one that differs in case only, where the target tells them apart', async () => {
    const world = await createToyWorld(flow('create'))
    world.crm.put('Accounts', { Name: 'by hand', ERP_ID: 'ABC' })
    world.erp.put({ ID: 'A', NAME: 'A', TAXID: 'ABC' })
    world.erp.put({ ID: 'B', NAME: 'B', TAXID: 'abc' })
    expect((await world.run()).counts).to.include({ written: 1, unchanged: 1 })
    expect(world.crm.rows('Accounts').map(row => row.fields['ERP_ID'])).to.deep.equal(['ABC', 'abc'])
    await world.close()
  })
})

describe('a change that was cut off', () => {
  for (const hasUpsert of [true, false])
    it(`is corrected when the source has gone back to what it was, ${hasUpsert ? 'with' : 'without'} an upsert`, async () => {
      const world = await createToyWorld(flow('upsert'), { hasUpsert })
      world.erp.put({ ID: 'A', NAME: 'one', TAXID: 'tA' })
      await world.run()
      world.erp.put({ ID: 'A', NAME: 'two' })
      world.crm.interfere = (_entity, _batch, when) => {
        if (when === 'after') throw new EngineError({ kind: 'transient', code: 'TOY', message: 'gone' })
      }
      expect((await world.run()).state).to.equal('failed')
      expect(world.crm.rows('Accounts')[0]?.fields['Name']).to.equal('two')
      world.crm.interfere = undefined
      world.erp.put({ ID: 'A', NAME: 'one' })
      await world.run()
      expect(world.crm.rows('Accounts').map(row => row.fields['Name'])).to.deep.equal(['one'])
      expect((await world.run()).counts).to.include({ written: 0 })
      expect(await world.ledger.unresolvedIntents('customers')).to.deep.equal([])
      await world.close()
    })
})

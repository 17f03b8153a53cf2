import { expect } from 'chai'
import type { Ledger } from '../../engine/core/ledger.ts'
import { byForm } from '../../engine/host/index.ts'
import { type PreviewedLetter, previewReplay } from '../../engine/run/index.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (name = 'NAME', more = '') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
filter: '$not(TAXID = "none")'
map: { Name: ${name}, ERP_ID: ID, Status: '$exists(TAXID) ? TAXID : null', Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
${more}
`
const LONG = 'x'.repeat(30)

/** All that a replay may change in the ledger. */
async function rowsOf(ledger: Ledger, keys: readonly string[]) {
  return {
    events: await ledger.events({ limit: 10_000 }),
    runs: await ledger.runs({ limit: 10_000 }),
    letters: await ledger.deadLetters({ limit: 10_000 }),
    known: await ledger.known('customers', 'erp', 'CUSTOMER', keys),
    tracked: [...(await ledger.tracked('customers', 'CUSTOMER', keys))],
    parked: await ledger.parked('customers', 10_000),
    intents: await ledger.unresolvedIntents('customers'),
    checkpoints: await ledger.checkpoints(),
    holder: await ledger.leaseHolder('customers'),
  }
}

describe('the dry run of a replay', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(flow())
  })
  afterEach(() => world.close())
  const put = (ID: string, more: object) => world.erp.put({ ID, ...more })

  async function look(
    from?: 'stored' | 'source',
    letters?: readonly Parameters<typeof byForm>[1][number][],
    bodies?: Parameters<ToyWorld['replay']>[2],
  ): Promise<readonly PreviewedLetter[]> {
    const parts = byForm(world.flow(), letters ?? (await world.letters()), from)
    const found: PreviewedLetter[] = []
    await world.within(async ports => {
      for await (const part of previewReplay(
        world.flow(),
        ports,
        parts.map(it => ({ ...it, ...(bodies ? { bodies } : {}) })),
      ))
        found.push(...part.letters)
    })
    return found
  }
  const woulds = (letters: readonly PreviewedLetter[]) =>
    Object.fromEntries(letters.map(it => [it.letter.sourceKey, it.would]))

  it('says of each letter what becomes of it, and changes neither the ledger nor the target', async () => {
    put('NEW', { NAME: LONG })
    put('HELD', { NAME: 'held' })
    put('SAME', { NAME: 'same' })
    await world.run()
    put('HELD', { NAME: LONG })
    put('SAME', { NAME: LONG })
    put('DROP', { NAME: LONG })
    put('BAD', { NAME: LONG })
    await world.run()
    put('NEW', { NAME: 'new' })
    put('HELD', { NAME: 'other' })
    put('SAME', { NAME: 'same' })
    put('DROP', { TAXID: 'none' })
    const keys = ['NEW', 'HELD', 'SAME', 'DROP', 'BAD']
    const [before, writes] = [await rowsOf(world.ledger, keys), world.crm.writes.length]
    const found = await look('source')
    expect(woulds(found)).to.deep.equal({
      ...{ NEW: 'create', HELD: 'update', SAME: 'same', DROP: 'filter', BAD: 'reject' },
    })
    const [held] = found.filter(it => it.letter.sourceKey === 'HELD')
    const told = held?.records[0]?.differences.map(it => [it.field, it.before, it.after])
    expect(told).to.deep.equal([['Name', 'held', 'other']])
    expect(await rowsOf(world.ledger, keys)).to.deep.equal(before)
    expect(world.crm.writes.length).to.equal(writes)
    // and so it comes
    const report = await world.replay(undefined, 'source')
    expect(report.counts).to.include({ read: 5, written: 2, unchanged: 1, filtered: 1, dead: 1 })
  })

  it('tells a failure that is the same from another', async () => {
    put('A', { NAME: LONG })
    put('B', { NAME: LONG })
    await world.run()
    put('B', { NAME: 'short', ID: 'B' })
    world.rewrite(flow('\'ID = "B" ? $error("odd") : NAME\''))
    const found = await look('source')
    expect(found.map(it => [it.letter.sourceKey, it.would, it.isSameFailure]).sort()).to.deep.equal([
      ['A', 'reject', true],
      ['B', 'reject', false],
    ])
  })

  it('takes the record as it was kept, or as it was edited', async () => {
    put('A', { NAME: LONG })
    await world.run()
    put('A', { NAME: 'better at the source' })
    expect(woulds(await look('stored'))).to.deep.equal({ A: 'reject' })
    expect(woulds(await look('source'))).to.deep.equal({ A: 'create' })
    const [letter] = await world.letters()
    const bodies = new Map([[letter?.id ?? '', { ID: 'A', NAME: 'edited' }]])
    const [edited] = await look('stored', undefined, bodies)
    expect([edited?.would, edited?.records[0]?.mapped?.['Name']]).to.deep.equal(['create', 'edited'])
  })

  it('reads again what died in another form of the flow', async () => {
    put('A', { NAME: LONG })
    await world.run()
    world.rewrite(flow("'$substring(NAME, 0, 20)'"))
    put('A', { TAXID: 'T' })
    const [letter] = await look()
    expect([letter?.from, letter?.records[0]?.mapped?.['Status']]).to.deep.equal(['source', 'T'])
  })

  it('knows what has been overtaken, and what is not there any more', async () => {
    put('A', { NAME: LONG })
    put('B', { NAME: LONG })
    await world.run()
    const listed = await world.letters()
    put('A', { NAME: 'newer' })
    await world.run()
    expect(woulds(await look('stored', listed))).to.deep.equal({ A: 'overtaken', B: 'reject' })
    const deadBody = world.ledger.deadBody
    try {
      world.ledger.deadBody = async () => undefined
      expect(woulds(await look('stored'))).to.deep.equal({ B: 'missing' })
    } finally {
      world.ledger.deadBody = deadBody
    }
  })

  it('finds what refers to a letter that comes after it, in whatever order they are taken', async () => {
    world.rewrite(flow('\'$error("not yet")\''))
    for (const [ID, PARENT] of [
      ['A', ''],
      ['B', 'A'],
      ['C', 'B'],
      ['D', 'NOBODY'],
    ] as const)
      put(ID, { NAME: ID, PARENT })
    await world.run()
    world.rewrite(flow())
    // newest first: whatever is referred to comes last
    expect((await world.letters()).map(it => it.sourceKey)).to.deep.equal(['D', 'C', 'B', 'A'])
    const found = await look('stored')
    expect(woulds(found)).to.deep.equal({ A: 'create', B: 'create', C: 'create', D: 'park' })
    const report = await world.replay()
    expect([report.counts.written, report.counts.parked]).to.deep.equal([3, 1])
    expect(world.crm.rows('Accounts').length).to.equal(3)
  })

  it('sees that two letters far apart claim one record of the target', async () => {
    world.rewrite(flow().replace('ERP_ID: ID', 'ERP_ID: TAXID'))
    // more than are taken at once
    for (let n = 0; n < 502; n++) put(`K${String(n).padStart(3, '0')}`, { NAME: LONG, TAXID: `T${n % 501}` })
    await world.run({ ports: { unitSize: 1_000 } })
    world.rewrite(flow("'$substring(NAME, 0, 20)'").replace('ERP_ID: ID', 'ERP_ID: TAXID'))
    const found = await look('stored')
    const rejected = found.filter(it => it.would === 'reject')
    expect(rejected.map(it => it.records.at(-1)?.failure?.code)).to.deep.equal(['RUN_MATCH_TAKEN'])
    await world.replay()
    const left = await world.letters()
    expect(left.map(it => [it.sourceKey, it.failure.code])).to.deep.equal([
      [rejected[0]?.letter.sourceKey, 'RUN_MATCH_TAKEN'],
    ])
  })

  it('sees that one record of the target is left by the time that another claims it', async () => {
    const keyed = (name: string) => flow(name).replace('ERP_ID: ID', 'ERP_ID: TAXID')
    world.rewrite(keyed('NAME'))
    put('A', { NAME: 'a', TAXID: 'X' })
    await world.run()
    put('B', { NAME: LONG, TAXID: 'X' })
    await world.run()
    for (let n = 0; n < 500; n++) put(`K${n}`, { NAME: LONG, TAXID: `T${n}` })
    await world.run({ ports: { unitSize: 1_000 } })
    put('A', { NAME: LONG, TAXID: 'Y' })
    await world.run()
    world.rewrite(keyed("'$substring(NAME, 0, 20)'"))
    const found = woulds(await look('stored'))
    // what the target holds by then is not known, only that nobody is in the way
    expect(found['A']).to.equal('update')
    expect(found['B']).to.be.oneOf(['create', 'update'])
    expect((await world.replay()).counts).to.include({ read: 502, written: 502, dead: 0 })
  })

  it('leaves alone what somebody has changed at the target since, as the replay does', async () => {
    put('A', { NAME: 'one' })
    await world.run()
    put('A', { NAME: LONG })
    await world.run()
    put('A', { NAME: 'one' })
    const [row] = world.crm.rows('Accounts')
    world.crm.remove('Accounts', row?.id ?? '')
    const [letter] = await look('source')
    expect([letter?.would, letter?.records[0]?.isLeftAlone]).to.deep.equal(['same', true])
    expect((await world.replay(undefined, 'source')).counts).to.include({ written: 0, unchanged: 1 })
  })

  it('says of a deletion that it would delete', async () => {
    world.rewrite(flow('NAME', 'onDelete: delete'))
    put('A', { NAME: 'one' })
    await world.run()
    put('A', { NAME: LONG })
    await world.run()
    world.erp.remove('A')
    expect(woulds(await look('source'))).to.deep.equal({ A: 'delete' })
    expect(world.crm.rows('Accounts').length).to.equal(1)
  })

  it('claims nothing of a target that cannot be read', async () => {
    put('A', { NAME: LONG })
    await world.run()
    put('A', { NAME: 'short' })
    const parts = byForm(world.flow(), await world.letters(), 'source')
    const unread: unknown[] = []
    await world.within(async ports => {
      const open: typeof ports.open = async name => {
        const held = await ports.open(name)
        return name === 'crm' ? { ...held, find: () => Promise.reject(new Error('no')) } : held
      }
      for await (const part of previewReplay(world.flow(), { ...ports, open }, parts)) unread.push(part.targetUnread)
    })
    expect(unread.filter(it => it !== null)).to.have.length(1)
  })
})

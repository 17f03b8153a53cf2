import { expect } from 'chai'
import fc from 'fast-check'
import type { Preview, RunReport } from '../../engine/run/index.ts'
import { EngineError } from '../../engine/sdk/index.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (operation: string, more = 'onDelete: delete') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
filter: NAME != "hidden"
map:
  Name: NAME
  ERP_ID: ID
  Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")'
sink: { connector: toy-crm, entity: Accounts, operation: ${operation}, match: ERP_ID }
${more}
`
const LONG = 'longer than the target keeps'

function would({ records }: Preview): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const it of records) counts[it.would] = (counts[it.would] ?? 0) + 1
  return counts
}

/** Outcomes of a run in the words of a preview. */
async function did({ ledger }: ToyWorld, { runId, counts }: RunReport): Promise<Record<string, number>> {
  const events = await ledger.events({ runId, limit: 1_000 })
  const created = events.filter(it => it.did === 'created').length
  const all = {
    create: created,
    update: counts.written - created,
    same: counts.unchanged,
    filter: counts.filtered,
    reject: counts.dead,
    park: counts.parked,
    delete: counts.deleted,
  }
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
}

const change = fc.record({
  key: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
  name: fc.constantFrom('one', 'two', 'hidden', LONG),
  parent: fc.constantFrom('', 'A', 'B', 'C', 'Z'),
  isRemoved: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

function act({ erp }: ToyWorld, it: { key: string; name: string; parent: string; isRemoved: boolean }): void {
  if (it.isRemoved) erp.remove(it.key)
  else erp.put({ ID: it.key, NAME: it.name, PARENT: it.parent < it.key || it.parent === 'Z' ? it.parent : '' })
}

describe('a preview', function () {
  this.timeout(60_000)

  for (const operation of ['upsert', 'create'])
    for (const hasUpsert of [true, false])
      it(`says what the next run does: ${operation}, ${hasUpsert ? 'with' : 'without'} an upsert at the target`, () =>
        fc.assert(
          fc.asyncProperty(fc.array(change), fc.array(change, { minLength: 1 }), async (before, after) => {
            const world = await createToyWorld(flow(operation), { hasUpsert })
            try {
              for (const it of before) act(world, it)
              await world.run()
              for (const it of after) act(world, it)
              const writes = world.crm.writes.length
              const previewed = await world.preview()
              expect(world.crm.writes.length).to.equal(writes)
              const report = await world.run()
              expect(previewed.read).to.equal(report.counts.read)
              expect(would(previewed)).to.deep.equal(await did(world, report))
            } finally {
              await world.close()
            }
          }),
          { numRuns: Number(process.env['RUNS'] ?? 40) },
        ))

  describe('of one flow', () => {
    let world: ToyWorld
    beforeEach(async () => {
      world = await createToyWorld(flow('upsert'))
    })
    afterEach(() => world.close())

    it('stores nothing', async () => {
      world.erp.put({ ID: 'A', NAME: 'A' })
      await world.run()
      world.erp.put({ ID: 'A', NAME: 'A2' })
      const stored = async () => [
        await world.ledger.runs({ limit: 10 }),
        await world.ledger.checkpoints(),
        await world.ledger.events({ limit: 100 }),
        await world.ledger.leaseHolder('customers'),
      ]
      const before = await stored()
      await world.preview()
      expect(await stored()).to.deep.equal(before)
    })

    it('shows the links of records that the same run will bring', async () => {
      world.erp.put({ ID: 'B', NAME: 'B', PARENT: 'A' })
      world.erp.put({ ID: 'C', NAME: 'C', PARENT: 'B' })
      world.erp.put({ ID: 'A', NAME: 'A' })
      const { records } = await world.preview()
      const parentOf = (key: string) =>
        records.find(it => it.key === key)?.differences.find(it => it.field === 'Parent')?.after ?? null
      expect([parentOf('B'), parentOf('C')]).to.deep.equal(['<id of Accounts A>', '<id of Accounts B>'])
    })

    it('says what a record waits for that this run does not bring', async () => {
      world.erp.put({ ID: 'B', NAME: 'B', PARENT: 'A' })
      const [record] = (await world.preview()).records
      expect([record?.would, record?.waitsFor]).to.deep.equal(['park', ['Accounts of A']])
    })

    it('says that the target could not be read, and of nothing that it is the same', async () => {
      world.erp.put({ ID: 'A', NAME: 'A' })
      await world.run()
      const { connector } = world.crm
      const { connect } = connector
      Object.assign(connector, {
        connect: async (context: Parameters<typeof connect>[0]) => ({
          ...(await connect(context)),
          find: async () => {
            throw new EngineError({ kind: 'unavailable', code: 'TOY_CLOSED', message: 'closed' })
          },
        }),
      })
      const previewed = await world.preview({ keys: ['A'] })
      expect(previewed.targetUnread?.code).to.equal('TOY_CLOSED')
      expect(would(previewed)).to.not.have.property('same')
    })

    it('of a key that nobody knows is empty, and of one that is gone shows the deletion', async () => {
      world.erp.put({ ID: 'A', NAME: 'A' })
      await world.run()
      world.erp.remove('A')
      expect((await world.preview({ keys: ['nobody'] })).records).to.deep.equal([])
      const { records } = await world.preview({ keys: ['A'] })
      expect(records.map(it => [it.would, it.sinkKey])).to.deep.equal([['delete', 'c1']])
    })

    it('shows a deletion that the flow ignores as nothing', async () => {
      world.rewrite(flow('upsert', ''))
      world.erp.put({ ID: 'A', NAME: 'A' })
      await world.run()
      world.erp.remove('A')
      expect(would(await world.preview({ keys: ['A'] }))).to.deep.equal({ same: 1 })
    })

    it('keeps the fields that the target owns after creation', async () => {
      world.rewrite(flow('upsert', '').replace('match: ERP_ID }', 'match: ERP_ID, createOnly: [Name] }'))
      world.crm.put('Accounts', { ERP_ID: 'A', Name: 'by hand' })
      world.erp.put({ ID: 'A', NAME: 'A' })
      const [record] = (await world.preview()).records
      expect([record?.would, record?.differences.map(it => it.field)]).to.deep.equal(['update', []])
      await world.run()
      expect(world.crm.rows('Accounts')[0]?.fields['Name']).to.equal('by hand')
    })
  })
})

import { expect } from 'chai'
import { lost } from './support/toy-crm.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const flow = (operation: string) => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map: { Name: NAME, ERP_ID: ID }
sink: { connector: toy-crm, entity: Accounts, operation: ${operation}, match: ERP_ID }
`
const KEYS = Array.from({ length: 11 }, (_, n) => `K${String(n).padStart(2, '0')}`)

describe('a run that is told to stop', () => {
  let world: ToyWorld
  afterEach(() => world.close())
  const open = async (operation: string) => {
    world = await createToyWorld(flow(operation))
    for (const id of KEYS) world.erp.put({ ID: id, NAME: id })
  }
  const atTarget = () => world.crm.rows('Accounts').map(row => row.fields['ERP_ID'])

  for (const operation of ['upsert', 'create'])
    it(`settles what was written, frees the flow, and the next run does the rest: ${operation}`, async () => {
      for (let nth = 1; nth <= 6; nth++)
        for (const answers of [true, false]) {
          await open(operation)
          const stop = new AbortController()
          let writes = 0
          world.crm.interfere = (_entity, _batch, when) => {
            if (when !== 'after' || ++writes !== nth) return
            stop.abort()
            if (!answers) throw lost('the connection was closed')
          }
          const report = await world.run({ signal: stop.signal })
          const expected = writes >= nth ? ['cancelled', 'RUN_CANCELLED'] : ['succeeded', undefined]
          expect([report.state, report.failure?.code]).to.deep.equal(expected)
          const known = await world.ledger.known('customers', 'erp', 'CUSTOMER', KEYS)
          if (answers)
            expect(known.map(it => it.sinkKey).sort()).to.deep.equal(
              world.crm
                .rows('Accounts')
                .map(it => it.id)
                .sort(),
            )
          expect(await world.ledger.leaseHolder('customers')).to.equal(undefined)
          world.crm.interfere = undefined
          expect((await world.run()).state).to.equal('succeeded')
          expect([atTarget().sort(), await world.ledger.unresolvedIntents('customers')]).to.deep.equal([KEYS, []])
          await world.close()
        }
      await open(operation)
    })

  it('before it began writes nothing', async () => {
    await open('upsert')
    const report = await world.run({ signal: AbortSignal.abort() })
    expect([report.state, world.crm.writes.length]).to.deep.equal(['cancelled', 0])
  })
})

describe('the lease of a flow', () => {
  let world: ToyWorld
  beforeEach(async () => {
    world = await createToyWorld(flow('upsert'))
    world.erp.put({ ID: 'A', NAME: 'A' })
  })
  afterEach(() => world.close())

  it('keeps two runs of one process apart', async () => {
    let second: Promise<unknown> | undefined
    world.crm.interfere = () => {
      world.crm.interfere = undefined
      second = world.run({ ports: { isAlive: () => true } }).catch((thrown: { code: string }) => thrown.code)
    }
    const first = await world.run({ ports: { isAlive: () => true } })
    expect([first.state, await second]).to.deep.equal(['succeeded', 'RUN_OVERLAP'])
  })

  it('is taken over at once from a process that is gone, and not from one that lives', async () => {
    const hold = () => world.ledger.acquireLease('customers', 'gone:7:1:run-x', world.clock.now(), 60_000)
    await hold()
    const refused = await world.run({ ports: { isAlive: () => true } }).catch((thrown: { code: string }) => thrown.code)
    expect(refused).to.equal('RUN_OVERLAP')
    expect((await world.run()).state).to.equal('succeeded')
  })

  it('that lapsed while the process stood still is asked for again before anything more is written', async () => {
    for (let n = 0; n < 4; n++) world.erp.put({ ID: `K${n}`, NAME: 'old' })
    let newer: string | undefined
    world.crm.interfere = (_entity, _batch, when) => {
      if (when === 'before') return
      world.crm.interfere = undefined
      world.clock.advance(120_000)
      newer = 'another:2:1:run-y'
      // the other run: it holds the lease and has closed this one in the ledger
      void world.ledger.acquireLease('customers', newer, world.clock.now(), 60_000)
    }
    const report = await world.run({ ports: { unitSize: 100 } })
    expect([report.state, report.failure?.code]).to.deep.equal(['cancelled', 'RUN_LEASE_LOST'])
    expect(world.crm.writes).to.have.length(1)
    expect(await world.ledger.leaseHolder('customers')).to.equal(newer)
  })

  it('that another run has taken ends this one as interrupted, and nothing of it is settled', async () => {
    world.crm.interfere = (_entity, _batch, when) => {
      if (when === 'before') return
      world.crm.interfere = undefined
      const { name: flowName, hash: flowHash, workspace } = world.flow()
      const startedAt = world.clock.now().toISOString()
      const same = {
        workspace,
        flow: flowName,
        flowHash,
        trigger: 'manual',
        actor: 'test',
        startedAt,
        replayOf: null,
      } as const
      // by the clock of the other process the lease had lapsed
      const later = new Date(world.clock.now().getTime() + 120_000)
      void world.ledger.acquireLease('customers', 'another:2:1:taker', later, 60_000)
      void world.ledger.startRun({ id: 'taker', ...same })
    }
    const report = await world.run()
    expect([report.state, report.failure?.code]).to.deep.equal(['interrupted', 'LEDGER_RUN_ENDED'])
    expect(await world.ledger.checkpoint('customers', 'CUSTOMER')).to.equal(undefined)
  })
})

import { expect } from 'chai'
import fc from 'fast-check'
import type { RunReport } from '../../engine/run/index.ts'
import type { CrmOptions } from './support/toy-crm.ts'
import { createToyWorld, type ToyWorld } from './support/toy-world.ts'

const ONE_STEP = (operation: string) => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
filter: NAME != "hidden"
map:
  Name: NAME
  ERP_ID: ID
  Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")'
sink: { connector: toy-crm, entity: Accounts, operation: ${operation}, match: ERP_ID }
onDelete: delete
`
const WITH_LINES = (operation: string) => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
filter: NAME != "hidden"
steps:
  - name: account
    map:
      Name: NAME
      ERP_ID: ID
      Parent: '$exists(PARENT) ? $link("toy-crm", "Accounts", PARENT, "CUSTOMER")'
    sink: { connector: toy-crm, entity: Accounts, operation: ${operation}, match: ERP_ID }
  - name: lines
    each: LINES
    map: { ERP_ID: '$key & "-" & $item.CODE', Quantity: $item.QTY, Parent: '$sinkId("account")' }
    sink: { connector: toy-crm, entity: Lines, operation: ${operation}, match: ERP_ID }
onDelete: delete
`

type Step =
  | { readonly do: 'put'; readonly key: string; readonly name: string; readonly parent: string; readonly lines: number }
  | { readonly do: 'remove'; readonly key: string }
  | { readonly do: 'run'; readonly at: number; readonly kind: 'crash' | 'fail'; readonly mode: 'incremental' | 'sweep' }

const HIDDEN = 'F'
const KEYS = ['A', 'B', 'C', 'D', 'E', HIDDEN]
const key = fc.constantFrom(...KEYS)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key,
      name: fc.constantFrom('one', 'two', 'three'),
      parent: fc.constantFrom('', ...KEYS),
      lines: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      at: fc.integer({ min: 1, max: 60 }),
      kind: fc.constantFrom('crash' as const, 'fail' as const),
      mode: fc.constantFrom('incremental' as const, 'incremental' as const, 'sweep' as const),
    }),
  },
)

/**
 * What a run that was cut off had just created, and is gone at the source before anybody reads it again, is known to nobody where creations
 * are not announced (upserts by external key): there, histories take nothing away before a run has come to its end.
 */
async function act(world: ToyWorld, it: Step, isAnnounced: boolean): Promise<void> {
  const { erp } = world
  const takesAway = it.do === 'remove' || (it.do === 'put' && linesOf(world, it.key) > it.lines)
  if (takesAway && !isAnnounced) await world.run()
  if (it.do === 'run') {
    const mishap = { at: it.at, kind: it.kind }
    await world.run({ mishap, options: { mode: it.mode } }).then(expectConsistent, () => undefined)
  } else if (it.do === 'put') {
    // a parent comes before its child in the alphabet: no circles. It may well come later in time
    // and it never was another record of the same key: the id of one that is gone is not replaced in who referred to it
    const PARENT = it.parent < it.key && !erp.hasLost(it.parent) ? it.parent : ''
    const LINES = Array.from({ length: it.lines }, (_, n) => ({ CODE: `l${n}`, QTY: n + it.name.length }))
    // one is filtered all its life: what is filtered later stays at the target as it was
    erp.put({ ID: it.key, NAME: it.key === HIDDEN ? 'hidden' : it.name, PARENT, LINES })
  } else if (!erp.rows().some(row => row['PARENT'] === it.key)) erp.remove(it.key)
}

const linesOf = ({ erp }: ToyWorld, key: string) =>
  ((erp.rows().find(row => row['ID'] === key)?.['LINES'] ?? []) as unknown[]).length

function expectConsistent({ state, counts }: RunReport): void {
  if (state !== 'succeeded' && state !== 'partial') return
  const { read, written, unchanged, filtered, dead, parked, deleted } = counts
  expect(written + unchanged + filtered + dead + parked + deleted, JSON.stringify(counts)).to.equal(read)
}

/** What parents are missing comes at last; then runs go on until one has nothing to do. */
async function rest({ erp, run }: ToyWorld): Promise<void> {
  for (const row of erp.rows()) {
    const parent = String(row['PARENT'] ?? '')
    if (parent && !erp.rows().some(it => it['ID'] === parent && it['NAME'] !== 'hidden'))
      erp.put({ ID: parent, NAME: 'late', PARENT: '' })
  }
  for (let round = 0; round < 3; round++) {
    const report = await run({ options: { mode: round === 1 ? 'sweep' : 'incremental' } })
    expect([report.state, report.failure]).to.deep.equal(['succeeded', null])
    expectConsistent(report)
    if (round === 2) expect(report.counts).to.include({ written: 0, parked: 0, deleted: 0 })
  }
}

const wanted = ({ erp }: ToyWorld) => erp.rows().filter(it => it['NAME'] !== 'hidden')

function accountsAtTarget({ crm }: ToyWorld): string[] {
  const keyOf = new Map(crm.rows('Accounts').map(row => [row.id, row.fields['ERP_ID']]))
  const shown = crm.rows('Accounts').map(({ fields }) => {
    const parent = fields['Parent']
    return [fields['ERP_ID'], fields['Name'], parent ? (keyOf.get(String(parent)) ?? 'nobody') : ''].join(' ')
  })
  return shown.sort()
}

const accountsAtSource = (world: ToyWorld) =>
  wanted(world)
    .map(it => [it['ID'], it['NAME'], it['PARENT'] ?? ''].join(' '))
    .sort()

function linesAtTarget({ crm }: ToyWorld): string[] {
  const keyOf = new Map(crm.rows('Accounts').map(row => [row.id, row.fields['ERP_ID']]))
  return crm
    .rows('Lines')
    .map(({ fields }) => [fields['ERP_ID'], fields['Quantity'], keyOf.get(String(fields['Parent']))].join(' '))
    .sort()
}

const linesAtSource = (world: ToyWorld) =>
  wanted(world)
    .flatMap(it =>
      ((it['LINES'] ?? []) as { CODE: string; QTY: number }[]).map(line =>
        [`${it['ID']}-${line.CODE}`, line.QTY, it['ID']].join(' '),
      ),
    )
    .sort()

const FLOWS: readonly (readonly [string, string, CrmOptions])[] = [
  ['upsert', ONE_STEP('upsert'), {}],
  ['upsert, into a system without one', ONE_STEP('upsert'), { hasUpsert: false }],
  ['create', ONE_STEP('create'), {}],
  ['two steps, upsert', WITH_LINES('upsert'), {}],
  ['two steps, upsert, into a system without one', WITH_LINES('upsert'), { hasUpsert: false }],
]

/** A flow that only creates never changes what is there: names and parents stay those of the day. */
const keysAtTarget = ({ crm }: ToyWorld) =>
  crm
    .rows('Accounts')
    .map(row => row.fields['ERP_ID'])
    .sort()
const keysAtSource = (world: ToyWorld) =>
  wanted(world)
    .map(it => it['ID'])
    .sort()

describe('a run that is cut off anywhere', function () {
  this.timeout(120_000)
  for (const [what, flow, options] of FLOWS)
    it(`loses nothing and doubles nothing: ${what}`, () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async history => {
          const world = await createToyWorld(flow, options)
          try {
            for (const it of history) await act(world, it, options.hasUpsert === false || what === 'create')
            await rest(world)
            expect(keysAtTarget(world)).to.deep.equal(keysAtSource(world))
            if (!what.startsWith('create')) expect(accountsAtTarget(world)).to.deep.equal(accountsAtSource(world))
            if (what.startsWith('two')) expect(linesAtTarget(world)).to.deep.equal(linesAtSource(world))
            expect(await world.letters()).to.deep.equal([])
            expect(await world.ledger.parkedCount('customers')).to.equal(0)
            expect(await world.ledger.unresolvedIntents('customers')).to.deep.equal([])
          } finally {
            await world.close()
          }
        }),
        { numRuns: Number(process.env['RUNS'] ?? 60) },
      ))
})

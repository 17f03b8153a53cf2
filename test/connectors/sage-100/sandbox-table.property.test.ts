import { expect } from 'chai'
import fc from 'fast-check'
import { nextOrderNo, orderSeed, vendorSeed } from '../../../connectors/sage-100/sandbox/data/others.ts'
import { contactSeed, customerSeed, nextCustomerNo } from '../../../connectors/sage-100/sandbox/data/parties.ts'
import { blankRow, createTable, FIRST, type Row, type Seed } from '../../../connectors/sage-100/sandbox/store/table.ts'
import { tableDef } from '../../../connectors/sage-100/sandbox/store/tables.ts'
import { createChance } from '../../../engine/sdk/index.ts'

const chance = createChance(1)
const sizes = { count: fc.integer({ min: 0, max: 60 }), tie: fc.integer({ min: 1, max: 20 }) }

const seedsOf = (count: number, tie: number): Readonly<Record<string, Seed>> => {
  const customers = customerSeed({ count, tie, chance })
  return {
    customers,
    contacts: contactSeed({ count: count * 2, customers, chance }),
    vendors: vendorSeed({ count, tie, chance }),
    orders: orderSeed({ count, tie, chance, customerAt: () => '01~ABF' }),
  }
}

describe('Sage 100 sandbox: rows by formula', () => {
  it('stand in the order of stamp and key, and are found by their keys', () => {
    fc.assert(
      fc.property(sizes.count, sizes.tie, (count, tie) => {
        for (const [name, seed] of Object.entries(seedsOf(count, tie))) {
          const slots = Array.from({ length: seed.count }, (_unused, slot) => slot)
          const places = slots.map(it => ({ ordinal: seed.ordinalAt(it), key: seed.keyAt(it) }))
          const sorted = [...places].sort((a, b) => a.ordinal - b.ordinal || (a.key < b.key ? -1 : 1))
          expect([name, places]).to.deep.equal([name, sorted])
          expect(places.map(it => seed.slotOf(it.key))).to.deep.equal(slots)
        }
      }),
    )
  })

  it('leave the numbers alone that are told next', () => {
    fc.assert(
      fc.property(sizes.count, sizes.tie, (count, tie) => {
        const { customers, orders } = seedsOf(count, tie)
        const numbers = (seed: Seed | undefined) =>
          Array.from({ length: seed?.count ?? 0 }, (_unused, slot) => Number(seed?.keyAt(slot).split('~').at(-1)))
        expect(Math.max(0, ...numbers(customers))).to.be.below(nextCustomerNo(count, tie))
        expect(Math.max(0, ...numbers(orders))).to.be.below(nextOrderNo(count, tie))
      }),
    )
  })
})

type Step = { readonly is: 'put' | 'remove'; readonly at: number; readonly date: string; readonly time: string }

const step: fc.Arbitrary<Step> = fc.record({
  is: fc.constantFrom('put', 'put', 'remove'),
  // one half are rows by formula, the others are new
  at: fc.integer({ min: 0, max: 19 }),
  date: fc.constantFrom('20230101', '20240708', '20990101'),
  time: fc.constantFrom('', '9.5', '09.50000', '10.1', '9.49999'),
})

describe('Sage 100 sandbox: a table', () => {
  it('holds what people left in it, in the order of its stamps, from any place on', () => {
    const def = tableDef('AR_Customer')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), sizes.tie, (steps, tie) => {
        const seed = customerSeed({ count: 10, tie, chance })
        const table = createTable(def, seed)
        const model = new Map<string, number>()
        for (let slot = 0; slot < 10; slot += 1) model.set(seed.keyAt(slot), seed.ordinalAt(slot))
        for (const { is, at, date, time } of steps) {
          const key = at < 10 ? seed.keyAt(at) : `09~N${at}`
          if (is === 'remove') expect(table.remove(key)).to.equal(model.delete(key))
          else {
            const row: Row = { values: { ...blankRow(def), DateUpdated: date, TimeUpdated: time }, lines: [] }
            table.put(key, row)
            model.set(key, Number(date) * 10_000_000 + Math.round(Number(time) * 100_000))
          }
        }
        const expected = [...model]
          .map(([key, ordinal]) => ({ key, ordinal }))
          .sort((a, b) => a.ordinal - b.ordinal || (a.key < b.key ? -1 : 1))
        const listed = (from: Parameters<typeof table.from>) =>
          [...table.from(...from)].map(({ key, ordinal }) => ({ key, ordinal }))
        expect(listed([FIRST])).to.deep.equal(expected)
        expect(table.size()).to.equal(expected.length)
        expected.forEach((place, at) => {
          expect(listed([place, true])).to.deep.equal(expected.slice(at + 1))
          expect(table.has(place.key)).to.equal(true)
        })
      }),
    )
  })
})

import { expect } from 'chai'
import fc from 'fast-check'
import { createStore } from '../../../connectors/zendesk/sandbox/store.ts'

interface Row {
  readonly id: number
  readonly changed: number
  readonly name: string
  readonly owner: number | null
}

const row = fc.record<Row>({
  id: fc.integer({ min: 1, max: 12 }),
  changed: fc.integer({ min: 0, max: 6 }),
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  owner: fc.option(fc.integer({ min: 1, max: 3 })),
})
const act = fc.oneof(
  { weight: 4, arbitrary: row.map(it => ({ is: 'put' as const, row: it })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }).map(id => ({ is: 'remove' as const, id })) },
)

const newStore = () => createStore<Row>({ keys: { name: it => [it.name] }, owner: it => it.owner })
const byId = (a: Row, b: Row) => a.id - b.id
const byChange = (a: Row, b: Row) => a.changed - b.changed || a.id - b.id

describe('Zendesk sandbox: its store', () => {
  it('after any history gives what is there, by id and by change, from any place on', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 400 }), row, (acts, place) => {
        const store = newStore()
        const model = new Map<number, Row>()
        for (const it of acts) {
          if (it.is === 'put') {
            store.put(it.row)
            model.set(it.row.id, it.row)
          } else {
            expect(store.remove(it.id)).to.equal(model.get(it.id))
            model.delete(it.id)
          }
        }
        const rows = [...model.values()]
        expect(store.size).to.equal(rows.length)
        expect([...store.ascending(place.id)]).to.deep.equal(rows.filter(it => it.id > place.id).sort(byId))
        expect([...store.descending(place.id)]).to.deep.equal(
          rows
            .filter(it => it.id < place.id)
            .sort(byId)
            .reverse(),
        )
        expect([...store.changes(place)]).to.deep.equal(rows.filter(it => byChange(it, place) > 0).sort(byChange))
        expect(store.ownedBy(1)).to.deep.equal(rows.filter(it => it.owner === 1).sort(byId))
      }),
      { numRuns: 300 },
    )
  })

  it('finds by a key what holds it now', () => {
    const store = newStore()
    store.put({ id: 1, changed: 1, name: 'a', owner: null })
    store.put({ id: 1, changed: 2, name: 'b', owner: null })
    expect([store.find('name', 'a'), store.find('name', 'b')?.id]).to.deep.equal([undefined, 1])
    store.remove(1)
    expect(store.find('name', 'b')).to.equal(undefined)
  })
})

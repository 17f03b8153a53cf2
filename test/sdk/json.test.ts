import { expect } from 'chai'
import fc from 'fast-check'
import { packed, stringsOf, textsIn } from '../../engine/sdk/json.ts'

describe('looking into JSON', () => {
  it('takes the texts that are there, and leaves out what is none', () => {
    expect(textsIn({ a: 'x', b: '', c: 1, d: null, e: 'not asked for' }, ['a', 'b', 'c', 'd', 'f'])).to.deep.equal({
      a: 'x',
    })
  })

  it('takes the strings of a list', () => {
    expect(stringsOf(['a', 1, '', null, ['b']])).to.deep.equal(['a', ''])
    expect(stringsOf('a')).to.deep.equal([])
    expect(stringsOf(undefined)).to.deep.equal([])
  })
})

describe('packing', () => {
  const size = (it: number) => it

  it('fills chunks up to their room and their number, and lets what is larger stand alone', () => {
    expect(packed([3, 3, 4, 1, 1, 1, 12, 1], size, { most: 3, room: 10 })).to.deep.equal([
      [3, 3, 4],
      [1, 1, 1],
      [12],
      [1],
    ])
    expect(packed([], size, { most: 3, room: 10 })).to.deep.equal([])
  })

  it('keeps every item in order, and no chunk that could have taken the next one', () => {
    const items = fc.array(fc.integer({ min: 1, max: 15 }))
    const bounds = fc.record({ most: fc.integer({ min: 1, max: 5 }), room: fc.integer({ min: 1, max: 20 }) })
    fc.assert(
      fc.property(items, bounds, (given, { most, room }) => {
        const chunks = packed(given, size, { most, room })
        expect(chunks.flat()).to.deep.equal(given)
        chunks.forEach((chunk, at) => {
          const total = chunk.reduce((sum, it) => sum + it, 0)
          expect(chunk.length).to.be.within(1, most)
          if (chunk.length > 1) expect(total).to.be.at.most(room)
          const next = chunks[at + 1]?.[0]
          if (next !== undefined) expect(chunk.length === most || total + next > room).to.equal(true)
        })
      }),
    )
  })
})

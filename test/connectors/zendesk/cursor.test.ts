import { expect } from 'chai'
import { fromCursor, remember, toCursor } from '../../../connectors/zendesk/cursor.ts'

describe('the cursor of zendesk', () => {
  const delivered = Array.from({ length: 2_500 }, (_, n) => ({ id: `${n}`, print: 'abc', seconds: 1_000 }))

  it('stays small when a bulk edit gives thousands of records one second, and keeps the newest', () => {
    const seen = remember(new Map(), [...delivered, { id: 'last', print: 'abc', seconds: 1_001 }], 0)
    expect([seen.size, seen.has('last'), seen.has('0')]).to.deep.equal([1_000, true, false])
    expect(JSON.stringify(toCursor({ seen, mark: 1_001 })).length).to.be.lessThan(32_000)
  })

  it('forgets what is older than the overlap', () => {
    const old = { id: 'old', print: 'abc', seconds: 10 }
    expect([...remember(new Map(), [old, { ...old, id: 'new', seconds: 20 }], 15).keys()]).to.deep.equal(['new'])
  })

  it('comes back from the ledger as it went there', () => {
    const place = {
      mark: 1_001,
      seen: remember(new Map(), delivered.slice(0, 3), 0),
      walk: { is: 'export', full: false, start: 900, after: 'a', reached: 950 },
    } as const
    expect(fromCursor(JSON.parse(JSON.stringify(toCursor(place))))).to.deep.equal(place)
  })
})

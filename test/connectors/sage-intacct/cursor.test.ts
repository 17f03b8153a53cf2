import { expect } from 'chai'
import fc from 'fast-check'
import {
  changesAfter,
  type Place,
  parseCursor,
  type Settled,
  settle,
  toCursor,
} from '../../../connectors/sage-intacct/read/cursor.ts'
import { isEngineError } from '../../../engine/core/errors.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const LOOK_BACK = { overlapMs: 10 * MINUTE, secondPassMs: 2 * HOUR }
const T = Date.parse('2026-02-03T12:00:00Z')

describe('sage-intacct: the cursor', () => {
  const second = fc.integer({ min: 0, max: 4_000_000_000 }).map(it => it * 1000)
  const recordNo = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String)
  const deletes = fc.record({ since: second, seen: fc.array(fc.string(), { maxLength: 3 }) })
  const place: fc.Arbitrary<Place> = fc.oneof(
    fc.record(
      { walk: fc.constant('full' as const), startedAt: second, afterRecordNo: recordNo, deletes },
      { requiredKeys: ['walk'] },
    ),
    fc.record(
      {
        walk: fc.constant('changes' as const),
        from: second,
        until: second,
        isSecondPass: fc.boolean(),
        passedAt: second,
        at: fc.record({ modified: second, recordNo }),
        unstamped: recordNo,
        deletes,
      },
      { requiredKeys: ['walk', 'from', 'isSecondPass', 'passedAt'] },
    ),
    fc.record(
      { walk: fc.constant('settled' as const), mark: second, passedAt: second, deletes },
      { requiredKeys: ['walk', 'mark', 'passedAt'] },
    ),
  )

  it('survives being stored as JSON, whatever the place', () => {
    fc.assert(
      fc.property(place, it => {
        expect(parseCursor(JSON.parse(JSON.stringify(toCursor(it))))).to.deep.equal(it)
      }),
    )
  })

  it('holds times in UTC, as text that a person can read', () => {
    expect(
      toCursor({ walk: 'changes', from: T, isSecondPass: false, passedAt: T, at: { modified: T, recordNo: '7' } }),
    ).to.deep.equal({
      walk: 'changes',
      from: '2026-02-03T12:00:00Z',
      isSecondPass: false,
      passedAt: '2026-02-03T12:00:00Z',
      at: { modified: '2026-02-03T12:00:00Z', recordNo: '7' },
    })
  })

  for (const cursor of [
    {},
    { walk: 'sideways' },
    { walk: 'settled', mark: 'yesterday', passedAt: '2026-02-03T12:00:00Z' },
    { walk: 'settled', mark: '2026-02-03T12:00:00Z' },
    { walk: 'full', afterRecordNo: '1 or 1=1' },
    { walk: 'full', deletes: { since: '2026-02-03T12:00:00Z' } },
    { walk: 'full', deletes: 'none' },
  ])
    it(`refuses ${JSON.stringify(cursor)}`, () => {
      let thrown: unknown
      try {
        parseCursor(cursor)
      } catch (caught) {
        thrown = caught
      }
      expect(isEngineError(thrown, 'configuration') && thrown.code).to.equal('INTACCT_CURSOR_UNREADABLE')
    })

  it('starts an overlap before the mark', () => {
    const settled: Settled = { walk: 'settled', mark: T, passedAt: T - HOUR }
    expect(changesAfter(settled, LOOK_BACK, T)).to.deep.include({ from: T - 10 * MINUTE, isSecondPass: false })
  })

  it('looks back a whole second pass before the last one, once per span', () => {
    const settled: Settled = { walk: 'settled', mark: T, passedAt: T - 2 * HOUR }
    expect(changesAfter(settled, LOOK_BACK, T)).to.deep.include({ from: T - 4 * HOUR, isSecondPass: true })
  })

  it('takes a second pass at the first run after a long pause, by our clock as well', () => {
    const settled: Settled = { walk: 'settled', mark: T, passedAt: T }
    expect(changesAfter(settled, LOOK_BACK, T + 24 * HOUR)).to.deep.include({ from: T - 2 * HOUR, isSecondPass: true })
  })

  it('never starts later than the overlap, whatever our clock says', () => {
    fc.assert(
      fc.property(second, fc.nat(10 * HOUR), second, (mark, age, ourNow) => {
        const walk = changesAfter({ walk: 'settled', mark, passedAt: mark - age }, LOOK_BACK, ourNow)
        expect(walk.from).to.be.at.most(mark - LOOK_BACK.overlapMs)
      }),
    )
  })

  it('meets every row that becomes visible within the second pass, whatever the cadence', () => {
    const intervals = fc.array(
      fc.integer({ min: 1, max: 300 }).map(it => it * MINUTE),
      { minLength: 12, maxLength: 40 },
    )
    fc.assert(
      fc.property(intervals, fc.nat(600), fc.integer({ min: 0, max: 120 }), (steps, writtenMinute, lateMinutes) => {
        const written = T + writtenMinute * MINUTE
        const visible = written + lateMinutes * MINUTE
        let settled: Settled = { walk: 'settled', mark: T - HOUR, passedAt: T - HOUR }
        let isMet = false
        let now = T - HOUR
        for (const step of [...steps, 24 * HOUR, 24 * HOUR, 24 * HOUR]) {
          now += step
          const walk = changesAfter(settled, LOOK_BACK, now)
          isMet ||= visible <= now && written >= walk.from && written <= now
          settled = settle(walk, now)
        }
        expect(isMet).to.equal(true)
      }),
    )
  })
})

import { expect } from 'chai'
import fc from 'fast-check'
import {
  changedIn,
  dayOf,
  filterOf,
  isoOf,
  lookBack,
  stampAt,
  stampIn,
  unitsOf,
  wallOf,
} from '../../../connectors/sage-100/stamp.ts'
import { instantOf, isZone, wallAt } from '../../../connectors/sage-100/zone.ts'

const CHICAGO = 'America/Chicago'
const MINUTE = 60_000
const wall = (text: string) => Date.parse(`${text}Z`)

describe('a stamp of Sage 100', () => {
  for (const [text, units] of [
    ['14.50833', 1_450_833],
    ['9.5', 950_000],
    ['09.50000', 950_000],
    ['9.50000', 950_000],
    ['', 0],
    ['0', 0],
    ['23.99999', 2_399_999],
  ] as const)
    it(`has the decimal hours "${text}" as a number, whatever zeros are around it`, () => {
      expect(unitsOf(text)).to.equal(units)
    })

  for (const [text, day] of [
    ['20260114', '20260114'],
    ['2026-01-14T00:00:00', '20260114'],
    ['', ''],
    ['        ', ''],
    ['00000000', ''],
  ] as const)
    it(`has the date "${text}" as ${day === '' ? 'none' : day}`, () => {
      expect(dayOf(text)).to.equal(day)
    })

  for (const [date, time] of [
    ['14.01.2026', '9.5'],
    ['20260114', '9:30'],
    ['20260114', '25.5'],
  ] as const)
    it(`that reads "${date}" "${time}" is nothing to be guessed at`, () => {
      expect(() => stampIn({ date, time }, 'date', 'time')).to.throw('came as')
    })

  it('compares as text in the order of time, with one, two or no digits before the point', () => {
    const texts = ['', '0.00001', '1.5', '09.50000', '9.50001', '10', '14.50833', '23.99999']
    const stamps = texts.map(time => stampIn({ date: '20260114', time }, 'date', 'time'))
    expect([...stamps].sort()).to.deep.equal(stamps)
    expect(new Set(stamps).size).to.equal(stamps.length)
  })

  it('is that of the making where nothing was updated', () => {
    const made = { DateCreated: '20190502', TimeCreated: '9.25' }
    expect(changedIn({ ...made, DateUpdated: '', TimeUpdated: '' })).to.equal('20190502.0925000')
    expect(changedIn({ ...made, DateUpdated: '20260114', TimeUpdated: '' })).to.equal('20260114.0000000')
    expect(changedIn({})).to.equal('')
  })

  it('goes into the filter and comes out of a wall time as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_399_999 }), units => {
        const stamp = `20260114.${String(units).padStart(7, '0')}`
        expect(stampAt(wallOf(stamp))).to.equal(stamp)
        const { updatedDate, updatedTime } = filterOf(stamp)
        expect([updatedDate, unitsOf(updatedTime)]).to.deep.equal(['20260114', units])
        expect(updatedTime).to.match(/^\d\d\.\d{5}$/)
      }),
    )
  })

  it('is told as a moment: of an hour that comes twice the first, of one that is left out the one after', () => {
    const at = (text: string) => isoOf(stampAt(wall(text)), CHICAGO)
    expect(at('2026-01-14T14:30:00')).to.equal('2026-01-14T20:30:00Z')
    expect(at('2026-07-14T14:30:00')).to.equal('2026-07-14T19:30:00Z')
    expect(at('2026-11-01T01:30:00')).to.equal('2026-11-01T06:30:00Z')
    expect(at('2026-03-08T02:30:00')).to.equal('2026-03-08T08:30:00Z')
    expect(isoOf('', CHICAGO)).to.equal(undefined)
  })
})

describe('looking back from a stamp', () => {
  const back = (text: string, zone: string) =>
    Math.round((wall(text) - wallOf(lookBack(stampAt(wall(text)), 10 * MINUTE, zone))) / MINUTE)

  for (const [text, zone, minutes] of [
    ['2026-01-14T12:00:00', CHICAGO, 10],
    // 1 November 2026, 2:00: the clock goes back by an hour
    ['2026-11-01T01:30:00', CHICAGO, 70],
    ['2026-11-01T00:59:00', CHICAGO, 70],
    ['2026-11-01T02:05:00', CHICAGO, 70],
    ['2026-11-02T01:30:00', CHICAGO, 10],
    // 8 March 2026, 2:00: it goes ahead, and 1:55 is ten minutes before 3:05
    ['2026-03-08T03:05:00', CHICAGO, 70],
    ['2026-03-09T03:05:00', CHICAGO, 10],
    // half an hour only
    ['2026-04-05T01:45:00', 'Australia/Lord_Howe', 40],
    ['2026-11-01T01:30:00', 'America/Phoenix', 10],
  ] as const)
    it(`of ${text} in ${zone} goes ${minutes} minutes back`, () => {
      expect(back(text, zone)).to.equal(minutes)
    })

  it('covers what is written after it, and what is stamped so late, through every change of the clock', () => {
    const zones = fc.constantFrom(CHICAGO, 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns')
    // the weeks around the autumns and springs of both hemispheres
    const starts = fc.constantFrom(
      ...['2026-03-01', '2026-03-25', '2026-09-27', '2026-10-24', '2026-10-31'].map(it =>
        Date.parse(`${it}T00:00:00Z`),
      ),
    )
    const minutes = fc.integer({ min: 0, max: 14 * 24 * 60 })
    fc.assert(
      fc.property(zones, starts, minutes, fc.integer({ min: -70, max: 600 }), (zone, start, minute, later) => {
        const marked = start + minute * MINUTE
        const from = lookBack(stampAt(wallAt(zone, marked)), 70 * MINUTE, zone)
        expect(stampAt(wallAt(zone, marked + later * MINUTE)) >= from).to.equal(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a zone', () => {
  it('is known by its IANA name', () => {
    expect([isZone(CHICAGO), isZone('Chicago'), isZone('')]).to.deep.equal([true, false, false])
  })

  it('takes a wall time to an instant and back, where it exists once', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2028-01-01') }), instant => {
        const at = wallAt(CHICAGO, instant)
        const comesTwice = [-60, 60].some(minutes => wallAt(CHICAGO, instant + minutes * MINUTE) === at)
        if (!comesTwice) expect(instantOf(CHICAGO, at)).to.equal(instant)
      }),
    )
  })
})

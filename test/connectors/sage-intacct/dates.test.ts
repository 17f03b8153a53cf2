import { expect } from 'chai'
import fc from 'fast-check'
import {
  parseDate,
  parseDateFormat,
  parseOffset,
  parseTimestamp,
  printTimestamp,
  toIso,
  type UserFormatting,
} from '../../../connectors/sage-intacct/dates.ts'
import { isEngineError } from '../../../engine/core/errors.ts'

const US: UserFormatting = { offsetMinutes: -480, separator: '/', order: 'mdY' }
const at = (iso: string) => Date.parse(iso)

describe('sage-intacct: times', () => {
  it('reads back every time that it prints, to the second, in every format and offset', () => {
    const format = fc.record({
      offsetMinutes: fc.integer({ min: -14 * 4, max: 14 * 4 }).map(quarter => quarter * 15),
      separator: fc.constantFrom('/', '-', '.', ' '),
      order: fc.constantFrom('mdY', 'dmY', 'Ymd', 'mdy', 'dmy', 'ymd'),
    })
    const time = fc.integer({ min: at('2000-01-02T00:00:00Z'), max: at('2099-12-30T00:00:00Z') })
    fc.assert(
      fc.property(format, time, (it, ms) => {
        expect(parseTimestamp(printTimestamp(ms, it), it)).to.equal(Math.floor(ms / 1000) * 1000)
      }),
    )
  })

  for (const [text, format, expected] of [
    ['02/03/2026 04:15:00', US, '2026-02-03T12:15:00Z'],
    ['02/03/2026', US, '2026-02-03T08:00:00Z'],
    ['02/03/2026 11:15:00 PM', US, '2026-02-04T07:15:00Z'],
    ['02/03/2026 12:00:00 AM', US, '2026-02-03T08:00:00Z'],
    ['2026-02-03T09:00:41Z', US, '2026-02-03T09:00:41Z'],
    ['2026-02-03T09:00:41-01:00', US, '2026-02-03T10:00:41Z'],
    ['31.12.2025 23:59:59', { offsetMinutes: 60, separator: '.', order: 'dmY' }, '2025-12-31T22:59:59Z'],
    ['25-12-31 23:59', { offsetMinutes: 0, separator: '-', order: 'ymd' }, '2025-12-31T23:59:00Z'],
  ] as const)
    it(`reads ${text} as ${expected}`, () => {
      expect(toIso(parseTimestamp(text, format))).to.equal(expected)
    })

  for (const text of [
    '',
    '13/13/2026 00:00:00',
    '02/30/2026',
    '2026-02-03 10:00:00',
    'yesterday',
    '02/03/2026 25:00:00',
    '02/03/2026 10:61:00',
  ])
    it(`refuses "${text}" rather than guess`, () => {
      let thrown: unknown
      try {
        parseTimestamp(text, US)
      } catch (caught) {
        thrown = caught
      }
      expect(isEngineError(thrown, 'contract') && thrown.code).to.equal('INTACCT_TIME_UNREADABLE')
    })

  for (const [text, expected] of [
    ['-08:00', -480],
    ['GMT-08:00', -480],
    ['GMT', 0],
    ['+0530', 330],
    ['+5', 300],
    ['', undefined],
    ['Pacific', undefined],
    ['+15:00', undefined],
  ] as const)
    it(`takes the offset "${text}" as ${expected}`, () => {
      expect(parseOffset(text)).to.equal(expected)
    })

  for (const [text, expected] of [
    ['/mdY', { separator: '/', order: 'mdY' }],
    ['.dmy', { separator: '.', order: 'dmy' }],
    ['/mYd', undefined],
    ['mdY', undefined],
    ['', undefined],
  ] as const)
    it(`takes the date format "${text}" as ${JSON.stringify(expected)}`, () => {
      expect(parseDateFormat(text)).to.deep.equal(expected)
    })

  it('reads plain dates without a zone', () => {
    expect(parseDate('02/03/2026', US)).to.equal('2026-02-03')
    expect(parseDate('2026-02-03', US)).to.equal('2026-02-03')
    expect(parseDate('30/30/2026', US)).to.equal(undefined)
  })
})

import { expect } from 'chai'
import type { Json } from '../../engine/core/record.ts'
import { createKnobs, helpOfKnobs, type KnobTable } from '../../engine/sdk/sandbox/knobs.ts'

interface Knobs {
  readonly size: number
  readonly skew: number
  readonly open: boolean
  readonly denied: readonly string[]
  readonly zone: string
  readonly banner: string
  readonly order: string
  readonly years: string
}

const TABLE: KnobTable<Knobs> = {
  size: { kind: 'count', initial: 10, help: 'the size' },
  skew: { kind: 'integer', initial: 0, help: 'the skew' },
  open: { kind: 'flag', initial: false, help: 'is it open' },
  denied: { kind: 'names', initial: [], help: 'what is denied' },
  zone: { kind: 'zone', initial: 'UTC', help: 'the zone' },
  banner: { kind: 'text', initial: '', help: 'the banner' },
  order: { kind: ['key', 'entry'], initial: 'key', help: 'the order' },
  years: { kind: text => /^\d{4}-\d{4}$/.test(text), initial: '2015-2035', help: 'the years' },
}

const INITIAL: Knobs = {
  size: 10,
  skew: 0,
  open: false,
  denied: [],
  zone: 'UTC',
  banner: '',
  order: 'key',
  years: '2015-2035',
}

const board = (given: Readonly<Record<string, string>> = {}) =>
  createKnobs(TABLE, { sandbox: 'toy', given, options: { vendors: 'how many' }, commands: ['expire'] })

describe('the knobs of a sandbox', () => {
  const taken: readonly (readonly [keyof Knobs, Json, Json])[] = [
    ['size', 7, 7],
    ['size', '7', 7],
    ['skew', '-3', -3],
    ['open', true, true],
    ['open', 'true', true],
    ['denied', 'a, b,', ['a', 'b']],
    ['denied', ['a', 'b'], ['a', 'b']],
    ['denied', '', []],
    ['zone', 'America/Chicago', 'America/Chicago'],
    ['banner', 'a, b', 'a, b'],
    ['order', 'entry', 'entry'],
    ['years', '2020-2021', '2020-2021'],
  ]
  for (const [name, given, held] of taken)
    it(`${name} takes ${JSON.stringify(given)}`, () => {
      const knobs = board()
      knobs.set(name, given)
      expect(knobs.now()).to.deep.equal({ ...INITIAL, [name]: held })
    })

  const refused: readonly (readonly [keyof Knobs, Json])[] = [
    ['size', -1],
    ['size', '1.5'],
    ['skew', 'x'],
    ['open', 'yes'],
    ['zone', 'Mars/Olympus'],
    ['order', 'random'],
    ['years', '2020'],
  ]
  for (const [name, value] of refused)
    it(`${name} refuses ${JSON.stringify(value)}, and keeps what it had`, () => {
      const knobs = board()
      expect(() => knobs.set(name, value)).to.throw(RangeError, `knob "${name}" cannot be ${JSON.stringify(value)}`)
      expect(knobs.now()).to.deep.equal(INITIAL)
    })

  it('name what there is when there is no such knob', () => {
    const names = 'size, skew, open, denied, zone, banner, order, years, expire'
    expect(() => board().set('toString', 1)).to.throw(RangeError, `no knob "toString"; there are ${names}`)
  })

  it('start as the options say, next to options that are no knobs', () => {
    expect(board({ size: '3', vendors: '5' }).now()).to.deep.equal({ ...INITIAL, size: 3 })
    expect(() => board({ colour: 'red' })).to.throw(RangeError, 'the toy sandbox has no option "colour"')
  })

  it('print their help', () => {
    expect(helpOfKnobs({ size: TABLE.size, open: TABLE.open })).to.deep.equal({ size: 'the size', open: 'is it open' })
  })
})

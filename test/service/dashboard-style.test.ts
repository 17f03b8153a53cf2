import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const CSS = readFileSync(join(import.meta.dirname, '../../engine/service/dashboard/src/style/tokens.css'), 'utf8')

/** Colours of a block, by name. */
function colours(after: string): Readonly<Record<string, string>> {
  const block = CSS.slice(CSS.indexOf(after) + after.length)
  const own = block.slice(0, block.indexOf('}'))
  return Object.fromEntries(
    [...own.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]),
  )
}

const LIGHT = colours(':root {')
const DARK = { ...LIGHT, ...colours(':root[data-theme="dark"] {') }
const BY_SYSTEM = { ...LIGHT, ...colours(':root:not([data-theme="light"]) {') }

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(it => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const GROUNDS = ['ground', 'surface', 'sunken', 'raised']
const TEXTS = ['text', 'muted', 'accent', 'ok', 'warn', 'bad', 'busy', 'code-key', 'code-text', 'code-number']
const TONES = ['ok', 'warn', 'bad', 'busy', 'quiet']
const PAIRS: readonly (readonly [string, string])[] = [
  ...TEXTS.flatMap(text => GROUNDS.map(ground => [text, ground] as const)),
  ...TONES.flatMap(tone => [[tone, `${tone}-soft`] as const, ['text', `${tone}-soft`] as const]),
  ...['accent', 'accent-strong'].map(ground => ['on-accent', ground] as const),
  ...['side', 'side-here'].flatMap(ground => [['side-text', ground] as const, ['side-muted', ground] as const]),
]

describe('the colours of the dashboard', () => {
  for (const [theme, of] of Object.entries({ light: LIGHT, dark: DARK }))
    it(`give text enough contrast (WCAG AA) in the ${theme} theme`, () => {
      const poor = PAIRS.map(([text, ground]) => ({ text, ground, ratio: contrast(of[text] ?? '', of[ground] ?? '') }))
      expect(poor.filter(it => !(it.ratio >= 4.5))).to.deep.equal([])
    })

  for (const [theme, of] of Object.entries({ light: LIGHT, dark: DARK }))
    it(`show where a field begins (3 to 1) in the ${theme} theme`, () => {
      const poor = GROUNDS.filter(it => contrast(of['line-strong'] ?? '', of[it] ?? '') < 3)
      expect(poor).to.deep.equal([])
    })

  it('are the same dark ones by the wish of the system as by choice', () => expect(BY_SYSTEM).to.deep.equal(DARK))
})

import { expect } from 'chai'
import fc from 'fast-check'
import { escapeXml } from '../../engine/sdk/index.ts'
import { redactor } from '../../engine/sdk/redact.ts'

const SECRET = `p&ss <wörd> "it's" 1/2+3`

describe('taking secrets out of a text', () => {
  for (const [where, form] of [
    ['as it is', SECRET],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a form', new URLSearchParams({ password: SECRET }).toString().slice('password='.length)],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in an element', escapeXml(SECRET)],
    ['in HTML', 'p&amp;ss &lt;wörd&gt; &quot;it&#39;s&quot; 1/2+3'],
    ['in an attribute', 'p&amp;ss &lt;wörd&gt; &quot;it&apos;s&quot; 1/2+3'],
    ['encoded', Buffer.from(SECRET, 'utf8').toString('base64')],
  ] as const)
    it(`finds one that stands there ${where}`, () => {
      expect(redactor([SECRET])(`before ${form}, after ${form}`)).to.equal('before [secret], after [secret]')
    })

  it('leaves no rest of one that begins with another, in whatever order they are given', () => {
    for (const secrets of [
      ['key', 'key-and-more'],
      ['key-and-more', 'key'],
    ])
      expect(redactor(secrets)('it was key-and-more')).to.equal('it was [secret]')
  })

  it('takes half a character for what it is', () => {
    expect(redactor(['a\ud800b'])('it was a\ud800b')).to.equal('it was [secret]')
  })

  it('leaves a text alone that holds none, also where a secret is empty', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(redactor(['', 'not in it at all'])(text)).to.equal(text)
      }),
    )
  })
})

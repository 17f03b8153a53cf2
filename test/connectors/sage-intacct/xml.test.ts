import { expect } from 'chai'
import fc from 'fast-check'
import { element, parseXml, textElement } from '../../../connectors/sage-intacct/xml.ts'
import { isEngineError } from '../../../engine/core/errors.ts'
import { decodeXml, escapeXml, XmlProblem } from '../../../engine/sdk/index.ts'

describe('sage-intacct: XML', () => {
  it('brings any text back as it was, but for characters that XML cannot carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const kept = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu, '')
        expect(parseXml(`<a>${textElement('b', text)}</a>`).children[0]?.text).to.equal(kept)
      }),
    )
  })

  it('drops lone surrogates and keeps pairs', () => {
    expect(escapeXml('a\uD800b\uDC00c😀')).to.equal('abc😀')
  })

  for (const [given, expected] of [
    ['&amp;lt;', '&lt;'],
    ['O&#039;Brien &#x26; Sons', "O'Brien & Sons"],
    ['&nbsp;&#99999999;', '&nbsp;&#99999999;'],
    ['&quot;&apos;&gt;', '"\'>'],
  ] as const)
    it(`decodes ${given} once`, () => {
      expect(decodeXml(given)).to.equal(expected)
    })

  it('keeps ids and spaces exactly as sent', () => {
    const root = parseXml('<r><A>007</A><B>1E5</B><C> true </C><D/><E></E><F.G>0000010</F.G></r>')
    expect(root.children.map(it => [it.name, it.text])).to.deep.equal([
      ['A', '007'],
      ['B', '1E5'],
      ['C', ' true '],
      ['D', ''],
      ['E', ''],
      ['F.G', '0000010'],
    ])
  })

  it('takes CDATA as it is', () => {
    expect(parseXml('<r>a &amp; <![CDATA[b &amp; c]]></r>').text).to.equal('a & b &amp; c')
  })

  for (const [why, text] of [
    ['empty', ''],
    ['cut in the middle', '<r><a>x</a><b>'],
    ['wrongly nested', '<r><a></r></a>'],
    ['followed by something else', '<r></r>and more'],
    ['plain text', 'Service Unavailable'],
    ['with a DTD', '<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>'],
    ['too deep', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
    ['polluting', '<r><__proto__>1</__proto__></r>'],
  ] as const)
    it(`refuses a document that is ${why}`, () => {
      expect(() => parseXml(text)).to.throw(XmlProblem)
    })

  it('refuses a name that would break out of its tag', () => {
    for (const name of ['A><B', 'A B', '', '1A', 'A/']) {
      let thrown: unknown
      try {
        element(name, '')
      } catch (caught) {
        thrown = caught
      }
      expect(isEngineError(thrown, 'configuration'), name).to.equal(true)
    }
  })
})

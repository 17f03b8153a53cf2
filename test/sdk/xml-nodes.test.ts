import { expect } from 'chai'
import fc from 'fast-check'
import {
  createXmlReader,
  decodeXml,
  escapeXml,
  type XmlNode,
  XmlProblem,
  xmlAttributesOf,
  xmlNamesIn,
  xmlNodesIn,
  xmlTextIn,
} from '../../engine/sdk/index.ts'

const read = createXmlReader(20)

/** The content of the one element of that name. */
const inside = (nodes: readonly XmlNode[], name: string) => xmlNodesIn(nodes.find(it => name in it)?.[name])

describe('XML from outside', () => {
  it('gives elements, attributes and text as they were sent', () => {
    const root = read(
      '<?xml version="1.0"?><s:r xmlns:s="urn:x" at="1E5 &amp; 007"><!-- no --><a>0000010</a><b/></s:r>',
    )
    expect(root.flatMap(xmlNamesIn)).to.deep.equal(['s:r'])
    expect(root.map(xmlAttributesOf)).to.deep.equal([{ 'xmlns:s': 'urn:x', at: '1E5 & 007' }])
    const nodes = inside(root, 's:r')
    expect(nodes.flatMap(xmlNamesIn)).to.deep.equal(['a', 'b'])
    expect(xmlTextIn(inside(nodes, 'a'))).to.equal('0000010')
    expect(xmlTextIn(inside(nodes, 'b'))).to.equal('')
  })

  it('brings any text back that was escaped, and takes CDATA as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const kept = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
        expect(xmlTextIn(inside(read(`<a>${escapeXml(text)}</a>`), 'a'))).to.equal(kept)
      }),
    )
    expect(xmlTextIn(inside(read('<a>b &amp; <![CDATA[c &amp; d]]></a>'), 'a'))).to.equal('b & c &amp; d')
  })

  for (const [why, text] of [
    ['cut in the middle', '<r><a>x</a><b>'],
    ['wrongly nested', '<r><a></r></a>'],
    ['with a DTD', '<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>'],
    ['with a DTD in other letters', '<!doctype r><r/>'],
    ['too deep', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
    ['polluting', '<r><__proto__>1</__proto__></r>'],
  ] as const)
    it(`is refused when it is ${why}`, () => {
      expect(() => read(text)).to.throw(XmlProblem)
    })

  it('is decoded once, and holds no entities of its own', () => {
    expect(decodeXml('&amp;lt; &#x26; &#039; &nbsp; &#99999999;')).to.equal("&lt; & ' &nbsp; &#99999999;")
  })
})

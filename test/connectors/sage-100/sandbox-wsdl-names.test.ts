import { expect } from 'chai'
import { parseXml, qualified, type XmlElement } from '../../../connectors/sage-100/xml.ts'
import { type Rig, SERVICE, withRig } from './sandbox.support.ts'

const WSDL = 'http://schemas.xmlsoap.org/wsdl/'
const XSD = 'http://www.w3.org/2001/XMLSchema'

/** Which attribute of an element names what; elements of other namespaces name nothing. */
const REFERENCES: Readonly<Record<string, readonly [attribute: string, kind: string]>> = {
  [`${WSDL} part`]: ['element', 'element'],
  [`${WSDL} input`]: ['message', 'message'],
  [`${WSDL} output`]: ['message', 'message'],
  [`${WSDL} fault`]: ['message', 'message'],
  [`${WSDL} binding`]: ['type', 'portType'],
  [`${WSDL} port`]: ['binding', 'binding'],
  [`${XSD} element`]: ['type', 'complexType'],
}

const BUILT_IN = ['string', 'dateTime', 'decimal', 'int']

interface Names {
  /** `message {namespace}name`, each as often as it is declared. */
  readonly declared: string[]
  readonly named: string[]
  /** Namespaces that a schema names without importing them. */
  readonly notImported: string[]
}

/** All elements, each with the schema that it stands in. */
function* within(element: XmlElement, schema?: XmlElement): Generator<readonly [XmlElement, XmlElement | undefined]> {
  const own = element.namespace === XSD && element.name === 'schema' ? element : schema
  yield [element, own]
  for (const it of element.children) yield* within(it, own)
}

function collect(root: XmlElement, names: Names): void {
  const parents = [root, ...root.children.flatMap(it => (it.name === 'types' ? it.children : []))]
  for (const parent of parents)
    for (const it of parent.children) {
      const { name } = it.attributes
      if (name !== undefined) names.declared.push(`${it.name} {${parent.attributes['targetNamespace']}}${name}`)
    }
  for (const [it, schema] of within(root)) {
    const [attribute = '', kind = ''] = REFERENCES[`${it.namespace} ${it.name}`] ?? []
    const value = it.attributes[attribute]
    if (value === undefined) continue
    const { name, namespace } = qualified(it, value)
    if (namespace === XSD && BUILT_IN.includes(name)) continue
    names.named.push(`${kind} {${namespace}}${name}`)
    const known = [schema?.attributes['targetNamespace'], ...(schema?.children.map(importedBy) ?? [])]
    if (schema && !known.includes(namespace)) names.notImported.push(namespace)
  }
}

const importedBy = (it: XmlElement) => (it.name === 'import' ? it.attributes['namespace'] : undefined)

/** The document and all that it imports, asked for at our own host as every client must. */
async function documents(rig: Rig, query: string): Promise<readonly XmlElement[]> {
  const found = new Map<string, XmlElement>()
  const waiting = [query]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.has(next)) continue
    const root = parseXml((await rig.raw(`${SERVICE}${next}`)).text)
    if (!root) throw new Error(`${next} is no XML document`)
    found.set(next, root)
    for (const [it] of within(root)) {
      const location = it.attributes['location'] ?? it.attributes['schemaLocation']
      if (it.name === 'import' && location !== undefined) waiting.push(new URL(location).search)
    }
  }
  return [...found.values()]
}

describe('Sage 100 sandbox: names in the WSDL', () => {
  for (const options of [
    {},
    { memberNamespace: 'http://schemas.example/Sage.Mas.Ws' },
    { namespace: 'urn:a&b', memberNamespace: 'urn:"m"', contractName: 'IMas', elementOrder: 'reversed' },
    { extraMembers: 'true', amountTypes: 'string', internalHost: 'erp-7' },
  ])
    for (const query of ['?wsdl', '?singleWsdl', '?WSDL', '?singlewsdl'])
      it(`all mean something that is declared once: ${query} of ${JSON.stringify(options)}`, () =>
        withRig(options, 1, async rig => {
          const names: Names = { declared: [], named: [], notImported: [] }
          const all = await documents(rig, query)
          for (const root of all) collect(root, names)
          expect(all.length === 1).to.equal(query.toLowerCase() === '?singlewsdl')
          const messages = names.named.filter(it => it.startsWith('message '))
          // twenty requests, answers and faults
          expect(messages).to.have.length(60)
          expect(names.named.filter(it => !names.declared.includes(it))).to.deep.equal([])
          expect(names.declared.filter((it, at) => names.declared.indexOf(it) !== at)).to.deep.equal([])
          expect(names.notImported).to.deep.equal([])
        }))

  it('name a host that nobody else knows, in every address', () =>
    withRig({ internalHost: 'erp-7' }, 1, async rig => {
      for (const query of ['?wsdl', '?wsdl=wsdl0', '?singleWsdl']) {
        const { text } = await rig.raw(`${SERVICE}${query}`)
        expect(text).to.include(`http://erp-7${SERVICE}`).and.not.include('127.0.0.1')
      }
    }))

  it('are on a page for people where a part is asked for that there is not', () =>
    withRig({}, 1, async rig => {
      for (const query of ['?xsd=xsd1', '?xsd=xsd9', '?wsdl=wsdl9', '?disco'])
        expect((await rig.raw(`${SERVICE}${query}`)).headers.get('content-type')).to.equal('text/html; charset=utf-8')
    }))
})

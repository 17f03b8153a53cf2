import { expect } from 'chai'
import { USUAL_CONTRACT } from '../../../connectors/sage-100/usual-contract.ts'
import { importsIn, readWsdl } from '../../../connectors/sage-100/wsdl.ts'
import { parseXml } from '../../../connectors/sage-100/xml.ts'

const MAIN = `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:tns="urn:svc" targetNamespace="urn:svc">
  <wsdl:import namespace="urn:svc" location="http://inner.acme.local/MasService.svc?wsdl=wsdl0"/>
  <wsdl:binding name="Twelve" type="tns:IBooks"><soap12:binding/>
    <wsdl:operation name="GetCustomer"><soap12:operation soapAction="urn:twelve"/></wsdl:operation></wsdl:binding>
  <wsdl:binding name="Eleven" type="tns:IBooks"><soap:binding/>
    <wsdl:operation name="GetCustomer"><soap:operation soapAction="urn:svc/IBooks/GetCustomer"/></wsdl:operation></wsdl:binding>
</wsdl:definitions>`

const PORT = `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="urn:svc" targetNamespace="urn:svc">
  <wsdl:types><xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:import schemaLocation="http://inner/x.svc?xsd=xsd0"/></xsd:schema></wsdl:types>
  <wsdl:message name="IBooks_GetCustomer_InputMessage"><wsdl:part name="parameters" element="tns:GetCustomer"/></wsdl:message>
  <wsdl:portType name="IBooks"><wsdl:operation name="GetCustomer"><wsdl:input message="tns:IBooks_GetCustomer_InputMessage"/></wsdl:operation></wsdl:portType>
</wsdl:definitions>`

const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:d="urn:data" elementFormDefault="qualified" targetNamespace="urn:svc">
  <xs:element name="GetCustomer"><xs:complexType><xs:sequence>
    <xs:element minOccurs="0" name="logon" nillable="true" type="d:Logon"/><xs:element name="companyCode" type="xs:string"/>
    <xs:element name="customer" type="d:Customer"/></xs:sequence></xs:complexType></xs:element></xs:schema>`

const DATA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:d="urn:data" elementFormDefault="qualified" targetNamespace="urn:data">
  <xs:complexType name="Logon"><xs:sequence><xs:element name="Username" type="xs:string"/><xs:element name="Password" type="xs:string"/></xs:sequence></xs:complexType>
  <xs:complexType name="Party"><xs:sequence><xs:element name="Zeta" type="xs:string"/></xs:sequence></xs:complexType>
  <xs:complexType name="Customer"><xs:complexContent><xs:extension base="d:Party"><xs:sequence>
    <xs:element name="Alpha" type="xs:string"/><xs:element maxOccurs="unbounded" name="Field" type="d:Party"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
</xs:schema>`

const documents = (...texts: readonly string[]) =>
  texts.map(it => {
    const root = parseXml(it)
    if (!root) throw new Error('no XML')
    return root
  })

describe('the WSDL of the web services', () => {
  const contract = readWsdl(documents(MAIN, PORT, SCHEMA, DATA))

  it('gives the SOAPAction of the binding for SOAP 1.1, whatever the contract is called', () => {
    expect(contract?.operations['GetCustomer']?.action).to.equal('urn:svc/IBooks/GetCustomer')
  })

  it('gives namespaces and order of parameters and members, those of a base type first', () => {
    expect(contract?.operations['GetCustomer']).to.deep.include({
      namespace: 'urn:svc',
      members: [
        { name: 'logon', namespace: 'urn:svc', type: '{urn:data}Logon' },
        { name: 'companyCode', namespace: 'urn:svc' },
        { name: 'customer', namespace: 'urn:svc', type: '{urn:data}Customer' },
      ],
    })
    expect(contract?.types['{urn:data}Logon']?.map(it => it.name)).to.deep.equal(['Username', 'Password'])
    expect(contract?.types['{urn:data}Customer']).to.deep.equal([
      { name: 'Zeta', namespace: 'urn:data' },
      { name: 'Alpha', namespace: 'urn:data' },
      { name: 'Field', namespace: 'urn:data', type: '{urn:data}Party', isMany: true },
    ])
  })

  it('names further documents, on hosts that are not to be believed', () => {
    expect(documents(MAIN, PORT).flatMap(importsIn)).to.deep.equal([
      'http://inner.acme.local/MasService.svc?wsdl=wsdl0',
      'http://inner/x.svc?xsd=xsd0',
    ])
  })

  it('without operations is none', () => {
    expect(readWsdl(documents(SCHEMA))).to.equal(undefined)
  })

  it('that cannot be had leaves the usual order: that of character codes, capitals first', () => {
    const names = USUAL_CONTRACT.types['{http://mas90.sage.com/ws}Customer']?.map(it => it.name) ?? []
    expect(names).to.have.length(89)
    expect(names.slice(0, 2)).to.deep.equal(['ARDivisionNo', 'AddressLine1'])
    expect(names.indexOf('SalesPersonNo5')).to.be.below(names.indexOf('SalespersonNo'))
    const logon = USUAL_CONTRACT.types['{http://mas90.sage.com/ws}Logon']?.map(it => it.name)
    expect(logon).to.deep.equal(['Password', 'Username'])
  })
})

describe('XML', () => {
  for (const [what, text] of [
    ['cut', '<a><b>1</b>'],
    ['with a DTD', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['that is a page', '<html><br></html>'],
    ['of two roots', '<a/><b/>'],
    ['that is empty', ''],
  ] as const)
    it(`${what} is not read`, () => {
      expect(parseXml(text)).to.equal(undefined)
    })

  it('is decoded once', () => {
    expect(parseXml('<a>&amp;lt; &#x160; &#233;<![CDATA[ & ]]></a>')?.text).to.equal('&lt; Š é & ')
  })
})

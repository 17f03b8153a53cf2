import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { parse } from 'yaml'
import type { Json, JsonObject } from '../../../engine/core/record.ts'
import { objectOf, objectsOf, textOf } from '../../../engine/sdk/json.ts'
import { type Opened, open } from './open.ts'

const document = parse(
  readFileSync(new URL('../../../connectors/sage-100/agent.openapi.yaml', import.meta.url), 'utf8'),
) as JsonObject

// OpenAPI 3.1 schemas are JSON Schema 2020-12; the document itself has names that are no keywords
const ajv = new Ajv2020({ strict: false })
ajv.addSchema({ $id: 'https://sage100.example/agent', ...document })

function expectFits(schema: string, value: unknown): void {
  const isFine = ajv.validate(`https://sage100.example/agent#/components/schemas/${schema}`, value)
  expect(isFine, `${schema}: ${JSON.stringify(ajv.errors)} of ${JSON.stringify(value).slice(0, 300)}`).to.equal(true)
}

const ENTITIES = ['customers', 'customer-contacts', 'vendors', 'gl-accounts', 'gl-main-accounts', 'sales-orders']

describe('the protocol sage100-boi/1', () => {
  let erp: Opened
  before(async () => {
    erp = await open()
  })
  after(() => erp.close())

  const ask = async (
    path: string,
    options: { readonly method?: string; readonly body?: string; readonly key?: string } = {},
  ) => {
    const { agentKey = '', password = '' } = erp.sandbox.secrets
    const logon = Buffer.from(`${String(erp.sandbox.settings['username'])}:${password}`).toString('base64')
    const answer = await fetch(`${erp.sandbox.url}/agent/v1/${path}`, {
      method: options.method ?? 'GET',
      headers: { 'x-agent-key': options.key ?? agentKey, authorization: `Basic ${logon}`, 'x-request-id': 'r-4711' },
      ...(options.body === undefined ? {} : { body: options.body }),
    })
    const body: unknown = await answer.json()
    return { status: answer.status, headers: answer.headers, body: body as Json }
  }

  it('is documented as OpenAPI 3.1, every schema of it sound', () => {
    expect(document['openapi']).to.equal('3.1.0')
    for (const name of ['Health', 'Company', 'Page', 'KeyPage', 'Item', 'Error'])
      ajv.compile({ $ref: `https://sage100.example/agent#/components/schemas/${name}` })
  })

  it('names itself and its host, and the companies of the logon', async () => {
    const { body, headers } = await ask('health')
    expectFits('Health', body)
    expect(headers.get('x-request-id')).to.equal('r-4711')
    const companies = (await ask('companies')).body
    expect(companies).to.be.an('array').and.not.be.empty
    for (const it of objectsOf(companies)) expectFits('Company', it)
  })

  for (const entity of ENTITIES)
    it(`lists ${entity}, their keys, and single ones`, async () => {
      const { body } = await ask(`companies/ABC/${entity}?limit=5${entity === 'sales-orders' ? '&include=lines' : ''}`)
      expectFits('Page', body)
      const [first] = objectsOf(objectOf(body)['items'])
      expect(first).to.be.an('object')
      expectFits('KeyPage', (await ask(`companies/ABC/${entity}/keys?limit=3`)).body)
      const path = (textOf(first?.['key']) ?? '').split('~').map(encodeURIComponent).join('~')
      expectFits('Item', (await ask(`companies/ABC/${entity}/${path}`)).body)
    })

  it('answers an empty list as one', async () => {
    const { body } = await ask('companies/ABC/vendors?updatedDate=20990101&updatedTime=00.00000')
    expectFits('Page', body)
    expect(body).to.include({ nextCursor: null, highWater: null })
    expect(objectsOf(objectOf(body)['items'])).to.deep.equal([])
  })

  for (const [what, status, code, path, more] of [
    ['a wrong key', 401, 'AGENT_UNAUTHORIZED', 'companies', { key: 'wrong' }],
    ['another company', 404, 'COMPANY_NOT_FOUND', 'companies/XYZ/vendors', {}],
    ['a record that is not there', 404, 'NOT_FOUND', 'companies/ABC/vendors/00~NOPE', {}],
    ['a time without a date', 400, 'BAD_REQUEST', 'companies/ABC/vendors?updatedTime=09.50000', {}],
    ['a limit that is too large', 400, 'BAD_REQUEST', 'companies/ABC/vendors?limit=1001', {}],
    [
      'a column that is none',
      422,
      'VALIDATION_FAILED',
      'companies/ABC/customers/01~ABF',
      { method: 'PATCH', body: '{"Nope":"x"}' },
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const answer = await ask(path, more)
      expectFits('Error', answer.body)
      expect([answer.status, objectOf(objectOf(answer.body)['error'])['code']]).to.deep.equal([status, code])
    })

  it('refuses what is locked or shut, and says when to come again', async () => {
    await erp.at.knobs({ locks: ['AR_Customer:01~ABF'], exclusive: ['AP_Vendor'] })
    const locked = await ask('companies/ABC/customers/01~ABF', { method: 'PATCH', body: '{"City":"X"}' })
    const shut = await ask('companies/ABC/vendors')
    for (const it of [locked, shut]) {
      expectFits('Error', it.body)
      expect(Number(it.headers.get('retry-after'))).to.be.above(0)
    }
    expect([locked.status, shut.status]).to.deep.equal([423, 503])
  })
})

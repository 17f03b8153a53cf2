import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { DATACENTERS, whoseHost } from '../../../connectors/zoho-crm/datacenters.ts'
import { ANSWERS } from '../../../connectors/zoho-crm/errors.ts'
import { zohoSettings } from '../../../connectors/zoho-crm/settings.ts'

const FOLDER = new URL('../../../connectors/zoho-crm/', import.meta.url)
const given = { datacenter: 'eu', clientId: '1000.A', clientSecret: 's', refreshToken: 'r' }

describe('the settings of a Zoho CRM connection', () => {
  const validate = new Ajv2020({ useDefaults: true }).compile(zohoSettings)

  it('need data centre, client and refresh token, and fill in the rest', () => {
    const settings = { ...given }
    expect(validate(settings)).to.equal(true)
    expect(settings).to.deep.equal({
      ...given,
      environment: 'production',
      concurrency: 3,
      unconfirmedDatacenters: false,
    })
  })

  for (const wrong of [
    { ...given, datacenter: 'de' },
    { ...given, clientId: '' },
    { ...given, orgId: 'acme' },
    { ...given, concurrency: 6 },
    { ...given, refreshtoken: 'r' },
    { datacenter: 'eu', clientId: '1000.A' },
  ])
    it(`refuse ${JSON.stringify(wrong)}`, () => {
      expect(validate(structuredClone(wrong))).to.equal(false)
    })

  it('mark both secrets as such', () => {
    const { properties } = zohoSettings as { properties: Record<string, { writeOnly?: boolean }> }
    const secrets = Object.entries(properties).filter(([, it]) => it.writeOnly === true)
    expect(secrets.map(([name]) => name)).to.deep.equal(['clientSecret', 'refreshToken'])
  })
})

describe('the data centres of Zoho', () => {
  it('share no host, so that a host tells its data centre and kind of org', () => {
    const hosts = Object.values(DATACENTERS).flatMap(row => [row.accounts, ...Object.values(row.api)])
    const known = hosts.filter(host => host !== null)
    expect(new Set(known).size).to.equal(known.length)
    expect(whoseHost('sandbox.zohoapis.com.au')).to.deep.equal({ datacenter: 'au', environment: 'sandbox' })
    expect(whoseHost('zohoapis.eu')).to.equal(undefined)
  })
})

describe('the codes of Zoho CRM', () => {
  it('of our own are all explained in the README', () => {
    const readme = readFileSync(new URL('README.md', FOLDER), 'utf8')
    const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
      name => name.endsWith('.ts') && !name.startsWith('sandbox'),
    )
    const raised = sources.flatMap(name => readFileSync(new URL(name, FOLDER), 'utf8').match(/'ZOHO_[A-Z_]+'/g) ?? [])
    const codes = new Set(raised.map(it => it.slice(1, -1)))
    const own = [...codes].filter(code => !Object.hasOwn(ANSWERS, code.slice('ZOHO_'.length)))
    expect(own).to.have.length.above(20)
    expect(own.filter(code => !readme.includes(`\`${code}\``))).to.deep.equal([])
  })
})

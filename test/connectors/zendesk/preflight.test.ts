import { expect } from 'chai'
import type { Preflight } from '../../../engine/sdk/connector.ts'
import { codeOf, failureOf, type Opened, openZendesk } from './open.ts'

describe('the check before a run against zendesk', () => {
  let opened: Opened
  const open = async (sandboxOptions: Readonly<Record<string, string>> = {}) => {
    opened = await openZendesk({ sandboxOptions })
  }
  afterEach(() => opened.close())

  const wish = {
    entity: 'organizations',
    use: 'write',
    fields: ['name', 'external_id'],
    optional: [],
    match: 'external_id',
  } as const
  const said = (answer: Preflight) => (answer.is === 'unavailable' ? codeOf(answer.error) : answer.is)
  const ask = async (more: Partial<Parameters<Opened['connection']['preflight']>[0]> = {}) =>
    said(await opened.connection.preflight({ ...wish, ...more }))

  it('lets an admin write, and names the role of anybody else', async () => {
    await open()
    expect(await ask()).to.equal('available')
    await opened.at.knobs({ role: 'agent' })
    expect(await ask()).to.equal('unavailable ZENDESK_ROLE')
    expect(await ask({ entity: 'tickets', use: 'read', fields: ['subject'] })).to.equal('unavailable ZENDESK_ROLE')
  })

  it('cannot tell for an agent whose role is the account’s own', async () => {
    await open()
    const user = { id: 5, name: 'Ops', role: 'agent', custom_role_id: 360001 }
    await opened.at.fault({
      action: 'answer',
      status: 200,
      path: 'users/me',
      headers: {},
      body: JSON.stringify({ user }),
    })
    expect(await ask()).to.equal('unknown')
  })

  it('tells a missing scope and a suspended account', async () => {
    await open({ accountSuspended: 'true' })
    expect(await ask()).to.equal('unavailable ZENDESK_FORBIDDEN')
    await opened.close()
    opened = await openZendesk({ settings: { scope: 'users:read' } })
    expect(await ask()).to.equal('unavailable ZENDESK_SCOPE_MISSING')
  })

  it('refuses a match that Zendesk cannot find by, fields that it has not and fields that it sets itself', async () => {
    await open()
    expect(await ask({ match: 'name' })).to.equal('configuration ZENDESK_MATCH_FIELD')
    expect(await ask({ fields: ['colour'] })).to.equal('configuration ZENDESK_FIELD_MISSING')
    expect(await ask({ fields: ['created_at'] })).to.equal('configuration ZENDESK_FIELD_READ_ONLY')
    expect(await ask({ fields: ['name', 'organization_fields.tier'] })).to.equal('available')
    expect(await ask({ fields: ['name', 'organization_fields.colour'] })).to.equal(
      'configuration ZENDESK_FIELD_MISSING',
    )
  })

  it('tells what a flow can do without', async () => {
    await open()
    const answer = await opened.connection.preflight({ ...wish, fields: ['name', 'colour'], optional: ['colour'] })
    expect(answer).to.deep.equal({ is: 'available', absent: ['colour'] })
  })

  it('lets no end user through at the first ping', async () => {
    await open({ role: 'end-user' })
    expect(codeOf(await failureOf(() => opened.connection.ping()))).to.match(/^unavailable ZENDESK_(ROLE|FORBIDDEN)$/)
  })
})

describe('the description of zendesk', () => {
  let opened: Opened
  before(async () => {
    opened = await openZendesk()
  })
  after(() => opened.close())

  it('has the fields of the account where they are held, with types and values', async () => {
    const organizations = await opened.connection.describe('organizations')
    const own = organizations?.fields['organization_fields']?.fields ?? {}
    expect(Object.fromEntries(Object.entries(own).map(([name, it]) => [name, it.type]))).to.deep.equal({
      intacct_terms: 'string',
      intacct_balance: 'number',
      credit_hold: 'boolean',
      customer_since: 'date',
      erp_status: 'string',
      erp_address: 'string',
      tier: 'string',
    })
    expect(own['tier']?.values).to.deep.equal(['gold', 'silver', 'bronze'])
    const users = await opened.connection.describe('users')
    expect(Object.keys(users?.fields['user_fields']?.fields ?? {})).to.deep.equal(['job_title', 'billing_contact'])
  })

  it('names each field of tickets with its id', async () => {
    const tickets = await opened.connection.describe('tickets')
    const { title, fields } = tickets?.fields['custom_fields'] ?? {}
    expect(title).to.match(
      /^custom_fields: \d+ Invoice number \(text\), \d+ Disputed amount \(decimal\), \d+ Cause \(tagger\)$/,
    )
    expect(fields?.['id']?.values).to.have.length(3)
  })

  it('reads all definitions, however many pages they fill', async () => {
    const keys = Array.from({ length: 130 }, (_, i) => ({ key: `extra_${i}`, type: 'text' }))
    await opened.at.put('user_fields', keys)
    const users = await opened.connection.describe('users')
    expect(Object.keys(users?.fields['user_fields']?.fields ?? {})).to.have.length(132)
  })

  it('is refused for an entity that there is not', async () => {
    expect(codeOf(await failureOf(() => opened.connection.describe('invoices')))).to.equal(
      'configuration ZENDESK_NO_ENTITY',
    )
  })
})

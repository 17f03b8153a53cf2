import { expect } from 'chai'
import { zendeskSandbox } from '../../../connectors/zendesk/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { openRig, type Rig } from './sandbox.support.ts'

const start = (options: Record<string, string>, records = 0) =>
  zendeskSandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })

describe('Zendesk sandbox: its account', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({}, 20)
  })
  after(() => rig.close())

  const listed = (entity: string) => rig.control.records(entity)

  it('has three users and six tickets for each organization', async () => {
    expect(zendeskSandbox.defaultRecords).to.equal(20)
    const facts = await rig.control.facts()
    expect(facts).to.include({ organizations: 20, users: 61, tickets: 120 })
  })

  it('has odd names and keys, suspended users, second addresses, and organizations without a key', async () => {
    const organizations = await listed('organizations')
    expect(organizations.map(it => it['external_id'])).to.include.members(['0000010', null])
    expect(organizations.map(it => it['name'])).to.include('Müller & Söhne GmbH')
    const users = await listed('users')
    expect(users.filter(it => it['suspended'])).to.have.length(6)
    const second = await rig.get('users/search?query=user4@second.example')
    expect(second.body.users.map(it => it['email'])).to.deep.equal(['user4@mail.example'])
  })

  it('has deleted and scrubbed tickets, rows of one second, and rows that Zendesk itself touched', async () => {
    const { tickets } = (await rig.get('incremental/tickets/cursor?start_time=1')).body
    const count = (accept: (it: JsonObject) => boolean) => tickets.filter(accept).length
    expect(tickets).to.have.length(120)
    expect(count(it => it['status'] === 'deleted')).to.equal(8)
    expect(count(it => it['subject'] === 'SCRUBBED')).to.equal(4)
    expect(new Set(tickets.map(it => it['generated_timestamp'])).size).to.equal(24)
    expect(
      count(it => Date.parse(String(it['updated_at'])) / 1000 < Number(it['generated_timestamp'])),
    ).to.be.greaterThan(10)
  })

  it('lets a person make, edit and delete, by the rules of the API', async () => {
    const made = (await rig.control.put('organizations', { name: 'By hand', external_id: '1E5' })) as JsonObject
    expect((await rig.get('organizations/search?external_id=1e5')).body.organizations[0]).to.deep.equal(made)
    await rig.control.put('organizations', { id: String(made['id']), notes: 'edited' })
    const [twice] = [
      await rig.control.put('organizations', { name: 'by HAND' }).catch((thrown: unknown) => String(thrown)),
    ]
    expect(twice).to.include('500')
    expect(await rig.control.remove('organizations', String(made['id']))).to.deep.equal({ removed: true })
    expect(await rig.control.remove('organizations', String(made['id']))).to.deep.equal({ removed: false })
    const [ticket] = await listed('tickets')
    const edited = (await rig.control.put('tickets', { id: ticket?.['id'] ?? 0, subject: 'Edited' })) as JsonObject
    expect(edited).to.include({ id: ticket?.['id'], subject: 'Edited' })
    expect(await rig.control.remove('tickets', String(ticket?.['id']))).to.deep.equal({ removed: true })
    expect(await rig.control.remove('tickets', String(ticket?.['id']))).to.deep.equal({ removed: false })
    await rig.control.put('organization_fields', {
      key: 'region',
      type: 'dropdown',
      custom_field_options: [{ name: 'N', value: 'n' }],
    })
    const [field] = (await listed('organization_fields')).filter(it => it['key'] === 'region')
    expect(field).to.include({ type: 'dropdown', title: 'region' })
    expect(await rig.control.remove('organization_fields', String(field?.['id']))).to.deep.equal({ removed: true })
  })

  it('merges organizations: users and tickets move, the loser is gone', async () => {
    const [winner, loser] = await listed('organizations')
    const before = (await rig.get(`organizations/${loser?.['id']}/users`)).body.users.map(it => it['id'])
    await rig.control.knobs({ mergeOrganizations: { winner: winner?.['id'] ?? 0, loser: loser?.['id'] ?? 0 } })
    expect((await rig.get(`organizations/${loser?.['id']}`)).status).to.equal(404)
    const after = (await rig.get(`organizations/${winner?.['id']}/users`)).body.users.map(it => it['id'])
    expect(after).to.include.members(before)
    expect(before).to.not.have.length(0)
  })
})

describe('Zendesk sandbox: its start', () => {
  it('gives the settings and secrets of each way to sign in', async () => {
    const of = async (auth?: string) => {
      const sandbox = await start(auth === undefined ? {} : { auth })
      await sandbox.close()
      const { url, ...settings } = sandbox.settings
      expect(url).to.equal(sandbox.url)
      return [settings, Object.keys(sandbox.secrets)]
    }
    expect(await of()).to.deep.equal([
      { subdomain: 'acme', auth: 'client-credentials', clientId: 'acme_sync' },
      ['clientSecret'],
    ])
    expect(await of('refresh-token')).to.deep.equal([
      { subdomain: 'acme', auth: 'refresh-token', clientId: 'acme_sync' },
      ['clientSecret', 'refreshToken'],
    ])
    expect(await of('api-token')).to.deep.equal([
      { subdomain: 'acme', auth: 'api-token', email: 'erp.sync@acme.example' },
      ['apiToken'],
    ])
  })

  it('refuses options and knobs that it has not, and values that they do not take', async () => {
    const refusal = (options: Record<string, string>) =>
      start(options).then(
        async it => {
          await it.close()
          return 'started'
        },
        (thrown: unknown) => String(thrown),
      )
    expect(await refusal({ nothing: '1' })).to.include('nothing')
    expect(await refusal({ plan: 'golden' })).to.include('plan')
    expect(await refusal({ auth: 'password' })).to.include('auth')
    expect(await refusal({ users: 'many' })).to.include('users')
    expect(await refusal({ jobPolls: '2', incrementalPerMinute: 'null', allowedScopes: 'read' })).to.equal('started')
  })

  it('tells what each knob changes, and what every option of its own is for', () => {
    expect(Object.keys(zendeskSandbox.options)).to.include.members([
      'auth',
      'organizations',
      'users',
      'tickets',
      'plan',
      'deliveries',
    ])
    for (const text of Object.values(zendeskSandbox.options)) expect(text).to.match(/\w{3}/)
  })

  it('builds every address from the host that the client used', async () => {
    const rig = await openRig({ organizations: '3' })
    const { port } = new URL(rig.sandbox.url)
    const headers = {
      authorization: `Bearer ${(await rig.token({ grant_type: 'client_credentials' })).body.access_token}`,
    }
    const answer = await rig.raw('GET', `http://localhost:${port}/api/v2/organizations.json?page[size]=1`, { headers })
    expect(answer.body.links.next).to.match(new RegExp(`^http://localhost:${port}/`))
    expect(answer.body.organizations[0]?.['url']).to.match(new RegExp(`^http://localhost:${port}/`))
    await rig.close()
  })

  it('holds 100,000 tickets: starts within seconds, and a page of the export takes milliseconds, also while they change', async () => {
    const startedAt = performance.now()
    const rig = await openRig({ organizations: '1000', users: '5000', tickets: '100000' })
    expect(performance.now() - startedAt).to.be.below(5_000)
    let page = (await rig.get('incremental/tickets/cursor?start_time=1')).body
    const walkedAt = performance.now()
    let count = page.tickets.length
    for (let i = 0; i < 20; i += 1) {
      await rig.control.put('tickets', { id: page.tickets[i + 1]?.['id'] ?? 0, tags: ['x'] }).catch(() => undefined)
      page = (await rig.get(String(page['after_url']))).body
      count += page.tickets.length
    }
    expect(count).to.equal(21_000)
    expect(performance.now() - walkedAt).to.be.below(5_000)
    await rig.close()
  }).timeout(20_000)
})

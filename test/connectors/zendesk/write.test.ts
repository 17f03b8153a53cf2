import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { batchOf, codeOf, ends, failureOf, type Opened, openZendesk, upsertOf } from './open.ts'

const org = (n: number, more: JsonObject = {}): JsonObject => ({ external_id: `C${n}`, name: `Org ${n}`, ...more })
const orgs = (count: number, more: JsonObject = {}) => Array.from({ length: count }, (_, n) => org(n, more))

describe('writing zendesk', () => {
  let opened: Opened
  const open = async (options: Parameters<typeof openZendesk>[0] = {}) => {
    opened = await openZendesk(options)
  }
  afterEach(() => opened.close())

  const held = async (entity = 'organizations') => opened.at.records(entity)
  const writeOrgs = (batch: Parameters<typeof opened.connection.write>[1]) =>
    opened.connection.write('organizations', batch)
  const written = () => opened.calls.filter(it => !it.startsWith('GET ') && !it.includes('oauth'))

  it('looks up, makes and changes a hundred organizations in one call each', async () => {
    await open()
    expect(new Set(ends(await writeOrgs(upsertOf(orgs(100)))))).to.deep.equal(new Set(['created']))
    const half = [...orgs(50, { notes: 'changed' }), ...orgs(150).slice(100)]
    const answers = ends(await writeOrgs(upsertOf(half)))
    expect([answers.slice(0, 50), answers.slice(50)].map(it => [...new Set(it)])).to.deep.equal([
      ['updated'],
      ['created'],
    ])
    expect(written()).to.deep.equal([
      'POST organizations/create_many',
      'PUT organizations/update_many',
      'POST organizations/create_many',
    ])
    const rows = await held()
    expect(rows).to.have.length(150)
    expect(rows.filter(it => it['notes'] === 'changed')).to.have.length(50)
  })

  it('counts no record of a completed job as written that the job refused, and says why', async () => {
    await open()
    const records = [org(1), org(2, { name: '' }), org(3, { organization_fields: { tier: 'platinum' } }), org(4)]
    const answers = await writeOrgs(upsertOf(records))
    expect(ends(answers)).to.deep.equal([
      'created',
      'record ZENDESK_RECORD_REFUSED',
      'record ZENDESK_RECORD_REFUSED',
      'created',
    ])
    const refused = answers.flatMap(it => (it.is === 'refused' ? [[it.error.field, it.error.said]] : []))
    expect(refused.map(String).join()).to.include('cannot be blank').and.include('tier')
    expect(await held()).to.have.length(2)
  })

  it('counts no change that the job refused as made, though its line names the record', async () => {
    await open()
    await writeOrgs(upsertOf(orgs(3)))
    const changes = [
      org(0, { notes: 'a' }),
      org(1, { organization_fields: { tier: 'platinum' } }),
      org(2, { notes: 'c' }),
    ]
    expect(ends(await writeOrgs(upsertOf(changes)))).to.deep.equal([
      'updated',
      'record ZENDESK_RECORD_REFUSED',
      'updated',
    ])
  })

  it('gives each record of a job its own id', async () => {
    await open()
    await writeOrgs(upsertOf([org(2)]))
    const answers = await writeOrgs(upsertOf(orgs(6)))
    const idOf = new Map((await held()).map(it => [it['external_id'], String(it['id'])]))
    for (const answer of answers)
      if (answer.is === 'written') expect(answer.sinkKey).to.equal(idOf.get(`C${answer.ref}`))
    expect(answers).to.have.length(6)
  })

  for (const [what, job] of [
    ['of a job that failed', { status: 'failed', results: [{ id: 1 }, { id: 2 }] }],
    ['that has not its number', { status: 'completed', results: [{ id: 1 }, { id: 2 }, { id: 3 }] }],
    ['out of order', { status: 'completed', results: [{ index: 1, error: 'x', details: 'y' }, { id: 2 }] }],
    ['without results', { status: 'completed', results: null }],
  ] as const)
    it(`believes no line ${what}: each record goes by itself`, async () => {
      await open()
      const body = JSON.stringify({ job_status: { id: 'V3-1', ...job } })
      await opened.at.fault({ action: 'answer', status: 200, path: 'job_statuses', body })
      await opened.at.fault({ action: 'answer', status: 200, path: 'create_many', body })
      const answers = await writeOrgs(upsertOf(orgs(2)))
      expect(ends(answers)).to.deep.equal(['created', 'created'])
      const ids = (await held()).map(it => String(it['id']))
      expect(answers.map(it => (it.is === 'written' ? it.sinkKey : ''))).to.deep.equal(ids)
    })

  for (const jobOutcome of ['failed', 'killed'] as const)
    it(`after a job that was ${jobOutcome} has every record of an upsert once`, async () => {
      await open({ sandboxOptions: { jobOutcome } })
      expect(ends(await writeOrgs(upsertOf(orgs(6)))).filter(it => !/created|updated/.test(it))).to.deep.equal([])
      expect(await held()).to.have.length(6)
    })

  it('after a job that was killed leaves every record of a create to be looked up', async () => {
    await open({ sandboxOptions: { jobOutcome: 'killed' } })
    const answers = ends(await writeOrgs(batchOf('create', orgs(6))))
    expect(new Set(answers)).to.deep.equal(new Set(['uncertain ZENDESK_OUTCOME_UNKNOWN']))
    expect(await held()).to.have.length(3)
  })

  it('waits for a job that is not there yet, and for one that takes its time', async () => {
    await open({ sandboxOptions: { jobNotFoundPolls: '2', jobPolls: '6' } })
    expect(ends(await writeOrgs(upsertOf(orgs(3))))).to.deep.equal(['created', 'created', 'created'])
    expect(opened.calls.filter(it => it.includes('job_statuses')).length).to.be.within(5, 12)
  })

  it('says that it does not know when a job never ends', async () => {
    await open({ sandboxOptions: { jobDelayMs: '86400000' } })
    expect(codeOf(await failureOf(() => writeOrgs(upsertOf(orgs(3)))))).to.equal('uncertain ZENDESK_OUTCOME_UNKNOWN')
  })

  it('says that it does not know when the run is cancelled while a job works', async () => {
    await open({ sandboxOptions: { jobDelayMs: '86400000', latencyMs: '60' } })
    await opened.connection.ping()
    const writing = failureOf(() => writeOrgs(batchOf('create', orgs(3))))
    setTimeout(() => opened.cancel.abort(), 250)
    expect(codeOf(await writing)).to.equal('uncertain ZENDESK_OUTCOME_UNKNOWN')
  })

  it('waits while too many jobs are in flight', async () => {
    await open()
    const body = '{"error":"TooManyJobs","description":"Limit of 30 jobs"}'
    await opened.at.fault({
      action: 'answer',
      status: 429,
      path: 'create_many',
      headers: { 'retry-after': '9' },
      body,
      times: 3,
    })
    expect(ends(await writeOrgs(upsertOf(orgs(2))))).to.deep.equal(['created', 'created'])
    expect(opened.clock.slept.filter(it => it === 9_000)).to.have.length(3)
  })

  for (const action of ['cutAfter', 'cutBefore', 'truncate'] as const)
    it(`an upsert by job whose answer is lost makes no second record (${action})`, async () => {
      await open()
      await opened.at.fault({ action, path: 'create_many' })
      expect(ends(await writeOrgs(upsertOf(orgs(5)))).filter(it => !/created|updated/.test(it))).to.deep.equal([])
      expect(await held()).to.have.length(5)
    })

  it('a create by job whose answer is lost is not said again', async () => {
    await open()
    await opened.at.fault({ action: 'cutAfter', path: 'create_many' })
    expect(codeOf(await failureOf(() => writeOrgs(batchOf('create', orgs(5)))))).to.equal(
      'uncertain ZENDESK_OUTCOME_UNKNOWN',
    )
    expect(written()).to.deep.equal(['POST organizations/create_many'])
  })

  it('a single create whose answer is lost is not said again, an upsert is', async () => {
    await open()
    await opened.at.fault({ action: 'cutAfter', path: 'POST /api/v2/organizations' })
    expect(codeOf(await failureOf(() => writeOrgs(batchOf('create', [org(1)]))))).to.equal(
      'uncertain ZENDESK_OUTCOME_UNKNOWN',
    )
    await opened.at.fault({ action: 'cutAfter', path: 'POST /api/v2/organizations' })
    expect(ends(await writeOrgs(upsertOf([org(1)])))).to.deep.equal(['updated'])
    expect(written()).to.deep.equal([
      'POST organizations',
      'POST organizations/create_or_update',
      'POST organizations/create_or_update',
    ])
    expect(await held()).to.have.length(1)
  })

  it('a user whose making was not answered is found by the external id and is there once', async () => {
    await open()
    await opened.at.fault({ action: 'cutAfter', path: 'POST /api/v2/users' })
    const ada = { external_id: 'P1', name: 'Ada', email: 'ada@acme.example' }
    expect(ends(await opened.connection.write('users', upsertOf([ada])))).to.deep.equal(['updated'])
    const people = (await opened.at.records('users')).filter(it => it['external_id'] === 'P1')
    expect(people.map(it => it['email'])).to.deep.equal(['ada@acme.example'])
  })

  it('takes external ids that differ in case only for one, and the last value stands', async () => {
    await open()
    // the second is slow: the third must wait for it
    await opened.at.fault({ action: 'delay', delayMs: 150, path: 'POST|PUT', bodyContains: 'Second', times: 3 })
    await writeOrgs(
      upsertOf([org(1), { external_id: 'c1', name: 'Second' }, org(2), { external_id: 'C1', name: 'Third' }]),
    )
    expect((await held()).map(it => it['name'])).to.deep.equal(['Third', 'Org 2'])
  })

  it('makes a record anew whose id is gone, and refuses to update one', async () => {
    await open()
    const [made] = await writeOrgs(upsertOf([org(1)]))
    const sinkKey = made?.is === 'written' ? made.sinkKey : ''
    await opened.at.remove('organizations', sinkKey)
    const records = [{ ref: '0', sinkKey, fields: org(1, { notes: 'again' }) }]
    expect(ends(await writeOrgs({ ...upsertOf([]), operation: 'update', records }))).to.deep.equal([
      'record ZENDESK_NOT_FOUND',
    ])
    const [anew] = await writeOrgs({ ...upsertOf([]), records })
    expect(anew).to.include({ is: 'written', did: 'created' })
    expect(await held()).to.have.length(1)
  })

  it('updates and deletes by external id where no id is known', async () => {
    await open()
    await writeOrgs(upsertOf(orgs(3)))
    const match = { match: 'external_id' }
    const changed = await writeOrgs(
      batchOf('update', [org(0, { notes: 'n' }), { external_id: 'c1', notes: 'm' }, org(9)], match),
    )
    expect(ends(changed)).to.deep.equal(['updated', 'updated', 'record ZENDESK_RECORD_NOT_FOUND'])
    expect((await held()).map(it => it['notes'])).to.deep.equal(['n', 'm', null])
    const gone = await writeOrgs(batchOf('delete', [{ external_id: 'C0' }, { external_id: 'C1' }], match))
    expect(ends(gone)).to.deep.equal(['deleted', 'deleted'])
    expect(await held()).to.have.length(1)
  })

  it('refuses what could not be found again: no external id, an id that is none', async () => {
    await open()
    const answers = await writeOrgs({
      ...upsertOf([{ name: 'Nameless' }, { name: 'Blank', external_id: ' ' }]),
    })
    expect(ends(answers)).to.deep.equal(['record ZENDESK_MATCH_VALUE_MISSING', 'record ZENDESK_MATCH_VALUE_MISSING'])
    const records = [{ ref: '0', sinkKey: 'x/../users/1', fields: org(1) }]
    expect(ends(await writeOrgs({ ...upsertOf([]), records }))).to.deep.equal(['record ZENDESK_ID_INVALID'])
    expect(written()).to.deep.equal([])
  })

  it('refuses a field key that the account does not have, before anything is sent', async () => {
    await open()
    const batch = upsertOf([org(1), org(2, { organization_fields: { intacct_terms: 'Net 30', no_such_key: 1 } })])
    const error = await failureOf(() => writeOrgs(batch))
    expect(codeOf(error)).to.equal('configuration ZENDESK_FIELD_MISSING')
    expect(String(error)).to.include('no_such_key').and.not.include('intacct_terms')
    expect(written()).to.deep.equal([])
    // made meanwhile: what was remembered is asked again
    await opened.at.put('organization_fields', { key: 'no_such_key', type: 'integer' })
    expect(ends(await writeOrgs(batch))).to.deep.equal(['created', 'created'])
    expect((await held())[1]?.['organization_fields']).to.include({ intacct_terms: 'Net 30', no_such_key: 1 })
  })

  it('leaves alone what an update does not name, and empties what it names as null', async () => {
    await open()
    const organization_fields = { intacct_terms: 'Net 30', intacct_balance: 1.5 }
    await writeOrgs(
      upsertOf([org(1, { notes: 'n', details: 'd', domain_names: ['acme.example'], organization_fields })]),
    )
    await writeOrgs(upsertOf([org(1, { notes: null, organization_fields: { intacct_terms: null } })]))
    const [row] = await held()
    expect(row).to.include({ notes: null, details: 'd' })
    expect(row?.['domain_names']).to.deep.equal(['acme.example'])
    expect(row?.['organization_fields']).to.include({ intacct_terms: null, intacct_balance: 1.5 })
  })

  it('waits for its turn at the limit of one record', async () => {
    await open()
    await writeOrgs(upsertOf([org(1)]))
    const body = '{"errors":[{"code":"TooManyRequests","title":"Too many requests to update"}]}'
    await opened.at.fault({
      action: 'answer',
      status: 429,
      path: 'create_or_update',
      headers: { 'retry-after': '41' },
      body,
    })
    expect(ends(await writeOrgs(upsertOf([org(1, { notes: 'x' })])))).to.deep.equal(['updated'])
    expect(opened.clock.slept).to.include(41_000)
  })

  it('says again what met a conflict', async () => {
    await open()
    await opened.at.fault({
      action: 'answer',
      status: 409,
      path: 'create_or_update',
      body: '{"error":"UpdateConflict"}',
      times: 2,
    })
    expect(ends(await writeOrgs(upsertOf([org(1)])))).to.deep.equal(['created'])
  })

  it('backs off at the edge of Zendesk, one call at a time from there on', async () => {
    await open()
    const body = '{"detail":"Rate limited by Zendesk edge protection","status":"429","title":"Automated response"}'
    const headers = { 'content-type': 'application/json' }
    await opened.at.fault({ action: 'answer', status: 429, path: 'create_or_update', headers, body })
    expect(ends(await writeOrgs(upsertOf([org(1)])))).to.deep.equal(['created'])
    expect(opened.clock.slept).to.deep.equal([15_000])
  })

  it('imports users one by one until Zendesk opens it, then by job, and sends them no mail', async () => {
    await open()
    const people = (from: number) =>
      [1, 2, 3].map(n => ({ external_id: `P${from + n}`, name: `Ada ${n}`, email: `ada${from + n}@acme.example` }))
    expect(ends(await opened.connection.write('users', upsertOf(people(0))))).to.deep.equal([
      'created',
      'created',
      'created',
    ])
    expect(ends(await opened.connection.write('users', upsertOf(people(10))))).to.deep.equal([
      'created',
      'created',
      'created',
    ])
    expect(written()).to.deep.equal(['POST users/create_many', ...Array.from({ length: 6 }, () => 'POST users')])
    await opened.close()
    await open({ sandboxOptions: { bulkUserImport: 'true' } })
    await opened.at.fault({ action: 'cutBefore', path: 'users', bodyContains: '"skip_verify_email":true' })
    expect(ends(await opened.connection.write('users', upsertOf(people(0))))).to.deep.equal([
      'created',
      'created',
      'created',
    ])
    expect(written()).to.deep.equal(['POST users/create_many', 'POST users/create_many'])
    expect(await opened.at.faultsLeft()).to.equal(0)
  })

  it('writes a user to an organization by its id as text, and changes one that is known', async () => {
    await open()
    const [made] = await writeOrgs(upsertOf([org(1)]))
    const organization_id = made?.is === 'written' ? made.sinkKey : ''
    const ada = { external_id: 'P1', name: 'Ada', organization_id }
    expect(ends(await opened.connection.write('users', upsertOf([ada])))).to.deep.equal(['created'])
    expect(ends(await opened.connection.write('users', upsertOf([{ ...ada, name: 'Ada B' }])))).to.deep.equal([
      'updated',
    ])
    const [, row] = await held('users')
    expect(row).to.include({ name: 'Ada B', organization_id: Number(organization_id) })
    expect(await held('users')).to.have.length(2)
  })

  it('says that the run was cancelled while a write was on its way', async () => {
    await open({ sandboxOptions: { latencyMs: '200' } })
    await opened.connection.ping()
    const writing = failureOf(() => writeOrgs(batchOf('create', [org(1)])))
    setTimeout(() => opened.cancel.abort(), 60)
    expect(codeOf(await writing)).to.equal('uncertain ZENDESK_OUTCOME_UNKNOWN')
  })
})

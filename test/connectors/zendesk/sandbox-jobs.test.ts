import { expect } from 'chai'
import { makeOrganization, makeUser, openRig, type Rig } from './sandbox.support.ts'

describe('Zendesk sandbox: jobs', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-03-02T10:22:35Z' })
  })
  afterEach(() => rig.close())

  const createMany = (...names: readonly string[]) =>
    rig.call('POST', 'organizations/create_many', { body: { organizations: names.map(name => ({ name })) } })
  const names = async () => (await rig.control.records('organizations')).map(it => it['name'])

  it('queues, works and completes', async () => {
    const submitted = await createMany('One', 'Two')
    const { id, url, ...queued } = submitted.body.job_status
    expect(submitted.status).to.equal(200)
    expect(id).to.match(/^V3-[0-9a-f]{32}$/)
    expect(url).to.equal(`${rig.sandbox.url}/api/v2/job_statuses/${id}.json`)
    expect(queued).to.deep.equal({ total: 2, progress: null, status: 'queued', message: null, results: null })
    expect(submitted.headers.get('zendesk-ratelimit-inflight-jobs')).to.match(/^total=30; remaining=\d+; resets=60$/)
    const working = (await rig.get(url)).body.job_status
    expect(working).to.include({ status: 'working', progress: 2, message: 'Creating organization #2', results: null })
    const done = (await rig.get(url)).body.job_status
    expect(done).to.include({ status: 'completed', progress: 2, message: 'Completed at 2026-03-02 10:22:35 +0000' })
    expect(done.results.map(it => [Object.keys(it), it['status']])).to.deep.equal(
      Array(2).fill([['id', 'status'], 'Created']),
    )
  })

  it('says completed when items failed: the first of equal names wins', async () => {
    const job = await rig.finish(await createMany('Acme GmbH', 'acme gmbh ', 'Bolt'))
    expect(job.status).to.equal('completed')
    expect(job.results[1]).to.deep.equal({
      index: 1,
      error: 'OrganizationCreateFailed',
      details: 'Name:  acme gmbh has already been taken',
    })
    expect(await names()).to.deep.equal(['Acme GmbH', 'Bolt'])
  })

  it('updates by id or external id, each item for itself', async () => {
    const one = await makeOrganization(rig, { name: 'One' })
    const two = await makeOrganization(rig, { name: 'Two', external_id: 'C2' })
    const organizations = [
      { id: one.id, notes: 'a' },
      { external_id: 'c2', notes: 'b' },
      { id: two.id, name: 'ONE' },
      { id: 7, notes: 'x' },
    ]
    const job = await rig.finish(await rig.call('PUT', 'organizations/update_many', { body: { organizations } }))
    const updated = { action: 'update', status: 'Updated', success: true }
    expect(job.results.slice(0, 3)).to.deep.equal([
      { ...updated, id: one.id },
      { ...updated, id: two.id },
      { index: 2, error: 'OrganizationUpdateFailed', id: two.id, details: 'Name:  ONE has already been taken' },
    ])
    expect(job.results[3]).to.include({ index: 3, error: 'OrganizationUpdateFailed' })
    expect((await rig.get(`organizations/${two.id}`)).body.organization).to.include({ name: 'Two', notes: 'b' })
  })

  it('gives one change to all that are named in the query, and deletes those', async () => {
    const [one, two] = [
      await makeOrganization(rig, { name: 'One' }),
      await makeOrganization(rig, { name: 'Two', external_id: 'C2' }),
    ]
    const body = { organization: { notes: 'all' } }
    await rig.finish(await rig.call('PUT', `organizations/update_many.json?ids=${one.id},${two.id}`, { body }))
    expect((await rig.control.records('organizations')).map(it => it['notes'])).to.deep.equal(['all', 'all'])
    const job = await rig.finish(await rig.call('DELETE', 'organizations/destroy_many?external_ids=c2'))
    expect(job.results).to.deep.equal([{ action: 'delete', id: two.id, status: 'Deleted', success: true }])
    expect(await names()).to.deep.equal(['One'])
  })

  it('takes 100 items and not one more', async () => {
    const many = (n: number) => Array.from({ length: n }, (_, i) => `Org ${i}`)
    const refused = await createMany(...many(101))
    expect([refused.status, refused.body['error'], refused.body['max_count']]).to.deep.equal([
      400,
      'TooManyValues',
      100,
    ])
    expect((await createMany(...many(100))).status).to.equal(200)
    await rig.control.knobs({ bulkUserImport: true })
    const users = await rig.call('POST', 'users/create_or_update_many', {
      body: { users: many(101).map(name => ({ name })) },
    })
    expect([users.status, Object.keys(users.body)]).to.deep.equal([400, ['error', 'description']])
  })

  it('carries items out in their own time, whether anybody asks or not', async () => {
    await rig.control.knobs({ jobDelayMs: 1000, jobMsPerItem: 500, jobPolls: 0 })
    const { url } = (await createMany('One', 'Two', 'Three')).body.job_status
    expect((await rig.get(url)).body.job_status.status).to.equal('queued')
    expect(await names()).to.deep.equal([])
    await rig.control.clock({ advanceMs: 2000 })
    expect(await names()).to.deep.equal(['One', 'Two'])
    expect((await rig.get(url)).body.job_status).to.include({ status: 'working', progress: 2 })
    await rig.control.clock({ advanceMs: 500 })
    expect((await rig.get(url)).body.job_status.status).to.equal('completed')
  })

  it('refuses the 31st job in flight', async () => {
    await rig.control.knobs({ jobDelayMs: 1000 })
    for (let i = 0; i < 30; i += 1) expect((await createMany(`Org ${i}`)).status).to.equal(200)
    const refused = await createMany('Too much')
    expect([refused.status, refused.text.includes('TooManyJobs')]).to.deep.equal([429, true])
    await rig.control.clock({ advanceMs: 1000 })
    expect((await createMany('Again')).status).to.equal(200)
  })

  it('may not be found at first, and is forgotten after a day', async () => {
    await rig.control.knobs({ jobNotFoundPolls: 2 })
    const { url, id } = (await createMany('One')).body.job_status
    const seen = []
    for (let i = 0; i < 4; i += 1) seen.push((await rig.get(url)).status)
    expect(seen).to.deep.equal([404, 404, 200, 200])
    expect(
      (await rig.get(`job_statuses/show_many?ids=${id},V3-none`)).body.job_statuses.map(it => it.status),
    ).to.deep.equal(['completed'])
    await rig.control.clock({ advanceMs: 86_400_001 })
    await rig.carryAnew()
    expect((await rig.get(url)).status).to.equal(404)
  })

  it('fails as a whole, or is killed half way, when told', async () => {
    await rig.control.knobs({ jobOutcome: 'failed' })
    expect(await rig.finish(await createMany('One', 'Two'))).to.include({ status: 'failed', results: null })
    expect(await names()).to.deep.equal([])
    await rig.control.knobs({ jobOutcome: 'killed' })
    expect(await rig.finish(await createMany('One', 'Two'))).to.include({ status: 'killed', results: null })
    expect(await names()).to.deep.equal(['One'])
  })

  it('imports users in bulk only where that is enabled, by address or external id', async () => {
    const jo = await makeUser(rig, { name: 'Jo', email: 'jo@acme.example' })
    const users = [
      { name: 'Joanna', email: 'JO@acme.example', external_id: 'P1' },
      { name: 'New', external_id: 'P2' },
      { external_id: 'P3' },
    ]
    const ask = () => rig.call('POST', 'users/create_or_update_many', { body: { users } })
    expect((await ask()).status).to.equal(403)
    await rig.control.knobs({ bulkUserImport: true })
    const { results } = await rig.finish(await ask())
    expect(results[0]).to.deep.equal({ action: 'update', id: jo.id, status: 'Updated', success: true })
    expect(results[1]).to.include({ status: 'Created' })
    expect(results[2]).to.include({ index: 2, error: 'UserCreateOrUpdateFailed' })
  })

  it('makes tickets with the index of each', async () => {
    const tickets = [
      { subject: 'a', comment: { body: 'a' } },
      { subject: 'b', comment: { body: 'b' } },
    ]
    const { results } = await rig.finish(await rig.call('POST', 'tickets/create_many', { body: { tickets } }))
    expect(results.map(it => [it['index'], it['account_id']])).to.deep.equal([
      [0, 11223344],
      [1, 11223344],
    ])
  })
})

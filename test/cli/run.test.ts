import { expect } from 'chai'
import { jsonOf } from './support/cli.ts'
import { createSpace, type Space, VENDORS } from './support/space.ts'

const TOO_LONG = { VENDORID: 'LONG', NAME: 'x'.repeat(300), STATUS: 'active' }

describe('run', () => {
  let space: Space
  beforeEach(async () => {
    space = await createSpace()
  })
  afterEach(() => space.close())

  it('ends with a table, and writes once what there is', async () => {
    const first = await space.run('run --all')
    expect(first.code).to.equal(0)
    expect(first.out).to.match(/flow +state +read +written/)
    expect(first.out).to.match(new RegExp(`${VENDORS} +succeeded +12 +12 `))
    expect(first.err).to.equal('')
    const [again] = jsonOf(await space.run('run --all --json'))['runs'] as Record<string, unknown>[]
    expect(again).to.deep.include({ flow: VENDORS, state: 'succeeded', written: 0, dead: 0, signIns: 0 })
    expect(await space.target.records('Vendors')).to.have.length(12)
  })

  it('answers one object, with the counts of each flow', async () => {
    const answer = jsonOf(await space.run(`run ${VENDORS} --json`))
    expect(answer.ok).to.equal(true)
    const [run] = answer['runs'] as Record<string, unknown>[]
    expect(run).to.include.keys(
      'runId',
      'flow',
      'state',
      'read',
      'written',
      'unchanged',
      'filtered',
      'parked',
      'dead',
      'deleted',
      'calls',
      'signIns',
      'failure',
      'startedAt',
      'endedAt',
    )
    expect(run).to.deep.include({ read: 12, written: 12, deadByCode: {} })
    expect(run?.['signIns']).to.be.above(1)
  })

  it('takes a flow by its file in the library', async () => {
    expect((await space.run('run sage-intacct-to-zoho-crm/vendors')).code).to.equal(0)
  })

  it('takes single keys, changed or not', async () => {
    await space.run('run --all')
    const [first] = await space.source.records('VENDOR')
    const answer = await space.run(`run ${VENDORS} --key ${first?.['VENDORID']} --force --json`)
    expect((jsonOf(answer)['runs'] as unknown[])[0]).to.deep.include({ read: 1, written: 1 })
  })

  it('reads everything again with --backfill, and writes only what differs', async () => {
    await space.run('run --all')
    const [run] = jsonOf(await space.run('run --all --backfill --json'))['runs'] as Record<string, unknown>[]
    expect(run).to.deep.include({ read: 12, written: 0, unchanged: 12 })
  })

  it('ends partial when a record dies, and says what to type next', async () => {
    await space.source.put('VENDOR', TOO_LONG)
    const { code, out } = await space.run('run --all')
    expect(code).to.equal(1)
    expect(out).to.contain('partial').and.to.contain(`ml-connector dead ${VENDORS}`)
    expect(out).to.match(/1 × [A-Z_]+/)
  })

  it('wants to be told which flow, and names them', async () => {
    const { code, err } = await space.run('run')
    expect(code).to.equal(2)
    expect(err).to.contain('--all').and.to.contain(VENDORS)
  })

  it('suggests the flow that was meant', async () => {
    const { code, err } = await space.run('run sage-intacct-vendor-to-zoho-crm')
    expect(code).to.equal(2)
    expect(err).to.contain(`Did you mean ${VENDORS}?`)
  })

  it('stops at once when cancelled, with 130', async () => {
    const cancel = new AbortController()
    cancel.abort()
    const answer = await space.run(`run ${VENDORS} --json`, { signal: cancel.signal })
    expect(answer.code).to.equal(130)
    expect(jsonOf(answer).ok).to.equal(false)
  })

  it('goes on after a cancellation where it stopped', async () => {
    const cancel = new AbortController()
    await space.target.fault({ path: 'upsert', action: 'delay', delayMs: 400 })
    setTimeout(() => cancel.abort(), 250)
    const first = await space.run('run --all', { signal: cancel.signal })
    expect(first.code).to.equal(130)
    expect(first.err).to.contain('Cancelled')
    expect((await space.run('run --all')).code).to.equal(0)
    expect(await space.target.records('Vendors')).to.have.length(12)
  })

  it('runs several flows at a time within the limits of the accounts, and comes to the same', async () => {
    const wide = await createSpace({
      use: ['classification', 'gl-accounts', 'vendors', 'customers'],
      targetSettings: { concurrency: 1 },
    })
    // one call in flight is what this org allows: a second one at the same time is throttled
    await wide.target.knobs({ concurrency: 1, latencyMs: 30 })
    const answer = await wide.run('run --all --concurrency 4 --json')
    const again = await wide.run('run --all --concurrency 4 --json')
    const refused = (await wide.target.facts())['throttled']
    await wide.close()
    expect({ code: answer.code, refused }).to.deep.equal({ code: 0, refused: 0 })
    const flows = rowsOf(answer).map(it => it['flow'])
    expect(flows.map(it => String(it).split('-').slice(2, 4).join('-'))).to.deep.equal([
      'classification-to',
      'gl-accounts',
      'vendors-to',
      'customers-to',
    ])
    expect(rowsOf(again).map(it => it['written'])).to.deep.equal([0, 0, 0, 0])
    // each flow counts its own calls
    for (const it of rowsOf(again)) expect(it['calls'], String(it['flow'])).to.be.within(1, 10)
  })

  it('refuses to run beside itself, and says who runs', async () => {
    await space.target.fault({ path: 'upsert', action: 'delay', delayMs: 700 })
    const first = space.run('run --all')
    await new Promise(resolve => setTimeout(resolve, 350))
    const second = await space.run('run --all --json')
    expect(second.code).to.equal(2)
    expect(jsonOf(second).error).to.deep.include({ code: 'RUN_OVERLAP' })
    expect((await first).code).to.equal(0)
    expect(await space.target.records('Vendors')).to.have.length(12)
  })
})

describe('run, where something outside is wrong', () => {
  const cases = [
    { what: 'a wrong password of the source', secrets: { userPassword: 'no-such-password' }, code: 3, kind: 'auth' },
    { what: 'a wrong refresh token of the target', secrets: { refreshToken: '1000.aaaa.bbbb' }, code: 3, kind: 'auth' },
  ] as const
  for (const { what, secrets, code, kind } of cases)
    it(`answers ${code} to ${what}, without showing it`, async () => {
      const space = await createSpace({ secrets })
      const answer = await space.run('run --all --json')
      const person = await space.run('run --all --verbose')
      await space.close()
      expect({ code: answer.code, kind: jsonOf(answer).error?.['kind'] }).to.deep.equal({ code, kind })
      expect(person.err).to.match(/✗ .*\n.*→ /s)
      for (const text of [answer.out, answer.err, person.out, person.err])
        for (const secret of Object.values(secrets)) expect(text).to.not.contain(secret)
    })

  it('skips a flow that the edition lacks, says so, and counts it as done', async () => {
    const space = await createSpace({ use: ['vendors', 'customers'], edition: 'standard' })
    const answer = await space.run('run --all')
    await space.close()
    expect(answer.code).to.equal(0)
    expect(answer.out)
      .to.match(/vendors-to-zoho-crm +unavailable/)
      .and.to.match(/customers-to-zoho-crm +succeeded/)
    expect(answer.out).to.match(/– skipped .*no module Vendors.*\n +→ .*Professional/)
  })

  it('names the secret that is missing, and how to set it', async () => {
    const space = await createSpace()
    await space.run('secret remove zoho refreshToken')
    const { code, err } = await space.run('run --all')
    await space.close()
    expect(code).to.equal(2)
    expect(err).to.contain('refreshToken is missing').and.to.contain('ml-connector secret set zoho refreshToken')
  })

  it('tells a failure of several flows once', async () => {
    const space = await createSpace({ use: ['vendors', 'customers'] })
    await space.run('secret remove zoho refreshToken')
    const { err } = await space.run('run --all')
    await space.close()
    expect(err.match(/refreshToken is missing/g)).to.have.length(1)
  })
})

function rowsOf(answer: Parameters<typeof jsonOf>[0]): Readonly<Record<string, unknown>>[] {
  return jsonOf(answer)['runs'] as Readonly<Record<string, unknown>>[]
}

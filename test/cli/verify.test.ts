import { expect } from 'chai'
import { jsonOf } from './support/cli.ts'
import { createSpace, type Space, VENDORS } from './support/space.ts'

type Answer = Record<string, unknown>

describe('verify', () => {
  let space: Space
  beforeEach(async () => {
    space = await createSpace()
    await space.run('run --all')
  })
  afterEach(() => space.close())

  /** As people at the target do it: one renamed, one removed. */
  const disturb = async () => {
    const [renamed, removed] = await space.target.records('Vendors')
    await space.target.put('Vendors', { id: String(renamed?.['id']), Vendor_Name: 'By hand' })
    await space.target.remove('Vendors', String(removed?.['id']))
    return [renamed, removed].map(it => String(it?.['ERP_ID']))
  }
  const reportOf = async (line: string) => (jsonOf(await space.run(`${line} --json`))['runs'] as Answer[])[0] ?? {}
  const names = async () =>
    new Map((await space.target.records('Vendors')).map(it => [it['ERP_ID'], it['Vendor_Name']]))

  it('says until when source and target are the same', async () => {
    expect((await space.run('verify')).out).to.match(new RegExp(`${VENDORS} +not yet`))
    const { code, out, err } = await space.run('verify --all')
    expect([code, err]).to.deep.equal([0, ''])
    expect(out).to.match(/flow +state +compared +healed +left +verified until +calls +time/)
    expect(out).to.match(new RegExp(`${VENDORS} +succeeded +12 +· +· +20`))
    expect((await space.run('verify')).out).to.match(new RegExp(`${VENDORS} +20[-0-9]+ [:0-9]+Z +12 +0 +0`))
  })

  it('--report-only names each difference and writes nothing', async () => {
    const before = await names()
    const [renamed, removed] = await disturb()
    const disturbed = await names()
    const { code, out } = await space.run(`verify ${VENDORS} --report-only`)
    expect(code).to.equal(1)
    expect(out).to.match(
      new RegExp(`! left +${renamed} +different \\(Vendor_Name\\) in Vendors: changed at the target since run`),
    )
    expect(out).to.match(new RegExp(`! left +${removed} +missing in Vendors: written 20`))
    expect(await names()).to.deep.equal(disturbed)
    expect(disturbed).to.not.deep.equal(before)
  })

  it('puts right what differs, once', async () => {
    const before = await names()
    const keys = await disturb()
    const report = await reportOf(`verify ${VENDORS}`)
    expect(report).to.deep.include({ tally: { compared: 12, healed: 2, left: 0 }, isComplete: true, written: 2 })
    const findings = report['findings'] as Answer[]
    expect(findings.map(it => [it['key'], it['isHealed']])).to.have.deep.members(keys.map(it => [it, true]))
    expect(await names()).to.deep.equal(before)
    const again = await reportOf(`verify ${VENDORS}`)
    expect(again).to.deep.include({ tally: { compared: 12, healed: 0, left: 0 }, written: 0 })
    const { out } = await space.run(`runs ${String(report['runId'])}`)
    expect(out).to.include('verify')
  })

  it('stops when its calls have run out, says so, and goes on from there', async () => {
    for (let n = 0; n < 1_100; n++)
      await space.source.put('VENDOR', { VENDORID: `M${n}`, NAME: `Vendor ${n}`, STATUS: 'active' })
    const first = await space.run(`verify ${VENDORS} --calls 1`)
    expect(first.code).to.equal(0)
    expect(first.out).to.match(/its calls have run out: the next "ml-connector verify .*" goes on from here/)
    expect((await space.run('verify')).out).to.match(/not yet.* \d+ compared so far/)
    const { tally, isComplete } = await reportOf(`verify ${VENDORS}`)
    expect(isComplete).to.equal(true)
    expect((tally as { compared: number }).compared, 'the rest').to.be.below(1_112)
    expect((await names()).size).to.equal(1_112)
  })

  it('refuses what it does not understand', async () => {
    expect((await space.run('verify nowhere')).code).to.equal(2)
    expect((await space.run(`verify ${VENDORS} --calls 0`)).code).to.equal(2)
  })
})

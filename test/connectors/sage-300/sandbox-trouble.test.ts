import { request } from 'node:https'
import { expect } from 'chai'
import { basic, openRig, order, type Rig, refusal, withRig } from './sandbox.support.ts'

describe('Sage 300 sandbox: trouble', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 4)
  })
  afterEach(() => rig.close())

  const get = () => rig.call('GET', 'AP/APVendors?$top=1')

  it('answers 503 with a page while the application pool is stopped or recycles', async () => {
    await rig.at.knobs({ appPool: 'stopped' })
    const { status, body, text, headers } = await get()
    expect([status, body, headers.get('content-type')?.split(';')[0]]).to.deep.equal([503, undefined, 'text/html'])
    expect(text).to.match(/Service Unavailable/)
    await rig.at.knobs({ appPool: 'running', unavailableCalls: 2 })
    expect([(await get()).status, (await get()).status, (await get()).status]).to.deep.equal([503, 503, 200])
  })

  it('answers 429 to more calls at the same time than it takes', async () => {
    await rig.at.knobs({ concurrency: 2, latencyMs: 60 })
    const answers = await Promise.all([get(), get(), get(), get()])
    expect(answers.map(it => it.status).sort()).to.deep.equal([200, 200, 429, 429])
    expect(refusal(answers.find(it => it.status === 429) ?? (await get()))).to.deep.equal([429, 'TooManyRequests'])
    expect(await rig.at.facts()).to.include({ mostInFlight: 2 })
  })

  it('is slow at the first call, and again after it has idled', async () => {
    await rig.at.knobs({ coldStartMs: 120 })
    const took = async () => {
      const startedAt = performance.now()
      await get()
      return performance.now() - startedAt > 110
    }
    expect([await took(), await took()]).to.deep.equal([true, false])
    await rig.at.clock({ advanceMs: 21 * 60_000 })
    expect([await took(), await took()]).to.deep.equal([true, false])
  })

  it('loses an answer after the order was stored: only a look-up by its reference tells', async () => {
    const found = () => rig.column("OE/OEOrders?$filter=OrderReference eq 'ZCRM-1'&$top=1", 'OrderNumber')
    await rig.at.fault({ action: 'cutAfter', path: 'POST .*/OE/OEOrders' })
    const lost = await rig
      .call('POST', 'OE/OEOrders', { body: order({ OrderReference: 'ZCRM-1' }) })
      .catch(() => 'lost')
    expect([lost, await found()]).to.deep.equal(['lost', ['ORD000000000004']])
    await rig.at.fault({ action: 'cutBefore', path: 'POST .*/OE/OEOrders' })
    await rig.call('POST', 'OE/OEOrders', { body: order({ OrderReference: 'ZCRM-2' }) }).catch(() => 'lost')
    expect(await rig.column("OE/OEOrders?$filter=OrderReference eq 'ZCRM-2'", 'OrderNumber')).to.deep.equal([])
  })

  it('stays silent on demand', async () => {
    await rig.at.fault({ action: 'hang' })
    const path = '/Sage300WebApi/v1.0/-/SAMINC/AP/APVendors'
    const waited = await rig
      .raw('GET', path, { signal: AbortSignal.timeout(150) })
      .catch((thrown: Error) => thrown.name)
    expect(waited).to.equal('TimeoutError')
  })

  it('counts calls by what they are', async () => {
    await get()
    await rig.call('GET', "AP/APVendors('1200')")
    await rig.call('POST', "AR/ARPostInvoices('$process')")
    await rig.raw('GET', '/knock')
    expect((await rig.at.calls()).byLabel).to.deep.equal({
      'GET AP/APVendors': 1,
      'GET AP/APVendors(key)': 1,
      'GET elsewhere': 1,
      'POST AR/ARPostInvoices($process)': 1,
    })
  })

  const askOver = ({ sandbox }: Rig, ca: unknown) =>
    new Promise<unknown>(resolve => {
      const headers = { authorization: basic('SYNC', 'Sync-Pass-300') }
      const options = { headers, agent: false, ...(ca === undefined ? {} : { ca: String(ca) }) } as const
      const call = request(`${sandbox.settings['baseUrl']}/v1.0/-/SAMINC/AP/APVendors`, options, answer => {
        let text = ''
        answer.on('data', part => {
          text += part
        })
        answer.on('end', () => resolve(JSON.parse(text).value.length))
      })
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      call.end()
    })

  for (const [tls, refusedAs] of [
    ['own', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const)
    it(`shows a certificate over https that only those trust who were given its voucher: ${tls}`, async () => {
      const others: unknown[] = []
      await withRig({ tls }, 2, async other => void others.push(other.sandbox.settings['caCertificate']))
      await withRig({ tls }, 2, async one => {
        const { baseUrl, caCertificate } = one.sandbox.settings
        expect(String(baseUrl)).to.match(/^https:\/\/127\.0\.0\.1:/)
        expect([await askOver(one, caCertificate), await askOver(one, undefined)]).to.deep.equal([2, refusedAs])
        // two authorities of one name: the signature tells them apart
        const strange = tls === 'own' ? refusedAs : 'CERT_SIGNATURE_FAILURE'
        expect(await askOver(one, others[0])).to.equal(strange)
        expect((await one.at.facts())['certificateFingerprint']).to.match(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
        await one.at.fault({ action: 'cutAfter' })
        expect(await askOver(one, caCertificate)).to.equal('ECONNRESET')
        await one.close()
        expect(await askOver(one, caCertificate)).to.equal('ECONNREFUSED')
      })
    })
})

import { inflateRawSync } from 'node:zlib'
import { expect } from 'chai'
import { openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: bulk read', () => {
  let rig: Rig
  let authorization: string
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-03-02T10:00:00Z' })
    const { body } = await rig.signIn()
    authorization = `Zoho-oauthtoken ${body.access_token}`
  })
  afterEach(() => rig.close())

  const start = (query: object, type = 'application/json') =>
    rig.raw('POST', '/crm/bulk/v8/read', {
      headers: { authorization, 'content-type': type },
      body: JSON.stringify({ query, file_type: 'csv' }),
    })
  const get = (path: string) => rig.raw('GET', `/crm/bulk/v8/read/${path}`, { headers: { authorization } })

  it('goes through its states and ends in a zipped CSV', async () => {
    const [first, second] = await rig.accounts(
      { Account_Name: 'Nord, "West"', ERP_ID: 'C1' },
      { Account_Name: 'Ost', ERP_ID: 'C2', Phone: '1' },
    )
    const { status, body } = await start({
      module: { api_name: 'Accounts' },
      fields: ['Account_Name', 'Phone'],
      page: 1,
    })
    expect([status, body.data[0].code, body.data[0].details.state]).to.deep.equal([201, 'ADDED_SUCCESSFULLY', 'ADDED'])
    const { id } = body.data[0].details
    const state = async () => (await get(id)).body.data[0].state
    expect(await state()).to.equal('ADDED')
    expect((await get(`${id}/result`)).status).to.equal(400)
    await rig.control.clock({ advanceMs: 1500 })
    expect(await state()).to.equal('IN PROGRESS')
    await rig.control.clock({ advanceMs: 500 })
    const done = (await get(id)).body.data[0]
    expect(done.state).to.equal('COMPLETED')
    expect(done.result).to.deep.equal({
      page: 1,
      count: 2,
      per_page: 200_000,
      more_records: false,
      next_page_token: null,
      download_url: `/crm/bulk/v8/read/${id}/result`,
    })
    const zip = await fetch(new URL(done.result.download_url, rig.sandbox.url), { headers: { authorization } })
    expect(unzip(Buffer.from(await zip.arrayBuffer()))).to.equal(
      `Id,Account_Name,Phone\n${first},"Nord, ""West""",\n${second},Ost,1\n`,
    )
  })

  it('wants JSON, a module and fields that exist, and charges fifty credits', async () => {
    const used = async () => Number((await rig.control.facts())['creditsUsed'])
    const module = { api_name: 'Accounts' }
    expect((await start({ module }, 'text/plain')).body.code).to.equal('INVALID_REQUEST')
    expect((await start({})).body.code).to.equal('MANDATORY_NOT_FOUND')
    expect((await start({ module, fields: ['Nothing'] })).body.code).to.equal('INVALID_DATA')
    const before = await used()
    expect((await start({ module })).status).to.equal(201)
    expect((await used()) - before).to.equal(50)
    expect((await get('77')).body.code).to.equal('INVALID_DATA')
    expect((await rig.call('POST', 'bulk/read', { body: {} })).status).to.equal(404)
  })
})

/** The text of a one-file archive, read by the format's own offsets. */
function unzip(archive: Buffer): string {
  const end = archive.lastIndexOf('PK\x05\x06')
  const central = archive.readUInt32LE(end + 16)
  expect(archive.toString('latin1', central, central + 4)).to.equal('PK\x01\x02')
  const local = archive.readUInt32LE(central + 42)
  const size = archive.readUInt32LE(central + 20)
  const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  return inflateRawSync(archive.subarray(from, from + size)).toString()
}

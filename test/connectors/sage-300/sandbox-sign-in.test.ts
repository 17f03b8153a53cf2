import { expect } from 'chai'
import { basic, codes, openRig, type Rig, refusal, withRig } from './sandbox.support.ts'

describe('Sage 300 sandbox: signing in', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 2)
  })
  afterEach(() => rig.close())

  const as = (id: string, password: string, path = 'AP/APVendors') => rig.call('GET', path, { user: [id, password] })
  const VENDORS = '/Sage300WebApi/v1.0/-/SAMINC/AP/APVendors'

  it('challenges whoever comes without credentials or with wrong ones, with a JSON body', async () => {
    const absent = await rig.raw('GET', VENDORS)
    const answers = [absent, await as('SYNC', 'wrong'), await as('NOBODY', 'Sync-Pass-300'), await as('', '')]
    for (const scheme of ['Bearer abc', 'Basic !!!', 'Basic bm9jb2xvbg=='])
      answers.push(await rig.raw('GET', VENDORS, { headers: { authorization: scheme } }))
    for (const it of answers) {
      expect(refusal(it)).to.deep.equal([401, 'Unauthorized'])
      expect(it.headers.get('www-authenticate')).to.match(/^Basic /)
    }
    expect(await rig.at.facts()).to.include({ refusedSignIns: answers.length })
  })

  it('asks who it is before it says what there is', async () => {
    const nowhere = await rig.raw('GET', '/Sage300WebApi/v1.0/-/NOBODY/ZZ/Nothing')
    expect(refusal(nowhere)).to.deep.equal([401, 'Unauthorized'])
  })

  it('takes user IDs in upper case, and passwords as they are', async () => {
    expect((await as('SYNC', 'Sync-Pass-300')).status).to.equal(200)
    expect((await as('sync', 'Sync-Pass-300')).status).to.equal(401)
    expect((await as('SYNC', 'SYNC-PASS-300')).status).to.equal(401)
    await rig.at.knobs({ foldUserId: true })
    expect((await as('sync', 'Sync-Pass-300')).status).to.equal(200)
  })

  it('of an older installation takes passwords in upper case only, and says so in its settings', async () => {
    await withRig({ passwordCase: 'upper' }, 1, async older => {
      const status = async (password: string) =>
        (await older.call('GET', 'AP/APVendors', { user: ['SYNC', password] })).status
      expect([await status('SYNC-PASS-300'), await status('Sync-Pass-300')]).to.deep.equal([200, 401])
      expect(older.sandbox.settings['upperCasePassword']).to.equal(true)
    })
  })

  it('refuses ADMIN with the right password until somebody allows it', async () => {
    expect(refusal(await as('ADMIN', 'Admin-Pass-300'))).to.deep.equal([403, 'Forbidden'])
    expect((await as('ADMIN', 'Admin-Pass-300')).body.error.message.value).to.match(/sufficient security rights/)
    expect((await as('ADMIN', 'wrong')).status).to.equal(401)
    await rig.at.knobs({ adminAllowed: true })
    expect((await as('ADMIN', 'Admin-Pass-300')).status).to.equal(200)
  })

  it('gives the right per module: payables may work while orders do not', async () => {
    expect((await as('CLERK', 'Clerk-Pass-300')).status).to.equal(200)
    expect(refusal(await as('CLERK', 'Clerk-Pass-300', 'OE/OEOrders'))).to.deep.equal([403, 'Forbidden'])
    await rig.at.knobs({ deniedModules: ['AP', 'IC'] })
    expect(refusal(await as('SYNC', 'Sync-Pass-300'))).to.deep.equal([403, 'Forbidden'])
    expect((await as('SYNC', 'Sync-Pass-300', 'AR/ARCustomers')).status).to.equal(200)
  })

  it('gives the right to see, and to change, per resource and user', async () => {
    await rig.at.knobs({ deniedResources: ['GL/GLAccounts'], readOnlyResources: ['AR/ARCustomers'] })
    const body = { City: 'Victoria' }
    const answers = [
      await rig.call('GET', 'GL/GLAccounts'),
      await rig.call('PATCH', "AR/ARCustomers('1200')", { body }),
      await rig.call('PATCH', "AP/APVendors('1200')", { body, user: ['VIEWER', 'Viewer-Pass-300'] }),
      await rig.call('POST', 'AR/ARPostInvoices($process)', { user: ['VIEWER', 'Viewer-Pass-300'] }),
    ]
    expect(codes(answers)).to.deep.equal(answers.map(() => [403, 'Forbidden']))
    expect((await rig.call('GET', 'AR/ARCustomers')).status).to.equal(200)
  })

  it('locks a user after too many wrong passwords, where it is set up to', async () => {
    await rig.at.knobs({ lockAfter: 2 })
    await as('SYNC', 'wrong')
    expect((await as('SYNC', 'Sync-Pass-300')).status).to.equal(200)
    await as('SYNC', 'wrong')
    await as('SYNC', 'wrong')
    expect((await as('SYNC', 'Sync-Pass-300')).status).to.equal(401)
  })

  it('needs Content-Type on writes, and on every call where it is strict', async () => {
    const authorization = basic('SYNC', 'Sync-Pass-300')
    const get = () => rig.raw('GET', VENDORS, { headers: { authorization } })
    const post = await rig.raw('POST', VENDORS, { headers: { authorization }, body: new TextEncoder().encode('{}') })
    expect([refusal(post), (await get()).status]).to.deep.equal([[500, 'InternalServerError'], 200])
    await rig.at.knobs({ contentType: 'always' })
    expect(refusal(await get())).to.deep.equal([500, 'InternalServerError'])
    await rig.at.knobs({ contentType: 'never' })
    const lenient = await rig.raw('POST', VENDORS, { headers: { authorization }, body: new TextEncoder().encode('{}') })
    expect(refusal(lenient)).to.deep.equal([409, 'FieldInvalid'])
  })
})

import { expect } from 'chai'
import { openRig, type Rig } from './sandbox.support.ts'

const STANDARD = ['Accounts', 'Contacts', 'Deals', 'Invoices', 'Products', 'Sales_Orders', 'Vendors']
const INVENTORY = ['Invoiced_Items', 'Invoices', 'Ordered_Items', 'Sales_Orders', 'Vendors']

describe('Zoho sandbox: metadata and editions', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const moduleNames = async (): Promise<string[]> =>
    (await rig.call('GET', 'settings/modules')).body.modules.map(it => it.api_name)
  const fieldsOf = async (module: string) => {
    const answer = await rig.call('GET', `settings/fields?module=${module}`)
    return new Map(answer.body.fields.map(it => [it.api_name, it]))
  }

  it('serves JSON as application/json;charset=UTF-8', async () => {
    const answer = await rig.call('GET', 'org')
    expect(answer.headers.get('content-type')).to.equal('application/json;charset=UTF-8')
  })

  it('names the edition in the organisation', async () => {
    const [org] = (await rig.call('GET', 'org')).body.org
    expect(org.license_details).to.include({ paid: true, paid_type: 'professional' })
    await rig.control.knobs({ edition: 'free' })
    const [free] = (await rig.call('GET', 'org')).body.org
    expect(free.license_details).to.include({ paid: false, paid_type: 'free' })
    expect(free.id).to.equal(org.id)
  })

  it('lists the modules of the edition with their rights', async () => {
    expect(await moduleNames()).to.include.members([...STANDARD, ...INVENTORY, 'GL_Accounts', 'ERP_Classifications'])
    await rig.control.knobs({ edition: 'standard' })
    const standard = await moduleNames()
    expect(standard).not.to.include.oneOf(INVENTORY)
    expect(standard).to.include.members(['Accounts', 'Products'])
    const [one] = (await rig.call('GET', 'settings/modules/Accounts')).body.modules
    expect(one).to.include({ api_supported: true, creatable: true, editable: true, viewable: true, status: 'visible' })
  })

  it('answers a module that the edition lacks with INVALID_MODULE, or as the knob says', async () => {
    await rig.control.knobs({ edition: 'free' })
    const ask = async () => {
      const answer = await rig.call('POST', 'Vendors/upsert', { body: { data: [{ Vendor_Name: 'V' }] } })
      return [answer.status, answer.body.code, answer.body.data]
    }
    expect(await ask()).to.deep.equal([400, 'INVALID_MODULE', undefined])
    await rig.control.knobs({ gatedAnswer: 'NO_PERMISSION' })
    expect(await ask()).to.deep.equal([403, 'NO_PERMISSION', undefined])
    const fields = await rig.call('GET', 'settings/fields?module=Vendors')
    expect(fields.body.details).to.deep.equal({ permissions: ['Crm_Implied_View_Vendors'] })
    await rig.control.knobs({ edition: 'professional' })
    expect((await ask())[0]).to.equal(200)
  })

  it('takes module names by their exact letters', async () => {
    for (const name of ['accounts', 'SalesOrders', 'Leads', 'Invoiced_Items'])
      expect((await rig.call('GET', `${name}?fields=id`)).body.code, name).to.equal('INVALID_MODULE')
  })

  it('describes the fields of every module with unique, external, length and lists', async () => {
    for (const module of [...STANDARD, 'GL_Accounts', 'ERP_Classifications']) {
      const key = (await fieldsOf(module)).get('ERP_ID')
      expect(key, module).to.deep.include({
        data_type: 'text',
        json_type: 'string',
        length: 200,
        custom_field: true,
        system_mandatory: false,
        unique: { case_sensitive: false },
        external: { show: true, type: 'org' },
      })
    }
    const vendors = await fieldsOf('Vendors')
    expect(vendors.get('Vendor_Name')?.system_mandatory).to.equal(true)
    expect(vendors.get('ERP_Status')?.pick_list_values.map(it => it.actual_value)).to.deep.equal(['active', 'inactive'])
    const deals = await fieldsOf('Deals')
    expect(deals.get('Account_Name')?.lookup.module.api_name).to.equal('Accounts')
    expect(deals.get('Stage')?.pick_list_values[3]).to.include({
      display_value: 'Identify Decision Makers',
      actual_value: 'Id. Decision Makers',
    })
    expect(deals.get('Modified_Time')).to.deep.include({
      read_only: true,
      operation_type: { web_create: false, web_update: false, api_create: false, api_update: false },
    })
  })

  for (const module of ['Invoiced_Items', 'Ordered_Items'])
    it(`describes the rows of ${module} in capitals`, async () => {
      const fields = await fieldsOf(module)
      expect(fields).to.include.all.keys('Product_Name', 'Quantity', 'List_Price', 'Discount', 'Total', 'Net_Total')
      expect(fields.get('Product_Name')).to.deep.include({ system_mandatory: true, data_type: 'lookup' })
      expect(fields.get('Total')?.operation_type.api_create).to.equal(false)
    })

  it('refuses metadata without a module, of an unknown one, and unknown paths and verbs', async () => {
    const cases = [
      ['GET', 'settings/fields', 400, 'REQUIRED_PARAM_MISSING'],
      ['GET', 'settings/fields?module=Nothing', 400, 'INVALID_MODULE'],
      ['GET', 'settings/nothing', 404, 'INVALID_URL_PATTERN'],
      ['POST', 'org', 400, 'INVALID_REQUEST_METHOD'],
      ['DELETE', 'Accounts/upsert', 400, 'INVALID_REQUEST_METHOD'],
    ] as const
    for (const [method, path, status, code] of cases) {
      const answer = await rig.call(method, path)
      expect([answer.status, answer.body.code], `${method} ${path}`).to.deep.equal([status, code])
    }
    expect((await rig.raw('GET', '/crm/v2/Accounts')).status).to.equal(404)
  })

  it('takes what an administrator adds and removes', async () => {
    await rig.control.knobs({
      customFields: { Accounts: [{ api_name: 'Region', data_type: 'picklist', values: ['North', 'South'] }] },
      customModules: [{ api_name: 'Depots', fields: [{ api_name: 'Doors', data_type: 'integer' }] }],
      removeFields: { Contacts: ['ERP_ID'] },
    })
    expect((await fieldsOf('Accounts')).get('Region')?.custom_field).to.equal(true)
    expect(await fieldsOf('Depots')).to.include.all.keys('Name', 'ERP_ID', 'Doors')
    expect(await fieldsOf('Contacts')).not.to.include.keys('ERP_ID')
    const body = { data: [{ Name: 'D1', Doors: 3, ERP_ID: 'D1' }], duplicate_check_fields: ['ERP_ID'] }
    expect((await rig.call('POST', 'Depots/upsert', { body })).body.data[0].action).to.equal('insert')
    expect((await rig.call('POST', 'Depots/upsert', { body })).body.data[0].action).to.equal('update')
  })

  it('throws for knobs that it does not know and values that they do not take', async () => {
    for (const knobs of [{ editon: 'free' }, { edition: 'gold' }, { credits: -1 }, { customFields: { Nothing: [] } }]) {
      const answer = await rig.raw('POST', '/_sandbox/knobs', { body: JSON.stringify(knobs) })
      expect(answer.status, JSON.stringify(knobs)).to.equal(400)
    }
  })
})

import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { type Body, openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: writing', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-03-02T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const write = (method: string, path: string, data: unknown, more: object = {}, headers = {}) =>
    rig.call(method, path, { body: { data, ...more }, headers })
  const upsert = (data: unknown, fields?: string[], module = 'Accounts') =>
    write('POST', `${module}/upsert`, data, fields ? { duplicate_check_fields: fields } : {})
  const held = async (module: string, id: string | undefined): Promise<JsonObject> =>
    (await rig.control.records(module)).find(it => it['id'] === id) ?? {}
  /** Code and details of one refused record. */
  const refusal = async (record: object, module = 'Accounts'): Promise<readonly [number, string, Body]> => {
    const { status, body } = await write('POST', module, [record])
    return [status, body.data[0].code, body.data[0].details]
  }

  it('inserts with 201, updates with 200, and answers in the order asked', async () => {
    const inserted = await write('POST', 'Accounts', [{ Account_Name: 'B' }, { Account_Name: 'A' }])
    expect(inserted.status).to.equal(201)
    const [b, a] = inserted.body.data.map(it => it.details.id)
    expect(inserted.body.data[0]).to.deep.equal({
      code: 'SUCCESS',
      details: {
        Modified_Time: '2026-03-02T11:00:00+01:00',
        Modified_By: { name: 'ERP Sync', id: '5725767000000100001' },
        Created_Time: '2026-03-02T11:00:00+01:00',
        id: b,
        Created_By: { name: 'ERP Sync', id: '5725767000000100001' },
        $approval_state: 'approved',
      },
      message: 'record added',
      status: 'success',
    })
    const updated = await write('PUT', 'Accounts', [
      { id: a, Phone: '1' },
      { id: b, Phone: '2' },
    ])
    expect(updated.status).to.equal(200)
    expect(updated.body.data.map(it => it.details.id)).to.deep.equal([a, b])
    expect(updated.body.data[0]).not.to.have.any.keys('action', 'duplicate_field')
    const one = await write('PUT', `Accounts/${a}`, [{ Phone: null }])
    expect(one.status).to.equal(200)
    expect([(await held('Accounts', a))['Phone'], (await held('Accounts', b))['Phone']]).to.deep.equal([null, '2'])
  })

  it('upserts with 200 also for pure inserts, and says action and field', async () => {
    const first = await upsert([{ Account_Name: 'A', ERP_ID: 'C1' }], ['ERP_ID'])
    expect([first.status, first.body.data[0].action, first.body.data[0].duplicate_field]).to.deep.equal([
      200,
      'insert',
      null,
    ])
    const second = await upsert([{ Phone: '1', ERP_ID: 'c1' }], ['ERP_ID'])
    expect(second.body.data[0]).to.include({ action: 'update', duplicate_field: 'ERP_ID', message: 'record updated' })
    expect(second.body.data[0].details.id).to.equal(first.body.data[0].details.id)
  })

  it('answers 207 when some records are refused and 400 with data when all are', async () => {
    const mixed = await upsert(
      [
        { ERP_ID: 'C1', Account_Name: 'A' },
        { ERP_ID: 'C2', Phone: '1' },
      ],
      ['ERP_ID'],
    )
    expect(mixed.status).to.equal(207)
    expect(mixed.body.data.map(it => it.status)).to.deep.equal(['success', 'error'])
    expect(mixed.body.data[1]).to.deep.equal({
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'Account_Name', json_path: '$.data[1].Account_Name' },
      message: 'required field not found',
      status: 'error',
    })
    const failed = await upsert([{ ERP_ID: 'C2' }], ['ERP_ID'])
    expect([failed.status, failed.body.data.length]).to.deep.equal([400, 1])
  })

  it('takes a hundred records and refuses more, none, or a body that is none', async () => {
    const records = (n: number) => Array.from({ length: n }, (_, i) => ({ Account_Name: `A${i}` }))
    expect((await write('POST', 'Accounts', records(100))).status).to.equal(201)
    for (const body of [{ data: records(101) }, { data: [] }, { data: {} }, {}, '<x/>']) {
      const answer = await rig.call('POST', 'Accounts', { body })
      expect([answer.status, answer.body.status, answer.body.data]).to.deep.equal([400, 'error', undefined])
    }
    expect((await rig.control.records('Accounts')).length).to.equal(100)
  })

  it('needs no Content-Type', async () => {
    const { body: token } = await rig.signIn()
    const answer = await rig.raw('POST', '/crm/v8/Accounts', {
      headers: { authorization: `Zoho-oauthtoken ${token.access_token}` },
      body: new Blob([JSON.stringify({ data: [{ Account_Name: 'A' }] })]),
    })
    expect(answer.status).to.equal(201)
  })

  it('refuses values of the wrong type, with the type it wants', async () => {
    const cases = [
      ['Account_Name', 5, 'text'],
      ['Employees', '12', 'integer'],
      ['Employees', 1.5, 'integer'],
      ['Credit_Limit', '12.50', 'double'],
      ['On_Hold', 'true', 'boolean'],
      ['Parent_Account', '5725767000001000001', 'jsonobject'],
      ['Website', 'no site', 'website'],
      ['Tag', 'x', 'jsonarray'],
    ] as const
    for (const [name, value, type] of cases)
      expect(await refusal({ Account_Name: 'A', [name]: value }), name).to.deep.equal([
        400,
        'INVALID_DATA',
        { expected_data_type: type, api_name: name, json_path: `$.data[0].${name}` },
      ])
    const contacts = [
      ['Email', 'nobody', 'email'],
      ['Date_of_Birth', '2026-02-30', 'date'],
    ] as const
    for (const [name, value, type] of contacts)
      expect((await refusal({ Last_Name: 'L', [name]: value }, 'Contacts'))[2]).to.include({ expected_data_type: type })
  })

  it('refuses values that are too long, unknown fields and fields that it computes itself', async () => {
    expect(await refusal({ Account_Name: 'x'.repeat(201) })).to.deep.equal([
      400,
      'INVALID_DATA',
      { maximum_length: 200, api_name: 'Account_Name', json_path: '$.data[0].Account_Name' },
    ])
    for (const name of ['account_name', 'ERP ID', 'Modified_Time', '$approved'])
      expect(await refusal({ Account_Name: 'A', [name]: 'x' }), name).to.deep.equal([
        400,
        'INVALID_DATA',
        { api_name: name, json_path: `$.data[0].${name}` },
      ])
  })

  it('tells all faults of a record at once', async () => {
    const [status, code, details] = await refusal({ Employees: '1', Nothing: 1 })
    expect([status, code]).to.deep.equal([400, 'MULTIPLE_OR_MULTI_ERRORS'])
    expect(details.errors.map(it => [it.code, it.details.api_name, it.status])).to.deep.equal([
      ['INVALID_DATA', 'Employees', 'error'],
      ['INVALID_DATA', 'Nothing', 'error'],
      ['MANDATORY_NOT_FOUND', 'Account_Name', 'error'],
    ])
  })

  it('takes unknown picklist values unless told to be strict', async () => {
    const deal = { Deal_Name: 'D', Stage: 'Dreaming' }
    expect((await write('POST', 'Deals', [deal])).status).to.equal(201)
    await rig.control.knobs({ strictPicklists: true })
    const [, code, details] = await refusal(deal, 'Deals')
    expect(code).to.equal('INVALID_DATA')
    expect(details.supported_values).to.include('Closed Won')
    expect((await refusal({ Deal_Name: 'D' }, 'Deals'))[1]).to.equal('MANDATORY_NOT_FOUND')
  })

  it('replaces multi-selects, or adds to them with $append_values', async () => {
    const field = { api_name: 'Segments', data_type: 'multiselectpicklist', values: ['A', 'B', 'C'] }
    await rig.control.knobs({ customFields: { Accounts: [field] } })
    const [id] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1', Segments: ['A', 'B'] })
    await write('PUT', 'Accounts', [{ id, Segments: ['B', 'C'], $append_values: { Segments: true } }])
    expect((await held('Accounts', id))['Segments']).to.deep.equal(['A', 'B', 'C'])
    await write('PUT', 'Accounts', [{ id, Segments: ['C'] }])
    expect((await held('Accounts', id))['Segments']).to.deep.equal(['C'])
    expect((await refusal({ Account_Name: 'B', Segments: 'A' }))[2]).to.include({ expected_data_type: 'jsonarray' })
  })

  it('checks lookups by id, and by external value only with the header', async () => {
    const [id] = await rig.accounts({ Account_Name: 'Parent', ERP_ID: 'P1' })
    const child = await write('POST', 'Accounts', [{ Account_Name: 'Child', Parent_Account: { id } }])
    expect((await held('Accounts', child.body.data[0].details.id))['Parent_Account']).to.deep.equal({
      name: 'Parent',
      id,
    })
    const unknown = { id: '5725767000999999999' }
    expect((await refusal({ Account_Name: 'A', Parent_Account: unknown }))[2]).to.deep.equal({
      api_name: 'id',
      json_path: '$.data[0].Parent_Account.id',
    })
    const byKey = { Last_Name: 'L', Account_Name: { ERP_ID: 'P1' } }
    expect((await refusal(byKey, 'Contacts'))[1]).to.equal('EXPECTED_FIELD_MISSING')
    const header = { 'x-external': 'Contacts.Account_Name.ERP_ID' }
    const linked = await write('POST', 'Contacts', [byKey], {}, header)
    expect((await held('Contacts', linked.body.data[0].details.id))['Account_Name']).to.deep.equal({
      name: 'Parent',
      id,
    })
    const lost = await write('POST', 'Contacts', [{ Last_Name: 'L', Account_Name: { ERP_ID: 'P2' } }], {}, header)
    expect(lost.body.data[0]).to.deep.include({
      code: 'INVALID_DATA',
      details: { api_name: 'ERP_ID', json_path: '$.data[0].Account_Name.ERP_ID' },
    })
  })

  it('updates and deletes by the external value with the header', async () => {
    const [id] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    const header = { 'x-external': 'Accounts.ERP_ID' }
    expect((await write('PUT', 'Accounts', [{ ERP_ID: 'C1', Phone: '7' }], {}, header)).status).to.equal(200)
    expect((await write('PUT', 'Accounts/C1', [{ Fax: '8' }], {}, header)).status).to.equal(200)
    expect(await held('Accounts', id ?? ''))['to'].include({ Phone: '7', Fax: '8', ERP_ID: 'C1' })
    expect((await rig.call('DELETE', 'Accounts/C1', { headers: header })).body.data[0].details).to.deep.equal({ id })
  })

  it('refuses a value that another record holds, on insert and update too, without regard to case', async () => {
    const [first, second] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' }, { Account_Name: 'B', ERP_ID: 'C2' })
    const duplicate = {
      api_name: 'ERP_ID',
      json_path: '$.data[0].ERP_ID',
      id: first,
      duplicate_record: {
        id: first,
        Owner: { name: 'ERP Sync', id: '5725767000000100001', email: 'erp.sync@example.com' },
        module: { api_name: 'Accounts', id: '5725767000000002131' },
      },
      more_records: false,
    }
    expect(await refusal({ Account_Name: 'N', ERP_ID: 'c1' })).to.deep.equal([400, 'DUPLICATE_DATA', duplicate])
    const update = await write('PUT', 'Accounts', [{ id: second, ERP_ID: 'C1' }])
    expect(update.body.data[0].details).to.deep.equal(duplicate)
    // the system's own field finds doubles on upsert, it does not forbid them
    expect((await write('POST', 'Accounts', [{ Account_Name: 'A' }])).status).to.equal(201)
  })

  describe('finding the match of an upsert', () => {
    beforeEach(async () => {
      const field = { api_name: 'VAT', data_type: 'text', length: 20, unique: true }
      await rig.control.knobs({ customFields: { Accounts: [field] } })
    })

    const matched = async (record: object, fields?: string[]) => {
      const [answer] = (await upsert([record], fields)).body.data
      return [answer.action, answer.duplicate_field, answer.details.id]
    }

    it('takes the system field first, then the unique ones, when no fields are given', async () => {
      const [named] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1', VAT: 'V1' })
      expect(await matched({ Account_Name: 'a', ERP_ID: 'C9' })).to.deep.equal(['update', 'Account_Name', named])
      expect(await matched({ Account_Name: 'B', ERP_ID: 'c9' })).to.deep.equal(['update', 'ERP_ID', named])
    })

    it('skips the system field when it is not listed, and goes on to the other unique fields anyway', async () => {
      const [keyed] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1', VAT: 'V1' })
      expect((await matched({ Account_Name: 'A', ERP_ID: 'C2' }, ['ERP_ID']))[0]).to.equal('insert')
      // a second unique field redirects the update to another record
      expect(await matched({ Account_Name: 'Z', ERP_ID: 'C3', VAT: 'v1' }, ['ERP_ID'])).to.deep.equal([
        'update',
        'VAT',
        keyed,
      ])
    })

    it('fails when a second unique field belongs to another record than the match', async () => {
      const [, second] = await rig.accounts(
        { Account_Name: 'A', ERP_ID: 'C1', VAT: 'V1' },
        { Account_Name: 'B', ERP_ID: 'C2', VAT: 'V2' },
      )
      const { status, body } = await upsert([{ ERP_ID: 'C1', VAT: 'V2' }], ['ERP_ID'])
      expect([status, body.data[0].code, body.data[0].details.id]).to.deep.equal([400, 'DUPLICATE_DATA', second])
    })

    it('refuses fields that are neither unique nor the system field, as a whole', async () => {
      const { status, body } = await upsert([{ Account_Name: 'A' }], ['Phone'])
      expect([status, body.code, body.data]).to.deep.equal([400, 'INVALID_DATA', undefined])
      expect(body.details.supported_values).to.have.members(['Account_Name', 'ERP_ID', 'VAT'])
    })

    it('matches contacts by e-mail, which plain inserts may double', async () => {
      const contact = { Last_Name: 'L', Email: 'l@example.com' }
      const first = await write('POST', 'Contacts', [contact])
      await write('POST', 'Contacts', [contact])
      const [answer] = (await upsert([contact], undefined, 'Contacts')).body.data
      expect([answer.duplicate_field, answer.details.id]).to.deep.equal(['Email', first.body.data[0].details.id])
      expect((await rig.control.records('Contacts')).length).to.equal(2)
    })
  })

  it('answers 412 for a record that changed after If-Unmodified-Since', async () => {
    const [id] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    await rig.control.clock({ advanceMs: 5000 })
    await rig.control.put('Accounts', { id: id ?? '', Phone: '1' })
    const stale = { 'if-unmodified-since': '2026-03-02T10:00:00Z' }
    const answer = await write('PUT', 'Accounts', [{ id, Phone: '2' }], {}, stale)
    expect([answer.status, answer.body.data[0].code]).to.deep.equal([412, 'ALREADY_MODIFIED'])
    expect(answer.body.data[0].details).to.deep.equal({ id, Modified_Time: '2026-03-02T11:00:05+01:00' })
    const fresh = { 'if-unmodified-since': '2026-03-02T11:00:05+01:00' }
    expect((await write('PUT', 'Accounts', [{ id, Phone: '2' }], {}, fresh)).status).to.equal(200)
  })

  it('moves Modified_Time on every accepted update, also when nothing changed', async () => {
    const [id] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    await rig.control.clock({ advanceMs: 1500 })
    await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    expect(await held('Accounts', id ?? ''))['to'].include({
      Created_Time: '2026-03-02T11:00:00+01:00',
      Modified_Time: '2026-03-02T11:00:01+01:00',
    })
    expect((await rig.control.facts())['modules']).to.deep.include({
      Accounts: { inserted: 1, updated: 1, deleted: 0, workflows: 2 },
    })
  })

  it('counts records that ran the workflows, and none with an empty trigger', async () => {
    await write('POST', 'Accounts', [{ Account_Name: 'A' }], { trigger: [] })
    await write('POST', 'Accounts', [{ Account_Name: 'B' }], { trigger: ['approval'] })
    await write('POST', 'Accounts', [{ Account_Name: 'C' }])
    expect((await rig.control.facts())['modules']).to.have.nested.property('Accounts.workflows', 1)
    expect((await write('POST', 'Accounts', [{ Account_Name: 'D' }], { trigger: ['mail'] })).status).to.equal(400)
  })

  it('deletes one or many, into the bin, with 207 and 400 for ids that are not there', async () => {
    const [first, second, third] = await rig.accounts(
      ...['1', '2', '3'].map(it => ({ Account_Name: it, ERP_ID: `C${it}` })),
    )
    const mixed = await rig.call('DELETE', `Accounts?ids=${first},5725767000999999999`)
    expect([mixed.status, mixed.body.data.map(it => it.code)]).to.deep.equal([207, ['SUCCESS', 'INVALID_DATA']])
    expect((await rig.call('DELETE', `Accounts?ids=${second},${third}`)).status).to.equal(200)
    expect((await rig.call('DELETE', `Accounts/${first}`)).status).to.equal(400)
    expect((await rig.call('DELETE', 'Accounts')).body.code).to.equal('REQUIRED_PARAM_MISSING')
    // the key of a deleted record is free again
    expect((await upsert([{ Account_Name: '1', ERP_ID: 'C1' }], ['ERP_ID'])).body.data[0].action).to.equal('insert')
  })

  it('names what is wrong with an update: no id, an unknown one, a cleared mandatory field', async () => {
    const [id] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    const { body } = await write('PUT', 'Accounts', [
      { Phone: '1' },
      { id: '5725767000999999999' },
      { id, Account_Name: null },
    ])
    expect(body.data.map(it => [it.code, it.details.api_name])).to.deep.equal([
      ['MANDATORY_NOT_FOUND', 'id'],
      ['INVALID_DATA', 'id'],
      ['MANDATORY_NOT_FOUND', 'Account_Name'],
    ])
  })
})

import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { batchOf, codeOf, ends, failureOf, type Opened, openZendesk, upsertOf } from './open.ts'

describe('a value that another record of zendesk holds', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openZendesk()
  })
  afterEach(() => opened.close())

  const rows = async (entity: string) =>
    (await opened.at.records(entity)).map(it => `${it['name']} | ${it['external_id']} | ${it['notes']}`)
  const write = (records: readonly JsonObject[], options: JsonObject = {}) =>
    opened.connection.write('organizations', upsertOf(records, options))

  /** A person's organization, ours, and another flow's. */
  const acme = { external_id: 'C1', name: 'Acme', notes: 'ours' }

  for (const [nameClash, expected, end] of [
    [undefined, ['Acme | null | theirs', 'Acme (C1) | C1 | ours'], 'created'],
    ['suffix', ['Acme | null | theirs', 'Acme (C1) | C1 | ours'], 'created'],
    ['adopt', ['Acme | C1 | ours'], 'updated'],
    ['refuse', ['Acme | null | theirs'], 'record ZENDESK_NAME_TAKEN'],
  ] as const)
    it(`is settled for names by ${nameClash ?? 'the suffix, unless told otherwise'}`, async () => {
      await opened.at.put('organizations', { name: 'Acme', notes: 'theirs' })
      const options = nameClash === undefined ? {} : { nameClash }
      expect(ends(await write([acme], options))).to.deep.equal([end])
      expect(await rows('organizations')).to.deep.equal(expected)
      // said again, it says the same
      if (end !== 'record ZENDESK_NAME_TAKEN') expect(ends(await write([acme], options))).to.deep.equal(['updated'])
      expect(await rows('organizations')).to.deep.equal(expected)
    })

  it('is compared without case and outer blanks, within a job as by itself', async () => {
    await opened.at.put('organizations', { name: 'Acme', notes: 'theirs' })
    const records = [
      { ...acme, name: ' ACME ' },
      { external_id: 'C2', name: 'Bolt', notes: 'ours' },
    ]
    expect(ends(await write(records))).to.deep.equal(['created', 'created'])
    expect(await rows('organizations')).to.have.members([
      'Acme | null | theirs',
      'ACME (C1) | C1 | ours',
      'Bolt | C2 | ours',
    ])
  })

  it('is never adopted from a record that has an external id of its own', async () => {
    await opened.at.put('organizations', { name: 'Acme', external_id: 'X9', notes: 'theirs' })
    expect(ends(await write([acme], { nameClash: 'adopt' }))).to.deep.equal(['created'])
    expect(await rows('organizations')).to.deep.equal(['Acme | X9 | theirs', 'Acme (C1) | C1 | ours'])
  })

  it('makes two records of one batch with one name two organizations', async () => {
    expect(ends(await write([acme, { ...acme, external_id: 'C2' }]))).to.deep.equal(['created', 'created'])
    expect(await rows('organizations')).to.deep.equal(['Acme | C1 | ours', 'Acme (C2) | C2 | ours'])
  })

  it('does not hold up a rename: the record keeps its place, under the suffixed name', async () => {
    await write([{ ...acme, name: 'Old name' }])
    await opened.at.put('organizations', { name: 'Acme', notes: 'theirs' })
    for (const nameClash of ['suffix', 'adopt'])
      expect(ends(await write([acme], { nameClash }))).to.deep.equal(['updated'])
    expect(await rows('organizations')).to.deep.equal(['Acme (C1) | C1 | ours', 'Acme | null | theirs'])
  })

  it('is refused when the suffixed name is taken too', async () => {
    await opened.at.put('organizations', { name: 'Acme', notes: 'theirs' })
    await opened.at.put('organizations', { name: 'Acme (C1)', notes: 'theirs' })
    expect(ends(await write([acme]))).to.deep.equal(['record ZENDESK_DUPLICATE_VALUE'])
  })

  it('is refused with the id of the other one and what to do', async () => {
    const { id } = (await opened.at.put('organizations', { name: 'Acme' })) as { readonly id: number }
    const [answer] = await write([acme], { nameClash: 'refuse' })
    if (answer?.is !== 'refused') throw new Error('not refused')
    expect(answer.error.message).to.include(String(id))
    expect(answer.error.remedy).to.include('nameClash')
    expect(answer.error.field).to.equal('name')
  })

  it('as an external id is refused by a create, whatever the rule, and another error is left as it is', async () => {
    await write([acme])
    const create = (fields: JsonObject) =>
      opened.connection.write('organizations', batchOf('create', [fields], { options: { nameClash: 'adopt' } }))
    expect(ends(await create({ ...acme, external_id: 'c1', name: 'Other' }))).to.deep.equal([
      'record ZENDESK_EXTERNAL_ID_TAKEN',
    ])
    expect(ends(await create({ external_id: 'C5', name: '' }))).to.deep.equal(['record ZENDESK_RECORD_REFUSED'])
    expect(await rows('organizations')).to.deep.equal(['Acme | C1 | ours'])
  })

  it('is settled by no rule that does not exist', async () => {
    const error = await failureOf(() => write([acme], { nameClash: 'overwrite' }))
    expect(codeOf(error)).to.equal('configuration ZENDESK_OPTION')
    expect(opened.calls).to.deep.equal([])
  })

  describe('an address of a user', () => {
    const ada = { external_id: 'P1', name: 'Ada', email: 'ada@acme.example', notes: 'ours' }
    const writeUser = (options: JsonObject = {}) => opened.connection.write('users', upsertOf([ada], options))
    const people = async () => (await rows('users')).slice(1)

    for (const [emailClash, holder, expected, end] of [
      ['refuse', {}, ['A. Lovelace | null | theirs'], 'record ZENDESK_EMAIL_TAKEN'],
      ['adopt', {}, ['Ada | P1 | ours'], 'updated'],
      ['adopt', { external_id: 'X9' }, ['A. Lovelace | X9 | theirs'], 'record ZENDESK_EMAIL_TAKEN'],
      ['adopt', { role: 'agent' }, ['A. Lovelace | null | theirs'], 'record ZENDESK_EMAIL_TAKEN'],
    ] as const)
      it(`is settled by ${emailClash} where the other one has ${JSON.stringify(holder)}`, async () => {
        await opened.at.put('users', { name: 'A. Lovelace', email: 'Ada@Acme.example', notes: 'theirs', ...holder })
        expect(ends(await writeUser({ emailClash }))).to.deep.equal([end])
        expect(await people()).to.deep.equal(expected)
      })

    it('is refused unless told otherwise: nobody is overwritten', async () => {
      await opened.at.put('users', { name: 'A. Lovelace', email: 'ada@acme.example', notes: 'theirs' })
      expect(ends(await writeUser())).to.deep.equal(['record ZENDESK_EMAIL_TAKEN'])
      expect(await people()).to.deep.equal(['A. Lovelace | null | theirs'])
    })

    it('that is somebody else’s second one is refused, too', async () => {
      const { id } = (await opened.at.put('users', { name: 'A. L.', email: 'main@acme.example' })) as {
        readonly id: number
      }
      await opened.at.put('users', { id, email: 'ada@acme.example' })
      expect(ends(await writeUser({ emailClash: 'adopt' }))).to.deep.equal(['record ZENDESK_EMAIL_TAKEN'])
    })
  })
})

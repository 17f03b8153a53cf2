import { expect } from 'chai'
import { type EngineError, isEngineError } from '../../../engine/core/errors.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Batch, WriteAnswer } from '../../../engine/sdk/connector.ts'
import { accounts, failureOf, type Opened, openZoho, upsertOf } from './open.ts'

const written = (answers: readonly WriteAnswer[]) => answers.flatMap(it => (it.is === 'written' ? [it] : []))
const refusals = (answers: readonly WriteAnswer[]): EngineError[] =>
  answers.flatMap(it => (it.is === 'refused' ? [it.error] : []))

describe('creating, updating and deleting in Zoho CRM', () => {
  let zoho: Opened
  const write = (batch: Partial<Batch> & Pick<Batch, 'operation' | 'records'>) =>
    zoho.connection.write('Accounts', { options: {}, ...batch })
  const stored = () => zoho.at.records('Accounts')
  const answerWith = (data: readonly JsonObject[], status = 200, path = 'Accounts/upsert') =>
    zoho.at.fault({ action: 'answer', path, status, body: JSON.stringify({ data }) })

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  describe('a create', () => {
    const create = (fields: JsonObject) => write({ operation: 'create', records: [{ ref: 'a', fields }] })

    it('answers the new id', async () => {
      const [answer] = written(await create({ ERP_ID: 'C1', Account_Name: 'A' }))
      expect(answer?.did).to.equal('created')
      expect(answer?.sinkKey).to.equal((await stored())[0]?.['id'])
    })

    for (const action of ['cutAfter', 'cutMid', 'truncate', 'cutBefore'] as const)
      it(`whose answer is lost (${action}) is uncertain and never sent again`, async () => {
        await zoho.at.fault({ action, path: 'POST /crm/v8/Accounts' })
        const error = await failureOf(() => create({ ERP_ID: 'C1', Account_Name: 'A' }))
        expect(isEngineError(error) && error.kind).to.equal('uncertain')
        expect(zoho.calls.filter(it => it === 'POST Accounts')).to.have.length(1)
      })

    it('that times out is uncertain', async () => {
      await zoho.close()
      zoho = await openZoho({ timeoutMs: 200 })
      await zoho.connection.ping()
      await zoho.at.fault({ action: 'hang', path: 'POST /crm/v8/Accounts' })
      const error = await failureOf(() => create({ ERP_ID: 'C1', Account_Name: 'A' }))
      expect(isEngineError(error) && error.kind).to.equal('uncertain')
      expect(await stored()).to.have.length(1)
    })

    it('answered by a 500 is uncertain', async () => {
      await zoho.at.fault({
        action: 'answer',
        path: 'POST /crm/v8/Accounts',
        status: 500,
        body: '{"code":"INTERNAL_ERROR"}',
      })
      const error = await failureOf(() => create({ ERP_ID: 'C1', Account_Name: 'A' }))
      expect(isEngineError(error) && error.kind).to.equal('uncertain')
    })

    it('throttled before it was carried out waits and is sent', async () => {
      await zoho.at.fault({
        action: 'answer',
        path: 'POST /crm/v8/Accounts',
        status: 429,
        body: '{"code":"TOO_MANY_REQUESTS"}',
      })
      expect(written(await create({ ERP_ID: 'C1', Account_Name: 'A' }))).to.have.length(1)
    })

    it('that collides with a record of a person is refused, and names that record', async () => {
      const person = (await zoho.at.put('Accounts', { ERP_ID: 'C1', Account_Name: 'A' })) as { id: string }
      const [error] = refusals(await create({ ERP_ID: 'C1', Account_Name: 'B' }))
      expect([error?.kind, error?.code]).to.deep.equal(['record', 'ZOHO_DUPLICATE_DATA'])
      expect(error?.message).to.include(person.id)
      expect(error?.details?.['duplicate_record']).to.deep.include({ id: person.id })
    })

    it('cancelled on its way is uncertain', async () => {
      await zoho.connection.ping()
      await zoho.at.fault({ action: 'hang', path: 'POST /crm/v8/Accounts' })
      const failure = failureOf(() => create({ ERP_ID: 'C1', Account_Name: 'A' }))
      while ((await stored()).length === 0) await new Promise(resolve => setImmediate(resolve))
      zoho.cancel.abort()
      const error = await failure
      expect(isEngineError(error) && error.kind).to.equal('uncertain')
    })
  })

  describe('an update', () => {
    it('addresses records by id, or by their key where the id is not known', async () => {
      const [one, two] = written(await write(upsertOf(accounts(1, 2))))
      const answers = written(
        await write({
          operation: 'update',
          match: 'ERP_ID',
          records: [
            { ref: 'a', sinkKey: one?.sinkKey ?? '', fields: { Phone: '1' } },
            { ref: 'b', fields: { ERP_ID: 'C2', Phone: '2' } },
          ],
        }),
      )
      expect(answers.map(it => [it.ref, it.did, it.sinkKey])).to.deep.equal([
        ['a', 'updated', one?.sinkKey],
        ['b', 'updated', two?.sinkKey],
      ])
      expect((await stored()).map(it => it['Phone'])).to.have.members(['1', '2'])
    })

    it('of a record that is not there is refused', async () => {
      const answers = await write({
        operation: 'update',
        match: 'ERP_ID',
        records: [
          { ref: 'a', sinkKey: '999', fields: { Phone: '1' } },
          { ref: 'b', fields: { ERP_ID: 'gone', Phone: '2' } },
          { ref: 'c', sinkKey: 'x1', fields: { Phone: '2' } },
        ],
      })
      const codes = answers.map(it => [it.ref, it.is === 'refused' ? it.error.code : it.is])
      expect(codes).to.have.deep.members([
        ['a', 'ZOHO_INVALID_DATA'],
        ['b', 'ZOHO_RECORD_NOT_FOUND'],
        ['c', 'ZOHO_ID_INVALID'],
      ])
    })

    it('never sends system keys back', async () => {
      const [one] = written(await write(upsertOf(accounts(1, 1))))
      const fields = { Phone: '1', $editable: true }
      const answers = await write({ operation: 'update', records: [{ ref: 'a', sinkKey: one?.sinkKey ?? '', fields }] })
      expect(written(answers)).to.have.length(1)
    })
  })

  describe('a delete', () => {
    it('of a record that is gone already has what it wanted', async () => {
      const [one, two] = written(await write(upsertOf(accounts(1, 2))))
      await zoho.at.remove('Accounts', two?.sinkKey ?? '')
      const records = [one, two].map((it, i) => ({ ref: String(i), sinkKey: it?.sinkKey ?? '', fields: {} }))
      const answers = written(await write({ operation: 'delete', records }))
      expect(answers.map(it => it.did)).to.deep.equal(['deleted', 'deleted'])
      expect(await stored()).to.deep.equal([])
    })

    it('refused for any other reason is refused', async () => {
      const item = { code: 'INVALID_DATA', status: 'error', message: 'the record is in use', details: {} }
      await answerWith([item], 400, 'DELETE')
      const answers = await write({ operation: 'delete', records: [{ ref: 'a', sinkKey: '1', fields: {} }] })
      expect(refusals(answers).map(it => it.code)).to.deep.equal(['ZOHO_INVALID_DATA'])
    })

    it('whose answer is lost is sent again', async () => {
      const [one] = written(await write(upsertOf(accounts(1, 1))))
      await zoho.at.fault({ action: 'cutAfter', path: 'DELETE' })
      const records = [{ ref: 'a', sinkKey: one?.sinkKey ?? '', fields: {} }]
      expect(written(await write({ operation: 'delete', records }))).to.have.length(1)
    })
  })
})

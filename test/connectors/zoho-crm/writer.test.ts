import { expect } from 'chai'
import { type EngineError, isEngineError } from '../../../engine/core/errors.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Batch, WriteAnswer } from '../../../engine/sdk/connector.ts'
import { accounts, failureOf, type Opened, openZoho, readAll, upsertOf } from './open.ts'

const written = (answers: readonly WriteAnswer[]) => answers.flatMap(it => (it.is === 'written' ? [it] : []))
const refusals = (answers: readonly WriteAnswer[]): EngineError[] =>
  answers.flatMap(it => (it.is === 'refused' ? [it.error] : []))

describe('writing to Zoho CRM', () => {
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

  describe('an upsert', () => {
    it('creates, then updates the same record, and says which', async () => {
      const first = written(await write(upsertOf(accounts(1, 2))))
      const second = written(await write(upsertOf(accounts(1, 2))))
      expect(first.map(it => it.did)).to.deep.equal(['created', 'created'])
      expect(second.map(it => it.did)).to.deep.equal(['updated', 'updated'])
      expect(second.map(it => it.sinkKey)).to.deep.equal(first.map(it => it.sinkKey))
      expect(await stored()).to.have.length(2)
    })

    it('answers the version that a read gives', async () => {
      const [answer] = written(await write(upsertOf(accounts(1, 1))))
      const { records } = await readAll(zoho.connection, 'Accounts')
      expect(answer?.version).to.equal(records[0]?.version)
    })

    it('takes 100 records a call, and runs no workflow unless the flow says so', async () => {
      await write(upsertOf(accounts(1, 100)))
      expect(zoho.calls).to.deep.equal(['POST oauth/v2/token', 'POST Accounts/upsert'])
      expect(await workflows()).to.equal(0)
      await write(upsertOf(accounts(1, 1), { trigger: ['workflow'] }))
      expect(await workflows()).to.equal(1)
    })

    it('judges each record by its own status: a half refused is neither lost nor sent again', async () => {
      const answers = await write(upsertOf([...accounts(1, 1), { ERP_ID: 'C2' }, ...accounts(3, 3)]))
      expect(answers.map(it => [it.ref, it.is])).to.deep.equal([
        ['0', 'written'],
        ['1', 'refused'],
        ['2', 'written'],
      ])
      const [error] = refusals(answers)
      expect([error?.kind, error?.code, error?.field]).to.deep.equal([
        'record',
        'ZOHO_MANDATORY_NOT_FOUND',
        'Account_Name',
      ])
      expect(zoho.calls.filter(it => it === 'POST Accounts/upsert')).to.have.length(1)
    })

    it('all refused, answered with 400, is judged the same way', async () => {
      const answers = await write(upsertOf([{ ERP_ID: 'C1' }, { ERP_ID: 'C2' }]))
      expect(answers.map(it => it.is)).to.deep.equal(['refused', 'refused'])
    })

    it('names all faults of a record in one message', async () => {
      const answers = await write(upsertOf([{ ERP_ID: 'C1', Account_Name: 'x'.repeat(201), Employees: 'many' }]))
      const [error] = refusals(answers)
      expect(error?.code).to.equal('ZOHO_MULTIPLE_OR_MULTI_ERRORS')
      expect(error?.message).to.match(/Account_Name.*Employees|Employees.*Account_Name/)
    })

    it('of a record without its key is refused here: sent, it would be created anew each time', async () => {
      const answers = await write(upsertOf([{ Account_Name: 'Nameless' }, { ERP_ID: '', Account_Name: 'Empty' }]))
      expect(refusals(answers).map(it => it.code)).to.deep.equal([
        'ZOHO_MATCH_VALUE_MISSING',
        'ZOHO_MATCH_VALUE_MISSING',
      ])
      expect(zoho.calls).to.deep.equal([])
    })

    it('of one key twice sends the second after the first, so that the last one stands', async () => {
      const twice = [
        { ERP_ID: 'C1', Account_Name: 'first' },
        { ERP_ID: 'c1', Account_Name: 'second' },
      ]
      const answers = written(await write(upsertOf(twice)))
      expect(answers.map(it => it.did)).to.deep.equal(['created', 'updated'])
      expect((await stored()).map(it => it['Account_Name'])).to.deep.equal(['second'])
      expect(zoho.calls.filter(it => it === 'POST Accounts/upsert')).to.have.length(2)
    })

    it('whose record is another one than was known answers the new id', async () => {
      const [first] = written(await write(upsertOf(accounts(1, 1))))
      await zoho.at.remove('Accounts', first?.sinkKey ?? '')
      const [fields] = accounts(1, 1)
      const records = [{ ref: 'a', sinkKey: first?.sinkKey ?? '', fields: fields ?? {} }]
      const [second] = written(await write({ operation: 'upsert', match: 'ERP_ID', records }))
      expect(second?.did).to.equal('created')
      expect(second?.sinkKey).not.to.equal(first?.sinkKey)
    })

    it('clears a field with null', async () => {
      await write(upsertOf([{ ERP_ID: 'C1', Account_Name: 'A', Phone: '1' }]))
      await write(upsertOf([{ ERP_ID: 'C1', Account_Name: 'A', Phone: null }]))
      expect((await stored())[0]?.['Phone'] ?? null).to.equal(null)
    })

    it('led to another record by a second unique field is told in the log', async () => {
      await zoho.at.knobs({
        customFields: { Accounts: [{ api_name: 'VAT', data_type: 'text', length: 20, unique: true }] },
      })
      await zoho.at.put('Accounts', { Account_Name: 'made by a person', VAT: 'DE1' })
      await write(upsertOf([{ ERP_ID: 'C1', Account_Name: 'A', VAT: 'DE1' }]))
      expect(zoho.logged.join('\n')).to.include('led to a record by another unique field').and.to.include('VAT')
    })

    for (const action of ['cutAfter', 'cutMid', 'truncate', 'cutBefore'] as const)
      it(`whose answer is lost (${action}) is sent again and leaves one record`, async () => {
        await zoho.at.fault({ action, path: 'Accounts/upsert' })
        const answers = await write(upsertOf(accounts(1, 5)))
        expect(written(answers)).to.have.length(5)
        expect(await stored()).to.have.length(5)
      })

    it('whose answers all are lost may have happened: it ends as uncertain, not as if it certainly had not', async () => {
      await zoho.at.fault({ action: 'cutAfter', path: 'Accounts/upsert', times: 9 })
      const error = await failureOf(() => write(upsertOf(accounts(1, 1))))
      expect(isEngineError(error) && [error.kind, error.code]).to.deep.equal(['uncertain', 'ZOHO_OUTCOME_UNKNOWN'])
    })

    it('that could not even sign in is transient, not uncertain', async () => {
      await zoho.sandbox.close()
      const error = await failureOf(() => write(upsertOf(accounts(1, 1))))
      expect(isEngineError(error) && error.kind).to.equal('transient')
    })

    it('answered by fewer results than records is uncertain: nobody knows which is whose', async () => {
      await answerWith([{ code: 'SUCCESS', status: 'success', action: 'insert', details: { id: '1' } }])
      const error = await failureOf(() => write(upsertOf(accounts(1, 2))))
      expect(isEngineError(error) && [error.kind, error.code]).to.deep.equal(['uncertain', 'ZOHO_ANSWER_COUNT'])
    })

    for (const details of [{}, { id: null }, { id: '' }])
      it(`reported as done without an id (${JSON.stringify(details)}) is not counted as written`, async () => {
        await answerWith([{ code: 'SUCCESS', status: 'success', action: 'insert', details }])
        const [error] = refusals(await write(upsertOf(accounts(1, 1))))
        expect([error?.kind, error?.code]).to.deep.equal(['uncertain', 'ZOHO_OUTCOME_UNKNOWN'])
      })

    it('refused as a whole because of its records lets the engine find the culprit; because of its settings it is a configuration', async () => {
      const refuse = (json_path: string) =>
        zoho.at.fault({
          action: 'answer',
          path: 'Accounts/upsert',
          status: 400,
          body: JSON.stringify({ code: 'INVALID_DATA', details: { json_path }, message: 'no', status: 'error' }),
        })
      await refuse('$.data')
      const first = await failureOf(() => write(upsertOf(accounts(1, 1))))
      await refuse('$.duplicate_check_fields[0]')
      const second = await failureOf(() => write(upsertOf(accounts(1, 1))))
      expect([first, second].map(it => isEngineError(it) && it.kind)).to.deep.equal(['record', 'configuration'])
    })
  })

  describe('a record that is busy', () => {
    const locked = { code: 'RECORD_LOCKED', details: {}, message: 'the record is locked', status: 'error' }

    it('is tried again a few times, alone', async () => {
      const done = { code: 'SUCCESS', status: 'success', action: 'insert', details: { id: '7' } }
      await answerWith([done, locked], 207)
      const answers = await write(upsertOf(accounts(1, 2)))
      expect(written(answers).map(it => it.ref)).to.deep.equal(['0', '1'])
      expect((await stored()).map(it => it['ERP_ID'])).to.deep.equal(['C2'])
      expect(zoho.clock.slept).to.deep.equal([1_000])
    })

    it("and stays so is refused in Zoho's own words", async () => {
      await zoho.at.fault({
        action: 'answer',
        path: 'upsert',
        times: 9,
        status: 400,
        body: JSON.stringify({ data: [locked] }),
      })
      const [error] = refusals(await write(upsertOf(accounts(1, 1))))
      expect([error?.kind, error?.code]).to.deep.equal(['record', 'ZOHO_RECORD_LOCKED'])
      expect(error?.said).to.include('the record is locked')
      expect(zoho.calls.filter(it => it === 'POST Accounts/upsert')).to.have.length(4)
    })
  })

  async function workflows(): Promise<unknown> {
    const { modules } = await zoho.at.facts()
    return (modules as Record<string, { workflows: number }>)['Accounts']?.workflows
  }
})

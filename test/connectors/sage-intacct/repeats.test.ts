import { expect } from 'chai'
import { hourlyId } from '../../../connectors/sage-intacct/control-id.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Operation, WriteAnswer, WriteRecord } from '../../../engine/sdk/connector.ts'
import { testClock } from '../../support/clock.ts'
import { answerWith, closeAll, dataCalls, type Intacct, startIntacct, thrownBy } from './support.ts'

const contact = (name: string, more: JsonObject = {}): JsonObject => ({ CONTACTNAME: name, PRINTAS: name, ...more })
const vendor = (id: string, more: JsonObject = {}): JsonObject => ({
  VENDORID: id,
  NAME: `Vendor ${id}`,
  DISPLAYCONTACT: { PRINTAS: `Vendor ${id}` },
  ...more,
})
const asRecords = (...fields: readonly JsonObject[]): WriteRecord[] =>
  fields.map((it, index) => ({ ref: String(index), fields: it }))
const codeOf = (answer: WriteAnswer | undefined) => (answer?.is === 'refused' ? answer.error.code : answer?.is)

describe('sage-intacct: what is written again', () => {
  let intacct: Intacct
  afterEach(closeAll)

  /** Well within one hour of the clock. */
  async function start(): Promise<void> {
    intacct = await startIntacct({ clock: testClock(new Date('2026-06-15T15:10:00Z')) })
  }

  const write = (operation: Operation, records: readonly WriteRecord[], entity = 'CONTACT') =>
    intacct.connection.write(entity, { operation, records, options: {} })
  const held = async (name: string, entity = 'CONTACT', key = 'CONTACTNAME') =>
    (await intacct.over.records(entity)).filter(record => record[key] === name)
  const refusedRepeats = async () => Number((await intacct.over.facts())['duplicateFunctions'])

  async function made(fields: JsonObject, entity = 'CONTACT'): Promise<string> {
    const [answer] = await write('create', asRecords(fields), entity)
    if (answer?.is !== 'written') throw new Error(`it was not created: ${codeOf(answer)}`)
    return answer.sinkKey
  }

  const remove = (sinkKey: string, entity = 'CONTACT') => write('delete', [{ ref: '0', sinkKey, fields: {} }], entity)

  it('lands when it is deleted and made anew with the same content within the hour, as often as it is', async () => {
    await start()
    const sinkKeys = new Set<string>()
    for (let time = 0; time < 7; time++) {
      const sinkKey = await made(contact('Ann'))
      sinkKeys.add(sinkKey)
      expect((await held('Ann')).map(record => record['RECORDNO'])).to.deep.equal([sinkKey])
      expect((await remove(sinkKey))[0]).to.include({ is: 'written', did: 'deleted' })
      expect(await held('Ann')).to.deep.equal([])
    }
    expect(sinkKeys).to.have.property('size', 7)
  })

  it('lands as an update with the same content within the hour, as often as it is', async () => {
    await start()
    const sinkKey = await made(contact('Ann'))
    for (let time = 0; time < 7; time++)
      for (const EMAIL1 of ['a@b.example', 'c@d.example']) {
        const answers = await write('update', [{ ref: '0', sinkKey, fields: { EMAIL1 } }])
        expect(answers).to.deep.equal([{ is: 'written', ref: '0', sinkKey, did: 'updated' }])
        expect((await held('Ann'))[0]).to.include({ EMAIL1 })
      }
  })

  it('is carried out once when the answer was lost, whatever else is sent with the repeat', async () => {
    await start()
    await intacct.over.fault({ action: 'cutAfter', bodyContains: '<create>' })
    const lost = () => write('create', asRecords(contact('Ann'), contact('Bea'), contact('Cid')))
    expect(await thrownBy(lost)).to.include({ kind: 'uncertain' })
    const before = await refusedRepeats()
    intacct.calls.length = 0
    const answers = await write('create', asRecords(contact('Cid'), contact('Dan'), contact('Ann')))
    // refused by its control id, not by its key; one look-up for all of them
    expect((await refusedRepeats()) - before).to.equal(2)
    expect(dataCalls(intacct)).to.deep.equal(['create CONTACT', 'query CONTACT'])
    const numbers = await Promise.all(['Cid', 'Dan', 'Ann'].map(async name => (await held(name))[0]?.['RECORDNO']))
    expect([...answers].sort((a, b) => a.ref.localeCompare(b.ref))).to.deep.equal(
      numbers.map((sinkKey, index) => ({ is: 'written', ref: String(index), sinkKey, did: 'created' })),
    )
    for (const name of ['Ann', 'Bea', 'Cid', 'Dan']) expect(await held(name)).to.have.length(1)
  })

  it('is not made twice, nor called new, when the first one is not visible yet', async () => {
    await start()
    await intacct.over.knobs({ lateVisibleMs: 60_000 })
    await intacct.over.fault({ action: 'cutAfter', bodyContains: '<create>' })
    const create = () => write('create', asRecords(contact('Ann')))
    expect(await thrownBy(create)).to.include({ kind: 'uncertain' })
    const [answer] = await create()
    expect(answer?.is === 'refused' && answer.error).to.include({ kind: 'uncertain', code: 'INTACCT_ALREADY_EXECUTED' })
    expect(await held('Ann')).to.have.length(1)
    await intacct.over.clock({ advanceMs: 61_000 })
    expect((await create())[0]).to.include({ is: 'written', sinkKey: (await held('Ann'))[0]?.['RECORDNO'] })
  })

  it('is left to a person when it was carried out, is not there, and brings no key that keeps it from being made twice', async () => {
    await start()
    const fields = { NAME: 'Numbered', DISPLAYCONTACT: { PRINTAS: 'Numbered' } }
    const controlId = hourlyId(intacct, ['', 'VENDOR', 'create', '', fields])
    const error = `<error><description2>A request's function with the control ID ${controlId} has already been executed and completed.</description2></error>`
    const result = `<result><status>failure</status><function>create</function><controlid>${controlId}</controlid><errormessage>${error}</errormessage></result>`
    const headers = { 'content-type': 'text/xml' }
    await intacct.over.fault({
      action: 'answer',
      bodyContains: '<create>',
      times: 9,
      status: 200,
      headers,
      body: answerWith(result),
    })
    const [answer] = await write('create', asRecords(fields), 'VENDOR')
    expect(answer?.is === 'refused' && answer.error).to.include({ kind: 'uncertain', code: 'INTACCT_ALREADY_EXECUTED' })
    expect(dataCalls(intacct)).to.deep.equal(['create VENDOR'])
  })

  it('tells apart two records of one batch that say the same', async () => {
    await start()
    const answers = await write('create', asRecords(contact('Ann'), contact('Ann')))
    expect(answers.map(codeOf)).to.deep.equal(['written', 'INTACCT_DUPLICATE'])
    expect(await held('Ann')).to.have.length(1)
  })

  it('meets the contact that a deleted vendor left behind, says so, and lands once that is gone', async () => {
    await start()
    const again = async () => (await write('create', asRecords(vendor('A1')), 'VENDOR'))[0]
    await remove(await made(vendor('A1'), 'VENDOR'), 'VENDOR')
    const answer = await again()
    expect(answer?.is === 'refused' && answer.error).to.include({ kind: 'record', code: 'INTACCT_CONTACT_TAKEN' })
    expect(answer?.is === 'refused' && answer.error.said).to.contain('Vendor A1(VA1)')
    expect(await held('A1', 'VENDOR', 'VENDORID')).to.deep.equal([])
    const [left] = await held('Vendor A1(VA1)')
    await remove(String(left?.['RECORDNO']))
    expect(await again()).to.include({ is: 'written', did: 'created' })
    const named = { DISPLAYCONTACT: { PRINTAS: 'Vendor A1', CONTACTNAME: 'Vendor A1, second' } }
    await remove(String((await held('A1', 'VENDOR', 'VENDORID'))[0]?.['RECORDNO']), 'VENDOR')
    expect((await write('create', asRecords(vendor('A1', named)), 'VENDOR'))[0]).to.include({ is: 'written' })
  })
})

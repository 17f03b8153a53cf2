import { expect } from 'chai'
import { MAX_DOCUMENT_ID, MAX_TEXT_BYTES } from '../../../connectors/sage-intacct/supdoc/file.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { isEngineError } from '../../../engine/sdk/index.ts'
import { answerWith, closeAll, dataCalls, type Intacct, startIntacct, thrownBy } from './support.ts'

const file = (id: string, text: string, more: JsonObject = {}): JsonObject => ({
  FILEID: id,
  TEXT: text,
  FOLDER: 'Helpdesk',
  ...more,
})

const write = ({ connection }: Pick<Intacct, 'connection'>, operation: 'create' | 'update', ...files: JsonObject[]) =>
  connection.write('SUPDOC', {
    operation,
    options: {},
    records: files.map((fields, index) => ({ ref: `${index}`, fields })),
  })

/** What an attachment holds: file name → text. */
async function filesOf({ over }: Pick<Intacct, 'over'>, id: string): Promise<Record<string, unknown>> {
  const held = (await over.records('SUPDOC')).find(it => it['SUPDOCID'] === id)
  const files = (held?.['FILES'] ?? []) as readonly JsonObject[]
  const names = files.map(it => `${it['NAME']}.${it['TYPE']}`)
  expect(new Set(names).size, 'every file has a name of its own').to.equal(names.length)
  return Object.fromEntries(files.map((it, index) => [names[index] ?? '', it['TEXT']]))
}

const codes = (answers: Awaited<ReturnType<typeof write>>) =>
  answers.map(it => (it.is === 'refused' ? it.error.code : it.did))

describe('sage-intacct: files in attachments', () => {
  afterEach(closeAll)

  it('make the attachment and its folder when they are missing, and say so in as few calls as there are steps', async () => {
    const it = await startIntacct()
    expect(await write(it, 'create', file('HD-V1/ticket-1', 'First', { TITLE: 'Tickets of V1' }))).to.deep.equal([
      { is: 'written', ref: '0', sinkKey: 'HD-V1/ticket-1', did: 'created', version: '1' },
    ])
    expect(dataCalls(it)).to.deep.equal([
      'create SUPDOC',
      'GET supdoc',
      'create SUPDOC',
      'create SUPDOCFOLDER',
      'GET supdoc',
      'create SUPDOC',
    ])
    it.calls.length = 0
    await write(it, 'create', file('HD-V2/ticket-2', 'Second'))
    expect(it.calls).to.deep.equal(['create SUPDOC'])
    expect(await it.over.records('SUPDOC')).to.deep.equal([
      {
        SUPDOCID: 'HD-V1',
        NAME: 'Tickets of V1',
        FOLDER: 'Helpdesk',
        FILES: [{ NAME: 'ticket-1', TYPE: 'txt', TEXT: 'First' }],
      },
      {
        SUPDOCID: 'HD-V2',
        NAME: 'HD-V2',
        FOLDER: 'Helpdesk',
        FILES: [{ NAME: 'ticket-2', TYPE: 'txt', TEXT: 'Second' }],
      },
    ])
  })

  it('go into one attachment together, also into one that a person made, whose files stay', async () => {
    const it = await startIntacct()
    await it.over.put('SUPDOC', { SUPDOCID: 'CONTRACTS', FILES: [{ NAME: 'ticket-1', TYPE: 'pdf', TEXT: '%PDF' }] })
    const answers = await write(it, 'create', file('CONTRACTS/ticket-1', 'one'), file('CONTRACTS/ticket-2', 'two'))
    expect(codes(answers)).to.deep.equal(['created', 'created'])
    expect(await filesOf(it, 'CONTRACTS')).to.deep.equal({
      'ticket-1.pdf': '%PDF',
      'ticket-1.txt': 'one',
      'ticket-2.txt': 'two',
    })
  })

  it('carry any text and any length up to the bound to the byte', async () => {
    const it = await startIntacct()
    const texts = ['Böhm & <Söhne> "x" \u0001😀\r\n\tend ', 'x'.repeat(MAX_TEXT_BYTES), 'é'.repeat(MAX_TEXT_BYTES / 2)]
    await write(it, 'create', ...texts.map((text, index) => file(`D${index}/t`, text)))
    const found = await it.connection.find('SUPDOC', {
      field: 'FILEID',
      values: ['D0/t', 'D1/t', 'D2/t'],
      select: 'all',
    })
    expect(found.map(it => it.fields['TEXT'])).to.deep.equal(texts)
  })

  it('that change are added as the next version, and the newest one is what is found', async () => {
    const it = await startIntacct()
    await write(it, 'create', file('HD-V1/ticket-1', 'open'))
    expect(codes(await write(it, 'update', file('HD-V1/ticket-1', 'solved')))).to.deep.equal(['updated'])
    expect(codes(await write(it, 'update', file('HD-V1/ticket-1', 'open')))).to.deep.equal(['updated'])
    expect(await filesOf(it, 'HD-V1')).to.deep.equal({
      'ticket-1.txt': 'open',
      'ticket-1_v2.txt': 'solved',
      'ticket-1_v3.txt': 'open',
    })
    const found = await it.connection.find('SUPDOC', { field: 'FILEID', values: ['HD-V1/ticket-1'], select: 'all' })
    expect(found.map(it => [it.sinkKey, it.version, it.fields['TEXT']])).to.deep.equal([
      ['HD-V1/ticket-1', '3', 'open'],
    ])
  })

  it('count versions, not digits: the tenth is newer than the ninth', async () => {
    const it = await startIntacct()
    await write(it, 'create', file('D/t', '1'))
    for (let n = 2; n <= 11; n++) await write(it, 'update', file('D/t', `${n}`))
    const found = await it.connection.find('SUPDOC', { field: 'id', values: ['D/t'], select: 'all' })
    expect(found.map(it => it.fields['TEXT'])).to.deep.equal(['11'])
  })

  it('are not sent again when the newest version says the same, however often they are written', async () => {
    const it = await startIntacct()
    await write(it, 'create', file('D/t', 'same'))
    it.calls.length = 0
    for (const operation of ['create', 'update', 'update'] as const) await write(it, operation, file('D/t', 'same'))
    expect(it.calls.filter(label => label === 'update SUPDOC')).to.deep.equal([])
    expect(await filesOf(it, 'D')).to.deep.equal({ 't.txt': 'same' })
  })

  it('are made again where a person deleted the attachment', async () => {
    const it = await startIntacct()
    await write(it, 'create', file('D/t', 'one'))
    await it.over.remove('SUPDOC', 'D')
    expect(codes(await write(it, 'update', file('D/t', 'two')))).to.deep.equal(['created'])
    expect(await filesOf(it, 'D')).to.deep.equal({ 't.txt': 'two' })
  })

  it('make no double when two processes write the same one at the same time', async () => {
    const it = await startIntacct()
    await write(it, 'create', file('D/t', 'one'))
    const twice = await Promise.all([write(it, 'update', file('D/t', 'two')), write(it, 'update', file('D/t', 'two'))])
    expect(twice.flatMap(codes)).to.deep.equal(['updated', 'updated'])
    expect(await filesOf(it, 'D')).to.deep.equal({ 't.txt': 'one', 't_v2.txt': 'two' })
  })

  for (const action of ['cutBefore', 'cutAfter', 'cutMid', 'truncate'] as const)
    it(`are there once after ${action} of each of their calls`, async () => {
      const it = await startIntacct({ timeoutMs: 500 })
      for (const [bodyContains, id] of [
        ['<create_supdocfolder', 'D1/t'],
        ['<update_supdoc', 'D1/t'],
        ['<get object', 'D1/t'],
      ] as const) {
        const operation = bodyContains === '<create_supdocfolder' ? 'create' : 'update'
        await it.over.fault({ action, bodyContains })
        expect(codes(await write(it, operation, file(id, `after ${bodyContains}`)))[0]).to.match(/created|updated/)
        expect(await it.over.faultsLeft(), bodyContains).to.equal(0)
      }
      expect(await filesOf(it, 'D1')).to.deep.equal({
        't.txt': 'after <create_supdocfolder',
        't_v2.txt': 'after <update_supdoc',
        't_v3.txt': 'after <get object',
      })
    })

  it('leave a create whose answer is lost to be looked up', async () => {
    const it = await startIntacct({ timeoutMs: 500 })
    await write(it, 'create', file('D0/t', 'folder'))
    await it.over.fault({ action: 'cutAfter', bodyContains: '<create_supdoc' })
    const thrown = await thrownBy(() => write(it, 'create', file('D1/t', 'one')))
    expect(isEngineError(thrown, 'uncertain')).to.equal(true)
    const found = await it.connection.find('SUPDOC', { field: 'FILEID', values: ['D1/t'], select: [] })
    expect(found.map(it => it.sinkKey)).to.deep.equal(['D1/t'])
  })

  const refused: readonly (readonly [string, JsonObject, string])[] = [
    ['an attachment id of more than 20 characters', file('X'.repeat(21), 'x'), 'INTACCT_FILE_ID'],
    ['a name with a period, which Intacct takes for an extension', file('D/ticket.1', 'x'), 'INTACCT_FILE_ID'],
    ['a name that looks like a version', file('D/ticket_v2', 'x'), 'INTACCT_FILE_ID'],
    ['a second spelling of one id', file('D/D', 'x'), 'INTACCT_FILE_ID'],
    ['a name that XML would change', file('D/a\u0001b', 'x'), 'INTACCT_FILE_ID'],
    ['no id', { TEXT: 'x', FOLDER: 'F' }, 'INTACCT_FILE_ID'],
    ['no text', file('D/t', ''), 'INTACCT_FILE_EMPTY'],
    ['half a character', file('D/t', 'a\ud83d'), 'INTACCT_FILE_BROKEN'],
    ['one byte too many', file('D/t', 'x'.repeat(MAX_TEXT_BYTES + 1)), 'INTACCT_FILE_TOO_LARGE'],
    ['too many bytes in few characters', file('D/t', '😀'.repeat(MAX_TEXT_BYTES / 4 + 1)), 'INTACCT_FILE_TOO_LARGE'],
  ]
  for (const [what, fields, code] of refused)
    it(`are refused with ${what}, before anything is sent`, async () => {
      const it = await startIntacct()
      const [answer] = await write(it, 'create', fields)
      if (answer?.is !== 'refused') throw new Error('not refused')
      expect([answer.error.kind, answer.error.code, it.calls]).to.deep.equal(['record', code, []])
      expect(answer.error.remedy).to.be.a('string').and.not.equal('')
      if (code === 'INTACCT_FILE_ID') expect(answer.error.remedy).to.include(`at most ${MAX_DOCUMENT_ID} characters`)
    })

  it('are refused without a folder, unless the attachment is there', async () => {
    const it = await startIntacct()
    const { FOLDER: _left, ...bare } = file('D/t', 'x')
    expect(codes(await write(it, 'create', bare))).to.deep.equal(['INTACCT_FILE_FOLDER'])
    await it.over.put('SUPDOC', { SUPDOCID: 'D', FILES: [] })
    expect(codes(await write(it, 'create', bare))).to.deep.equal(['created'])
  })

  it('are refused with the words of Intacct, and one that is refused holds up no other', async () => {
    const it = await startIntacct()
    await write(it, 'create', file('D/t', 'theirs'))
    const answers = await write(it, 'create', file('A/t', 'a'), file('D/t', 'ours'), file('B/t', 'b'))
    const byRef = new Map(answers.map(answer => [answer.ref, answer]))
    expect(['0', '1', '2'].map(ref => byRef.get(ref)?.is)).to.deep.equal(['written', 'refused', 'written'])
    expect(await filesOf(it, 'D')).to.deep.equal({ 't.txt': 'theirs' })
  })

  it('that are no base64 when they are read stop the run: nothing is compared with half a text', async () => {
    const it = await startIntacct()
    const body = answerWith(
      '<result><status>success</status><function>get</function><controlid>GET supdoc</controlid><data><supdoc><supdocid>D</supdocid><attachments><attachment><attachmentname>t</attachmentname><attachmenttype>txt</attachmenttype><attachmentdata>SGVs!bG8</attachmentdata></attachment></attachments></supdoc></data></result>',
    )
    await it.connection.find('SUPDOC', { field: 'id', values: ['prime/t'], select: [] })
    await it.over.fault({ action: 'answer', status: 200, headers: { 'content-type': 'text/xml' }, body })
    const thrown = await thrownBy(() => it.connection.find('SUPDOC', { field: 'id', values: ['D/t'], select: [] }))
    expect(isEngineError(thrown, 'contract') && thrown.code).to.equal('INTACCT_FILE_UNREADABLE')
  })

  it('are found by FILEID only', async () => {
    const it = await startIntacct()
    const thrown = await thrownBy(() => it.connection.find('SUPDOC', { field: 'TEXT', values: ['x'], select: [] }))
    expect(isEngineError(thrown, 'configuration') && thrown.code).to.equal('INTACCT_NOT_SEARCHABLE')
  })

  it('are not available to a user who may not see attachments, and it is said before any record is sent', async () => {
    const it = await startIntacct({ options: { deniedObjects: 'SUPDOC' } })
    const wish = { entity: 'SUPDOC', use: 'write' as const, fields: ['TEXT'], match: 'FILEID', optional: [] }
    const denied = await it.connection.preflight(wish)
    expect(denied.is === 'unavailable' && denied.error.code).to.equal('INTACCT_PERMISSION_DENIED')
    const [answer] = await Promise.allSettled([write(it, 'update', file('D/t', 'x'))])
    expect(answer.status === 'rejected' && isEngineError(answer.reason, 'unavailable')).to.equal(true)
    await it.over.knobs({ deniedObjects: [] })
    expect(await it.connection.preflight(wish)).to.deep.equal({ is: 'available' })
    it.calls.length = 0
    expect([await it.connection.preflight(wish), it.calls]).to.deep.equal([{ is: 'available' }, []])
  })
})

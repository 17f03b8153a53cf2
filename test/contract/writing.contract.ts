import { expect } from 'chai'
import { addressed, type Desk, deskOf, textIn, type WriteContract, writtenOf } from './desk.ts'
import { describeRepeats, LOST, SILENT } from './repeats.contract.ts'
import { openRig, type Rig, type Subject } from './rig.ts'

/** What the write contract of every writable entity promises, kept by writer and sandbox together (DESIGN sections 4 and 5.3). */
export function writingContract(subject: Subject): void {
  let rig: Rig
  before(async () => {
    rig = await openRig(subject, { records: 6, timeoutMs: 500 })
  })
  after(() => rig.close())
  afterEach(() => rig.at.clearFaults())

  const writable = Object.entries(subject.connector.entities).filter(([, it]) => it.write)
  for (const [index, [entity, { write }]] of writable.entries()) {
    if (!write) continue
    describe(`writing ${entity}`, () => {
      let desk: Desk
      before(async () => {
        desk = await deskOf(rig, subject, entity, write)
      })
      it('declares how a repeat of each operation is made harmless, and no operation that it has not', () => {
        expect(Object.keys(write.repeat).sort()).to.deep.equal([...write.operations].sort())
      })
      describeAnswers(() => desk, write)
      describeFinding(() => desk)
      for (const operation of write.operations)
        describeRepeats(() => desk, operation, index === 0 ? [...LOST, ...SILENT] : LOST)
    })
  }
}

function describeAnswers(given: () => Desk, contract: WriteContract): void {
  it('takes as many records in one call as it declares, and answers for each', async () => {
    const desk = given()
    const { rig, entity, samples, write } = desk
    await desk.make('prime-batch')
    const calls = rig.calls.length
    // where a batch is a job, asking how far it has come is no write
    const writes = () => rig.calls.slice(calls).filter(label => !label.startsWith('GET '))
    const records = Array.from({ length: contract.maxBatch }, (_, n) => ({
      ref: `r${n}`,
      fields: samples.make(`b${n}`),
    }))
    const answers = (await write('create', records)).map(writtenOf)
    expect(writes()).to.have.length(1)
    expect(new Set(answers.map(it => it.ref))).to.deep.equal(new Set(records.map(it => it.ref)))
    expect(new Set(answers.map(it => it.sinkKey)).size).to.equal(records.length)
    expect(new Set(answers.map(it => it.did))).to.deep.equal(new Set(['created']))
    const { uniqueField } = samples
    const values = records.map(it => String(it.fields[uniqueField]))
    const found = await rig.connection.find(entity, { field: uniqueField, values, select: [uniqueField] })
    const idOf = new Map(found.map(it => [String(it.fields[uniqueField]), it.sinkKey]))
    expect(answers.map(it => it.sinkKey)).to.have.members(values.map(it => idOf.get(it)))
  })

  it('answers the version that a read gives', async () => {
    const { rig, entity, samples, write, contract: declared } = given()
    const operation = declared.operations.includes('upsert') ? 'upsert' : 'create'
    const [answer] = await write(operation, [{ ref: 'v', fields: samples.make('version') }])
    const { sinkKey, version } = writtenOf(answer)
    if (version === undefined) return
    const [found] = await rig.connection.find(entity, { field: 'id', values: [sinkKey], select: [] })
    expect(found?.version).to.equal(version)
  })

  it('of a batch with one bad record writes the good ones and refuses that one, by name', async () => {
    const { entity, samples, write, held } = given()
    const { [samples.textField]: _left, ...bad } = samples.make('bad')
    const isBad = samples.mandatory.includes(samples.textField)
    const broken = isBad
      ? bad
      : Object.fromEntries(Object.entries(bad).filter(([it]) => !samples.mandatory.includes(it)))
    const answers = await write('create', [
      { ref: 'one', fields: samples.make('good1') },
      { ref: 'two', fields: broken },
      { ref: 'three', fields: samples.make('good2') },
    ])
    const byRef = new Map(answers.map(it => [it.ref, it]))
    expect([entity, byRef.get('one')?.is, byRef.get('two')?.is, byRef.get('three')?.is]).to.deep.equal(
      contract.partial ? [entity, 'written', 'refused', 'written'] : [entity, 'refused', 'refused', 'refused'],
    )
    const refused = byRef.get('two')
    if (refused?.is !== 'refused') throw new Error('not refused')
    expect(refused.error.kind).to.equal('record')
    expect(refused.error.remedy).to.be.a('string').and.not.equal('')
    expect([(await held('good1')).length, (await held('good2')).length, (await held('bad')).length]).to.deep.equal([
      1, 1, 0,
    ])
  })

  it('refuses a create whose unique value another record has, and leaves that one as it was', async () => {
    const desk = given()
    const { samples, write, held, make } = desk
    await make('taken')
    const before = await held('taken')
    const [answer] = await write('create', [
      { ref: 'c', fields: { ...samples.make('taken'), ...textIn(desk, 'Collides') } },
    ])
    if (answer?.is !== 'refused') throw new Error('not refused')
    expect(answer.error.kind).to.equal('record')
    expect(await held('taken')).to.deep.equal(before)
  })

  it('of one unique value twice in a batch never makes two records', async () => {
    const desk = given()
    const { samples, write, held, contract: declared } = desk
    for (const operation of declared.operations.filter(it => it === 'create' || it === 'upsert')) {
      const fields = samples.make(`twice-${operation}`)
      await write(operation, [
        { ref: 'first', fields },
        { ref: 'second', fields: { ...fields, ...textIn(desk, 'The last one stands') } },
      ])
      const found = await held(`twice-${operation}`)
      expect([operation, found.length]).to.deep.equal([operation, 1])
      if (operation === 'upsert') expect(found[0]?.text).to.equal('The last one stands')
    }
  })

  it('changes only what an update names, and addresses it by id', async () => {
    const desk = given()
    if (!desk.can('update')) return
    const [one, other] = [await desk.make('u1'), await desk.make('u2')]
    const before = await desk.rig.connection.find(desk.entity, { field: 'id', values: [one], select: 'all' })
    const [answer] = await desk.write('update', [addressed('u', one, textIn(desk, 'Updated'))])
    expect(writtenOf(answer)).to.include({ did: 'updated', sinkKey: one })
    const after = await desk.rig.connection.find(desk.entity, { field: 'id', values: [one], select: 'all' })
    const changed = Object.keys(after[0]?.fields ?? {}).filter(
      name => JSON.stringify(after[0]?.fields[name]) !== JSON.stringify(before[0]?.fields[name]),
    )
    expect(changed).to.include(desk.samples.textField)
    expect(Object.keys(before[0]?.fields ?? {}).filter(name => !(name in (after[0]?.fields ?? {})))).to.deep.equal([])
    expect((await desk.held('u2'))[0]).to.deep.equal({
      sinkKey: other,
      text: desk.samples.make('u2')[desk.samples.textField],
    })
  })

  it('deletes a record, has what it wanted when it is gone already, and touches no other', async () => {
    const desk = given()
    if (!desk.can('delete')) return
    const id = await desk.make('gone')
    await desk.make('stays')
    expect(writtenOf((await desk.write('delete', [addressed('d', id)]))[0]).did).to.equal('deleted')
    expect([(await desk.held('gone')).length, (await desk.held('stays')).length]).to.deep.equal([0, 1])
    expect(writtenOf((await desk.write('delete', [addressed('again', id)]))[0]).did).to.equal('deleted')
  })

  it('makes a record anew that was deleted, with the same content and at once; or says what is in the way', async () => {
    const desk = given()
    if (!desk.can('create') || !desk.can('delete')) return
    const id = await desk.make('anew')
    await desk.write('delete', [addressed('d', id)])
    const [answer] = await desk.write('create', [{ ref: 'anew', fields: desk.samples.make('anew') }])
    const said = answer?.is === 'refused' ? answer.error.kind : answer?.is
    expect(said).to.equal(desk.leavesBehind ? 'record' : 'written')
    expect(await desk.held('anew')).to.have.length(desk.leavesBehind ? 0 : 1)
  })

  it('refuses an update of a record that is not there, and makes none', async () => {
    const desk = given()
    if (!desk.can('update') || !desk.can('delete')) return
    const id = await desk.make('deleted')
    await desk.write('delete', [addressed('d', id)])
    const [answer] = await desk.write('update', [addressed('u', id, textIn(desk, 'Too late'))])
    expect(answer?.is).to.equal('refused')
    expect(await desk.held('deleted')).to.deep.equal([])
  })

  it('waits while it is throttled, and writes once', async () => {
    const desk = given()
    await desk.make('prime-throttled')
    const [slept, calls] = [desk.rig.clock.slept.length, desk.rig.calls.length]
    await desk.rig.at.fault({ action: 'answer', ...desk.throttled, times: 6 })
    await desk.make('throttled')
    expect(desk.rig.clock.slept.length - slept).to.equal(6)
    expect(desk.rig.calls.length - calls).to.equal(7)
    expect(await desk.held('throttled')).to.have.length(1)
  })
}

function describeFinding(given: () => Desk): void {
  it('finds records by their unique field and by id, each with the fields asked for, and no others', async () => {
    const { rig, entity, samples, make } = given()
    const { uniqueField, textField } = samples
    const ids = [await make('f1'), await make('f2')]
    const unique = ['f1', 'f2'].map(n => String(samples.make(n)[uniqueField]))
    const byField = await rig.connection.find(entity, {
      field: uniqueField,
      values: [...unique, 'nobody has this'],
      select: [uniqueField, textField],
    })
    expect(byField.map(it => [it.sinkKey, it.fields[uniqueField]])).to.have.deep.members(
      ids.map((id, index) => [id, unique[index]]),
    )
    const byId = await rig.connection.find(entity, { field: 'id', values: [...ids, '999999999'], select: [textField] })
    expect(byId.map(it => it.sinkKey)).to.have.members(ids)
    expect(await rig.connection.find(entity, { field: 'id', values: [], select: [] })).to.deep.equal([])
  })

  it('finds a value that would be syntax in a query as that value and nothing else', async () => {
    const { rig, entity, samples, make, write } = given()
    const { uniqueField } = samples
    await make('harmless')
    for (const odd of ["O'Neil", 'a"b', 'x) or (1', '50%', 'a\\b', '<b>&']) {
      const fields = { ...samples.make('odd'), [uniqueField]: odd }
      writtenOf((await write('create', [{ ref: 'o', fields }]))[0])
      const found = await rig.connection.find(entity, { field: uniqueField, values: [odd], select: [uniqueField] })
      expect(found.map(it => it.fields[uniqueField])).to.deep.equal([odd])
    }
    for (const wild of ['*', '%', 'Kharm%', "' or 'a' like '"]) {
      const found = await rig.connection.find(entity, { field: uniqueField, values: [wild], select: [] })
      expect([wild, found]).to.deep.equal([wild, []])
    }
  })
}

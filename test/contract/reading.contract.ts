import { expect } from 'chai'
import type { Json, JsonObject } from '../../engine/core/record.ts'
import { describeChanges } from './changes.contract.ts'
import { type Ground, groundOf, HOUR, sorted } from './ground.ts'
import { asStored, openRig, type Rig, readAll, type Subject } from './rig.ts'

/** What the cursor contract of every readable entity promises, kept by reader and sandbox together (DESIGN section 4). */
export function readingContract(subject: Subject): void {
  const { connector, fixture } = subject
  let rig: Rig
  before(async () => {
    rig = await openRig(subject, { records: 12 })
  })
  after(() => rig.close())
  afterEach(() => rig.at.clock({ now: null }))

  for (const [entity, { read }] of Object.entries(connector.entities)) {
    if (!read) continue
    describe(`reading ${entity}`, () => {
      let ground: Ground
      before(async () => {
        ground = await groundOf(rig, subject, entity, read.cursor)
      })
      describeFull(() => ground)
      describeChanges(() => ground)
      if (read.cursor.nulls !== 'never') describeNulls(() => ground, fixture.unstamped ?? {})
      if (read.cursor.deletes !== 'sweep') describeDeletes(() => ground)
      if (read.modes.includes('by-key')) describeByValue(() => ground)
    })
  }
}

function describeFull(given: () => Ground): void {
  it('gives every live record once, in pages no larger than asked for, and only the last says complete', async () => {
    const { rig, entity, live } = given()
    await rig.advance(HOUR)
    const all = await live()
    for (const pageSize of [1, Math.ceil(all.length / 3), all.length]) {
      const { pages, keys } = await readAll(rig.connection, entity, { pageSize })
      expect(sorted(keys)).to.deep.equal(all)
      expect(Math.max(...pages.map(it => it.records.length))).to.be.at.most(pageSize)
      expect(pages.findIndex(it => it.complete)).to.equal(pages.length - 1)
    }
  })

  it('asks for no larger page than the system gives, whatever is wished', async () => {
    const { rig, entity, contract, live } = given()
    const { pages, keys } = await readAll(rig.connection, entity, { pageSize: 1_000_000, select: 'all' })
    expect(sorted(keys)).to.deep.equal(await live())
    expect(Math.max(...pages.map(it => it.records.length))).to.be.at.most(contract.paging.pageSize)
  })

  it('goes on after any page exactly with the rest, from the stored cursor, in another process', async () => {
    const { rig, entity, live } = given()
    await rig.advance(HOUR)
    const pageSize = Math.ceil((await live()).length / 4)
    const { pages, keys } = await readAll(rig.connection, entity, { pageSize })
    let seen = 0
    for (const page of pages.slice(0, -1)) {
      seen += page.records.length
      const other = await rig.again()
      const rest = await readAll(other.connection, entity, { pageSize, after: asStored(page.next) })
      expect(rest.keys).to.deep.equal(keys.slice(seen))
      expect(rest.pages.at(-1)?.complete).to.equal(true)
    }
  })

  it('starts over in full when asked to, whatever the cursor', async () => {
    const { rig, entity, live, settled } = given()
    const after = await settled()
    const { keys, pages } = await readAll(rig.connection, entity, { after, full: true, pageSize: 4 })
    expect(sorted(keys)).to.deep.equal(await live())
    expect(pages.at(-1)?.complete).to.equal(true)
  })

  it('gives records of non-empty texts under their natural key, with versions that only a change moves', async () => {
    const { rig, entity, samples, contract } = given()
    await rig.advance(HOUR)
    const first = await readAll(rig.connection, entity, { select: 'all' })
    const again = await readAll(rig.connection, entity, { select: 'all' })
    expect(first.records.filter(it => hasEmpty(it.fields))).to.deep.equal([])
    expect(first.records.filter(it => String(it.fields[samples.key]) !== it.key)).to.deep.equal([])
    expect(first.records).to.deep.equal(again.records)
    if (contract.nulls === 'never') expect(first.records.filter(it => it.version === undefined)).to.deep.equal([])
  })
}

function hasEmpty(value: Json): boolean {
  if (value === null || value === '') return true
  return typeof value === 'object' && Object.values(value).some(hasEmpty)
}

function describeNulls(given: () => Ground, unstamped: JsonObject): void {
  it('finds records that have no value in the cursor field', async () => {
    const { rig, entity, contract, add, settled, pastOverlap } = given()
    expect(unstamped, 'fixture.unstamped').to.have.property(contract.field ?? '')
    const after = await settled()
    await pastOverlap()
    const key = await add(unstamped)
    await rig.advance(10_000)
    const { records } = await readAll(rig.connection, entity, { after })
    expect(records.map(it => [it.key, it.version])).to.deep.equal([[key, undefined]])
  })
}

function describeDeletes(given: () => Ground): void {
  it('reports deletions once, when the flow acts on them, and a full read has them no more', async () => {
    const { rig, entity, add, live, pastOverlap } = given()
    const keys = [await add(), await add(), await add()]
    await rig.advance(HOUR)
    const first = await readAll(rig.connection, entity, { deletes: true })
    await pastOverlap()
    for (const key of keys) await rig.at.remove(entity, key)
    await rig.advance(10_000)
    const ignoring = await readAll(rig.connection, entity, { after: first.next })
    expect(ignoring.records.filter(it => it.change === 'delete')).to.deep.equal([])
    const told = await readAll(rig.connection, entity, { after: first.next, deletes: true })
    const deletions = told.records.filter(it => it.change === 'delete')
    expect(sorted(deletions.map(it => it.key))).to.deep.equal(sorted(keys))
    await pastOverlap()
    const later = await readAll(rig.connection, entity, { after: told.next, deletes: true })
    expect(later.records.filter(it => it.change === 'delete')).to.deep.equal([])
    const swept = await readAll(rig.connection, entity, { after: later.next, full: true, deletes: true })
    expect(sorted(swept.keys)).to.deep.equal(await live())
    expect(swept.pages.at(-1)?.complete).to.equal(true)
  })
}

function describeByValue(given: () => Ground): void {
  it('reads chosen records by key and by another field, without a cursor and without those that are gone', async () => {
    const { rig, entity, samples, live, edit } = given()
    const { key, textField, isFreeText } = samples
    const [first = '', second = ''] = await live()
    await edit(first, 'chosen')
    await edit(second, 'chosen')
    const wishes = [
      { field: key, values: [first, second, '999999999'] },
      ...(isFreeText ? [{ field: textField, values: ['chosen', 'nobody'] }] : []),
    ]
    for (const where of wishes) {
      const { pages, keys } = await readAll(rig.connection, entity, { where, select: [textField] })
      expect([where.field, sorted(keys)]).to.deep.equal([where.field, sorted([first, second])])
      expect(pages.filter(it => Object.keys(it.next).length > 0)).to.deep.equal([])
    }
    expect((await readAll(rig.connection, entity, { where: { field: key, values: [] } })).pages).to.have.length(1)
  })
}

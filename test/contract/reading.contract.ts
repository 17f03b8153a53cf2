import { expect } from 'chai'
import type { CursorContract } from '../../engine/core/contracts.ts'
import type { Cursor, DataRecord, Json, JsonObject } from '../../engine/core/record.ts'
import { testClock } from '../support/clock.ts'
import { asStored, openRig, type Rig, readAll, type Subject } from './rig.ts'
import { type Samples, samplesOf } from './samples.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ENOUGH = 7

/** One readable entity with a few records in it, all of them long settled. */
interface Ground {
  readonly rig: Rig
  readonly entity: string
  readonly contract: CursorContract
  readonly samples: Samples
  /** Keys of all live records, sorted. */
  live(): Promise<readonly string[]>
  /** Edits the text of one record as a person would. */
  edit(key: string, text: string): Promise<void>
  /** A further record, made by a person. */
  add(more?: JsonObject): Promise<string>
  /** Reads everything after an hour of quiet: the cursor of a flow that is up to date. */
  settled(): Promise<Cursor>
  /** A later run, with more time between than any overlap. */
  pastOverlap(): Promise<void>
}

const sorted = (keys: Iterable<string>) => [...keys].sort()

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
      if (read.cursor.deletes !== 'sweep')
        describeDeletes(() => ground, fixture.unnamedDeletions?.[entity] === undefined)
      if (read.modes.includes('by-key')) describeByValue(() => ground)
    })
  }
}

async function groundOf(rig: Rig, subject: Subject, entity: string, contract: CursorContract): Promise<Ground> {
  const samples = await samplesOf(rig, subject, entity)
  const { key, textField } = samples
  const keysNow = async () => (await rig.at.records(entity)).map(it => String(it[key]))
  let made = 0
  const add = async (more: JsonObject = {}) => {
    made += 1
    const stored = (await rig.at.put(entity, {
      ...samples.make(`-${entity}-${made}`.slice(0, 18)),
      ...more,
    })) as JsonObject
    return String(stored[key])
  }
  for (let have = (await keysNow()).length; have < ENOUGH; have += 1) await add()
  return {
    rig,
    entity,
    contract,
    samples,
    live: async () => sorted(await keysNow()),
    edit: async (of, text) => void (await rig.at.put(entity, { [key]: of, [textField]: text })),
    add,
    settled: async () => {
      await rig.advance(HOUR)
      return (await readAll(rig.connection, entity)).next
    },
    pastOverlap: () => rig.advance(contract.settleLag.overlapMs + MINUTE),
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

function describeChanges(given: () => Ground): void {
  it('brings only what changed since, with its new values, and nothing once the overlap is over', async () => {
    const { rig, entity, samples, live, edit, settled, pastOverlap } = given()
    const after = await settled()
    const edited = (await live()).filter((_, index) => index % 3 === 0)
    await pastOverlap()
    for (const key of edited) await edit(key, `changed ${key.slice(-6)}`)
    await rig.advance(10_000)
    const changes = await readAll(rig.connection, entity, { after, select: [samples.textField], pageSize: 2 })
    expect(sorted(changes.keys)).to.deep.equal(edited)
    for (const { key, fields } of changes.records)
      expect(fields[samples.textField]).to.equal(`changed ${key.slice(-6)}`)
    await pastOverlap()
    const quiet = await readAll(rig.connection, entity, { after: changes.next })
    await pastOverlap()
    const silent = await readAll(rig.connection, entity, { after: quiet.next })
    expect([silent.keys, silent.pages.length, silent.pages[0]?.complete]).to.deep.equal([[], 1, undefined])
  })

  it('brings all records that share one second, though they fill many pages, and ends', async () => {
    const { rig, entity, live, edit, settled, pastOverlap } = given()
    const after = await settled()
    await pastOverlap()
    await rig.freeze(await rig.now())
    const all = await live()
    for (const key of all) await edit(key, 'bulk edit')
    const tied = await readAll(rig.connection, entity, { after, pageSize: 2 })
    expect(sorted(tied.keys)).to.deep.equal(all)
    // one more within the very same second, after the read
    await edit(all[0] ?? '', 'and once more')
    await rig.at.clock({ now: null })
    await rig.advance(5_000)
    const late = await readAll(rig.connection, entity, { after: tied.next, pageSize: 3 })
    expect(late.keys).to.include(all[0])
    expect(new Set(late.keys).size).to.equal(late.keys.length)
  })

  it('brings a record that is edited while its pages are read in this run or the next', async () => {
    const { rig, entity, samples, live, edit, settled, pastOverlap } = given()
    const after = await settled()
    await pastOverlap()
    const all = await live()
    for (const key of all) {
      await rig.advance(1_000)
      await edit(key, 'before')
    }
    await rig.advance(10_000)
    const texts = new Map<string, Json | undefined>()
    const keep = ({ key, fields }: DataRecord) => texts.set(key, fields[samples.textField])
    let next: Cursor = after
    let edits = 0
    for await (const page of rig.connection.read(entity, {
      after,
      select: [samples.textField],
      deletes: false,
      pageSize: 2,
    })) {
      page.records.forEach(keep)
      next = page.next
      const target = all[(edits * 3) % all.length]
      if (target !== undefined && edits < 3) await edit(target, `during ${edits}`)
      edits += 1
      await rig.advance(1_000)
    }
    const rest = await readAll(rig.connection, entity, { after: next, select: [samples.textField] })
    rest.records.forEach(keep)
    const truth = (await rig.at.records(entity)).map(it => [String(it[samples.key]), it[samples.textField]] as const)
    expect(sorted([...texts].map(String))).to.deep.equal(sorted(truth.map(String)))
  })

  it("takes its mark from the system's clock: ours, wrong by hours, skips nothing", async () => {
    const { rig, entity, live, edit, settled, pastOverlap } = given()
    await settled()
    const [key = ''] = await live()
    for (const wrongMs of [3 * HOUR, -3 * HOUR]) {
      const clock = testClock(new Date(rig.clock.now().getTime() + wrongMs))
      const { connection } = await rig.again({ clock, secrets: {} })
      const { next } = await readAll(connection, entity)
      await pastOverlap()
      await edit(key, `by a clock wrong by ${wrongMs}`)
      await rig.advance(5_000)
      expect((await readAll(connection, entity, { after: next })).keys).to.include(key)
    }
  })

  it('does not jump ahead with a record dated in the future, and brings it once its time has come', async () => {
    const { rig, entity, live, edit, settled } = given()
    const after = await settled()
    const [early = '', late = ''] = await live()
    const now = await rig.now()
    const at = (ms: number) => rig.freeze(new Date(now.getTime() + ms))
    await at(24 * HOUR)
    await edit(early, 'dated tomorrow')
    await at(0)
    const first = await readAll(rig.connection, entity, { after })
    const seen = [...first.keys]
    let next = first.next
    for (const minutes of [5, 10, 15]) {
      await at(minutes * MINUTE)
      await edit(late, `dated now, ${minutes}`)
      await at((minutes + 1) * MINUTE)
      const run = await readAll(rig.connection, entity, { after: next })
      expect(run.keys, `after ${minutes} minutes`).to.include(late)
      seen.push(...run.keys)
      next = run.next
    }
    await at(25 * HOUR)
    const last = await readAll(rig.connection, entity, { after: next })
    expect([...seen, ...last.keys]).to.include(early)
    await rig.at.clock({ now: null })
  })

  it('meets a record that becomes visible late, within the overlap that its contract names', async () => {
    const { rig, entity, contract, live, edit, settled } = given()
    const after = await settled()
    const [key = ''] = await live()
    const now = (await rig.now()).getTime() + HOUR
    await rig.freeze(new Date(now))
    const first = await readAll(rig.connection, entity, { after })
    await rig.freeze(new Date(now - contract.settleLag.overlapMs + 2_000))
    await edit(key, 'visible late')
    await rig.freeze(new Date(now + 1_000))
    expect((await readAll(rig.connection, entity, { after: first.next })).keys).to.include(key)
    await rig.at.clock({ now: null })
  })
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

function describeDeletes(given: () => Ground, areNamed: boolean): void {
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
    expect(deletions).to.have.length(keys.length)
    if (areNamed) expect(sorted(deletions.map(it => it.key))).to.deep.equal(sorted(keys))
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

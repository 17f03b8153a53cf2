import { expect } from 'chai'
import type { Cursor, DataRecord, Json } from '../../engine/core/record.ts'
import { testClock } from '../support/clock.ts'
import { type Ground, HOUR, MINUTE, sorted } from './ground.ts'
import { readAll } from './rig.ts'

/** What a walk over changes promises, whatever happens at the source while it goes on and between two of them. */
export function describeChanges(given: () => Ground): void {
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

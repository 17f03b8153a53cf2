import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { jsonOf } from './support/cli.ts'
import { createSpace, type Space, VENDORS } from './support/space.ts'

/** Longer than a vendor's name may be. */
const REFUSED = { VENDORID: 'BAD-PERSON', NAME: 'x'.repeat(300), STATUS: 'active' }

describe('keeping the audit trail', () => {
  let space: Space
  beforeEach(async () => {
    space = await createSpace()
    await space.source.put('VENDOR', REFUSED)
    await space.run('run --all')
  })
  afterEach(() => space.close())

  const tamper = (text: string) => {
    const database = new DatabaseSync(join(space.folder, '.ml-connector', 'ledger.db'))
    database.exec(text)
    database.close()
  }

  describe('audit verify', () => {
    it('says that all is as it was written, and which place to note', async () => {
      const { code, out } = await space.run('audit verify')
      expect(code).to.equal(0)
      expect(out).to.match(/✓ events: \d+ as they were written; the last is \d+:[\w-]{32}\n✓ actions: 0 /)
      const [, place] = /the last is (\S+)/.exec(out) ?? []
      await space.run('run --all')
      expect((await space.run(`audit verify --expect ${place}`)).code).to.equal(0)
      tamper("update chains set hash = 'x'")
      expect((await space.run(`audit verify --expect ${place}`)).code).to.equal(1)
    })

    it('names what was edited, and ends with 1', async () => {
      tamper("update record_events set sink_key = '1' where id = 3")
      const { code, out } = await space.run('audit verify')
      expect(code).to.equal(1)
      expect(out).to.contain('no. 3 (id 3) is not as it was written')
      const told = jsonOf(await space.run('audit verify --json')) as { trails: { breaks: unknown[] }[]; ok: boolean }
      expect(told.ok).to.equal(false)
      expect(told.trails[0]?.breaks).to.deep.equal([{ trail: 'events', is: 'edited', no: 3, until: 3, id: 3 }])
    })

    it('refuses a place that it never printed', async () => {
      const { code, err } = await space.run('audit verify --expect 12')
      expect([code, err.includes('number:hash')]).to.deep.equal([2, true])
    })
  })

  describe('audit export', () => {
    it('writes all events into a file of the owner, as CSV or JSON Lines', async () => {
      const shown = jsonOf(await space.run('audit --limit 9999 --json'))['events'] as unknown[]
      expect((await space.run('audit export all.csv')).out).to.contain(`${shown.length} events in `)
      const csv = readFileSync(join(space.folder, 'all.csv'), 'utf8').trimEnd().split('\r\n')
      expect([csv.length, csv[0]?.startsWith('id,at,run,flow,')]).to.deep.equal([shown.length + 1, true])
      expect(statSync(join(space.folder, 'all.csv')).mode & 0o777).to.equal(0o600)
      await space.run(`audit export all.jsonl --format jsonl --flow ${VENDORS}`)
      const lines = readFileSync(join(space.folder, 'all.jsonl'), 'utf8').trimEnd().split('\n')
      expect(lines.map(line => JSON.parse(line))).to.deep.equal(shown)
    })

    it('never writes over a file', async () => {
      space.write('all.csv', 'mine')
      expect((await space.run('audit export all.csv')).code).to.equal(2)
      expect(readFileSync(join(space.folder, 'all.csv'), 'utf8')).to.equal('mine')
    })
  })

  describe('audit prune', () => {
    it('takes what is older, and the rest is still proven', async () => {
      expect((await space.run('audit prune --before 1h')).out).to.match(/pruned: 0 events/)
      expect((await space.run('audit prune --before 2999-01-01')).out).to.match(/pruned: 13 events/)
      expect((await space.run('audit verify')).out).to.match(
        /✓ events: 0 as they were written, after 13 that were pruned/,
      )
      // what runs know is kept: nothing is written again
      await space.run('run --all --full')
      const events = jsonOf(await space.run('audit --outcome written --json'))['events']
      expect(events).to.deep.equal([])
      expect((await space.run('audit verify')).code).to.equal(0)
    })

    it('wants to know how much is kept', async () => {
      const { code, err } = await space.run('audit prune')
      expect([code, err.includes('--before')]).to.deep.equal([2, true])
    })
  })

  describe('audit erase', () => {
    it('erases a record everywhere, and the chain stays valid', async () => {
      const file = join(space.folder, '.ml-connector', 'ledger.db')
      const content = () =>
        [file, `${file}-wal`].map(it => (existsSync(it) ? readFileSync(it).toString('latin1') : '')).join('')
      expect(content()).to.contain('BAD-PERSON')
      const { code, out } = await space.run('audit erase intacct VENDOR BAD-PERSON --forget')
      expect(code).to.equal(0)
      expect(out).to.contain('1 dead letters closed and emptied')
      expect(content()).to.not.contain('BAD-PERSON')
      expect((await space.run('audit verify')).code).to.equal(0)
      expect(jsonOf(await space.run('dead --json'))['letters']).to.deep.equal([])
      expect((await space.run('audit erase intacct VENDOR BAD-PERSON')).out).to.contain('nothing of it')
    })

    it('tells what it was linked with, and that runs still know it', async () => {
      const [vendor] = await space.source.records('VENDOR')
      const { out } = await space.run(`audit erase intacct VENDOR ${vendor?.['VENDORID']}`)
      expect(out).to.match(/linked with .*\n {2}zoho Vendors \d+/)
      expect(out).to.contain('1 known records still name it')
    })
  })
})

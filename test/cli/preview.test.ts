import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { jsonOf } from './support/cli.ts'
import { CUSTOMERS, createSpace, type Space, VENDORS } from './support/space.ts'

describe('preview', () => {
  let space: Space
  beforeEach(async () => {
    space = await createSpace({ use: ['vendors', 'customers', 'contacts'] })
  })
  afterEach(() => space.close())

  it('works before anything has run, writes nothing and leaves no ledger of its own', async () => {
    const answer = jsonOf(await space.run(`preview ${VENDORS} --json`))
    expect(answer).to.deep.include({ ok: true, read: 12, counts: { create: 12 }, targetUnread: null })
    expect(existsSync(join(space.folder, '.ml-connector', 'ledger.db'))).to.equal(false)
    expect(await space.target.records('Vendors')).to.deep.equal([])
  })

  it('shows a changed field against what the target holds now, and the line that maps it', async () => {
    await space.run('run --all')
    const [vendor] = await space.source.records('VENDOR')
    const key = String(vendor?.['VENDORID'])
    await space.source.put('VENDOR', { VENDORID: key, NAME: 'Renamed Ltd' })
    const { code, out } = await space.run(`preview ${VENDORS} --record ${key}`)
    expect(code).to.equal(0)
    expect(out).to.contain(
      `Vendor_Name: ${vendor?.['NAME']} → Renamed Ltd  library:sage-intacct-to-zoho-crm/vendors.yaml:22:3  NAME`,
    )
    expect(out).to.contain('1 read: 1 update').and.to.contain('Nothing was written.')
  })

  it('sees what a person changed at the target meanwhile', async () => {
    await space.run(`run ${VENDORS}`)
    const [held] = await space.target.records('Vendors')
    await space.target.put('Vendors', { id: held?.['id'] ?? '', City: 'Elsewhere' })
    const answer = jsonOf(await space.run(`preview ${VENDORS} --record ${held?.['ERP_ID']} --json`))
    expect(answer['counts']).to.deep.equal({ update: 1 })
  })

  it('predicts what the next run does', async () => {
    await space.run('run --all')
    for (const vendor of (await space.source.records('VENDOR')).slice(0, 3))
      await space.source.put('VENDOR', { VENDORID: vendor['VENDORID'] ?? '', NAME: `${vendor['NAME']} II` })
    const { counts } = jsonOf(await space.run(`preview ${VENDORS} --json`)) as unknown as { counts: { update: number } }
    const [run] = jsonOf(await space.run(`run ${VENDORS} --json`))['runs'] as { written: number }[]
    expect([counts.update, run?.written]).to.deep.equal([3, 3])
  })

  it('says that there is more than it shows', async () => {
    const { out } = await space.run(`preview ${VENDORS} --limit 5`)
    expect(out).to.contain('5 read').and.to.contain('more than --limit')
  })

  it('prints a table for a pull request that no value breaks out of', async () => {
    await space.source.put('VENDOR', { VENDORID: 'ODD', NAME: 'a|b `c` <img> @all', STATUS: 'active' })
    const { out } = await space.run(`preview ${VENDORS} --record ODD --format markdown`)
    expect(out).to.contain('| record | would | field | before | after | from |')
    expect(out).to.not.match(/a\|b|<img>|`c`|@all/)
  })

  describe('of records from a file', () => {
    const RECORDS = JSON.stringify([
      { VENDORID: '007', NAME: 'Bolt', STATUS: 'active', 'DISPLAYCONTACT.EMAIL1': 'ap@bolt.example' },
    ])

    beforeEach(() => space.write('vendors.json', RECORDS))

    it('does not ask the source', async () => {
      await space.source.resetCalls()
      const answer = jsonOf(await space.run(`preview ${VENDORS} --from vendors.json --json`))
      expect(answer['counts']).to.deep.equal({ create: 1 })
      expect((await space.source.calls()).total).to.equal(0)
    })

    it('needs no secret of the source', async () => {
      await space.run('secret remove intacct userPassword')
      expect((await space.run(`preview ${VENDORS} --from vendors.json`)).code).to.equal(0)
    })

    it('keeps keys as they are written, and takes dotted names', async () => {
      const { out } = await space.run(`preview ${VENDORS} --from vendors.json`)
      expect(out).to.contain('ERP_ID: 007').and.to.contain('Email: ap@bolt.example')
    })

    it('says when the target cannot be read, claims nothing, and fails', async () => {
      await space.run('secret remove zoho refreshToken')
      const answer = await space.run(`preview ${VENDORS} --from vendors.json --json`)
      expect(answer.code).to.equal(2)
      expect(jsonOf(answer)).to.deep.include({ ok: false, counts: { unknown: 1 } })
      const { err, out } = await space.run(`preview ${VENDORS} --from vendors.json`)
      expect(out)
        .to.contain('not known')
        .and.to.not.match(/\b(create|unchanged)\b/)
      expect(err).to.contain('refreshToken is missing')
    })

    it('answers 4 when the target is not there', async () => {
      const text = 'accountsUrl: http://127.0.0.1:'
      const yaml = readFileSync(join(space.folder, 'ml-connector.yaml'), 'utf8')
      space.write('ml-connector.yaml', yaml.replace(new RegExp(`${text}\\d+`), `${text}9`))
      expect((await space.run(`preview ${VENDORS} --from vendors.json`)).code).to.equal(4)
    }).timeout(30_000)

    it('shows the mapped records with --offline, and asks nobody', async () => {
      await Promise.all([space.source.resetCalls(), space.target.resetCalls()])
      const answer = jsonOf(await space.run(`preview ${VENDORS} --from vendors.json --offline --json`))
      expect(answer).to.deep.include({ ok: true, counts: { unknown: 1 } })
      expect((await space.source.calls()).total + (await space.target.calls()).total).to.equal(0)
    })

    for (const [what, text, says] of [
      ['no JSON', '[{', 'JSON'],
      ['a record without its key', '[{ "NAME": "Bolt" }]', 'element 0 has no VENDORID'],
      ['something else than records', '[1]', 'element 0 is not an object'],
    ] as const)
      it(`explains ${what}`, async () => {
        space.write('vendors.json', text)
        const { code, err } = await space.run(`preview ${VENDORS} --from vendors.json`)
        expect(code).to.equal(2)
        expect(err).to.contain('vendors.json: ').and.to.contain(says)
      })
  })

  it('wants --from with --offline', async () => {
    expect((await space.run(`preview ${CUSTOMERS} --offline`)).code).to.equal(2)
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { cli, jsonOf } from './support/cli.ts'
import { createSpace, type Space, VENDORS } from './support/space.ts'

type Row = Readonly<Record<string, unknown>>
const rows = (answer: Parameters<typeof jsonOf>[0], key: string) => jsonOf(answer)[key] as Row[]

/** Longer than a vendor's name may be. */
const REFUSED = { VENDORID: 'BAD', NAME: 'x'.repeat(300), STATUS: 'active' }

describe('what the ledger tells', () => {
  let space: Space
  before(async () => {
    space = await createSpace()
    await space.source.put('VENDOR', REFUSED)
    await space.run('run --all')
  })
  after(() => space.close())

  describe('runs', () => {
    it('lists them, newest first', async () => {
      await space.run('run --all')
      const [last, first] = rows(await space.run('runs --json'), 'runs')
      expect(last).to.deep.include({ flow: VENDORS, trigger: 'manual' })
      expect(String(last?.['startedAt']) > String(first?.['startedAt'])).to.equal(true)
      expect(first).to.deep.include({ state: 'partial' })
      expect((await space.run('runs')).out).to.contain(String(last?.['id']))
    })

    it('shows one', async () => {
      const { out } = await space.run('runs last')
      expect(out).to.match(/started .* by .*, trigger manual/)
      expect((await space.run('runs nosuch')).code).to.equal(2)
    })

    it('lists those of a state', async () => {
      const found = rows(await space.run('runs --state partial --json'), 'runs')
      expect(new Set(found.map(it => it['state']))).to.deep.equal(new Set(['partial']))
      expect(rows(await space.run('runs --state failed --json'), 'runs')).to.deep.equal([])
    })
  })

  describe('audit', () => {
    it('tells the history of one record', async () => {
      const [vendor] = await space.source.records('VENDOR')
      const [event] = rows(await space.run(`audit --key ${vendor?.['VENDORID']} --json`), 'events')
      expect(event).to.deep.include({
        flow: VENDORS,
        sourceEntity: 'VENDOR',
        sinkEntity: 'Vendors',
        outcome: 'written',
        did: 'created',
      })
    })

    it('prints CSV with a header, and JSON Lines', async () => {
      const lines = (await space.run('audit --format csv --limit 3')).out.trimEnd().split('\r\n')
      expect(lines).to.have.length(4)
      expect(lines[0]).to.contain('sourceKey')
      const jsonl = (await space.run('audit --format jsonl --limit 3')).out.trimEnd().split('\n')
      expect(jsonl.map(line => Object.keys(JSON.parse(line)).length > 5)).to.deep.equal([true, true, true])
    })

    it('is bounded by time', async () => {
      expect(rows(await space.run('audit --since 1h --json'), 'events').length).to.be.above(5)
      expect(rows(await space.run('audit --until 2020-01-01 --json'), 'events')).to.deep.equal([])
    })
  })

  describe('why', () => {
    const idOf = async () => {
      const all = await space.target.records('Vendors')
      return String(all[0]?.['id'])
    }

    it('names source, line, run and actor of a field', async () => {
      const { code, out } = await space.run(`why zoho Vendors ${await idOf()} Vendor_Name`)
      expect(code).to.equal(0)
      expect(out).to.match(/from +VENDOR \S+ of intacct, as of /)
      expect(out).to.contain('library:sage-intacct-to-zoho-crm/vendors.yaml:22:3  NAME')
      expect(out).to.match(/in run +\S+, .*trigger manual/)
    })

    it('tells all fields without one, and no values', async () => {
      const [origin] = rows(await space.run(`why zoho Vendors ${await idOf()} --json`), 'origins') as {
        fields: Row[]
      }[]
      expect(origin?.fields.length).to.be.above(10)
      expect(origin?.fields.some(it => 'value' in it)).to.equal(false)
    })

    it('shows the value that the target holds with --live', async () => {
      const [held] = await space.target.records('Vendors')
      const { out } = await space.run(`why zoho Vendors ${held?.['id']} Vendor_Name --live`)
      expect(out).to.contain(`Vendor_Name = ${held?.['Vendor_Name']}`)
    })

    it('says when nothing of ours wrote the record, or the field', async () => {
      expect((await space.run('why zoho Vendors 1')).err).to.contain('no flow of this workspace has written')
      expect((await space.run(`why zoho Vendors ${await idOf()} Vendor_Nam`)).err).to.contain(
        'Did you mean Vendor_Name?',
      )
    })
  })
})

describe('dead letters', () => {
  let space: Space
  let id: string
  beforeEach(async () => {
    space = await createSpace()
    await space.source.put('VENDOR', REFUSED)
    await space.run('run --all')
    id = String(rows(await space.run('dead --json'), 'letters')[0]?.['id'])
  })
  afterEach(() => space.close())

  it('are listed with their code, and shown with the record as it was read', async () => {
    const { out } = await space.run(`dead ${VENDORS}`)
    expect(out).to.contain('VENDOR BAD')
    const shown = jsonOf(await space.run(`dead show ${id} --json`))
    expect(shown['body']).to.deep.include({ VENDORID: 'BAD' })
    expect((await space.run(`dead show ${id}`)).out).to.contain(`ml-connector replay ${VENDORS} ${id}`)
  })

  it('are replayed from the source once the data is right, and are healed', async () => {
    await space.source.put('VENDOR', { VENDORID: 'BAD', NAME: 'Short' })
    const answer = await space.run(`replay ${VENDORS} ${id} --from source --json`)
    expect(answer.code).to.equal(0)
    expect(rows(answer, 'runs')[0]).to.deep.include({ written: 1, dead: 0 })
    expect(rows(await space.run('dead --json'), 'letters')).to.deep.equal([])
    expect(rows(await space.run('dead --state resolved --json'), 'letters')).to.have.length(1)
  })

  it('die again from the record as it was kept, with exit code 1', async () => {
    expect((await space.run(`replay ${VENDORS} --all`)).code).to.equal(1)
    expect(rows(await space.run('dead --json'), 'letters')[0]).to.deep.include({ attempts: 2 })
  })

  describe('of a flow that reads more than it did when they died', () => {
    const FLOW = (name: string, more: string) => `flow: own
source: { connector: sage-intacct, entity: VENDOR }
filter: VENDORID = "BAD"
map: { Vendor_Name: ${name}, ERP_ID: VENDORID${more} }
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true } }
`
    beforeEach(async () => {
      const path = join(space.folder, 'ml-connector.yaml')
      space.write('ml-connector.yaml', readFileSync(path, 'utf8').replace(/^flows:[\s\S]*/m, 'flows: [own.yaml]\n'))
      await space.source.put('VENDOR', { ...REFUSED, COMMENTS: 'Ring twice' })
      space.write('own.yaml', FLOW('NAME', ''))
      expect((await space.run('run own')).code).to.equal(1)
      space.write('own.yaml', FLOW("'$substring(NAME, 0, 20)'", ', Description: COMMENTS'))
    })
    const description = async () =>
      (await space.target.records('Vendors')).find(it => it['ERP_ID'] === 'BAD')?.['Description'] ?? null

    it('are read again: what was not kept is not taken for empty', async () => {
      const { code, err } = await space.run('replay own --all')
      expect({ code, description: await description() }).to.deep.equal({ code: 0, description: 'Ring twice' })
      expect(err).to.contain('note: own has changed since a record died: read again from the source')
    })

    it('are taken as they were kept when that is asked for, with a warning', async () => {
      const { code, err } = await space.run('replay own --all --from stored')
      expect({ code, description: await description() }).to.deep.equal({ code: 0, description: null })
      expect(err).to.contain('warning: own has changed since a record died')
    })
  })

  it('are only looked at by a dry run', async () => {
    const { out } = await space.run(`replay ${VENDORS} --all --dry-run`)
    expect(out).to.contain('1 dead letter: 1 rejected again\nNothing was written.')
    expect(rows(await space.run('dead --json'), 'letters')[0]).to.deep.include({ attempts: 1 })
  })

  it('are given up with a reason, which the audit trail keeps', async () => {
    expect((await space.run(`dead discard ${id}`)).err).to.contain('--reason')
    expect(
      jsonOf(await space.run(`dead discard ${id} --reason "a test of the supplier" --json`))['discarded'],
    ).to.equal(1)
    expect(rows(await space.run('dead --json'), 'letters')).to.deep.equal([])
    const [event] = rows(await space.run('audit --key BAD --json'), 'events')
    expect(event).to.deep.include({ outcome: 'dead', did: 'discarded: a test of the supplier' })
  })

  it('are not found under a wrong id', async () => {
    for (const line of ['dead show 999', 'dead show x', `dead discard ${id} 999 --reason r`])
      expect((await space.run(line)).code, line).to.equal(2)
    expect(rows(await space.run('dead --json'), 'letters')).to.have.length(1)
  })

  it('need not be there for a key to be read again', async () => {
    const [vendor] = await space.source.records('VENDOR')
    const key = vendor?.['VENDORID']
    expect((await space.run(`replay ${VENDORS} --key ${key}`)).err).to.contain('--from source')
    const [run] = rows(await space.run(`replay ${VENDORS} --key ${key} --from source --json`), 'runs')
    expect(run).to.deep.include({ read: 1, dead: 0 })
    expect(rows(await space.run('runs --json'), 'runs')[0]).to.deep.include({ trigger: 'replay' })
  })

  it('want to be chosen in one way', async () => {
    expect((await space.run(`replay ${VENDORS}`)).err).to.contain('nothing was chosen')
    expect((await space.run(`replay ${VENDORS} ${id} --all`)).err).to.contain('more than one way')
  })

  it('leave nothing to do when there are none', async () => {
    const { code, out } = await space.run(`replay ${VENDORS} --code NO_SUCH_CODE`)
    expect({ code, said: out.includes('nothing to replay') }).to.deep.equal({ code: 0, said: true })
  })
})

describe('cursor', () => {
  let space: Space
  before(async () => {
    space = await createSpace()
    await space.run('run --all')
  })
  after(() => space.close())

  it('lists, clears and sets checkpoints', async () => {
    const [checkpoint] = rows(await space.run('cursor list --json'), 'checkpoints')
    expect(checkpoint).to.deep.include({ flow: VENDORS, entity: 'VENDOR' })
    await space.run(`cursor clear ${VENDORS}`)
    expect(rows(await space.run('cursor list --json'), 'checkpoints')).to.deep.equal([])
    const [full] = rows(await space.run('run --all --json'), 'runs')
    expect(full).to.deep.include({ read: 12, written: 0, unchanged: 12 })
    const { cursor } = checkpoint as { cursor: unknown }
    await space.run(`cursor clear ${VENDORS} VENDOR`)
    expect((await space.run('audit --actions')).out, 'who it was').to.match(
      /cursor\.clear +flow:sage-intacct-vendors-to-zoho-crm .*VENDOR/,
    )
    const set = await setCursor(space, JSON.stringify(cursor))
    expect(set.code).to.equal(0)
    expect(rows(await space.run('cursor list --json'), 'checkpoints')[0]?.['cursor']).to.deep.equal(cursor)
  })

  it('refuses what is no cursor, and entities that the flow does not read', async () => {
    expect((await setCursor(space, '12')).err).to.contain('not a JSON object')
    expect((await space.run(`cursor clear ${VENDORS} VENDR`)).err).to.contain('Did you mean VENDOR?')
  })
})

function setCursor(space: Space, json: string) {
  return cli(['cursor', 'set', VENDORS, 'VENDOR', json], { cwd: space.folder })
}

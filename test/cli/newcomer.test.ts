import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import picocolors from 'picocolors'
import { csv } from '../../engine/cli/show/csv.ts'
import { left, right, showTable } from '../../engine/cli/show/table.ts'
import { cli, temporaryFolder } from './support/cli.ts'
import { createSpace, type Space, VENDORS } from './support/space.ts'

const FLOW = `flow: own
source: { connector: sage-intacct, entity: VENDOR }
map: { Vendor_Name: NAME, ERP_ID: VENDORID, Category: '$table("category", VENDTYPE)' }
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true } }
tests: [{ name: runs, given: [{ VENDORID: V1, NAME: Bolt, VENDTYPE: A }], expect: { contains: [{ Category: Alpha }] } }]
`
const WORKSPACE = `workspace: acme
connections:
  intacct: { connector: sage-intacct, settings: { companyId: ACME, userId: ws, senderId: acme } }
  zoho: { connector: zoho-crm, settings: { datacenter: eu, clientId: 1000.ABC } }
flows: [flows/own.yaml, flows/other.yaml]
tables: { category: tables/category.csv }
`

describe('help', () => {
  it('is a verb as well, for whoever types it so', async () => {
    expect(await cli(['help'])).to.deep.equal(await cli(['--help']))
    expect(await cli(['help', 'secret', 'set'])).to.deep.equal(await cli(['secret', 'set', '--help']))
    expect((await cli(['help', 'rum'])).err).to.contain('Did you mean run?')
  })
})

describe('a workspace that holds nothing yet', () => {
  const folder = temporaryFolder()
  before(() => cli(['init', folder.path]))
  after(() => folder.remove())

  for (const [line, code, says] of [
    ['validate', 0, 'no flow to check'],
    ['test', 0, 'no tests'],
    ['ping', 0, 'no connections yet'],
    ['connections', 0, 'no connections yet'],
    ['run --all', 0, 'no flow to run'],
    ['run', 2, 'The workspace has no flow yet'],
    ['preview vendors', 2, 'The workspace has no flow yet'],
    ['ping zoho', 2, 'The workspace has no connection yet'],
  ] as const)
    it(`is answered by "${line}" with what comes next`, async () => {
      const { code: exit, out, err } = await cli(line.split(' '), { cwd: folder.path })
      expect(exit).to.equal(code)
      expect(out + err).to.contain(says)
    })
})

describe('init', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('names a workspace by the letters of its folder, without their marks', async () => {
    const { out } = await cli(['init', 'Größe & Söhne', '--json'], { cwd: folder.path })
    expect(JSON.parse(out).ok).to.equal(true)
    const again = await cli(['init', 'Größe & Söhne'], { cwd: folder.path })
    expect(again.out).to.contain("cd 'Größe & Söhne'")
    const { out: flows } = await cli(['runs', '--workspace', 'Größe & Söhne'], { cwd: folder.path })
    expect(flows).to.equal('no runs\n')
  })

  it('makes no new key where a vault has lost its own', async () => {
    await cli(['init', 'lost'], { cwd: folder.path })
    writeFileSync(join(folder.path, 'lost/.ml-connector/vault.json'), '{}')
    rmSync(join(folder.path, 'lost/.ml-connector/key'))
    const { code, err } = await cli(['init', 'lost'], { cwd: folder.path })
    expect(code).to.equal(2)
    expect(err).to.contain('CLI_KEY_LOST').and.contain('Restore the key file')
  })
})

describe('a flow file that is named', () => {
  const folder = temporaryFolder()
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), text)
  }
  before(() => {
    write('ml-connector.yaml', WORKSPACE)
    write('tables/category.csv', 'code;name\nA;Alpha\n')
    write('flows/own.yaml', FLOW)
    write('flows/other.yaml', 'flow: other\n')
    write('flows/unused.yaml', FLOW.replace('own', 'unused').replace('"category"', '"categry"'))
  })
  after(() => folder.remove())
  const run = (line: string) => cli(line.split(' '), { cwd: folder.path })

  it('is checked as a part of the workspace that uses it: with its tables, and without the mistakes of other files', async () => {
    expect(await run('validate flows/own.yaml')).to.deep.equal({ code: 0, out: '✓ 1 flow is valid\n', err: '' })
    expect((await run('test flows/own.yaml')).out).to.contain('1 passed, 0 failed')
    expect((await run('validate flows/other.yaml')).out).to.contain('flows/other.yaml:1:1  error')
  })

  it('is checked on its own when no workspace uses it', async () => {
    expect((await run('validate flows/unused.yaml')).out).to.contain('there is no reference table "categry"')
  })

  it('is told by its path from here where a verb cannot go on', async () => {
    expect((await run('run --all')).err).to.match(/^✗ the workspace has .*\n {2}flows\/other\.yaml:1:1 {2}/)
  })
})

describe('somebody new', () => {
  let space: Space
  before(async () => {
    space = await createSpace()
  })
  after(() => space.close())

  it('is told which connection was refused, and once what keeps all of them back', async () => {
    await space.run('secret set zoho clientSecret', { stdin: 'wrong' })
    expect((await space.run('ping')).err).to.match(/^\n✗ zoho: .*ZOHO_INVALID_CLIENT_SECRET/)
    rmSync(join(space.folder, '.ml-connector/key'))
    const { err } = await space.run('ping')
    expect(err.match(/VAULT_KEY_MISSING/g)).to.have.length(1)
    expect(err).to.contain('intacct, zoho: ')
  })

  it('cannot seal what no system would take', async () => {
    await cli(['init', space.folder], { env: { ML_CONNECTOR_KEY: 'A'.repeat(43) } })
    for (const [stdin, says] of [
      ['a\u0000b', 'a control character'],
      ['x'.repeat(70_000), 'longer than'],
    ] as const)
      expect(
        (await space.run('secret set zoho clientSecret', { stdin, env: { ML_CONNECTOR_KEY: 'A'.repeat(43) } })).code,
        says,
      ).to.equal(2)
  })

  it('is told that an entity is none of the standard ones', async () => {
    const { code, err } = await space.run('connectors zoho-crm Vendrs')
    expect({ code, says: err.includes('Did you mean Vendors?') }).to.deep.equal({ code: 0, says: true })
  })
})

describe('a preview of what nobody has changed', () => {
  it('says so, and how everything is looked at', async () => {
    const space = await createSpace()
    await space.run('run --all')
    const [since, all] = [await space.run(`preview ${VENDORS}`), await space.run(`preview ${VENDORS} --all`)]
    await space.close()
    expect(since.err).to.contain('nothing new at the source; --all looks at everything')
    expect(all.err).to.equal('')
  })
})

describe('a table for a spreadsheet', () => {
  it('holds no cell that a spreadsheet would run', () => {
    const cells = ['=1+1', '+49 30', '@x', '-a', '-5', '+1.5', 'a=b', '=a,b', '']
    expect(
      csv(
        ['a'],
        cells.map(it => [it]),
      )
        .split('\r\n')
        .slice(1, -1),
    ).to.deep.equal(["'=1+1", "'+49 30", "'@x", "'-a", '-5', '+1.5', 'a=b', `"'=a,b"`, ''])
  })
})

describe('a run that goes well', () => {
  it('tells of dead letters that earlier ones left open', async () => {
    const space = await createSpace()
    await space.source.put('VENDOR', { VENDORID: 'BAD', NAME: 'x'.repeat(300), STATUS: 'active' })
    const [first, second] = [await space.run('run --all'), await space.run('run --all')]
    await space.close()
    expect([first.code, second.code]).to.deep.equal([1, 0])
    expect(first.out).not.to.contain('of earlier runs')
    expect(second.out).to.contain(`! ${VENDORS}: a dead letter of earlier runs is still open`)
  })
})

describe('a table on a terminal', () => {
  const plain = picocolors.createColors(false)

  it('is laid out in a time that a person waits, however many rows it has', () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => [`K${n}`, String(n)])
    const since = performance.now()
    const text = showTable([left('key'), right('n')], rows, plain)
    expect(performance.now() - since).to.be.below(5_000)
    expect(text.split('\n').slice(0, 2)).to.deep.equal(['key         n', 'K0          0'])
  })

  it('keeps its columns beside wide letters, marks and colours, and shows no control character', () => {
    const coloured = picocolors.createColors(true)
    const rows = [
      ['東京', 'a'],
      ['o\u0308l', 'b'],
      [coloured.red('red'), 'c\u001b[2J\nd'],
    ]
    expect(showTable([left('name'), left('x')], rows, plain)).to.equal(
      `name  x\n東京  a\no\u0308l    b\n${coloured.red('red')}   c [2J d\n`,
    )
  })
})

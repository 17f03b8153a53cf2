import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { libraryFlows } from '../../engine/flow/index.ts'
import { cli, jsonOf, PRODUCT, temporaryFolder } from './support/cli.ts'

describe('init', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('makes a workspace that validates clean', async () => {
    const { code, out } = await cli(['init', 'Acme Ltd.'], { cwd: folder.path })
    expect(code).to.equal(0)
    expect(out).to.contain("cd 'Acme Ltd.'")
    const cwd = join(folder.path, 'Acme Ltd.')
    expect(readFileSync(join(cwd, 'ml-connector.yaml'), 'utf8')).to.contain('workspace: acme-ltd\n')
    const answer = jsonOf(await cli(['validate', '--json'], { cwd }))
    expect(answer).to.deep.equal({ ok: true, flows: [], diagnostics: [] })
  })

  it('makes a key that only its owner may read', () => {
    expect(statSync(join(folder.path, 'Acme Ltd.', '.ml-connector', 'key')).mode & 0o777).to.equal(0o600)
  })

  it('brings the schemas that the header of the workspace file names', () => {
    const cwd = join(folder.path, 'Acme Ltd.')
    const schema = /\$schema=(\S+)/.exec(readFileSync(join(cwd, 'ml-connector.yaml'), 'utf8'))?.[1] ?? ''
    expect(existsSync(join(cwd, schema))).to.equal(true)
  })

  it('overwrites nothing', async () => {
    const cwd = join(folder.path, 'Acme Ltd.')
    const mine = 'workspace: mine\nconnections: {}\n'
    writeFileSync(join(cwd, 'ml-connector.yaml'), mine)
    const key = readFileSync(join(cwd, '.ml-connector', 'key'), 'utf8')
    const answer = jsonOf(await cli(['init', '--json'], { cwd }))
    expect(answer).to.deep.include({ ok: true, created: [] })
    expect(readFileSync(join(cwd, 'ml-connector.yaml'), 'utf8')).to.equal(mine)
    expect(readFileSync(join(cwd, '.ml-connector', 'key'), 'utf8')).to.equal(key)
  })

  it('says so where it may not write', async () => {
    const { code, err } = await cli(['init', 'Acme Ltd./ml-connector.yaml/inner'], { cwd: folder.path })
    expect(code).to.equal(2)
    expect(err).to.contain('CLI_FOLDER')
  })
})

const FLOW = `flow: a
source: { connector: sage-intacct, entity: VENDOR }
map: { Vendor_Name: NAMEE, ERP_ID: VENDORID }
sink: { connector: zoho-crm, entity: Vendors, operation: upsert, match: ERP_ID, customFields: { ERP_ID: { type: text, unique: true } } }
tests:
  - { name: passes, given: [{ VENDORID: V1, NAME: Bolt }], expect: { records: [{ Vendor_Name: Bolt, ERP_ID: V1 }] } }
  - { name: fails, given: [{ VENDORID: V1, NAME: Bolt }], expect: { records: [{ Vendor_Name: Nut, ERP_ID: V1 }] } }
`

describe('validate and test', () => {
  const folder = temporaryFolder()
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text)
  before(() => {
    write('wrong.yaml', FLOW)
    write('right.yaml', FLOW.replace('NAMEE', 'NAME'))
  })
  after(() => folder.remove())

  it('passes the library', async () => {
    const { code, out } = await cli(['validate', 'flows'])
    const { length } = libraryFlows(PRODUCT.library)
    expect({ code, out }).to.deep.equal({ code: 0, out: `✓ ${length} flows are valid\n` })
  })

  it('passes the tests of the library', async () => {
    const { failed, passed } = jsonOf(await cli(['test', 'flows', '--json']))
    expect(failed).to.equal(0)
    expect(passed).to.be.above(15)
  })

  it('points at a mistake as a person in this folder would', async () => {
    const { code, out } = await cli(['validate', 'wrong.yaml'], { cwd: folder.path })
    expect(code).to.equal(2)
    expect(out).to.match(/^wrong\.yaml:3:21 {2}error .*NAMEE/)
  })

  it('answers a mistake with its diagnostics', async () => {
    const { ok, error, diagnostics } = jsonOf(await cli(['validate', 'wrong.yaml', '--json'], { cwd: folder.path }))
    expect(ok).to.equal(false)
    expect(error).to.deep.include({ kind: 'configuration', code: 'CLI_INVALID' })
    expect(diagnostics).to.have.length(1)
    expect((diagnostics as unknown[])[0]).to.deep.include({
      file: 'wrong.yaml',
      line: 3,
      column: 21,
      severity: 'error',
    })
  })

  for (const [format, begins] of [
    ['github', '::error file=wrong.yaml,line=3,'],
    ['sarif', '{'],
    ['json', '['],
  ] as const)
    it(`prints ${format}`, async () => {
      const { code, out } = await cli(['validate', 'wrong.yaml', '--format', format], { cwd: folder.path })
      expect(code).to.equal(2)
      expect(out.startsWith(begins)).to.equal(true)
    })

  for (const format of ['github', 'sarif'])
    it(`names files in ${format} from the root of the repository, wherever it is started`, async () => {
      const env = { GITHUB_WORKSPACE: join(folder.path, '..') }
      const { out } = await cli(['validate', 'wrong.yaml', '--format', format], { cwd: folder.path, env })
      const file = `${basename(folder.path)}/wrong.yaml`
      expect(out).to.contain(format === 'sarif' ? `"uri": "${file}"` : `::error file=${file},line=3,`)
    })

  it('tells a failing test by field and place, with exit code 1', async () => {
    const { code, out } = await cli(['test', 'right.yaml'], { cwd: folder.path })
    expect(code).to.equal(1)
    expect(out)
      .to.contain('✓ passes')
      .and.to.match(/✗ fails {2}right\.yaml:7:\d+\n.*Vendor_Name.*expected Nut, got Bolt/)
    expect(out).to.contain('1 passed, 1 failed')
  })

  it('tests no flow that has mistakes', async () => {
    const { code, err } = await cli(['test', 'wrong.yaml'], { cwd: folder.path })
    expect(code).to.equal(2)
    expect(err).to.contain('wrong.yaml:3:21')
  })
})

describe('schema', () => {
  for (const name of ['flow', 'workspace', 'zoho-crm'])
    it(`prints the JSON Schema ${name}`, async () => {
      const { code, out } = await cli(['schema', name])
      expect(code).to.equal(0)
      expect(JSON.parse(out)).to.include.keys('$schema', 'properties')
    })
})

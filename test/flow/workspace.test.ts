import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { loadWorkspace, validateFiles } from '../../engine/flow/index.ts'
import { toyRegistry } from '../support/toy-connectors.ts'
import { baseFlow } from './support.ts'

const WORKSPACE = `workspace: acme
timezone: America/Chicago
connections:
  erp: { connector: toy-erp, settings: { company: ACME, password: "\${env:ERP_PASSWORD}" } }
  crm: { connector: toy-crm, settings: { region: eu } }
flows:
  - flows/*.yaml
tables: { category: tables/category.csv }
`
const FLOW = `flow: simple
source: { connector: toy-erp, entity: VENDOR }
map: { Account_Name: NAME, ERP_ID: VENDORID, Phone: '$table("category", VENDTYPE)' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`
const LIBRARY_FLOW = `flow: library-flow
params:
  keyField: { type: string, default: ERP_ID }
  every: { type: string }
source: { connector: toy-erp, entity: VENDOR }
tables: { codes: tables/codes.csv }
map: { Account_Name: NAME, "\${keyField}": VENDORID, Phone: '$table("codes", VENDTYPE)' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: "\${keyField}" }
schedule: { every: "\${every}" }
`
const FILES: Readonly<Record<string, string>> = {
  'acme/ml-connector.yaml': WORKSPACE,
  'acme/flows/simple.yaml': FLOW,
  'acme/tables/category.csv': 'code,category\n007,Secret\nRETAIL,"Retail, small"\n',
  'library/toy/accounts.yaml': LIBRARY_FLOW,
  'library/toy/tables/codes.csv': 'code,phone\nA,1\n',
}

let folder = ''
const path = (name: string) => join(folder, name)

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), text)
  }
}

function load(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  env: Readonly<Record<string, string>> = { ERP_PASSWORD: 'p' },
) {
  write({ ...FILES, ...files })
  return loadWorkspace(path('acme'), { registry: toyRegistry, env, library: path('library') })
}

const told = ({ diagnostics }: { diagnostics: ReturnType<typeof load>['diagnostics'] }) =>
  diagnostics.map(it => `${it.code} ${it.file.slice(folder.length + 1)}:${it.line}:${it.column}`)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a workspace', () => {
  it('says how flows are compared with their targets, unless they say so themselves', () => {
    const scheduled = `${FLOW}schedule: { every: 1h }\n`
    const own = `${FLOW.replace('flow: simple', 'flow: own')}schedule: { every: 1h, verify: "0 5 * * *" }\nverify: { calls: 7 }\n`
    const bare = FLOW.replace('flow: simple', 'flow: bare')
    const workspace = `${WORKSPACE}verify: { cron: "0 4 * * 6", heal: false }\n`
    const { flows, diagnostics } = load({
      'acme/ml-connector.yaml': workspace,
      ...{ 'acme/flows/simple.yaml': scheduled, 'acme/flows/own.yaml': own, 'acme/flows/bare.yaml': bare },
    })
    expect(diagnostics.filter(it => it.severity === 'error')).to.deep.equal([])
    const said = flows.map(it => [it.name, it.schedule?.verify, it.verify.heal, it.verify.calls])
    expect(said).to.have.deep.members([
      ['simple', '0 4 * * 6', false, 1_000],
      ['own', '0 5 * * *', false, 7],
      // one without a schedule runs when it is told to, and is compared when it is told to
      ['bare', undefined, false, 1_000],
    ])
    const wrong = load({ 'acme/ml-connector.yaml': workspace.replace('0 4 * * 6', '0 4 * *') })
    expect(told(wrong)).to.deep.equal(['FLOW_CRON acme/ml-connector.yaml:9:17'])
  })

  it('loads connections, tables and flows', () => {
    const loaded = load()
    expect(told(loaded)).to.deep.equal([])
    expect(loaded.workspace).to.deep.include({
      name: 'acme',
      timezone: 'America/Chicago',
      ledger: '.ml-connector/ledger.db',
    })
    expect(loaded.workspace?.connections.get('crm')?.settings).to.deep.equal({ region: 'eu' })
    expect(loaded.workspace?.tables.get('category')?.get('007')).to.equal('Secret')
    expect(loaded.flows.map(it => [it.name, it.file, it.workspace])).to.deep.equal([
      ['simple', 'flows/simple.yaml', 'acme'],
    ])
  })

  it('fills in the defaults of settings and keeps secrets apart', () => {
    const connection = load().workspace?.connections.get('erp')
    expect(connection?.settings).to.deep.equal({ company: 'ACME', pageSize: 100 })
    expect(connection?.secrets['password']?.reveal()).to.equal('p')
    expect(JSON.stringify(connection)).not.to.include('"p"')
  })

  it('demands no secret in the file, neither always nor where the schema needs it under a condition', () => {
    expect(JSON.stringify(toyRegistry.get('toy-crm')?.settings['allOf'])).to.include('"required":["token"]')
    expect(told(load())).to.deep.equal([])
  })

  it('takes numbers of settings from the environment as well', () => {
    const text = WORKSPACE.replace('company: ACME', 'company: "${env:N}", pageSize: "${env:N}"')
    const { workspace, diagnostics } = load({ 'acme/ml-connector.yaml': text }, { ERP_PASSWORD: 'p', N: '25' })
    expect(diagnostics).to.deep.equal([])
    expect(workspace?.connections.get('erp')?.settings).to.deep.equal({ company: '25', pageSize: 25 })
  })

  it('uses library flows with parameters, under another name too', () => {
    const use =
      '  - { use: toy/accounts, with: { every: 1h } }\n  - { use: toy/accounts, flow: second, with: { every: 2h } }\n'
    const { flows, diagnostics } = load({ 'acme/ml-connector.yaml': WORKSPACE.replace('  - flows/*.yaml\n', use) })
    expect(diagnostics).to.deep.equal([])
    expect(flows.map(it => [it.name, it.file, it.schedule?.everyMs, it.schedule?.timezone])).to.deep.equal([
      ['library-flow', 'library:toy/accounts.yaml', 3_600_000, 'America/Chicago'],
      ['second', 'library:toy/accounts.yaml', 7_200_000, 'America/Chicago'],
    ])
  })

  it("puts its own table before the library's", async () => {
    const text = WORKSPACE.replace('  - flows/*.yaml', '  - { use: toy/accounts, with: { every: 1h } }').replace(
      'tables: {',
      'tables: { codes: tables/own.csv,',
    )
    const { flows } = load({ 'acme/ml-connector.yaml': text, 'acme/tables/own.csv': 'code,phone\nA,2\n' })
    const scope = { record: { NAME: 'N', VENDORID: 'V', VENDTYPE: 'A' }, variables: {} }
    expect(await flows[0]?.steps[0]?.map.evaluate([scope])).to.deep.equal([
      { ok: true, value: { Account_Name: 'N', ERP_ID: 'V', Phone: '2' } },
    ])
  })

  it('changes the hash of a flow with its text, parameters and tables, and with nothing else', () => {
    const hash = (files: Readonly<Record<string, string>> = {}) => load(files).flows[0]?.hash
    const before = hash()
    expect(hash({ 'acme/ml-connector.yaml': `${WORKSPACE}\n# a comment` })).to.equal(before)
    expect(hash({ 'acme/tables/category.csv': 'code,category\n007,Public\n' })).not.to.equal(before)
    expect(hash({ 'acme/flows/simple.yaml': FLOW.replace('NAME,', 'VENDORID,') })).not.to.equal(before)
  })

  it('takes the fields of saved metadata for the truth', () => {
    const metadata = {
      entity: 'Accounts',
      title: 'Accounts',
      describedAt: '2026-11-20T00:00:00Z',
      fields: {
        Account_Name: { type: 'string', mandatory: true },
        ERP_ID: { type: 'string', unique: true },
        Phone: { type: 'string' },
        Own_Field: { type: 'string', custom: true },
      },
    }
    const files = { 'acme/metadata/crm/Accounts.json': JSON.stringify(metadata) }
    const own = FLOW.replace('Phone:', 'Own_Field:')
    expect(told(load({ ...files, 'acme/flows/simple.yaml': own }))).to.deep.equal([])
    const gone = FLOW.replace('Phone:', 'Stage:')
    expect(told(load({ ...files, 'acme/flows/simple.yaml': gone }))).to.deep.equal([
      'FLOW_UNKNOWN_SINK_FIELD acme/flows/simple.yaml:3:46',
    ])
  })
})

interface WorkspaceMistake {
  readonly what: string
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** In ml-connector.yaml. */
  readonly replace?: string
  readonly by?: string
  readonly expect: string
}

const MISTAKES: readonly WorkspaceMistake[] = [
  {
    what: 'an unknown connector',
    replace: 'toy-crm',
    by: 'toy-cmr',
    expect: 'WORKSPACE_UNKNOWN_CONNECTOR acme/ml-connector.yaml:5:21',
  },
  {
    what: 'an unknown setting',
    replace: '{ region: eu }',
    by: '{ region: eu, regoin: us }',
    expect: 'WORKSPACE_SETTING acme/ml-connector.yaml:5:54',
  },
  {
    what: 'a missing setting',
    replace: '{ region: eu }',
    by: '{}',
    expect: 'WORKSPACE_SETTING acme/ml-connector.yaml:5:30',
  },
  {
    what: 'a setting that is not valid',
    replace: 'region: eu',
    by: 'region: mars',
    expect: 'WORKSPACE_SETTING acme/ml-connector.yaml:5:50',
  },
  {
    what: 'a secret in the file',
    replace: '"${env:ERP_PASSWORD}"',
    by: 'hunter2',
    expect: 'WORKSPACE_SECRET_IN_FILE acme/ml-connector.yaml:4:67',
  },
  {
    what: 'an environment variable that is not set',
    replace: 'ERP_PASSWORD',
    by: 'OTHER',
    expect: 'FLOW_ENV_MISSING acme/ml-connector.yaml:4:67',
  },
  {
    what: 'a pattern without files',
    replace: 'flows/*.yaml',
    by: 'flow/*.yaml',
    expect: 'WORKSPACE_NO_FLOWS acme/ml-connector.yaml:7:5',
  },
  {
    what: 'a library flow that is not there',
    replace: '- flows/*.yaml',
    by: '- flows/*.yaml\n  - use: toy/acounts',
    expect: 'WORKSPACE_LIBRARY_FLOW acme/ml-connector.yaml:8:10',
  },
  {
    what: 'a library flow outside the library',
    replace: '- flows/*.yaml',
    by: '- flows/*.yaml\n  - use: ../acme/flows/simple',
    expect: 'WORKSPACE_LIBRARY_FLOW acme/ml-connector.yaml:8:10',
  },
  {
    what: 'a parameter that the flow has not',
    replace: '- flows/*.yaml',
    by: '- use: toy/accounts\n    with: { every: 1h, evry: 2h }',
    expect: 'FLOW_UNKNOWN_PARAM acme/ml-connector.yaml:8:30',
  },
  {
    what: 'a parameter of another type',
    replace: '- flows/*.yaml',
    by: '- use: toy/accounts\n    with: { every: 1 }',
    expect: 'FLOW_PARAM_TYPE acme/ml-connector.yaml:8:20',
  },
  {
    what: 'a parameter that is not given',
    replace: '- flows/*.yaml',
    by: '- use: toy/accounts',
    expect: 'FLOW_PARAM_MISSING acme/ml-connector.yaml:7:10',
  },
  {
    what: 'two flows of one name',
    replace: '- flows/*.yaml',
    by: '- flows/simple.yaml\n  - other/*.yaml',
    files: { 'acme/other/again.yaml': FLOW },
    expect: 'FLOW_DUPLICATE_FLOW acme/ml-connector.yaml:8:5',
  },
  {
    what: 'an unknown time zone',
    replace: 'America/Chicago',
    by: 'America/Chicgo',
    expect: 'FLOW_TIMEZONE acme/ml-connector.yaml:2:11',
  },
  {
    what: 'an unknown key',
    replace: 'timezone:',
    by: 'timezon:',
    expect: 'FLOW_UNKNOWN_KEY acme/ml-connector.yaml:2:1',
  },
  {
    what: 'a table that is not there',
    replace: 'tables/category.csv',
    by: 'tables/cat.csv',
    expect: 'WORKSPACE_TABLE_UNREADABLE acme/ml-connector.yaml:8:21',
  },
  {
    what: 'a table of another kind',
    replace: 'tables/category.csv',
    by: 'tables/category.txt',
    files: { 'acme/tables/category.txt': 'x' },
    expect: 'WORKSPACE_TABLE_UNREADABLE acme/tables/category.txt:1:1',
  },
  {
    what: 'a table with a key twice',
    files: { 'acme/tables/category.csv': 'a,b\nX,1\nY,2\nX,3\n' },
    expect: 'WORKSPACE_TABLE_DUPLICATE_KEY acme/tables/category.csv:4:1',
  },
  {
    what: 'a table with one column',
    files: { 'acme/tables/category.csv': 'a\nX\n' },
    expect: 'WORKSPACE_TABLE_SHAPE acme/tables/category.csv:1:1',
  },
  {
    what: 'a CSV line with too many values',
    files: { 'acme/tables/category.csv': 'a,b\nX,1,2\n' },
    expect: 'WORKSPACE_TABLE_UNREADABLE acme/tables/category.csv:2:1',
  },
  {
    what: 'a table that is not UTF-8',
    files: { 'acme/tables/category.csv': Buffer.from('code,name\nA,B\xe4r\n', 'latin1') },
    expect: 'WORKSPACE_TABLE_UNREADABLE acme/tables/category.csv:2:4',
  },
  {
    what: 'a flow file that is not UTF-8',
    files: { 'acme/flows/simple.yaml': Buffer.from(`# B\xe4r\n${FLOW}`, 'latin1') },
    expect: 'FLOW_FILE_UNREADABLE acme/flows/simple.yaml:1:4',
  },
  {
    what: 'a folder that is called as a flow file',
    files: { 'acme/flows/folder.yaml/file': '' },
    expect: 'FLOW_FILE_UNREADABLE acme/flows/folder.yaml:1:1',
  },
  {
    what: 'a number where a setting is a text',
    replace: 'company: ACME',
    by: 'company: 12',
    expect: 'WORKSPACE_SETTING acme/ml-connector.yaml:4:51',
  },
  {
    what: 'a misspelt setting, which is not also a missing one',
    replace: 'company: ACME',
    by: 'compnay: ACME',
    expect: 'WORKSPACE_SETTING acme/ml-connector.yaml:4:42',
  },
  {
    what: 'metadata that is not metadata',
    files: { 'acme/metadata/crm/Accounts.json': '[]' },
    expect: 'WORKSPACE_METADATA acme/metadata/crm/Accounts.json:1:1',
  },
]

describe('a file that several flows name', () => {
  it('is complained about once', () => {
    const use =
      '  - { use: toy/accounts, with: { every: 1h } }\n  - { use: toy/accounts, flow: second, with: { every: 2h } }\n'
    const loaded = load({
      'acme/ml-connector.yaml': WORKSPACE.replace('  - flows/*.yaml\n', use),
      'acme/metadata/crm/Accounts.json': '[]',
      'library/toy/tables/codes.csv': 'code\nA\n',
    })
    expect(told(loaded).filter(it => it.startsWith('WORKSPACE_'))).to.deep.equal([
      'WORKSPACE_TABLE_SHAPE library/toy/tables/codes.csv:1:1',
      'WORKSPACE_METADATA acme/metadata/crm/Accounts.json:1:1',
    ])
  })
})

describe('a workspace with one mistake has one diagnostic', () => {
  for (const mistake of MISTAKES)
    it(mistake.what, () => {
      const { replace = '', by = '', files } = mistake
      expect(WORKSPACE).to.include(replace)
      const text = replace === '' ? WORKSPACE : WORKSPACE.replace(replace, () => by)
      const loaded = load({ 'acme/ml-connector.yaml': text, ...files })
      // what depends on the mistake may be missing for the flows, too
      expect(told(loaded).filter(it => it.includes('/flows/') === mistake.expect.includes('/flows/'))).to.deep.equal([
        mistake.expect,
      ])
    })

  it('that there is no ml-connector.yaml', () => {
    const loaded = loadWorkspace(path('nowhere'), { registry: toyRegistry, env: {}, library: path('library') })
    expect(told(loaded)).to.deep.equal(['WORKSPACE_MISSING nowhere/ml-connector.yaml:1:1'])
    expect(loaded.workspace).to.equal(undefined)
  })
})

describe('a workspace with several mistakes', () => {
  it('has all of them told at once: those of settings too, when the file has another shape elsewhere', () => {
    const text = WORKSPACE.replace('timezone:', 'timezon:').replace('region: eu', 'region: mars, one: 1, two: 2')
    expect(told(load({ 'acme/ml-connector.yaml': text }))).to.deep.equal([
      'FLOW_UNKNOWN_KEY acme/ml-connector.yaml:2:1',
      'WORKSPACE_SETTING acme/ml-connector.yaml:5:50',
      'WORKSPACE_SETTING acme/ml-connector.yaml:5:56',
      'WORKSPACE_SETTING acme/ml-connector.yaml:5:64',
    ])
  })

  it('says of a setting what stands there, what belongs there, and where the settings are listed', () => {
    const { diagnostics } = load({ 'acme/ml-connector.yaml': WORKSPACE.replace('company: ACME', 'company: 12') })
    expect(diagnostics[0]).to.include({
      message: 'connections.erp.settings.company must be a text, not 12',
      remedy: 'Quote it: "12". "ml-connector connectors toy-erp" lists the settings.',
    })
  })

  it('shows no secret that somebody wrote into the file, nor a control character', () => {
    const text = WORKSPACE.replace('"${env:ERP_PASSWORD}"', 'hunter2').replace('region: eu', 'region: "\u001b[2J"')
    const frames = load({ 'acme/ml-connector.yaml': text }).diagnostics.map(it => it.frame)
    expect(frames).to.have.length(2)
    expect(frames.join('\n'))
      .to.include('password: *******')
      .and.not.match(/hunter2|\u001b/)
  })

  it('calls a table that cannot be read so, and not unknown', () => {
    const { diagnostics, flows } = load({ 'acme/tables/category.csv': 'a\nX\n' })
    expect(diagnostics.map(it => it.message)).to.deep.equal([
      'the table needs a header line and at least two columns',
      'the reference table "category" cannot be used',
    ])
    expect(flows).to.deep.equal([])
  })
})

describe('a reference table', () => {
  const table = async (name: string, text: string, key: string) => {
    const { workspace, diagnostics } = load({
      'acme/ml-connector.yaml': WORKSPACE.replace('tables/category.csv', `tables/${name}`),
      [`acme/tables/${name}`]: text,
    })
    expect(diagnostics.filter(it => it.severity === 'error')).to.deep.equal([])
    return workspace?.tables.get('category')?.get(key)
  }

  it('of two columns yields texts, leading zeros kept', async () => {
    expect(await table('a.csv', '\uFEFFcode,value\n007,0042\n', '007')).to.equal('0042')
  })

  it('may be what a spreadsheet writes: semicolons or tabs, quotes, a byte order mark, line ends of Windows', async () => {
    const text = '\uFEFF"code";"value"\r\n"007";"a,b"\r\n'
    expect(await table('a.csv', text, '007')).to.equal('a,b')
    expect(await table('b.csv', text.replaceAll(';', '\t'), '007')).to.equal('a,b')
  })

  it('of more columns yields objects', async () => {
    expect(await table('a.csv', 'code,x,y\nA,1,2\n', 'A')).to.deep.equal({ x: '1', y: '2' })
  })

  it('may be a YAML map, keys as they are written', async () => {
    expect(await table('a.yaml', '007: agent\n1e3: x\n', '007')).to.equal('agent')
    expect(await table('a.yaml', '007: agent\n1e3: x\n', '1e3')).to.equal('x')
  })

  it('may be a YAML list, the first field of each element its key', async () => {
    expect(await table('a.yml', '- { code: 01, name: One }\n', '01')).to.equal('One')
    expect(await table('a.yml', '- { code: 01, name: One, n: 1 }\n', '01')).to.deep.equal({ name: 'One', n: 1 })
  })
})

describe('flow files without a workspace', () => {
  it('are checked with a connection per connector and default parameters', () => {
    write({ 'a.yaml': baseFlow().replace('$table("category", VENDTYPE, "other")', 'VENDTYPE'), 'b.yaml': 'flow: x\n' })
    const { flows, diagnostics } = validateFiles([path('a.yaml'), path('b.yaml'), path('c.yaml')], {
      registry: toyRegistry,
      env: {},
    })
    expect(flows.map(it => [it.name, it.source.connection])).to.deep.equal([['vendors', 'toy-erp']])
    expect(told({ diagnostics })).to.deep.equal([
      'FLOW_MISSING_KEY b.yaml:1:1',
      'FLOW_MAP_OR_STEPS b.yaml:1:1',
      'FLOW_FILE_UNREADABLE c.yaml:1:1',
    ])
  })

  for (const [code, text] of [
    ['FLOW_EMPTY_FILE', '# nothing\n'],
    ['FLOW_EMPTY_FILE', ''],
    ['FLOW_FILE_TOO_LARGE', `flow: x # ${'x'.repeat(1024 * 1024)}\n`],
    [
      'FLOW_YAML_TOO_DEEP',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((it, at) => `${it}: &${it} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(',')}]`).join('\n')}\n`,
    ],
    ['FLOW_YAML_TOO_DEEP', `a: ${'['.repeat(200)}${']'.repeat(200)}\n`],
    ['FLOW_YAML_TOO_DEEP', 'a: &a { b: *a }\n'],
  ] as const)
    it(`are refused: ${code} ${text.slice(0, 20).trim()}`, () => {
      write({ 'a.yaml': text })
      const { diagnostics } = validateFiles([path('a.yaml')], { registry: toyRegistry, env: {} })
      expect(diagnostics.map(it => it.code)).to.deep.equal([code])
    })
})

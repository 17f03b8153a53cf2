import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { expect } from 'chai'
import { cli, jsonOf, ROOT, temporaryFolder } from './support/cli.ts'

// one that nobody takes: the copy holds every connector that there is
const NAME = 'tried-by-tests'
/** What a clone holds, as far as types, formatter, tests and the command line look. */
const TRACKED = ['connectors', 'engine', 'flows', 'schemas', 'test', 'package.json', 'tsconfig.json', 'biome.json']
const MORE = ['.mocharc.json', '.gitignore']

/** A copy of the repository, and tools that run in it. */
function copyOfRepository() {
  const folder = temporaryFolder()
  for (const it of [...TRACKED, ...MORE]) cpSync(join(ROOT, it), join(folder.path, it), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'))
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` }
  const run = (file: string, ...args: readonly string[]): string => {
    const options = { cwd: folder.path, env, encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 * 1024 * 1024 } as const
    try {
      return execFileSync(file, args, options)
    } catch (thrown) {
      const { stdout = '', stderr = '' } = thrown as { stdout?: string; stderr?: string }
      throw new Error(`${file} ${args.join(' ')}\n${stdout}\n${stderr}`)
    }
  }
  const tool = (name: string, ...args: readonly string[]) => run(join(ROOT, 'node_modules/.bin', name), ...args)
  run('git', 'init', '--quiet')
  writeFileSync(join(folder.path, '.git/info/exclude'), 'node_modules\n')
  run('git', 'add', '--all')
  const lines = (text: string) => text.split('\n').filter(Boolean).sort()
  return {
    ...folder,
    run,
    tool,
    read: (path: string) => readFileSync(join(folder.path, path), 'utf8'),
    added: () => lines(run('git', 'ls-files', '--others', '--exclude-standard')),
    changed: () => lines(run('git', 'diff', '--name-only')),
  }
}

const passing = (report: string) => Number(/(\d+) passing/.exec(report)?.[1])

describe('init connector, in a clone', () => {
  let copy: ReturnType<typeof copyOfRepository>
  let told: Record<string, unknown>
  before(async function () {
    this.timeout(60_000)
    copy = copyOfRepository()
    told = jsonOf(await cli(['init', 'connector', NAME, '--json'], { cwd: join(copy.path, 'connectors') }))
    expect(told['error']).to.equal(undefined)
  })
  after(() => copy.remove())

  it('adds the folder of the connector and what tests need of it, and changes the registry alone', () => {
    const added = copy.added()
    expect(copy.changed()).to.deep.equal(['connectors/index.ts'])
    expect(added.filter(it => !it.startsWith(`connectors/${NAME}/`))).to.deep.equal([
      `test/connectors/${NAME}/failures.yaml`,
      `test/contract/fixtures/${NAME}.ts`,
    ])
    const roles = new Set(added.filter(it => it.startsWith(`connectors/${NAME}/`)).map(it => it.split('/')[2]))
    expect([...roles]).to.include.members(['README.md', 'client.ts', 'errors.ts', 'index.ts', 'settings.ts'])
    expect([...roles]).to.include.members(['entities', 'sandbox'])
    expect(told).to.deep.include({ ok: true, connector: NAME, changed: ['connectors/index.ts'] })
    expect([...(told['created'] as string[])].sort()).to.deep.equal(added)
  })

  it('leaves no placeholder', () => {
    const left = copy.added().filter(it => /\{\{|_name_/.test(copy.read(it)) || it.includes('_name_'))
    expect(left).to.deep.equal([])
  })

  it('makes what types and formatter are content with', () => {
    copy.tool('tsc', '--noEmit')
    copy.tool('biome', 'check', 'connectors', 'test/contract/fixtures')
  }).timeout(60_000)

  it('makes what the whole contract is kept by, and the rules of the repository', () => {
    copy.run(process.execPath, 'engine/reference/main.ts')
    const contract = copy.tool('mocha', 'test/contract/connectors.test.ts', '--grep', `the connector ${NAME}`)
    expect(passing(contract)).to.be.above(100)
    expect(passing(copy.tool('mocha', 'test/architecture.test.ts', 'test/failures.test.ts'))).to.be.above(10)
    expect(copy.read('engine/reference/codes.md')).to.include('`TRIEDBYTESTS_KEY_REFUSED`')
  }).timeout(60_000)
})

const REGISTRY = (names: readonly string[]) =>
  [
    "import type { Connector } from '../engine/sdk/index.ts'",
    ...names.map(it => `import { ${it} } from './${it}/index.ts'`),
    '',
    '/** The registry. */',
    `export const connectors: readonly Connector[] = [${names.join(', ')}]`,
    '',
  ].join('\n')

describe('init connector', () => {
  const folder = temporaryFolder()
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text)
  }
  const registry = () => readFileSync(join(folder.path, 'connectors/index.ts'), 'utf8')
  const add = (name: string) => cli(['init', 'connector', name], { cwd: folder.path })
  beforeEach(() => {
    write('engine/sdk/index.ts', '/** Examples speak of an erp and a toyCrm. */\n')
    write('connectors/index.ts', REGISTRY(['alpha', 'omega']))
  })
  after(() => folder.remove())

  for (const name of ['Acme', 'acme_books', '1acme', 'acme-', 'acme--books', '../acme', 'a'.repeat(31)])
    it(`takes no "${name}" for a name`, async () => {
      const { code, err } = await add(name)
      expect([code, registry()]).to.deep.equal([2, REGISTRY(['alpha', 'omega'])])
      expect(err).to.contain('CLI_USAGE').and.contain('is no name for a connector')
    })

  for (const name of ['erp', 'toy-crm'])
    it(`takes no word of the engine: ${name}`, async () => {
      const { code, err } = await add(name)
      expect(code).to.equal(2)
      expect(err).to.contain('engine/sdk/index.ts').and.contain('<maker>-<product>')
    })

  it('overwrites nothing, and writes nothing where something is in the way', async () => {
    write('test/contract/fixtures/mine.ts', 'mine')
    const inTheWay = await add('mine')
    expect(inTheWay.code).to.equal(2)
    expect(inTheWay.err).to.contain('CLI_CONNECTOR_EXISTS').and.contain('test/contract/fixtures/mine.ts')
    expect([existsSync(join(folder.path, 'connectors/mine')), registry()]).to.deep.equal([
      false,
      REGISTRY(['alpha', 'omega']),
    ])
    expect((await add('omega')).err)
      .to.contain('CLI_CONNECTOR_EXISTS')
      .and.contain('connectors/index.ts')
  })

  it('registers in the order of folders, as the formatter prints it', async () => {
    expect((await add('beta-9')).code).to.equal(0)
    expect(registry()).to.include("from './alpha/index.ts'\nimport { beta9 } from './beta-9/index.ts'\n")
    expect(registry()).to.include('readonly Connector[] = [alpha, beta9, omega]\n')
    const many = ['firstOfThem', 'secondOfThem', 'thirdOfThem', 'lastOfThem', 'oneMoreOfThem']
    write('connectors/index.ts', REGISTRY(many))
    expect((await add('a-connector-with-a-long-name')).code).to.equal(0)
    expect(registry()).to.include('readonly Connector[] = [\n  aConnectorWithALongName,\n  firstOfThem,\n')
  })

  it('says what to write by hand where the registry has another form', async () => {
    write('connectors/index.ts', 'export const connectors = new Map()\n')
    const { code, err } = await add('by-hand')
    expect(code).to.equal(2)
    expect(err).to.contain('CLI_REGISTRY').and.contain("{ byHand } from './by-hand/index.ts'")
    expect(existsSync(join(folder.path, 'connectors/by-hand'))).to.equal(false)
  })

  it('says where it must be run, anywhere else', async () => {
    const elsewhere = temporaryFolder()
    const { code, err } = await cli(['init', 'connector', 'lost'], { cwd: elsewhere.path })
    elsewhere.remove()
    expect(code).to.equal(2)
    expect(err).to.contain('CLI_NO_REPOSITORY').and.contain(elsewhere.path).and.contain('clone its repository')
  })

  it('names what it wrote and what comes next', async () => {
    const { out } = await add('told-all')
    expect(out).to.contain('✓ connectors/told-all/index.ts').and.contain('connectors/README.md, from step 2 on')
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { parse } from 'yaml'
import { sageIntacct } from '../../connectors/sage-intacct/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import { verbs } from '../../engine/cli/verbs.ts'
import { freePort } from '../service/hooks.support.ts'
import { control } from '../support/connect.ts'
import { createCliWorkspace, startCli } from '../support/workspace.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(it => it[1] ?? '')

const documents = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  it => it.endsWith('.md') && !it.includes('node_modules') && !it.startsWith('coverage'),
)

async function firstLine(output: NodeJS.ReadableStream | null): Promise<Readonly<Record<string, unknown>>> {
  if (!output) throw new Error('the process has no output')
  for await (const line of createInterface({ input: output }))
    return JSON.parse(line) as Readonly<Record<string, unknown>>
  throw new Error('the process printed nothing')
}

describe('the documentation', () => {
  it('links to files that are there', () => {
    const broken = documents.flatMap(document =>
      [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .map(it => it[1] ?? '')
        .filter(target => {
          try {
            return !readdirSync(dirname(join(ROOT, dirname(document), target)))
              .concat('')
              .includes(target.split('/').filter(Boolean).at(-1) ?? '')
          } catch {
            return true
          }
        })
        .map(target => `${document}: ${target}`),
    )
    expect(broken).to.deep.equal([])
  })

  it('names only verbs that exist', () => {
    const known = new Set(verbs.map(it => it.name))
    const named = (document: string) =>
      [...read(document).matchAll(/(?:npx |["`$] ?)ml-connector ([a-z]+)/g)].map(it => it[1] ?? '')
    const unknown = documents.flatMap(document =>
      named(document)
        .filter(it => !known.has(it))
        .map(it => `${document}: ${it}`),
    )
    expect(unknown).to.deep.equal([])
  })

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = documents.flatMap(document =>
      [...read(document).matchAll(/npm run ([a-z:-]+)/g)].map(it => it[1] ?? ''),
    )
    expect(named.filter(it => !(it in scripts))).to.deep.equal([])
  })
})

describe('the README', () => {
  const readme = read('README.md')

  it('has exactly the two set-up commands', () => {
    expect(blocks(readme, 'sh').slice(0, 2)).to.deep.equal(['npm ci && npm run demo\n', 'npm ci && npm test\n'])
  })

  it('shows a flow that validates and whose own tests pass', async () => {
    const [flow = ''] = blocks(readme, 'yaml')
    const folder = mkdtempSync(join(tmpdir(), 'readme-'))
    writeFileSync(join(folder, 'vendors.yaml'), flow)
    const validated = await startCli(['validate', 'vendors.yaml', '--json'], { cwd: folder }).ended
    expect(validated.code, validated.stdout + validated.stderr).to.equal(0)
    expect(JSON.parse(validated.stdout).diagnostics).to.deep.equal([])
    expect((await startCli(['test', 'vendors.yaml'], { cwd: folder }).ended).code).to.equal(0)
    rmSync(folder, { recursive: true })
  })

  it('has a session that works, command by command', async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 3 }
    const intacct = await sageIntacct.sandbox.start({ ...base, records: 20, options: {} })
    const zoho = await zohoCrm.sandbox.start({ ...base, records: 0, options: {} })
    const [flow = ''] = blocks(readme, 'yaml')
    const workspace = createCliWorkspace({
      connections: {
        intacct: { connector: 'sage-intacct', sandbox: intacct },
        zoho: { connector: 'zoho-crm', sandbox: zoho },
      },
      flows: ['flows/*.yaml'],
      files: { 'flows/vendors.yaml': flow },
    })
    const commands = (blocks(readme, 'sh')[2] ?? '')
      .split('\n')
      .map(line => line.replace(/\s+#.*$/, '').trim())
      .filter(line => line.startsWith('npx ml-connector '))
      .map(line => line.replace('npx ml-connector ', '').split(' '))
    // `init` is tried in test/cli; here its place is taken by a workspace that talks to sandboxes. Secrets come by the environment.
    for (const args of commands.filter(([verb]) => verb !== 'init' && verb !== 'secret')) {
      const [account] = await control(zoho).records('Vendors')
      const given = args[0] === 'why' ? [...args.slice(0, 3), String(account?.['id']), ...args.slice(4)] : args
      const { code, stdout, stderr } = await workspace.cli(...given)
      expect(code, `${given.join(' ')}\n${stdout}\n${stderr}`).to.equal(0)
    }
    expect((await control(zoho).records('Vendors')).length).to.be.greaterThan(5)
    workspace.remove()
    await Promise.all([intacct.close(), zoho.close()])
  }).timeout(60_000)

  it('starts a service, and a token that it makes opens it', async () => {
    const lines = (blocks(readme, 'sh')[3] ?? '').trim().split('\n')
    const [create = [], serve = []] = lines.map(it => it.replace('npx ml-connector ', '').split(' '))
    const workspace = createCliWorkspace({ connections: {}, flows: [] })
    const made = await workspace.cli(...create, '--json')
    expect(made.code, made.stderr).to.equal(0)
    const { child, ended } = workspace.start(...serve, '--port', '0', '--json')
    const up = await firstLine(child.stdout)
    const me = await fetch(`${up['url']}/api/v1/me`, {
      headers: { authorization: `Bearer ${JSON.parse(made.stdout).token}` },
    })
    expect([me.status, ((await me.json()) as { name: string }).name]).to.deep.equal([200, 'anna'])
    child.kill('SIGTERM')
    expect((await ended).code).to.equal(0)
    workspace.remove()
  }).timeout(30_000)

  it('shows the dashboard with pairs that move', async () => {
    const { child, ended } = startCli([
      'demo',
      '--serve',
      '--pair',
      'acumatica-zoho-crm',
      '--port',
      String(await freePort()),
      '--records',
      '20',
      '--json',
      '--discard',
    ])
    const { url, token, workspaces } = await firstLine(child.stdout)
    expect(workspaces).to.deep.equal(['acumatica-zoho-crm'])
    const headers = { authorization: `Bearer ${String(token)}` }
    const written = async () => {
      const answer = await fetch(
        `${String(url)}/api/v1/workspaces/acumatica-zoho-crm/records?outcome=written&limit=500`,
        { headers },
      )
      return ((await answer.json()) as { records: readonly { flow: string }[] }).records
    }
    const began = Date.now()
    while (new Set((await written()).map(it => it.flow)).size < 4 && Date.now() - began < 60_000)
      await new Promise(resolve => setTimeout(resolve, 200))
    expect(new Set((await written()).map(it => it.flow)).size).to.equal(4)
    child.kill('SIGTERM')
    expect((await ended).code).to.equal(0)
  }).timeout(90_000)

  it('says how a library flow is used, as a workspace understands it', () => {
    const [use = ''] = blocks(read('flows/README.md'), 'yaml')
    expect((parse(use) as { flows: { use: string }[] }).flows[0]?.use).to.equal('sage-intacct-to-zoho-crm/vendors')
  })
})

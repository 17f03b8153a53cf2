import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { serve as serveVerb } from '../../engine/cli/commands/serve.ts'
import { loadWorkspace } from '../../engine/flow/index.ts'
import { createInstruments } from '../../engine/service/observe/instruments.ts'
import { freePort } from './hooks.support.ts'
import { type Ground, ground } from './observe.support.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PACKAGING = join(ROOT, 'engine/service/packaging')
const read = (name: string) => readFileSync(join(PACKAGING, name), 'utf8')
const NODE_ON_PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter)

const folders: string[] = []
const fresh = (name: string) => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  folders.push(folder)
  return folder
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Lines of a Dockerfile as instruction and rest, in order. */
const instructions = read('Dockerfile')
  .split('\n')
  .filter(it => it !== '' && !it.startsWith('#'))
  .map(it => [it.slice(0, it.indexOf(' ')), it.slice(it.indexOf(' ') + 1)] as const)
const all = (name: string) => instructions.filter(([it]) => it === name).map(([, rest]) => rest)
const only = (name: string) => all(name).at(-1) ?? ''

/** What a build sees: files of the repository without what .dockerignore names. */
function context(): readonly string[] {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  const ignored = read('Dockerfile.dockerignore').split('\n').filter(Boolean)
  const isIgnored = (path: string) =>
    ignored.some(it =>
      it.startsWith('**/') ? path.split('/').includes(it.slice(3)) : path === it || path.startsWith(`${it}/`),
    )
  return tracked.split('\n').filter(it => it !== '' && !isIgnored(it) && existsSync(join(ROOT, it)))
}

describe('the image', () => {
  /** /app of the last stage, with the packages that a production install leaves, and no other. */
  const buildApp = (): string => {
    const app = fresh('app')
    const copied = all('COPY').flatMap(it => /^--from=build \/app\/(\S+)/.exec(it)?.[1] ?? [])
    for (const path of context().filter(it => copied.some(from => it === from || it.startsWith(`${from}/`)))) {
      mkdirSync(dirname(join(app, path)), { recursive: true })
      copyFileSync(join(ROOT, path), join(app, path))
      if (path.endsWith('.mjs')) chmodSync(join(app, path), 0o755)
    }
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>
    }
    for (const [path, { dev }] of Object.entries(packages)) {
      if (dev || path.split('node_modules/').length !== 2 || !existsSync(join(ROOT, path))) continue
      mkdirSync(dirname(join(app, path)), { recursive: true })
      symlinkSync(join(ROOT, path), join(app, path))
    }
    return app
  }

  it('copies what there is', () => {
    const sources = all('COPY').flatMap(it => /^--from=build \/app\/(\S+)/.exec(it)?.[1] ?? [])
    const files = context()
    const missing = sources.filter(
      it => it !== 'node_modules' && !files.some(file => file === it || file.startsWith(`${it}/`)),
    )
    expect([sources.length > 5, missing]).to.deep.equal([true, []])
  })

  it('installs what the lockfile says', () => {
    const [install, prune] = all('RUN')
    expect([install, prune]).to.deep.equal(['npm ci', 'npm prune --omit=dev --ignore-scripts'])
    const folder = fresh('install')
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(ROOT, name), join(folder, name))
    const tried = spawnSync('npm', ['ci', '--dry-run', '--offline', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: NODE_ON_PATH },
    })
    expect(tried.status, tried.stderr).to.equal(0)
  }).timeout(60_000)

  it('starts with production packages alone, as its own user, writes nothing but its volume, and is healthy', async () => {
    const at = await ground({ records: 1 })
    const app = buildApp()
    const bin = fresh('bin')
    const port = String(await freePort())
    const here = (text: string) =>
      text
        .replaceAll('/app', app)
        .replaceAll('/workspace', at.workspace.folder)
        .replaceAll('/usr/local/bin', bin)
        .replaceAll('node:node', `${process.getuid?.()}:${process.getgid?.()}`)
        .replaceAll('8080', port)
        .replaceAll('0.0.0.0', '127.0.0.1')
    const env = {
      ...process.env,
      ...at.workspace.env,
      NODE_ENV: 'production',
      NODE_DISABLE_COMPILE_CACHE: '1',
      PATH: [bin, NODE_ON_PATH].join(delimiter),
    }
    for (const line of all('RUN').slice(2)) execFileSync('sh', ['-ec', here(line)], { env })
    const before = [readdirSync(app, { recursive: true }).length, readdirSync(at.workspace.folder).sort()]
    const [verb = '', ...args] = [...JSON.parse(only('ENTRYPOINT')), ...JSON.parse(here(only('CMD')))] as string[]
    const child = spawn(verb, args, { cwd: at.workspace.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', data => {
      stderr += data
    })
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    await Promise.race([new Promise(resolve => child.stdout.once('data', resolve)), ended])
    const [, probe = '[]'] = /CMD (\[.*\])$/.exec(here(only('HEALTHCHECK'))) ?? []
    const [command = '', ...words] = JSON.parse(probe) as string[]
    expect(spawnSync(command, words, { env }).status, stderr).to.equal(0)
    child.kill('SIGTERM')
    expect(await ended, stderr).to.equal(0)
    expect(spawnSync(command, words, { env }).status).to.equal(1)
    expect([readdirSync(app, { recursive: true }).length, readdirSync(at.workspace.folder).sort()]).to.deep.equal(
      before,
    )
    expect(only('USER')).to.equal('node')
    await at.close()
  }).timeout(60_000)
})

describe('compose.yaml', () => {
  const { services, volumes } = parse(read('compose.yaml'))
  const service = services['ml-connector']

  it('builds the image, and mounts its volume where the image has it', () => {
    expect(existsSync(join(PACKAGING, service.build.context, service.build.dockerfile))).to.equal(true)
    expect(resolve(PACKAGING, service.build.context)).to.equal(ROOT)
    const [files, state] = service.volumes
    expect([files.split(':').slice(-2), state]).to.deep.equal([['/workspace', 'ro'], `state:${only('VOLUME')}`])
    expect(Object.keys(volumes)).to.deep.equal(['state'])
    expect(service.ports).to.deep.equal([`127.0.0.1:${only('EXPOSE')}:${only('EXPOSE')}`])
  })

  it('gives it no rights, and time to settle', () => {
    const { read_only, cap_drop, security_opt, tmpfs, privileged } = service
    expect({ read_only, cap_drop, security_opt, tmpfs, privileged }).to.deep.equal({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: ['/tmp'],
      privileged: undefined,
    })
    expect(Number.parseInt(service.stop_grace_period, 10)).to.be.greaterThan(30)
  })
})

describe('the systemd unit', () => {
  const unit = read('ml-connector.service')

  it('starts what there is', () => {
    const [, node, script, ...args] = /^ExecStart=(\S+) (\S+) (.*)$/m.exec(unit) ?? []
    expect(node).to.equal('/usr/bin/node')
    expect(existsSync(join(ROOT, script?.replace('/opt/ml-connector/', '') ?? ''))).to.equal(true)
    expect(args).to.deep.equal([serveVerb.name])
  })

  it('is understood by systemd, and confines the service', function () {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) this.skip()
    const folder = fresh('unit')
    const file = join(folder, 'ml-connector.service')
    const here = unit
      .replaceAll('/usr/bin/node', process.execPath)
      .replaceAll('/opt/ml-connector', ROOT)
      .replaceAll('/srv/ml-connector', folder)
    writeFileSync(file, here)
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
    expect([verified.status, verified.stderr.split('\n').filter(it => it.includes('ml-connector'))]).to.deep.equal([
      0,
      [],
    ])
    // exposure from 0 to 10, times ten: below 3 is what systemd calls OK
    const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=30', file], {
      encoding: 'utf8',
    })
    expect(judged.status, judged.stdout.split('\n').slice(-3).join('\n')).to.equal(0)
  })
})

/** The sandboxes live in this process: it must go on answering. */
function shell(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', data => {
      said += data
    })
  return new Promise(resolve => child.on('close', code => resolve({ code, said })))
}

interface Job {
  readonly if?: string
  readonly permissions?: Record<string, string>
  readonly steps: readonly {
    readonly name?: string
    readonly run?: string
    readonly env?: Record<string, string>
    readonly 'working-directory'?: string
  }[]
}

describe('the workflow for pull requests', () => {
  const text = read('github-workflow/ml-connector.yaml')
  const workflow = parse(text) as { on: string; permissions: Record<string, string>; jobs: Record<string, Job> }
  let at: Ground
  before(async () => {
    at = await ground({ records: 3 })
    symlinkSync(ROOT, join(at.workspace.folder, '.tool'))
  })
  after(() => at.close())

  it('gives forks no secret, and nothing more rights than it needs', () => {
    expect([workflow.on, workflow.permissions]).to.deep.equal(['pull_request', { contents: 'read' }])
    const { check, preview } = workflow.jobs
    expect(JSON.stringify(check)).not.to.include('secrets.')
    expect(check?.permissions).to.equal(undefined)
    expect(preview?.if).to.equal('github.event.pull_request.head.repo.full_name == github.repository')
    expect(preview?.permissions).to.deep.equal({ contents: 'read', 'pull-requests': 'write' })
    // a text that strangers choose must not become a command
    expect(
      Object.values(workflow.jobs)
        .flatMap(it => it.steps.map(({ run = '' }) => run))
        .filter(it => it.includes('${{')),
    ).to.deep.equal([])
  })

  it('installs without a developer’s tools', () => {
    const installs = Object.values(workflow.jobs).flatMap(it => it.steps.filter(({ name }) => name === 'install'))
    expect(installs.map(it => [it.run, it['working-directory']])).to.deep.equal(
      Array(2).fill(['npm ci --omit=dev', '.tool']),
    )
  })

  it('runs, step by step, and comments what the flows would do', async () => {
    const bin = fresh('gh')
    const told = join(bin, 'told')
    writeFileSync(join(bin, 'gh'), `#!/bin/sh\necho "$@" > ${told}\ncat preview.md >> ${told}\n`, { mode: 0o755 })
    const path = [bin, NODE_ON_PATH].join(delimiter)
    const env = { ...process.env, ...at.workspace.env, PATH: path, PULL_REQUEST: '7', NO_COLOR: '1' }
    const steps = Object.values(workflow.jobs).flatMap(it =>
      it.steps.filter(step => step.run && step.name !== 'install'),
    )
    expect(steps.map(it => it.name)).to.deep.equal(['validate', 'test', 'preview', 'comment'])
    for (const { run = '', name } of steps) {
      const done = await shell(run, at.workspace.folder, env)
      expect(done.code, `${name}\n${done.said}`).to.equal(0)
    }
    const comment = readFileSync(told, 'utf8')
    expect(comment).to.match(/^pr comment 7 --edit-last --create-if-none --body-file preview.md\n/)
    expect(comment).to.include('### `accounts`').and.include('| create |').and.include('Nothing was written.')
  })
})

describe('the README for operators', () => {
  const readme = readFileSync(join(ROOT, 'engine/service/README.md'), 'utf8')
  const blocks = (language: string) =>
    [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(it => it[1] ?? '')

  it('has commands that work, one after the other', async () => {
    const at = await ground({ records: 1 })
    const bin = fresh('bin')
    symlinkSync(join(ROOT, 'engine/cli/ml-connector.mjs'), join(bin, 'ml-connector'))
    const env = { ...process.env, ...at.workspace.env, PATH: [bin, NODE_ON_PATH].join(delimiter), NO_COLOR: '1' }
    expect((await at.workspace.cli('run', 'accounts')).code).to.equal(0)
    for (const block of blocks('sh')) {
      const { code, said } = await shell(block, at.workspace.folder, env)
      expect(code, `${block}\n${said}`).to.equal(0)
    }
    // the copy is a whole ledger: another folder shows the same runs with it
    const restored = fresh('restored')
    cpSync(join(at.workspace.folder, 'ml-connector.yaml'), join(restored, 'ml-connector.yaml'))
    cpSync(join(at.workspace.folder, 'flows'), join(restored, 'flows'), { recursive: true })
    mkdirSync(join(restored, '.ml-connector'))
    cpSync(join(at.workspace.folder, 'backup'), join(restored, '.ml-connector'), { recursive: true })
    const { said } = await shell('ml-connector runs --json', restored, env)
    expect(JSON.parse(said).runs.map((it: { counts: { written: number } }) => it.counts.written)).to.deep.equal([1])
    await at.close()
  }).timeout(60_000)

  it('shows settings of a workspace that load', () => {
    const shown = blocks('yaml').filter(it => !it.startsWith('scrape_configs'))
    expect(shown.map(it => it.split(':')[0])).to.deep.equal(['alerts', 'verify'])
    const folder = fresh('settings')
    writeFileSync(join(folder, 'ml-connector.yaml'), `workspace: shown\nconnections: {}\n${shown.join('')}`)
    const env = { ALERT_WEBHOOK: 'https://chat.example.com/hook', SMTP_PASSWORD: 'p' }
    const { workspace, diagnostics } = loadWorkspace(folder, { registry: new Map(), env, library: folder })
    expect(diagnostics).to.deep.equal([])
    expect(workspace?.verify).to.deep.equal({ cron: '0 4 * * 6', heal: false, calls: 500 })
  })

  it('lists every metric, and none that is not there', async () => {
    const named = [...readme.matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \| (?:workspace|version)/gm)].flatMap(it =>
      [...(it[1] ?? '').matchAll(/`([a-z_]+)`/g)].map(([, name]) => name),
    )
    const metrics = await createInstruments('1').registry.getMetricsAsJSON()
    const own = metrics.flatMap(it => /^ml_connector_(.*)$/.exec(it.name)?.[1] ?? [])
    expect(named.sort()).to.deep.equal(own.sort())
  })

  it('shows alerts as a workspace understands them', () => {
    const example = blocks('yaml').find(it => it.startsWith('alerts:')) ?? ''
    const folder = fresh('alerts')
    writeFileSync(join(folder, 'ml-connector.yaml'), `workspace: acme\nconnections: {}\n${example}`)
    const env = { ALERT_WEBHOOK: 'https://chat.example.com/x', SMTP_PASSWORD: 'y' }
    const { workspace, diagnostics } = loadWorkspace(folder, { registry: new Map(), env, library: folder })
    expect(diagnostics).to.deep.equal([])
    expect(workspace?.alerts).to.deep.include({ deadLetters: 100, lagMs: 6 * 3_600_000, repeatMs: 24 * 3_600_000 })
    expect([workspace?.alerts?.webhook?.reveal(), workspace?.alerts?.email?.smtp.reveal()]).to.deep.equal([
      'https://chat.example.com/x',
      'smtps://mailer:y@mail.example.com',
    ])
  })
})

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { cancellation } from '../../engine/cli/cancellation.ts'
import { LAUNCHER, ROOT, temporaryFolder } from './support/cli.ts'
import { createSpace } from './support/space.ts'

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(args: readonly string[], cwd = ROOT, env = process.env): ChildProcess {
  return spawn(process.execPath, [LAUNCHER, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
}

async function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', '']
  child.stdout?.on('data', part => {
    out += part
  })
  child.stderr?.on('data', part => {
    err += part
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) return line
  throw new Error('no line')
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }

describe('the program', () => {
  it('runs from any folder', async () => {
    const folder = temporaryFolder()
    expect(await ended(start(['--version'], folder.path))).to.deep.equal({ code: 0, out: `${version}\n`, err: '' })
    folder.remove()
  })

  it('may be started itself', () => {
    for (const file of ['engine/main.ts', 'engine/cli/ml-connector.mjs'])
      expect(statSync(join(ROOT, file)).mode & 0o111, file).to.not.equal(0)
  })

  it('ends in peace when the reader of its output leaves', async () => {
    const child = start(['schema', 'flow'])
    child.stdout?.destroy()
    expect((await ended(child)).err).to.equal('')
  })

  it('takes a secret from standard input', async () => {
    const space = await createSpace()
    const child = start(['secret', 'set', 'zoho', 'refreshToken'], space.folder)
    child.stdin?.end('from-a-pipe\n')
    const { code, out } = await ended(child)
    await space.close()
    expect(code).to.equal(0)
    expect(out).to.contain('sealed').and.to.not.contain('from-a-pipe')
  })
})

describe('a Node that is too old', () => {
  const folder = temporaryFolder()
  const launcher = join(folder.path, 'engine/cli/ml-connector.mjs')
  before(() => {
    mkdirSync(join(folder.path, 'engine/cli'), { recursive: true })
    copyFileSync(LAUNCHER, launcher)
  })
  after(() => folder.remove())

  it('is told so in one line', async () => {
    // the launcher believes what the process says of itself
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.11.1' }); await import(${JSON.stringify(launcher)})`
    const { code, out, err } = await ended(
      spawn(process.execPath, ['--input-type=module', '-e', pretend], { stdio: 'pipe' }),
    )
    expect({ code, out }).to.deep.equal({ code: 2, out: '' })
    expect(err).to.match(/^ml-connector needs Node 24, this is .*npm ci.*\n$/)
  })

  it('passes on to the newer one what it is told to stop by', async () => {
    mkdirSync(join(folder.path, 'node_modules/node/bin'), { recursive: true })
    symlinkSync(process.execPath, join(folder.path, 'node_modules/node/bin/node'))
    writeFileSync(
      join(folder.path, 'engine/main.ts'),
      "process.on('SIGINT', () => process.exit(130)); setInterval(() => {}, 1_000); console.log('up')\n",
    )
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.11.1' }); await import(${JSON.stringify(launcher)})`
    const child = spawn(process.execPath, ['--input-type=module', '-e', pretend], { stdio: 'pipe' })
    await firstLine(child)
    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).to.equal(130)
  })

  it('has nothing to parse that it does not know', () => {
    const text = readFileSync(LAUNCHER, 'utf8')
    expect(text).to.not.match(/\bimport type\b|: string|\bas const\b/)
  })
})

describe('sandbox', () => {
  it('announces itself on one line, and stops when its standard input ends', async () => {
    const child = start(['sandbox', 'zoho-crm', '--records', '0', '--until-stdin-closes'])
    const announced = JSON.parse(await firstLine(child))
    expect(announced).to.have.all.keys('connector', 'url', 'settings', 'secrets')
    expect((await fetch(`${announced.url}/_sandbox/calls`)).status).to.equal(200)
    child.stdin?.end()
    expect((await once(child, 'exit'))[0]).to.equal(0)
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`stops on ${signal}`, async () => {
      const child = start(['sandbox', 'zoho-crm', '--records', '0', '--json'])
      expect(JSON.parse(await firstLine(child))).to.deep.include({ ok: true, connector: 'zoho-crm' })
      child.kill(signal)
      expect((await once(child, 'exit'))[0]).to.equal(0)
    })

  it('says that its port is taken', async () => {
    const first = start(['sandbox', 'zoho-crm', '--records', '0', '--until-stdin-closes'])
    const { port } = new URL(JSON.parse(await firstLine(first)).url)
    const { code, err } = await ended(start(['sandbox', 'zoho-crm', '--port', port]))
    first.stdin?.end()
    await once(first, 'exit')
    expect(code).to.equal(2)
    expect(err).to.contain(`port ${port} is in use`)
  })
})

describe('Ctrl-C', () => {
  it('settles what was written, says so, and answers 130', async () => {
    const space = await createSpace()
    // the first page is written, then the target hesitates
    await space.target.fault({ path: 'upsert', action: 'delay', delayMs: 3_000 })
    const child = start(['run', '--all'], space.folder)
    const end = ended(child)
    while ((await space.source.calls()).total < 2) await new Promise(resolve => setImmediate(resolve))
    child.kill('SIGINT')
    const { code, err } = await end
    const again = await space.run('run --all')
    const held = await space.target.records('Vendors')
    await space.close()
    expect(code).to.equal(130)
    expect(err).to.contain('Cancelled: what was written until then is settled')
    expect(again.code).to.equal(0)
    expect(held.map(it => it['ERP_ID']))
      .to.have.length(new Set(held.map(it => it['ERP_ID'])).size)
      .and.to.have.length(12)
  })

  it('cancels the first time, and ends at once the second time', () => {
    const process = new EventEmitter()
    const codes: number[] = []
    let now = 0
    const signal = cancellation(
      Object.assign(process, { stderr: { write: () => true }, exit: (code: number) => void codes.push(code) }),
      () => now,
    )
    expect(signal.aborted).to.equal(false)
    process.emit('SIGINT')
    // the same press, passed on by the launcher
    now = 20
    process.emit('SIGINT')
    expect({ aborted: signal.aborted, codes }).to.deep.equal({ aborted: true, codes: [] })
    now = 400
    process.emit('SIGINT')
    expect(codes).to.deep.equal([130])
  })
})

describe('a run that was killed', () => {
  it('is taken over at once by the next one, and nothing is doubled', async () => {
    const space = await createSpace()
    await space.target.fault({ path: 'upsert', action: 'delay', delayMs: 1_000 })
    const child = start(['run', '--all'], space.folder)
    while ((await space.source.calls()).total < 2) await new Promise(resolve => setImmediate(resolve))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const again = await space.run('run --all')
    const held = await space.target.records('Vendors')
    const runs = JSON.parse((await space.run('runs --json')).out).runs as { state: string }[]
    await space.close()
    expect(again.code).to.equal(0)
    expect(held).to.have.length(12)
    expect(runs.map(it => it.state)).to.deep.equal(['succeeded', 'interrupted'])
  })

  it('is not taken over while it lives', async () => {
    const space = await createSpace()
    await space.target.fault({ path: 'upsert', action: 'delay', delayMs: 6_000 })
    const child = start(['run', '--all'], space.folder)
    const end = ended(child)
    while ((await space.source.calls()).total < 2) await new Promise(resolve => setImmediate(resolve))
    const second = await ended(start(['run', '--all', '--json'], space.folder))
    const first = await end
    await space.close()
    expect([first.code, second.code]).to.deep.equal([0, 2])
    expect(JSON.parse(second.out).error.code).to.equal('RUN_OVERLAP')
  })
})

describe('demo', () => {
  for (const [signal, code] of [
    ['SIGTERM', 130],
    ['SIGKILL', null],
  ] as const)
    it(`leaves no sandbox running after ${signal}`, async () => {
      const folder = temporaryFolder()
      const child = start(['demo', '--pair', 'sage-intacct-zoho-crm'], ROOT, { ...process.env, TMPDIR: folder.path })
      await firstLine(child)
      const sandboxes = childrenOf(child.pid)
      expect(sandboxes).to.have.length(2)
      child.kill(signal)
      expect((await once(child, 'exit'))[0]).to.equal(code)
      while (sandboxes.some(isRunning)) await new Promise(resolve => setTimeout(resolve, 20))
      folder.remove()
    }).timeout(60_000)
})

/** From /proc where there is one: a slim machine has no `ps`. */
function childrenOf(pid: number | undefined): number[] {
  const list = existsSync('/proc/self/task')
    ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    : execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return list.trim().split(/\s+/).map(Number)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

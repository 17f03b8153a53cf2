import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'
import type { KeySource } from '../../engine/vault/index.ts'
import {
  codeOf,
  envKey,
  FILLED,
  fill,
  filledWithKeyFile,
  newPlace,
  OTHER_KEY,
  open,
  type Place,
  RAW_KEY,
  readAll,
} from './vaults.ts'

const script = (name: string) => fileURLToPath(new URL(`children/${name}.ts`, import.meta.url))
const run = (name: string, ...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [script(name), ...args], { encoding: 'utf8' })

const fileKey = (at: Place): KeySource => ({ from: 'file', file: at.keyFile })
const folders: string[] = []
const place = (): Place => {
  const made = newPlace()
  folders.push(made.folder)
  return made
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe('a rotation that is killed', () => {
  /** Copies a vault, kills a rotation of the copy at each of its steps, and hands every wreck to `check`. */
  async function killAtEachStep(from: Place, keys: readonly string[], check: (wreck: Place) => Promise<void>) {
    for (let step = 1; ; step++) {
      const wreck = place()
      cpSync(from.folder, wreck.folder, { recursive: true })
      const ended = await run('rotate-until-step', wreck.folder, `${step}`, ...keys).catch(error => error)
      await check(wreck)
      if (ended.signal !== 'SIGKILL') {
        expect(Number(ended.stdout), 'the rotation ended by itself, after all of its steps').to.equal(step - 1)
        return step - 1
      }
    }
  }

  it('leaves a vault that its key file opens, whichever step it was', async () => {
    const original = place()
    const { body } = await filledWithKeyFile(original)
    const steps = await killAtEachStep(original, [], async wreck => {
      const vault = await open(wreck, fileKey(wreck))
      expect(await readAll(vault, body)).to.deep.equal(FILLED)
      await vault.setSecret('zoho', 'later', new Secret('later'))
      // the first change finishes what the killed rotation began: the key file alone is enough now
      rmSync(`${wreck.keyFile}.next`, { force: true })
      const again = await open(wreck, fileKey(wreck))
      expect(await readAll(again, body)).to.deep.equal(FILLED)
      await again.rotateKey()
      expect((await again.secret('zoho', 'later'))?.reveal()).to.equal('later')
    })
    expect(steps).to.be.above(10)
  }).timeout(120_000)

  it('leaves a vault that the old or the new key of the environment opens', async () => {
    const original = place()
    const { body } = await fill(await open(original, envKey(RAW_KEY)))
    const opened = new Set<string>()
    await killAtEachStep(original, [RAW_KEY, OTHER_KEY], async wreck => {
      const fits: string[] = []
      for (const key of [RAW_KEY, OTHER_KEY]) {
        const vault = await open(wreck, envKey(key)).catch(() => undefined)
        if (!vault) continue
        expect(await readAll(vault, body)).to.deep.equal(FILLED)
        fits.push(key)
      }
      expect(fits, 'exactly one key opens it').to.have.length(1)
      opened.add(fits.join())
    })
    expect(opened).to.deep.equal(new Set([RAW_KEY, OTHER_KEY]))
  }).timeout(120_000)
})

describe('a vault that several processes use', () => {
  it('renews a token once for all of them', async () => {
    const at = place()
    await filledWithKeyFile(at)
    const all = await Promise.all(Array.from({ length: 4 }, () => run('renew', at.folder)))
    const renewals = readFileSync(join(at.folder, 'renewals'), 'utf8').trim().split('\n')
    expect(renewals).to.have.length(1)
    const expected = Array.from({ length: 8 }, () => `fresh of ${renewals[0]}`)
    for (const { stdout } of all) expect(JSON.parse(stdout)).to.deep.equal(expected)
  }).timeout(30_000)

  it('loses no entry of any of them', async () => {
    const at = place()
    await filledWithKeyFile(at)
    await Promise.all(['one', 'two', 'three'].map(connection => run('set-secrets', at.folder, connection)))
    const vault = await open(at, fileKey(at))
    expect(await vault.secrets()).to.have.length(61)
    expect((await vault.secret('two', 'secret19'))?.reveal()).to.equal('two 19')
    expect(existsSync(`${at.file}.next`)).to.equal(false)
  }).timeout(30_000)

  it('makes the first body key once', async () => {
    const at = place()
    const vaults = await Promise.all(Array.from({ length: 4 }, () => open(at, envKey(RAW_KEY))))
    const sealed = await Promise.all(vaults.map((vault, no) => vault.sealer.seal(`body ${no}`)))
    const reader = await open(at, envKey(RAW_KEY))
    const bodies = await Promise.all(sealed.map(it => reader.sealer.unseal(it)))
    expect(bodies).to.deep.equal(['body 0', 'body 1', 'body 2', 'body 3'])
    expect(JSON.parse(readFileSync(at.file, 'utf8')).bodyKeys).to.have.length(1)
  })
})

describe('the right to renew a token', () => {
  let holder: ChildProcess | undefined
  afterEach(() => holder?.kill('SIGKILL'))

  async function hold(at: Place): Promise<ChildProcess> {
    const child = spawn(process.execPath, [script('hold'), at.folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    if (child.stdout) await once(child.stdout, 'data')
    return child
  }

  it('is waited for, and not for ever', async () => {
    const at = place()
    await filledWithKeyFile(at)
    holder = await hold(at)
    const vault = await open(at, fileKey(at), 60)
    expect(await codeOf(vault.exclusively('zoho', 'access', async () => 'mine'))).to.equal('VAULT_BUSY')
    expect(await vault.exclusively('zoho', 'other', async () => 'mine')).to.equal('mine')
    await vault.setSecret('zoho', 'meanwhile', new Secret('x'))
    expect(await vault.secrets()).to.have.length(2)
  })

  it('comes back when its holder is killed', async () => {
    const at = place()
    await filledWithKeyFile(at)
    holder = await hold(at)
    const vault = await open(at, fileKey(at))
    const mine = vault.exclusively('zoho', 'access', async () => 'mine')
    holder.kill('SIGKILL')
    expect(await mine).to.equal('mine')
  })
})

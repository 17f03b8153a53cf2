import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'
import { createKeyFile, type KeySource, keySource } from '../../engine/vault/index.ts'
import { vaultContract } from './vault.contract.ts'
import {
  codeOf,
  envKey,
  FILLED,
  filledWithKeyFile,
  newPlace,
  OTHER_KEY,
  open,
  PASSPHRASE,
  type Place,
  RAW_KEY,
  readAll,
} from './vaults.ts'

const folders: string[] = []
const place = (): Place => {
  const made = newPlace()
  folders.push(made.folder)
  return made
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const KEYS: readonly { readonly name: string; key(at: Place): Promise<KeySource> }[] = [
  { name: 'a key from the environment', key: async () => envKey(RAW_KEY) },
  { name: 'a passphrase from the environment', key: async () => envKey(PASSPHRASE) },
  {
    name: 'a key file',
    key: async at => {
      await createKeyFile(at.keyFile)
      return { from: 'file', file: at.keyFile }
    },
  },
]

for (const { name, key } of KEYS) {
  vaultContract({
    name,
    make: async () => {
      const at = place()
      const source = await key(at)
      return { vault: await open(at, source), again: () => open(at, source) }
    },
  })
}

const fileKey = (at: Place): KeySource => ({ from: 'file', file: at.keyFile })

describe('the key of a vault', () => {
  it('comes from ML_CONNECTOR_KEY, else from the key file', () => {
    const fromEnv = keySource({ ML_CONNECTOR_KEY: RAW_KEY }, '/key')
    expect(fromEnv.from === 'env' && fromEnv.value.reveal()).to.equal(RAW_KEY)
    const withBreak = keySource({ ML_CONNECTOR_KEY: `${RAW_KEY}\n` }, '/key')
    expect(withBreak.from === 'env' && withBreak.value.reveal()).to.equal(RAW_KEY)
    expect(keySource({ ML_CONNECTOR_KEY: '' }, '/key')).to.deep.equal({ from: 'file', file: '/key' })
  })

  it('file is made for its owner only, and never replaced', async () => {
    const at = place()
    await createKeyFile(at.keyFile)
    const before = readFileSync(at.keyFile, 'utf8')
    expect(before).to.match(/^[\w-]{43}\n$/)
    expect(statSync(at.keyFile).mode & 0o777).to.equal(0o600)
    expect(await codeOf(createKeyFile(at.keyFile))).to.equal('VAULT_KEY_FILE_EXISTS')
    expect(readFileSync(at.keyFile, 'utf8')).to.equal(before)
  })

  it('is missed at once, also before there is a vault', async () => {
    const at = place()
    expect(await codeOf(open(at, fileKey(at)))).to.equal('VAULT_KEY_MISSING')
    await filledWithKeyFile(at)
    rmSync(at.keyFile)
    expect(await codeOf(open(at, fileKey(at)))).to.equal('VAULT_KEY_MISSING')
  })

  it('is refused when it is short', async () => {
    expect(await codeOf(open(place(), envKey('nineteen characters')))).to.equal('VAULT_KEY_WEAK')
  })

  it('file is refused while others may read it', async () => {
    const at = place()
    await filledWithKeyFile(at)
    const content = readFileSync(at.keyFile)
    rmSync(at.keyFile)
    writeFileSync(at.keyFile, content, { mode: 0o640 })
    expect(await codeOf(open(at, fileKey(at)))).to.equal('VAULT_KEY_FILE_READABLE')
  })

  it('file is refused when it holds no key', async () => {
    const at = place()
    writeFileSync(at.keyFile, 'not a key\n', { mode: 0o600 })
    expect(await codeOf(open(at, fileKey(at)))).to.equal('VAULT_KEY_FILE_DAMAGED')
  })

  it('that is wrong opens nothing and changes nothing', async () => {
    const at = place()
    await filledWithKeyFile(at)
    const before = readFileSync(at.file, 'utf8')
    for (const wrong of [OTHER_KEY, PASSPHRASE]) {
      expect(await codeOf(open(at, envKey(wrong)))).to.equal('VAULT_KEY_WRONG')
    }
    expect(readFileSync(at.file, 'utf8')).to.equal(before)
  })
})

describe('a vault file', () => {
  it('is readable by its owner only', async () => {
    const at = place()
    await filledWithKeyFile(at)
    expect(statSync(at.file).mode & 0o777).to.equal(0o600)
  })

  it('is readable by its owner only also after a killed process has left its work behind', async () => {
    const at = place()
    await createKeyFile(at.keyFile)
    writeFileSync(`${at.file}.next`, 'half', { mode: 0o666 })
    await (await open(at, fileKey(at))).setSecret('zoho', 'clientSecret', new Secret('x'))
    expect(statSync(at.file).mode & 0o777).to.equal(0o600)
  })

  it('shows names, and nothing of what it holds', async () => {
    const at = place()
    const { body } = await filledWithKeyFile(at)
    const files = readFileSync(at.file, 'latin1') + body
    for (const planted of ['planted', Buffer.from('planted').toString('base64url').slice(0, 9)]) {
      expect(files).to.not.include(planted)
    }
    expect(files, 'the search itself works').to.include('clientSecret')
  })

  const damages: readonly { readonly name: string; readonly code: string; damage(text: string): string }[] = [
    { name: 'cut off', code: 'VAULT_DAMAGED', damage: text => text.slice(0, -20) },
    { name: 'empty', code: 'VAULT_DAMAGED', damage: () => '' },
    { name: 'other JSON', code: 'VAULT_DAMAGED', damage: () => '{"name":"something else"}' },
    {
      name: 'an entry short of a part',
      code: 'VAULT_DAMAGED',
      damage: text => text.replace(/"setAt": "[^"]*"/, '"x": 1'),
    },
    { name: 'from a newer version', code: 'VAULT_NEWER', damage: text => text.replace('"version": 1', '"version": 2') },
  ]
  for (const { name, code, damage } of damages) {
    it(`is refused and left alone when it is ${name}`, async () => {
      const at = place()
      await filledWithKeyFile(at)
      const vault = await open(at, fileKey(at))
      const damaged = damage(readFileSync(at.file, 'utf8'))
      writeFileSync(at.file, damaged)
      expect(await codeOf(open(at, fileKey(at)))).to.equal(code)
      expect(await codeOf(vault.setSecret('zoho', 'more', new Secret('more')))).to.equal(code)
      expect(readFileSync(at.file, 'utf8')).to.equal(damaged)
    })
  }

  it('gives no value out under the name of another one', async () => {
    const at = place()
    await filledWithKeyFile(at)
    const vault = await open(at, fileKey(at))
    await vault.setSecret('intacct', 'password', new Secret('other'))
    const document = JSON.parse(readFileSync(at.file, 'utf8'))
    const [first, second] = document.secrets
    ;[first.sealed, second.sealed] = [second.sealed, first.sealed]
    writeFileSync(at.file, JSON.stringify(document))
    expect(await codeOf(vault.secret('zoho', 'clientSecret'))).to.equal('VAULT_ENTRY_DAMAGED')
    expect(await codeOf(vault.secret('intacct', 'password'))).to.equal('VAULT_ENTRY_DAMAGED')
    document.tokens[0].sealed = second.sealed
    writeFileSync(at.file, JSON.stringify(document))
    expect(await codeOf(vault.token('zoho', 'access'))).to.equal('VAULT_ENTRY_DAMAGED')
  })
})

describe('rotating the key', () => {
  it('keeps all entries and bodies, and shuts the old key file out', async () => {
    const at = place()
    const { body } = await filledWithKeyFile(at)
    const old = `${at.keyFile}.old`
    copyFileSync(at.keyFile, old)
    const vault = await open(at, fileKey(at))
    expect(await vault.rotateKey()).to.deep.equal({ resealed: 3 })
    expect(await readAll(vault, body)).to.deep.equal(FILLED)
    expect(await readAll(await open(at, fileKey(at)), body)).to.deep.equal(FILLED)
    expect(await codeOf(open(at, { from: 'file', file: old }))).to.equal('VAULT_KEY_WRONG')
  })

  it('can be done again and again', async () => {
    const at = place()
    const { body } = await filledWithKeyFile(at)
    const vault = await open(at, fileKey(at))
    for (let turn = 0; turn < 3; turn++) await vault.rotateKey()
    expect(await readAll(await open(at, fileKey(at)), body)).to.deep.equal(FILLED)
  })

  it('is noticed by a process that has the vault open', async () => {
    const at = place()
    const { body } = await filledWithKeyFile(at)
    const serving = await open(at, fileKey(at))
    await readAll(serving, body)
    const rotating = await open(at, fileKey(at))
    await rotating.rotateKey()
    await serving.setSecret('zoho', 'later', new Secret('later'))
    expect(await readAll(serving, body)).to.deep.equal(FILLED)
    expect((await rotating.secret('zoho', 'later'))?.reveal()).to.equal('later')
    expect(await rotating.sealer.unseal(await serving.sealer.seal('x'))).to.equal('x')
    expect(await serving.sealer.unseal(await rotating.sealer.seal('y'))).to.equal('y')
  })

  for (const next of [OTHER_KEY, 'another passphrase, long enough']) {
    it(`of the environment takes the new one: ${next.includes(' ') ? 'a passphrase' : 'a key'}`, async () => {
      const at = place()
      const vault = await open(at, envKey(RAW_KEY))
      await vault.setSecret('zoho', 'clientSecret', new Secret('planted-secret'))
      await vault.rotateKey(new Secret(next))
      expect((await vault.secret('zoho', 'clientSecret'))?.reveal()).to.equal('planted-secret')
      const again = await open(at, envKey(next))
      expect((await again.secret('zoho', 'clientSecret'))?.reveal()).to.equal('planted-secret')
      expect(await codeOf(open(at, envKey(RAW_KEY)))).to.equal('VAULT_KEY_WRONG')
    })
  }

  it('seals later bodies by a key that the old pair of files does not hold', async () => {
    const at = place()
    await filledWithKeyFile(at)
    const stolen = place()
    copyFileSync(at.file, stolen.file)
    copyFileSync(at.keyFile, stolen.keyFile)
    const vault = await open(at, fileKey(at))
    await vault.rotateKey()
    const later = await (await open(at, fileKey(at))).sealer.seal('later')
    const thief = await open(stolen, fileKey(stolen))
    expect(await codeOf(thief.sealer.unseal(later))).to.equal('VAULT_ENTRY_DAMAGED')
  })

  it('refuses what it cannot do, and changes nothing', async () => {
    const at = place()
    const { body } = await filledWithKeyFile(at)
    const withFile = await open(at, fileKey(at))
    const before = readFileSync(at.file, 'utf8')
    expect(await codeOf(withFile.rotateKey(new Secret(OTHER_KEY)))).to.equal('VAULT_NEW_KEY_UNUSED')
    const other = place()
    const withEnv = await open(other, envKey(RAW_KEY))
    expect(await codeOf(withEnv.rotateKey())).to.equal('VAULT_NEW_KEY_NEEDED')
    expect(await codeOf(withEnv.rotateKey(new Secret('too short')))).to.equal('VAULT_KEY_WEAK')
    expect(readFileSync(at.file, 'utf8')).to.equal(before)
    expect(await readAll(withFile, body)).to.deep.equal(FILLED)
  })
})

describe('sealing bodies', () => {
  it('does at least 5,000 of 1 KB a second', async () => {
    const vault = await open(place(), envKey(RAW_KEY))
    const body = 'x'.repeat(1024)
    let best = 0
    for (let turn = 0; turn < 5; turn++) {
      const began = performance.now()
      for (let no = 0; no < 1_000; no++) await vault.sealer.seal(body)
      best = Math.max(best, 1_000_000 / (performance.now() - began))
    }
    expect(best).to.be.above(5_000)
  })
})

import { expect } from 'chai'
import fc from 'fast-check'
import { Secret } from '../../engine/core/secret.ts'
import type { Vault } from '../../engine/core/vault.ts'
import { tokenStore } from '../../engine/vault/index.ts'
import { codeOf } from './vaults.ts'

export interface VaultOpener {
  readonly name: string
  /** A vault with nothing in it, and a way to open the same one again. */
  make(): Promise<{ readonly vault: Vault; again(): Promise<Vault> }>
}

/** Everything that a vault promises, wherever it keeps its entries and its key. */
export function vaultContract(opener: VaultOpener): void {
  describe(`the vault with ${opener.name}`, () => {
    let vault: Vault
    let again: () => Promise<Vault>
    beforeEach(async () => {
      const made = await opener.make()
      vault = made.vault
      again = made.again
    })

    it('gives secrets back, also to the next process, and lists their names only', async () => {
      await vault.setSecret('zoho', 'clientSecret', new Secret('one'))
      await vault.setSecret('zoho', 'refreshToken', new Secret('two'))
      await vault.setSecret('zoho', 'clientSecret', new Secret('three'))
      const next = await again()
      expect((await next.secret('zoho', 'clientSecret'))?.reveal()).to.equal('three')
      expect(await next.secret('zoho', 'nothing')).to.equal(undefined)
      expect(await next.secret('intacct', 'clientSecret')).to.equal(undefined)
      const listed = await next.secrets()
      expect(listed.map(it => `${it.connection} ${it.name}`)).to.have.members([
        'zoho clientSecret',
        'zoho refreshToken',
      ])
      expect(JSON.stringify(listed)).to.not.match(/one|two|three/)
    })

    it('keeps any text', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async text => {
          await vault.setSecret('zoho', 'any', new Secret(text))
          expect((await vault.secret('zoho', 'any'))?.reveal()).to.equal(text)
          expect(await vault.sealer.unseal(await vault.sealer.seal(text))).to.equal(text)
        }),
        { numRuns: 25 },
      )
    })

    it('removes a secret once', async () => {
      expect(await vault.removeSecret('zoho', 'clientSecret')).to.equal(false)
      await vault.setSecret('zoho', 'clientSecret', new Secret('one'))
      expect(await vault.removeSecret('zoho', 'clientSecret')).to.equal(true)
      expect(await vault.removeSecret('zoho', 'clientSecret')).to.equal(false)
      expect(await (await again()).secret('zoho', 'clientSecret')).to.equal(undefined)
    })

    it('gives tokens back whole', async () => {
      const plain = { expiresAt: '2026-03-01T09:00:00.000Z', data: { api: 'https://api.example.test' } }
      await vault.setToken('zoho', 'access', { value: new Secret('token'), ...plain })
      await vault.setToken('zoho', 'bare', { value: new Secret('bare') })
      const next = await again()
      const { value, ...rest } = (await next.token('zoho', 'access')) ?? {}
      expect([value?.reveal(), rest]).to.deep.equal(['token', plain])
      expect(Object.keys((await next.token('zoho', 'bare')) ?? {})).to.deep.equal(['value'])
      const listed = await next.tokens()
      expect(listed).to.have.deep.members([
        { connection: 'zoho', name: 'access', expiresAt: plain.expiresAt },
        { connection: 'zoho', name: 'bare' },
      ])
      await next.removeToken('zoho', 'access')
      expect(await vault.token('zoho', 'access')).to.equal(undefined)
    })

    it('keeps every entry when many are set at once', async () => {
      const names = Array.from({ length: 20 }, (_, no) => `secret${no}`)
      await Promise.all(names.map(name => vault.setSecret('zoho', name, new Secret(name))))
      expect((await vault.secrets()).map(it => it.name)).to.have.members(names)
    })

    it('opens bodies that another process sealed', async () => {
      const sealed = await vault.sealer.seal('a body')
      expect(await (await again()).sealer.unseal(sealed)).to.equal('a body')
      expect(await codeOf(vault.sealer.unseal('no JWE at all'))).to.equal('VAULT_ENTRY_DAMAGED')
      const [header, , ...rest] = sealed.split('.')
      const changed = [header, '', ...rest.slice(0, -1), 'AAAAAAAAAAAAAAAAAAAAAA'].join('.')
      expect(await codeOf(vault.sealer.unseal(changed))).to.equal('VAULT_ENTRY_DAMAGED')
    })

    describe('a token that 32 callers want renewed', () => {
      it('is renewed once', async () => {
        const stale = { value: new Secret('stale') }
        const tokens = tokenStore(vault, 'zoho')
        await vault.setToken('zoho', 'access', stale)
        let renewals = 0
        const renew = async () => ({ value: new Secret(`fresh ${++renewals}`) })
        const all = await Promise.all(Array.from({ length: 32 }, () => tokens.renew('access', stale, renew)))
        expect(new Set(all.map(it => it.value.reveal()))).to.deep.equal(new Set(['fresh 1']))
        expect(renewals).to.equal(1)
        expect((await (await again()).token('zoho', 'access'))?.value.reveal()).to.equal('fresh 1')
      })

      it('is renewed by the next caller when the first one fails', async () => {
        const tokens = tokenStore(vault, 'zoho')
        let calls = 0
        const renew = async () => {
          if (++calls === 1) throw new RangeError('sign-in is down')
          return { value: new Secret(`fresh ${calls}`) }
        }
        const all = await Promise.allSettled(Array.from({ length: 3 }, () => tokens.renew('access', undefined, renew)))
        expect(all.map(it => it.status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled'])
        expect(calls).to.equal(2)
      })

      it('is renewed again when it is stale again', async () => {
        const tokens = tokenStore(vault, 'zoho')
        const first = await tokens.renew('access', undefined, async () => ({ value: new Secret('1') }))
        const second = await tokens.renew('access', first, async () => ({ value: new Secret('2') }))
        expect(second.value.reveal()).to.equal('2')
        await tokens.forget('access')
        expect(await tokens.get('access')).to.equal(undefined)
      })
    })

    it('lets one at a time in, name by name', async () => {
      const seen: string[] = []
      const work = (name: string) => async () => {
        seen.push(`${name} in`)
        await new Promise(resolve => setImmediate(resolve))
        seen.push(`${name} out`)
      }
      await Promise.all([vault.exclusively('zoho', 'a', work('1')), vault.exclusively('zoho', 'a', work('2'))])
      expect(seen).to.deep.equal(['1 in', '1 out', '2 in', '2 out'])
      const nested = vault.exclusively('zoho', 'a', () => vault.exclusively('zoho', 'b', async () => 'both'))
      expect(await nested).to.equal('both')
    })
  })
}

import { expect } from 'chai'
import { createSigned } from '../../engine/sdk/signed.ts'

/** A system that takes some tokens, and what was asked of it. */
function system(takes: readonly string[], { canRenew = true } = {}) {
  const asked: string[] = []
  let issued = 1
  const signed = createSigned<string, number>({
    current: async () => `token-${issued}`,
    renew: async () => {
      if (!canRenew) return undefined
      issued += 1
      asked.push('renew')
      return `token-${issued}`
    },
    valueOf: token => token,
    isRefusal: status => status === 401,
  })
  const call = () =>
    signed(async token => {
      asked.push(token)
      return takes.includes(token) ? 200 : 401
    })
  return { asked, call }
}

describe('a signed call', () => {
  it('costs no new token as long as the one that is there is taken', async () => {
    const { asked, call } = system(['token-1'])
    expect([await call(), await call()]).to.deep.equal([200, 200])
    expect(asked).to.deep.equal(['token-1', 'token-1'])
  })

  it('is sent again with a new one, once', async () => {
    const { asked, call } = system(['token-2'])
    expect(await call()).to.equal(200)
    expect(asked).to.deep.equal(['token-1', 'renew', 'token-2'])
  })

  it('asks for no more of them after a new one was refused', async () => {
    const { asked, call } = system([])
    expect([await call(), await call(), await call()]).to.deep.equal([401, 401, 401])
    expect(asked).to.deep.equal(['token-1', 'renew', 'token-2', 'token-2', 'token-2'])
  })

  it('ends with the refusal where a new one cannot help', async () => {
    const { asked, call } = system([], { canRenew: false })
    expect(await call()).to.equal(401)
    expect(asked).to.deep.equal(['token-1'])
  })
})

import { inspect } from 'node:util'
import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'

describe('a secret', () => {
  const secret = new Secret('hunter2')
  it('prints, serialises and inspects as [secret]', () => {
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
    ]
    expect(shown.filter(text => text.includes('hunter2'))).to.deep.equal([])
    expect(shown[0]).to.equal('[secret]')
  })
  it('is told when asked', () => expect(secret.reveal()).to.equal('hunter2'))
})

import { expect } from 'chai'
import { COMMON_ERRORS, isUntrusted, lostAnswerOf, strange, unreadableCursor } from '../../engine/sdk/common-errors.ts'
import { HttpFailure } from '../../engine/sdk/http.ts'

describe('errors that connectors raise in the same words', () => {
  it('carry the code of the connector, and kind and remedy of the catalogue', () => {
    expect(strange('X_SHAPE', 'no key')).to.include({ ...COMMON_ERRORS.strange, code: 'X_SHAPE', message: 'no key' })
    expect(unreadableCursor('X_CURSOR')).to.include({ ...COMMON_ERRORS.unreadableCursor, code: 'X_CURSOR' })
  })

  it('tell a write that may have happened from a call that may be repeated, each by its code', () => {
    const lost = lostAnswerOf({ transient: 'X_NO_ANSWER', uncertain: 'X_UNKNOWN' })
    const message = 'POST things: cut'
    expect(lost('POST things', 'cut', 'uncertain')).to.include({ kind: 'uncertain', code: 'X_UNKNOWN', message })
    expect(lost('POST things', 'cut', 'transient')).to.include({ kind: 'transient', code: 'X_NO_ANSWER', message })
  })

  for (const [reason, message, untrusted] of [
    ['connect', 'fetch failed: DEPTH_ZERO_SELF_SIGNED_CERT', true],
    ['connect', 'fetch failed: SELF_SIGNED_CERT_IN_CHAIN', true],
    ['connect', 'fetch failed: CERT_HAS_EXPIRED', true],
    ['connect', 'fetch failed: ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['connect', 'fetch failed: UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
    ['connect', 'fetch failed: ECONNREFUSED', false],
    ['cut', 'fetch failed: CERT_HAS_EXPIRED', false],
  ] as const)
    it(`take ${reason} with "${message}" ${untrusted ? 'for' : 'not for'} a certificate that is not trusted`, () => {
      expect(isUntrusted(new HttpFailure(reason, message))).to.equal(untrusted)
    })
})

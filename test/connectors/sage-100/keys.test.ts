import { expect } from 'chai'
import { ACCOUNT, MAIN_ACCOUNT } from '../../../connectors/sage-100/entities/account.ts'
import { CONTACT } from '../../../connectors/sage-100/entities/contact.ts'
import { CUSTOMER } from '../../../connectors/sage-100/entities/customer.ts'
import { ORDER } from '../../../connectors/sage-100/entities/order.ts'
import { agentKeyOf, keyOf, mustBeKey, partsOf } from '../../../connectors/sage-100/keys.ts'
import type { Sage100Object } from '../../../connectors/sage-100/object.ts'

const CASES: readonly (readonly [Sage100Object, string, readonly string[]])[] = [
  [CUSTOMER, '01-ABF', ['01', 'ABF']],
  [CUSTOMER, '02-0000010', ['02', '0000010']],
  [CUSTOMER, '01-1E5', ['01', '1E5']],
  [CUSTOMER, '01-A-B-C', ['01', 'A-B-C']],
  [CUSTOMER, "00-O'NEIL & SON", ['00', "O'NEIL & SON"]],
  [CONTACT, '01-A-B~ART J', ['01', 'A-B', 'ART J']],
  [ORDER, '0000182', ['0000182']],
  [ACCOUNT, '00000001A', ['00000001A']],
  [MAIN_ACCOUNT, '01-1000', ['01', '1000']],
]

describe('a key of sage-100', () => {
  for (const [object, key, parts] of CASES)
    it(`${object.name} ${key} is made of ${parts.join(' and ')}, both ways`, () => {
      expect(partsOf(object, key)).to.deep.equal(parts)
      expect(keyOf(object, parts)).to.equal(key)
      expect(agentKeyOf(parts)).to.equal(parts.join('~'))
    })

  for (const [object, key] of [
    [CUSTOMER, 'ABF'],
    [CUSTOMER, '1-ABF'],
    [CUSTOMER, '01-'],
    [CUSTOMER, '01-ABF~X'],
    [CONTACT, '01-ABF'],
    [CONTACT, '01-ABF~'],
    [ORDER, ''],
  ] as const)
    it(`${object.name} "${key}" is none`, () => {
      expect(partsOf(object, key)).to.equal(undefined)
      expect(() => mustBeKey(object, key)).to.throw('is no key')
    })

  it('tells the same number in two divisions apart', () => {
    expect(keyOf(CUSTOMER, ['01', 'ABF'])).to.not.equal(keyOf(CUSTOMER, ['02', 'ABF']))
  })
})

import { expect } from 'chai'
import { checkUrl } from '../../engine/sdk/url.ts'

const isAllowed = (url: string, allowLoopback = false): boolean => {
  try {
    checkUrl(url, { what: 'url', allowLoopback, isAllowedHost: host => host === 'api.example.com' })
    return true
  } catch {
    return false
  }
}

describe('a URL that credentials go to', () => {
  const cases: readonly (readonly [string, boolean, boolean])[] = [
    ['https://api.example.com/x', false, true],
    ['https://api.example.com:443/x', false, true],
    ['http://api.example.com/x', false, false],
    ['https://api.example.com.evil.org/x', false, false],
    ['https://evil.org/api.example.com', false, false],
    ['https://user:pw@api.example.com/x', false, false],
    ['https://api.example.com:8443/x', false, false],
    ['http://127.0.0.1:8080/x', false, false],
    ['http://127.0.0.1:8080/x', true, true],
    ['http://[::1]:8080/x', true, true],
    ['http://192.168.0.1/x', true, false],
    ['nonsense', true, false],
  ]
  for (const [url, allowLoopback, expected] of cases)
    it(`${url} is ${expected ? 'allowed' : 'refused'}${allowLoopback ? ' in development' : ''}`, () =>
      expect(isAllowed(url, allowLoopback)).to.equal(expected))
})

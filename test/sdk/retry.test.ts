import { expect } from 'chai'
import { EngineError, type ErrorKind } from '../../engine/core/errors.ts'
import { DEFAULT_RETRIES, parseRetryAfter, withRetries } from '../../engine/sdk/retry.ts'
import { testClock } from '../support/clock.ts'

const error = (kind: ErrorKind, retryAfterMs?: number) =>
  new EngineError({ kind, code: 'T', message: kind, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

async function play(script: readonly (EngineError | 'ok')[]) {
  const clock = testClock()
  const log = { debug: () => {}, info: () => {}, warn: () => {} }
  let tries = 0
  const context = { clock, log, signal: new AbortController().signal, random: () => 1 }
  const end = await withRetries(context, DEFAULT_RETRIES, async () => {
    const next = script[Math.min(tries, script.length - 1)]
    tries += 1
    if (next instanceof EngineError) throw next
    return 'ok'
  }).catch((thrown: EngineError) => thrown.kind)
  return { end, tries, slept: [...clock.slept] }
}

describe('retries', () => {
  it('back off and double while an error is transient', async () => {
    const played = await play([error('transient'), error('transient'), 'ok'])
    expect(played).to.deep.equal({ end: 'ok', tries: 3, slept: [1_000, 2_000] })
  })

  it('end after five tries of a transient error', async () => {
    expect(await play([error('transient')])).to.include({ end: 'transient', tries: 5 })
  })

  it('wait as long as a throttled answer asks, and do not count it as a try', async () => {
    const played = await play([...Array(8).fill(error('rate-limited', 7_000)), 'ok'])
    expect(played).to.deep.include({ end: 'ok', tries: 9, slept: Array(8).fill(7_000) })
  })

  it('back off on a throttled answer without a hint', async () => {
    expect((await play([error('rate-limited'), error('rate-limited'), 'ok'])).slept).to.deep.equal([1_000, 2_000])
  })

  it('give up on throttling at last', async () => {
    expect((await play([error('rate-limited', 10 * 60_000)])).end).to.equal('rate-limited')
  })

  for (const kind of ['uncertain', 'auth', 'record', 'contract', 'defect', 'unavailable', 'configuration'] as const)
    it(`never repeat what is ${kind}`, async () => {
      expect(await play([error(kind), 'ok'])).to.deep.equal({ end: kind, tries: 1, slept: [] })
    })

  it('read Retry-After as seconds and as a date', () => {
    const now = new Date('2026-03-01T00:00:00Z')
    expect([
      parseRetryAfter('120', now),
      parseRetryAfter('Sun, 01 Mar 2026 00:00:30 GMT', now),
      parseRetryAfter('soon', now),
      parseRetryAfter(undefined, now),
    ]).to.deep.equal([120_000, 30_000, undefined, undefined])
  })
})

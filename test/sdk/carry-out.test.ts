import { expect } from 'chai'
import { EngineError, type ErrorKind, toEngineError } from '../../engine/core/errors.ts'
import {
  carryOut,
  type Effect,
  type EffectfulCall,
  sendInterruptibly,
  UnusableAnswer,
} from '../../engine/sdk/carry-out.ts'
import { HttpFailure } from '../../engine/sdk/http.ts'
import { errorOf } from '../support/answers.ts'

const error = (kind: ErrorKind, message: string) =>
  new EngineError({ kind, code: `TOY_${kind.toUpperCase()}`, message, remedy: 'none' })

const callOf = (effect: Effect, more: Partial<EffectfulCall> = {}): EffectfulCall => ({
  where: 'POST toys',
  effect,
  lost: (where, why, kind) => error(kind, `${where}: ${why}`),
  ...more,
})

/** What the attempts of a call throw, in turn; `transient` is tried again. Answers how the call ends. */
async function endOf(call: EffectfulCall, attempts: readonly unknown[]): Promise<string> {
  const left = [...attempts]
  const attempt = async () => {
    const thrown = left.shift()
    if (thrown !== undefined) throw thrown
    return 'done'
  }
  const repeat = async (once: () => Promise<string>): Promise<string> => {
    try {
      return await once()
    } catch (thrown) {
      if (left.length === 0 || toEngineError(thrown).kind !== 'transient') throw thrown
      return repeat(once)
    }
  }
  try {
    return `${await carryOut(call, attempt, repeat)}, ${left.length} left`
  } catch (thrown) {
    return `${toEngineError(thrown).kind}, ${left.length} left`
  }
}

const CUT = new HttpFailure('cut', 'the connection broke')
const NOT_SENT = new HttpFailure('connect', 'nothing listens there')
const HTML = new UnusableAnswer(error('transient', 'status 502 with a body that is not JSON'))
const UNKNOWN = error('uncertain', 'a success without a body')
const REFUSED = error('record', 'no such field')

describe('a call that may have written', () => {
  const ends: readonly (readonly [string, EffectfulCall, readonly unknown[], string])[] = [
    ['a read is tried again', callOf('none'), [CUT, HTML], 'transient, 0 left'],
    ['a read that fails for good says how', callOf('none'), [CUT, REFUSED], 'record, 0 left'],
    ['a cut write is not sent again', callOf('once'), [CUT, REFUSED], 'uncertain, 1 left'],
    ['an answer that says nothing ends a write', callOf('once'), [HTML, REFUSED], 'uncertain, 1 left'],
    ['so does an uncertain one', callOf('once'), [UNKNOWN, REFUSED], 'uncertain, 1 left'],
    ['what was not sent is sent again', callOf('once'), [NOT_SENT, REFUSED], 'record, 0 left'],
    ['a repeatable write is sent again', callOf('repeatable'), [CUT, HTML, UNKNOWN, undefined], 'done, 0 left'],
    ['a refusal of its repeat leaves the doubt', callOf('repeatable'), [CUT, REFUSED], 'uncertain, 0 left'],
    [
      'unless the refusal settles it',
      callOf('repeatable', { settles: it => it === REFUSED }),
      [CUT, REFUSED],
      'record, 0 left',
    ],
    ['a refusal of what never left is one', callOf('repeatable'), [NOT_SENT, REFUSED], 'record, 0 left'],
    [
      'a failure that no repeat heals is told so',
      callOf('once', { explain: () => REFUSED }),
      [NOT_SENT, CUT],
      'record, 1 left',
    ],
  ]
  for (const [rule, call, attempts, end] of ends)
    it(rule, async () => {
      expect(await endOf(call, attempts)).to.equal(end)
    })

  const REQUEST = { method: 'POST', url: 'http://127.0.0.1/toys', label: 'POST toys' } as const
  for (const [effect, wasCancelled, kind] of [
    ['once', false, 'uncertain'],
    ['repeatable', false, 'uncertain'],
    ['none', false, 'cancelled'],
    ['once', true, 'cancelled'],
  ] as const)
    it(`cancelled ${wasCancelled ? 'before' : 'while'} it is sent, with the effect ${effect}: ${kind}`, async () => {
      const run = new AbortController()
      if (wasCancelled) run.abort()
      const send = async () => {
        run.abort()
        throw error('cancelled', 'the run was cancelled')
      }
      const context = { http: { send }, signal: run.signal }
      const ended = await errorOf(() => sendInterruptibly(context, callOf(effect), REQUEST))
      expect(ended.kind).to.equal(kind)
    })
})

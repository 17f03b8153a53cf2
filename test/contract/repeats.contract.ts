import { expect } from 'chai'
import type { Operation, WriteRecord } from '../../engine/sdk/connector.ts'
import type { Fault } from '../../engine/sdk/sandbox/spec.ts'
import { addressed, type Desk, textIn, writtenOf } from './desk.ts'
import { errorOf } from './rig.ts'

export const LOST: readonly Omit<Fault, 'path'>[] = [
  { action: 'cutBefore' },
  { action: 'cutAfter' },
  { action: 'cutMid' },
  { action: 'truncate' },
  { action: 'answer', status: 503, body: '<html><body>Service Unavailable</body></html>' },
]

/** Each takes a whole time-out: acted out for one entity only. */
export const SILENT: readonly Omit<Fault, 'path'>[] = [{ action: 'hang' }, { action: 'hangBefore' }]

/** A write whose answer is lost: said again where the contract says that this is harmless, else `uncertain` and looked up. */
export function describeRepeats(given: () => Desk, operation: Operation, faults: typeof LOST): void {
  for (const fault of faults)
    it(`${operation} after ${fault.action}${fault.status ? ` ${fault.status}` : ''} happens once, or is left to be looked up`, async () => {
      const desk = given()
      const n = `${operation}-${fault.action}-${fault.status ?? ''}`.slice(0, 16)
      const record = await recordFor(desk, operation, n)
      const calls = desk.rig.calls.length
      await desk.rig.at.fault(fault)
      const outcome = await desk.write(operation, [record]).then(
        ([answer]) => writtenOf(answer),
        (thrown: unknown) => errorOf(() => Promise.reject(thrown)),
      )
      if (desk.contract.repeat[operation] === 'look-up-first') {
        expect([(await outcome).constructor.name, desk.rig.calls.length - calls]).to.deep.equal(['EngineError', 1])
        expect(await outcome).to.include({ kind: 'uncertain' })
      }
      await settleAsEngine(desk, operation, { n, record, isDone: 'is' in (await outcome) })
      const found = await desk.held(n)
      expect(found.map(it => it.text)).to.deep.equal(operation === 'delete' ? [] : [textAfter(operation, n)])
    })
}

const textAfter = (operation: Operation, n: string) => `Written by ${operation} ${n}`

async function recordFor(desk: Desk, operation: Operation, n: string): Promise<WriteRecord> {
  const text = textIn(desk, textAfter(operation, n))
  // the first of its kind may ask for metadata: the fault must hit the write itself
  if (operation === 'upsert' || operation === 'create') {
    await desk.write(operation, [{ ref: 'prime', fields: desk.samples.make(`p-${n}`.slice(0, 17)) }])
    return { ref: 'r', fields: { ...desk.samples.make(n), ...text } }
  }
  const [first, second] = [await desk.make(`p-${n}`.slice(0, 17)), await desk.make(n)]
  await desk.write(operation, [addressed('prime', first, operation === 'update' ? textIn(desk, 'primed') : {})])
  return addressed('r', second, operation === 'update' ? text : {})
}

/** What the engine does with an uncertain write: looks the record up, and says it again only if it has not happened. */
async function settleAsEngine(
  desk: Desk,
  operation: Operation,
  it: { readonly n: string; readonly record: WriteRecord; readonly isDone: boolean },
): Promise<void> {
  if (it.isDone) return
  const [found] = await desk.held(it.n)
  const hasHappened = operation === 'delete' ? found === undefined : found?.text === textAfter(operation, it.n)
  if (!hasHappened) writtenOf((await desk.write(operation, [it.record]))[0])
}

import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type SpanStatus,
  trace,
} from '@opentelemetry/api'
import { expect } from 'chai'
import { createPair, flowName, type Pair } from '../support/pair.ts'

interface Told {
  readonly name: string
  readonly parent: Told | undefined
  readonly attributes: Attributes
  status?: SpanStatus
  isEnded: boolean
}

/** The smallest SDK that there can be: spans in a list, contexts by AsyncLocalStorage. */
function register(told: Told[]) {
  const storage = new AsyncLocalStorage<Context>()
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (it, fn, self, ...args) => storage.run(it, () => fn.apply(self, args)),
    bind: (it, target) => {
      if (typeof target !== 'function') return target
      return ((...args: unknown[]) => storage.run(it, () => target(...args))) as typeof target
    },
    enable: () => manager,
    disable: () => manager,
  }
  const spans = new Map<Span, Told>()
  const startSpan = (name: string, options: SpanOptions = {}, from = context.active()): Span => {
    const above = trace.getSpan(from)
    const own: Told = { name, parent: above && spans.get(above), attributes: { ...options.attributes }, isEnded: false }
    told.push(own)
    const span: Span = {
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
      setAttribute: (key, value) => {
        own.attributes[key] = value
        return span
      },
      setAttributes: more => {
        Object.assign(own.attributes, more)
        return span
      },
      setStatus: status => {
        own.status = status
        return span
      },
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      updateName: () => span,
      end: () => {
        own.isEnded = true
      },
      isRecording: () => true,
      recordException: () => {},
    }
    spans.set(span, own)
    return span
  }
  const startActiveSpan = (name: string, options: SpanOptions, work: (span: Span) => unknown) => {
    const span = startSpan(name, options)
    return context.with(trace.setSpan(context.active(), span), () => work(span))
  }
  context.setGlobalContextManager(manager)
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: startActiveSpan as never }) })
}

describe('the spans of a run', () => {
  const told: Told[] = []
  let pair: Pair
  beforeEach(async () => {
    told.length = 0
    pair = await createPair({ records: 10, use: ['vendors'] })
    register(told)
  })
  afterEach(async () => {
    trace.disable()
    context.disable()
    await pair.close()
  })
  const path = (it: Told): string => (it.parent ? `${path(it.parent)} > ` : '') + it.name
  const RUN = `run ${flowName('vendors')}`

  it('are a tree of run, unit, stages and calls, each ended', async () => {
    const report = await pair.run(flowName('vendors'))
    const tops = told.filter(it => !it.parent)
    expect(tops.map(it => it.name)).to.deep.equal([RUN])
    expect(tops[0]?.attributes).to.include({
      'ml_connector.workspace': 'world',
      'ml_connector.flow': flowName('vendors'),
      'ml_connector.run.id': report.runId,
      'ml_connector.run.trigger': 'manual',
      'ml_connector.run.state': 'succeeded',
      'ml_connector.run.read': report.counts.read,
    })
    const stages = told.filter(it => it.parent?.name === 'unit').map(it => it.name)
    expect([...new Set(stages)]).to.deep.equal(['track', 'filter', 'map', 'plan', 'write', 'delete', 'settle'])
    expect(told.filter(it => it.name === 'unit').map(path)).to.include(`${RUN} > unit`)
    const calls = told.filter(it => it.attributes['http.request.method'] !== undefined)
    expect(calls).to.have.length(report.counts.calls + report.counts.signIns)
    expect(calls.filter(it => it.attributes['server.address'] !== '127.0.0.1')).to.deep.equal([])
    const writes = calls.filter(it => path(it).startsWith(`${RUN} > unit > write > `))
    expect(writes.map(it => it.attributes['http.response.status_code'])).to.include.oneOf([200, 201])
    expect(told.filter(it => !it.isEnded)).to.deep.equal([])
  })

  it('hold neither secrets nor values of records', async () => {
    await pair.run(flowName('vendors'))
    const names = (await pair.intacct.records('VENDOR')).flatMap(it => [String(it['NAME']), String(it['VENDORID'])])
    const all = JSON.stringify(told.map(({ name, attributes, status }) => [name, attributes, status]))
    expect([...pair.secrets(), ...names].filter(it => it.length > 2 && all.includes(it))).to.deep.equal([])
  })

  it('show by its code where a run failed', async () => {
    await pair.zoho.fault({
      path: '^POST /crm/',
      action: 'answer',
      status: 400,
      body: '{"code":"INVALID_REQUEST"}',
      times: 99,
    })
    await pair.zoho.fault({
      path: '^GET /crm/',
      action: 'answer',
      status: 400,
      body: '{"code":"INVALID_REQUEST"}',
      times: 99,
    })
    const report = await pair.run(flowName('vendors'))
    expect(report.state).to.equal('failed')
    const [run] = told
    expect(run?.status).to.deep.equal({ code: 2, message: report.failure?.code })
  })

  it('are nothing, and change nothing, when nobody has registered an SDK', async () => {
    trace.disable()
    context.disable()
    const report = await pair.run(flowName('vendors'))
    expect([report.state, told]).to.deep.equal(['succeeded', []])
  })
})

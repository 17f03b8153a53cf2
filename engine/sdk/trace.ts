import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { toEngineError } from '../core/errors.ts'

const NAME = 'ml-connector'

/**
 * Runs `work` as a span below whatever goes on. Without a registered SDK this is a function call. Attributes are names, counts and codes: never a
 * value of a record, and of an error never its message.
 */
export function traced<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return trace.getTracer(NAME).startActiveSpan(name, { attributes }, span => ended(span, work(span)))
}

/** A call to an outside system. It may wait for its turn in another's: `work` is bound to the span it was asked under. */
export function tracedCall<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span, bind: <R>(fn: () => R) => () => R) => Promise<T>,
): Promise<T> {
  return trace.getTracer(NAME).startActiveSpan(name, { attributes, kind: SpanKind.CLIENT }, span => {
    const own = context.active()
    return ended(
      span,
      work(span, fn => context.bind(own, fn)),
    )
  })
}

async function ended<T>(span: Span, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    markFailed(span, toEngineError(thrown).code)
    throw thrown
  } finally {
    span.end()
  }
}

export function markFailed(span: Span, code: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: code })
}

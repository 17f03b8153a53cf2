import { EngineError, isEngineError } from '../core/errors.ts'
import type { Preflight } from '../sdk/connector.ts'
import { type Run, selectOf } from './run.ts'

/**
 * Is everything there that the flow needs (edition, module, permission, custom fields), before any record is sent? `byKey`: this run lists
 * nothing.
 */
export async function preflight(run: Run, byKey = run.options.keys !== undefined): Promise<void> {
  const { plan } = run
  for (const entity of plan.source.entities) {
    const select = selectOf(run, entity)
    const fields = select === 'all' ? [] : select
    await require(run, 'read', plan.source.connection, { entity, use: 'read', fields, optional: [], byKey })
  }
  for (const step of run.steps) {
    const { sink } = step.plan
    const answer = await require(run, sink.whenUnavailable, sink.connection, {
      entity: sink.entity,
      use: 'write',
      fields: [...new Set([...Object.keys(step.plan.places), ...Object.keys(sink.customFields)])],
      optional: sink.optionalFields,
      ...(sink.match === undefined ? {} : { match: sink.match }),
    })
    if (answer.is === 'available') for (const field of answer.absent ?? []) step.absent.add(field)
  }
}

type Request = Parameters<Run['source']['preflight']>[0]

async function require(
  run: Run,
  whenUnavailable: 'skip' | 'fail' | 'read',
  connection: string,
  request: Request,
): Promise<Preflight> {
  const answer = await (await run.ports.open(connection)).preflight(request)
  if (answer.is === 'unknown')
    run.ports.log.debug('preflight could not tell', { connection, entity: request.entity, reason: answer.reason })
  if (answer.is !== 'unavailable') return answer
  // `unavailable` is a state of its own, not a failure, where the flow says that it may be skipped
  if (whenUnavailable === 'fail' && isEngineError(answer.error, 'unavailable'))
    throw new EngineError({
      kind: 'configuration',
      code: answer.error.code,
      message: answer.error.message,
      ...(answer.error.remedy === undefined ? {} : { remedy: answer.error.remedy }),
      cause: answer.error,
    })
  throw answer.error
}

import { EngineError, isEngineError, type Preflight, type PreflightRequest } from '../../engine/sdk/index.ts'
import type { AcumaticaClient } from './client.ts'
import { columnsOf } from './columns.ts'
import { type Fresh, fieldsOf, isOffered, type Offered, offeredOf } from './metadata.ts'
import { type AcumaticaObject, modifiedOf } from './object.ts'

const PROBED_MS = 12 * 60 * 60_000

/** Version, entity, fields and rights, in this order, before any record is sent. A remembered "no" is asked again before it is told. */
export async function preflightObject(
  client: AcumaticaClient,
  object: AcumaticaObject,
  request: PreflightRequest,
): Promise<Preflight> {
  const held = await look(client, object, { request, fresh: false })
  return held.is === 'unavailable' ? look(client, object, { request, fresh: true }) : held
}

interface Look extends Fresh {
  readonly request: PreflightRequest
}

async function look(client: AcumaticaClient, object: AcumaticaObject, wish: Look): Promise<Preflight> {
  const offered = await offeredOf(client, wish)
  if (!isOffered(offered, client.endpoint)) return no(endpointMissing(client, offered))
  const isFirst = (await client.context.facts.get(probeOf(client, object))) !== true
  const closed = isFirst || wish.fresh ? await probe(client, object) : undefined
  if (closed) return no(closed)
  const fields = await fieldsOrReason(client, object, wish)
  if (typeof fields === 'string') return { is: 'unknown', reason: fields }
  if (fields === undefined) return no(entityMissing(client, object))
  const { request } = wish
  const names = [...new Set([...request.fields, ...(request.match === undefined ? [] : [request.match])])]
  const missing = names
    .map(path => path.split('.')[0] ?? path)
    .filter(name => name !== 'id' && name !== object.key && !Object.hasOwn(fields, name))
  const needed = missing.filter(name => !request.optional.includes(name))
  if (needed.length > 0) return no(fieldsMissing(client, object, needed))
  const absent = request.optional.filter(name => missing.includes(name) || !Object.hasOwn(fields, name))
  return absent.length > 0 ? { is: 'available', absent } : { is: 'available' }
}

const no = (error: EngineError): Preflight => ({ is: 'unavailable', error })
const probeOf = (client: AcumaticaClient, object: AcumaticaObject) => client.factName(`readable:${object.name}`)

/** Metadata lists entities whose forms a role lacks: only a read tells (fact sheet 7, 403). */
async function probe(client: AcumaticaClient, object: AcumaticaObject): Promise<EngineError | undefined> {
  const columns = columnsOf(object, [], modifiedOf(object, client.context.settings))
  try {
    await client.call({
      method: 'GET',
      path: object.name,
      query: { ...columns, $top: '1' },
      label: `list ${object.name}`,
      expect: 'list',
      effect: 'none',
    })
    await client.context.facts.set(probeOf(client, object), true, PROBED_MS)
    return undefined
  } catch (thrown) {
    await client.context.facts.forget(probeOf(client, object))
    if (!isEngineError(thrown, 'unavailable')) throw thrown
    const { code, said, remedy } = thrown
    return new EngineError({
      kind: 'unavailable',
      code,
      message: `${object.name} is not open to the integration user: ${said ?? 'no words'}`,
      ...(remedy === undefined ? {} : { remedy }),
      ...(said === undefined ? {} : { said }),
    })
  }
}

/** Who may read the description is not documented: without it a flow runs, and writes compare what came back. */
async function fieldsOrReason(client: AcumaticaClient, object: AcumaticaObject, fresh: Fresh) {
  try {
    return await fieldsOf(client, object.name, fresh)
  } catch (thrown) {
    if (!isEngineError(thrown, 'unavailable')) throw thrown
    return `Acumatica does not show the description of its endpoint: ${thrown.message}`
  }
}

/** Thrown by `ping`, answered by preflight. */
export const endpointMissing = ({ endpoint, context }: AcumaticaClient, { endpoints, build }: Offered): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: 'ACUMATICA_ENDPOINT_MISSING',
    message: `the instance (build ${build}) has no endpoint ${endpoint}`,
    remedy: `Set endpoint and endpointVersion of the connection ${context.connection} to one of: ${endpoints.join(', ')}.`,
  })

const entityMissing = ({ endpoint }: AcumaticaClient, { name }: AcumaticaObject): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: 'ACUMATICA_ENTITY_MISSING',
    message: `the endpoint ${endpoint} has no entity ${name}`,
    remedy: 'Add it to the endpoint on form SM207060, or use Default.',
  })

const fieldsMissing = (
  { endpoint }: AcumaticaClient,
  { name }: AcumaticaObject,
  missing: readonly string[],
): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'ACUMATICA_FIELD_MISSING',
    message: `${name} has no field ${missing.join(', ')} in the endpoint ${endpoint}`,
    remedy: `Acumatica would ignore ${missing.length > 1 ? 'them' : 'it'} without a word. Correct the names ("ml-connector describe" lists them), pin a version that has them, or add them to an endpoint of your own on form SM207060.`,
  })

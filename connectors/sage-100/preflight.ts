import { EngineError, isEngineError, type Preflight, type PreflightRequest } from '../../engine/sdk/index.ts'
import type { Sage100Client } from './client.ts'
import { columnsOver } from './describe.ts'
import { knownKeysOnly } from './errors.ts'
import type { Sage100Object } from './object.ts'
import { hasAll } from './soap-rows.ts'

/** Access and fields, before any record is sent. What was remembered is asked again before it leads to a "no". */
export async function preflightObject(
  client: Sage100Client,
  object: Sage100Object,
  request: PreflightRequest,
): Promise<Preflight> {
  if (await isKnownKeyOverSoap(client, object, request))
    return { is: 'unknown', reason: `${object.name}: the web services read known keys, and say nothing before` }
  if (client.agent === undefined)
    return request.use === 'read'
      ? { is: 'unavailable', error: knownKeysOnly(object.name) }
      : { is: 'unknown', reason: `${object.name}: known keys only, so that neither rights nor fields can be looked at` }
  const held = await look(client, object, { request, fresh: false })
  return held.is === 'unavailable' ? look(client, object, { request, fresh: true }) : held
}

/** As `findRows` decides it. The agent need not be there for such a run. */
const isKnownKeyOverSoap = async (
  client: Sage100Client,
  object: Sage100Object,
  { use, byKey, fields }: PreflightRequest,
): Promise<boolean> =>
  use === 'read' &&
  byKey === true &&
  client.soap !== undefined &&
  object.soap !== undefined &&
  (client.agent === undefined || (await hasAll(client, object, fields)))

interface Look {
  readonly request: PreflightRequest
  readonly fresh: boolean
}

async function look(client: Sage100Client, object: Sage100Object, { request, fresh }: Look): Promise<Preflight> {
  let columns: readonly string[] | undefined
  try {
    columns = await columnsOver(client, object, { fresh })
  } catch (thrown) {
    if (!isEngineError(thrown, 'unavailable')) throw thrown
    return { is: 'unavailable', error: closed(object, thrown) }
  }
  if (!columns) return { is: 'unknown', reason: `${object.name} has no record to see its columns in` }
  const fields = fieldsFit(object, columns, request)
  const isWithoutService = request.use === 'write' && client.soap === undefined && fields.is === 'available'
  return isWithoutService
    ? { is: 'unknown', reason: `${object.name}: without soapUrl records are changed, and none is made` }
    : fields
}

function closed({ name, module, task }: Sage100Object, { code, said, remedy }: EngineError): EngineError {
  return new EngineError({
    kind: 'unavailable',
    code,
    message: `${name} (${module} ${task}) is not open to this user: ${said ?? 'no words'}`,
    ...(remedy === undefined ? {} : { remedy }),
    ...(said === undefined ? {} : { said }),
  })
}

/** Columns differ by release and by company; what is worked out here is always there. */
function fieldsFit(object: Sage100Object, columns: readonly string[], request: PreflightRequest): Preflight {
  const known = new Set([...columns, ...Object.keys(object.fields), 'id'])
  const names = [...new Set([...request.fields, ...(request.match === undefined ? [] : [request.match])])]
  const lacking = names.map(path => path.split('.')[0] ?? path).filter(name => !known.has(name))
  const needed = lacking.filter(name => !request.optional.includes(name))
  if (needed.length > 0) return { is: 'unavailable', error: missing(object, needed) }
  const absent = request.optional.filter(name => !known.has(name))
  return absent.length > 0 ? { is: 'available', absent } : { is: 'available' }
}

const missing = ({ name }: Sage100Object, fields: readonly string[]): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'SAGE100_FIELD_UNKNOWN',
    message: `${name} has no column ${fields.join(', ')} in this company`,
    remedy: 'Correct the names: "ml-connector describe" lists those that there are.',
  })

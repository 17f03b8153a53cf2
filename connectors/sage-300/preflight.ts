import { EngineError, isEngineError, type Preflight, type PreflightRequest } from '../../engine/sdk/index.ts'
import type { Call, Sage300Client } from './client.ts'
import { propertiesOf } from './metadata.ts'
import type { Sage300Object } from './object.ts'

const PROBED_MS = 12 * 60 * 60_000

/** Rights and fields, before any record is sent. A remembered "no" is asked again before it is told. */
export async function preflightObject(
  client: Sage300Client,
  object: Sage300Object,
  request: PreflightRequest,
): Promise<Preflight> {
  const held = await look(client, object, { request, fresh: false })
  return held.is === 'unavailable' ? look(client, object, { request, fresh: true }) : held
}

interface Look {
  readonly request: PreflightRequest
  readonly fresh: boolean
}

async function look(client: Sage300Client, object: Sage300Object, { request, fresh }: Look): Promise<Preflight> {
  for (const use of request.use === 'write' ? (['read', 'write'] as const) : (['read'] as const)) {
    const fact = `${use}:${object.name}`
    const isKnown = !fresh && (await client.facts.get(fact)) === true
    const closed = isKnown ? undefined : await probe(client, object, { fact, call: PROBES[use](object) })
    if (closed) return { is: 'unavailable', error: closed }
  }
  return fieldsFit(client, object, { request, fresh })
}

/** A template is an entry that is not stored: asking for one takes the right to write and changes nothing (fact sheet 2). */
const PROBES: Readonly<Record<'read' | 'write', (object: Sage300Object) => Call>> = {
  read: ({ name, key }) => ({
    method: 'GET',
    path: name,
    query: { $select: key, $top: '1' },
    label: `list ${name}`,
    expect: 'list',
    effect: 'none',
  }),
  write: ({ name }) => ({
    method: 'POST',
    path: `${name}('$template')`,
    label: `template ${name}`,
    expect: 'entry',
    effect: 'none',
  }),
}

async function probe(
  client: Sage300Client,
  object: Sage300Object,
  { fact, call }: { readonly fact: string; readonly call: Call },
): Promise<EngineError | undefined> {
  try {
    await client.call(call)
    await client.facts.set(fact, true, PROBED_MS)
    return undefined
  } catch (thrown) {
    await client.facts.forget(fact)
    if (!isEngineError(thrown, 'unavailable')) throw thrown
    const { code, said, remedy } = thrown
    return new EngineError({
      kind: 'unavailable',
      code,
      message: `${object.name} is not open to this user: ${said ?? 'no words'}`,
      ...(remedy === undefined ? {} : { remedy }),
      ...(said === undefined ? {} : { said }),
    })
  }
}

async function fieldsFit(client: Sage300Client, object: Sage300Object, { request, fresh }: Look): Promise<Preflight> {
  const fields = await fieldsOrReason(client, object, fresh)
  if (typeof fields === 'string') return { is: 'unknown', reason: fields }
  if (fields === undefined) return { is: 'unavailable', error: missing(object, []) }
  const names = [...new Set([...request.fields, ...(request.match === undefined ? [] : [request.match])])]
  const lacking = names
    .map(path => path.split('.')[0] ?? path)
    .filter(name => name !== 'id' && !Object.hasOwn(fields, name))
  const needed = lacking.filter(name => !request.optional.includes(name))
  if (needed.length > 0) return { is: 'unavailable', error: missing(object, needed) }
  const absent = request.optional.filter(name => !Object.hasOwn(fields, name))
  return absent.length > 0 ? { is: 'available', absent } : { is: 'available' }
}

/** Who may read the metadata is not documented: without it a flow runs, and Sage 300 itself refuses unknown names. */
async function fieldsOrReason(client: Sage300Client, object: Sage300Object, fresh: boolean) {
  try {
    return await propertiesOf(client, object, { fresh })
  } catch (thrown) {
    if (!isEngineError(thrown, 'unavailable')) throw thrown
    return `Sage 300 does not show its metadata: ${thrown.message}`
  }
}

const missing = ({ name }: Sage300Object, fields: readonly string[]): EngineError =>
  fields.length === 0
    ? new EngineError({
        kind: 'unavailable',
        code: 'SAGE300_RESOURCE_MISSING',
        message: `this release has no resource ${name}`,
        remedy: 'Resources come with releases and product updates: update Sage 300, or leave the flow out.',
      })
    : new EngineError({
        kind: 'configuration',
        code: 'SAGE300_FIELD_MISSING',
        message: `${name} has no field ${fields.join(', ')} in this release`,
        remedy: 'Correct the names: "ml-connector describe" lists those that there are.',
      })

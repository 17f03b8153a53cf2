import { EngineError, type JsonObject, type Preflight, type PreflightRequest } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { missingKeys } from './definitions.ts'
import { isCode } from './errors.ts'
import { idOf, objectOf, textOf } from './json.ts'
import type { Resource } from './resource.ts'

/** Who the connection acts as. */
export interface Me {
  readonly id: string
  readonly name: string
  readonly role: string
  /** An agent's own role may allow more than an agent's (fact sheet 2.1). */
  readonly hasCustomRole: boolean
}

/** Without credentials that are taken, Zendesk answers with success and an anonymous user (fact sheet 5). */
export async function whoAmI(client: ZendeskClient): Promise<Me> {
  const { body } = await client.call({ method: 'GET', path: 'users/me', expect: { object: 'user' }, effect: 'none' })
  const user: JsonObject = objectOf(body['user'])
  const id = idOf(user['id'])
  const role = textOf(user['role']) ?? ''
  if (id === undefined)
    throw new EngineError({
      kind: 'auth',
      code: 'ZENDESK_ANONYMOUS',
      message: 'Zendesk took the call, but as nobody: the credentials were not recognised',
      remedy: 'Check subdomain, client or e-mail, and secrets of the connection.',
    })
  return { id, name: textOf(user['name']) ?? '', role, hasCustomRole: idOf(user['custom_role_id']) !== undefined }
}

export async function ping(client: ZendeskClient): Promise<{ readonly account: string; readonly details: JsonObject }> {
  const me = await whoAmI(client)
  const { subdomain } = client.context.settings
  if (me.role !== 'admin' && me.role !== 'agent') throw notPermitted('anything', me)
  return { account: `${subdomain}.zendesk.com as ${me.name}`, details: { userId: me.id, role: me.role } }
}

/** Role first, for no call tells what may be written; then the list itself, for scopes and suspended accounts. */
export async function preflight(
  client: ZendeskClient,
  resource: Resource,
  request: PreflightRequest,
): Promise<Preflight> {
  const fieldsWrong = fieldProblem(resource, request)
  if (fieldsWrong) return { is: 'unavailable', error: fieldsWrong }
  try {
    const me = await whoAmI(client)
    if (me.role !== 'admin' && !(me.role === 'agent' && me.hasCustomRole))
      return { is: 'unavailable', error: notPermitted(`${request.use} ${resource.name}`, me) }
    await client.call({
      method: 'GET',
      path: resource.name,
      query: { 'page[size]': '1' },
      expect: { list: resource.name },
      effect: 'none',
    })
    const missing = await ownFieldsMissing(client, resource, request)
    if (missing) return { is: 'unavailable', error: missing }
    const absent = request.optional.filter(name => !isField(resource, name))
    if (me.role !== 'admin') return { is: 'unknown', reason: `the role of ${me.name} is the account's own` }
    return absent.length > 0 ? { is: 'available', absent } : { is: 'available' }
  } catch (thrown) {
    if (!isCode(thrown, 'ZENDESK_FORBIDDEN', 'ZENDESK_SCOPE_MISSING')) throw thrown
    return { is: 'unavailable', error: closed(resource, thrown) }
  }
}

const isField = ({ fields }: Resource, path: string) => Object.hasOwn(fields, path.split('.')[0] ?? path)

function fieldProblem(resource: Resource, { fields, optional, match, use }: PreflightRequest): EngineError | undefined {
  if (use === 'write' && match !== undefined && match !== 'external_id' && match !== 'id')
    return misconfigured(
      'ZENDESK_MATCH_FIELD',
      `${resource.name} cannot be matched on ${match}: Zendesk finds them by external_id only`,
      'Set sink.match: external_id and map it to the key of the source.',
    )
  const missing = fields.filter(path => !isField(resource, path) && !optional.includes(path))
  if (missing.length > 0)
    return misconfigured(
      'ZENDESK_FIELD_MISSING',
      `${resource.name} has no field ${missing.join(', ')}`,
      `Fields of the account are written inside ${resource.custom ?? 'custom_fields'}; "ml-connector describe" lists them.`,
    )
  const told = use === 'write' ? fields.filter(path => resource.fields[path]?.readOnly && path !== match) : []
  if (told.length === 0) return undefined
  return misconfigured(
    'ZENDESK_FIELD_READ_ONLY',
    `${resource.name}: Zendesk sets ${told.join(', ')} itself`,
    'Take it out of the mapping.',
  )
}

/** Only paths that name a key can be checked before a record is there; the writer checks every record. */
async function ownFieldsMissing(
  client: ZendeskClient,
  { name, custom }: Resource,
  { fields, optional }: PreflightRequest,
): Promise<EngineError | undefined> {
  if (custom === undefined) return undefined
  const keys = fields.flatMap(path => {
    const [root, key] = path.split('.')
    return root === custom && key !== undefined && !optional.includes(path) ? [key] : []
  })
  const missing = keys.length === 0 ? [] : await missingKeys(client, custom, keys)
  if (missing.length === 0) return undefined
  return misconfigured(
    'ZENDESK_FIELD_MISSING',
    `${name}: the account has no field ${missing.join(', ')} in ${custom}`,
    'Make it in the Admin Center with exactly this field key.',
  )
}

const notPermitted = (what: string, me: Me): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: 'ZENDESK_ROLE',
    message: `${me.name || 'the connected user'} has the role ${me.role || 'none'}, which may not ${what}`,
    remedy: 'Let an admin own the OAuth client or the API token.',
  })

const closed = ({ name }: Resource, cause: EngineError): EngineError =>
  new EngineError({
    kind: 'unavailable',
    code: cause.code,
    message: `${name}: ${cause.message}`,
    ...(cause.remedy === undefined ? {} : { remedy: cause.remedy }),
    ...(cause.said === undefined ? {} : { said: cause.said }),
    cause,
  })

const misconfigured = (code: string, message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code, message, remedy })

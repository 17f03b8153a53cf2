import {
  fingerprint,
  type HttpAnswer,
  isEngineError,
  isList,
  isObject,
  type Json,
  type JsonObject,
  objectOf,
  parseJson,
  textOf,
} from '../../engine/sdk/index.ts'
import type { Sage100Client } from './client.ts'
import { agentError, knownKeysOnly, lostAnswer, plainText, RECORD_MISSING, retryAfterIn, strange } from './errors.ts'
import { type AgentKey, agentKeyOf } from './keys.ts'
import type { Sage100Object } from './object.ts'
import { type Stamp, stampIn } from './stamp.ts'

/** Calls of the protocol `sage100-boi/1` (fact sheet 7; agent.openapi.yaml). */

/** Rows a page at most (fact sheet 11). */
export const MOST_PER_PAGE = 1_000

interface AgentCall {
  readonly method: 'GET' | 'PATCH'
  /** Below the base, already encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  readonly label: string
  readonly expect: 'object' | 'list' | 'nothing'
  readonly tried?: ((times: number) => void) | undefined
}

function agentCall(client: Sage100Client, call: AgentCall): Promise<Json> {
  const { agent, credentials } = client
  if (agent === undefined) throw knownKeysOnly(call.label)
  const query = new URLSearchParams(call.query).toString().replaceAll('+', '%20')
  const { clock } = client.context
  const requestId = fingerprint([call.path, query, clock.now().toISOString(), client.context.random()]).slice(0, 16)
  return client.run<Json>({
    label: call.label,
    effect: call.method === 'GET' ? 'none' : 'repeatable',
    request: {
      method: call.method,
      url: `${agent}/${call.path}${query === '' ? '' : `?${query}`}`,
      headers: {
        accept: 'application/json',
        'x-request-id': requestId,
        ...(credentials.basic === undefined ? {} : { authorization: credentials.basic }),
        ...(credentials.agentKey === undefined ? {} : { 'x-agent-key': credentials.agentKey }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    },
    settle: answer => settle(client, call, answer),
    tried: call.tried,
  })
}

function settle(client: Sage100Client, call: AgentCall, answer: HttpAnswer): Json {
  const body = parseJson(answer.text)
  const isWrite = call.method !== 'GET'
  if (answer.status < 200 || answer.status >= 300) {
    const asked = { where: call.label, isWrite, redact: client.credentials.redact }
    throw agentError(faultOf(client, answer, body), asked)
  }
  if (call.expect === 'nothing' && answer.text.trim() === '') return null
  const isFine = call.expect === 'list' ? isList(body) : isObject(body) && !('error' in body)
  if (isFine && body !== undefined) return body
  // a success whose body is an error, HTML, empty or cut says nothing about what happened
  const what = body === undefined ? 'a body that is no JSON' : 'an unexpected JSON body'
  throw lostAnswer(call.label, `status ${answer.status} with ${what}`, isWrite ? 'uncertain' : 'transient')
}

function faultOf(client: Sage100Client, answer: HttpAnswer, body: Json | undefined) {
  const error = objectOf(objectOf(body)['error'])
  const told = error['retryAfterMs']
  const header = retryAfterIn(answer, client.context.clock)
  const retryAfterMs = Math.max(typeof told === 'number' ? told : 0, header ?? 0)
  const requestId = textOf(error['requestId'])?.slice(0, 60)
  return {
    status: answer.status,
    code: textOf(error['code']),
    words: textOf(error['message']) ?? plainText(answer.text),
    isPage: body === undefined,
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
    ...(requestId === undefined ? {} : { details: { requestId: client.credentials.redact(requestId) } }),
  }
}

const companyPath = ({ context }: Sage100Client) => `companies/${encodeURIComponent(context.settings.companyCode)}`

/** Encodes each part; `~` joins them. */
const keyPath = (key: AgentKey) => key.split('~').map(encodeURIComponent).join('~')

export interface ListPage {
  readonly items: readonly JsonObject[]
  /** Undefined: that was the last page. */
  readonly next: string | undefined
  /** The time at the agent when the page was made. */
  readonly asOf: Stamp
}

/** One page of a list. An answer that is not wholly as the protocol says is no page. */
export async function listPage(
  client: Sage100Client,
  { list }: Pick<Sage100Object, 'list'>,
  query: Readonly<Record<string, string>>,
): Promise<ListPage> {
  const label = `list ${list}`
  const path = `${companyPath(client)}/${list}`
  const body = objectOf(await agentCall(client, { method: 'GET', path, query, label, expect: 'object' }))
  const { company, entity, items, nextCursor, asOf } = body
  const wrong = (what: string) => strange('SAGE100_PAGE', `${label}: ${what}`)
  if (company !== client.context.settings.companyCode || entity !== list)
    throw wrong('the page is of another company or entity')
  if (!isList(items) || !items.every(isObject)) throw wrong('the page has no list of items')
  if (nextCursor !== null && textOf(nextCursor) === undefined) throw wrong('the page does not say whether more follow')
  if (nextCursor === query['cursor'] && nextCursor !== undefined) throw wrong('the page names itself as the next one')
  if (items.length > Number(query['limit'] ?? MOST_PER_PAGE)) throw wrong('the page has more items than asked for')
  const at = stampIn(objectOf(asOf), 'date', 'time')
  if (at === '') throw wrong('the page does not say as of when it is')
  return { items: items.filter(isObject), next: textOf(nextCursor), asOf: at }
}

/** One record, or undefined when there is none. */
export async function getRow(
  client: Sage100Client,
  object: Sage100Object,
  wish: { readonly parts: readonly string[]; readonly query: Readonly<Record<string, string>> },
): Promise<JsonObject | undefined> {
  const path = `${companyPath(client)}/${object.list}/${keyPath(agentKeyOf(wish.parts))}`
  try {
    const call = { method: 'GET', path, query: wish.query, label: `get ${object.list}`, expect: 'object' } as const
    return objectOf(await agentCall(client, call))
  } catch (thrown) {
    if (isEngineError(thrown) && thrown.code === RECORD_MISSING) return undefined
    throw thrown
  }
}

/** Columns of one record. The agent sets them through the business object, so that locks and rules apply. */
export async function patchRow(
  client: Sage100Client,
  object: Sage100Object,
  change: {
    readonly parts: readonly string[]
    readonly columns: JsonObject
    readonly tried?: ((times: number) => void) | undefined
  },
): Promise<void> {
  const path = `${companyPath(client)}/${object.list}/${keyPath(agentKeyOf(change.parts))}`
  const label = `patch ${object.list}`
  const { columns, tried } = change
  await agentCall(client, { method: 'PATCH', path, body: columns, label, expect: 'nothing', tried })
}

export const agentHealth = async (client: Sage100Client): Promise<JsonObject> =>
  objectOf(await agentCall(client, { method: 'GET', path: 'health', label: 'agent health', expect: 'object' }))

/** Companies that the logon may open. */
export async function agentCompanies(client: Sage100Client): Promise<readonly JsonObject[]> {
  const body = await agentCall(client, { method: 'GET', path: 'companies', label: 'agent companies', expect: 'list' })
  return isList(body) ? body.filter(isObject) : []
}

/** One request to the gateway and its answer; nothing is repeated here. */
import PQueue from 'p-queue'
import {
  type Context,
  escapeXml,
  type HttpAnswer,
  type HttpClient,
  HttpFailure,
  redactor,
} from '../../engine/sdk/index.ts'
import { type Answer, parseAnswer } from './answer.ts'
import { type Asked, lostError } from './errors.ts'
import type { IntacctSettings } from './settings.ts'
import { element, textElement } from './xml.ts'

export interface FunctionCall {
  readonly controlId: string
  /** The function itself: `<query>…</query>`. */
  readonly xml: string
}

export interface ExchangeRequest {
  readonly endpoint: string
  /** Content of `authentication`: a login or a sessionid. */
  readonly authentication: string
  readonly functions: readonly FunctionCall[]
  readonly label: string
  readonly asked: Asked
  /** Refuse a function whose control id was carried out before: true for writes. */
  readonly unique: boolean
  /** Counted as a sign-in. */
  readonly signIn: boolean
}

export type Exchange = (request: ExchangeRequest) => Promise<Answer>

// Intacct counts calls in flight per company: all clients of one connection share its HTTP client, and so this queue
const queues = new WeakMap<HttpClient, PQueue>()

function queueOf(http: HttpClient, concurrency: number): PQueue {
  const held = queues.get(http)
  if (held) return held
  const queue = new PQueue({ concurrency })
  queues.set(http, queue)
  return queue
}

export function createExchange(context: Context<IntacctSettings>): Exchange {
  const { settings, http, clock } = context
  const queue = queueOf(http, settings.concurrency)
  // all that went out of here, sessions that are dead by now included
  const secrets = new Set([settings.senderPassword.reveal(), settings.userPassword.reveal()])
  let sent = 0
  return async request => {
    sent += 1
    const session = /<sessionid>([^<]*)<\/sessionid>/.exec(request.authentication)?.[1]
    if (session) secrets.add(session)
    const body = envelope(settings, request, `${clock.now().toISOString()}-${sent}`)
    const answer = await queue.add(() => send(context, request, body))
    return parseAnswer(answer, {
      ...request.asked,
      now: clock.now(),
      redact: redaction(secrets),
    })
  }
}

async function send(
  { http, settings }: Context<IntacctSettings>,
  request: ExchangeRequest,
  body: string,
): Promise<HttpAnswer> {
  try {
    return await http.send({
      method: 'POST',
      url: request.endpoint,
      headers: { 'content-type': 'application/xml', accept: 'text/xml, application/xml' },
      body,
      label: request.label,
      signIn: request.signIn,
      timeoutMs: settings.timeoutSeconds * 1000,
    })
  } catch (thrown) {
    throw thrown instanceof HttpFailure ? lostError(thrown, request.asked) : thrown
  }
}

// the element order of control is the schema's (sheet 2)
function envelope(settings: IntacctSettings, request: ExchangeRequest, controlId: string): string {
  const control = [
    textElement('senderid', settings.senderId),
    textElement('password', settings.senderPassword.reveal()),
    textElement('controlid', controlId),
    textElement('uniqueid', String(request.unique)),
    textElement('dtdversion', '3.0'),
    textElement('includewhitespace', 'false'),
  ].join('')
  const functions = request.functions.map(it => `<function controlid="${escapeXml(it.controlId)}">${it.xml}</function>`)
  const operation = element('authentication', request.authentication) + element('content', functions.join(''))
  return `<?xml version="1.0" encoding="UTF-8"?>${element('request', element('control', control) + element('operation', operation))}`
}

/** What Intacct says may hold the session id (`Invalid session Jx3k…`) or what we sent: none of it is quoted. */
function redaction(secrets: ReadonlySet<string>): (text: string) => string {
  return text => redactor(secrets)(text.replace(/(invalid session)\s+[^\s[]+/gi, '$1 [secret]'))
}

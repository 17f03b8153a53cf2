import type { Json, JsonObject, SandboxAnswer } from '../../../../engine/sdk/index.ts'

interface RefusalKind {
  readonly status: number
  readonly retryAfterMs?: number
}

/** Codes of the agent with their status (fact sheet 9); those with a wait may be tried again. */
const KINDS = {
  BAD_REQUEST: { status: 400 },
  AGENT_UNAUTHORIZED: { status: 401 },
  SAGE_LOGON_FAILED: { status: 401 },
  COMPANY_ACCESS_DENIED: { status: 403 },
  TASK_DENIED: { status: 403 },
  MODULE_NOT_ACTIVE: { status: 403 },
  COMPANY_NOT_FOUND: { status: 404 },
  NOT_FOUND: { status: 404 },
  CURSOR_EXPIRED: { status: 410, retryAfterMs: 0 },
  VALIDATION_FAILED: { status: 422 },
  RECORD_LOCKED: { status: 423, retryAfterMs: 5_000 },
  POOL_EXHAUSTED: { status: 429, retryAfterMs: 2_000 },
  COM_ERROR: { status: 502, retryAfterMs: 0 },
  EXCLUSIVE_ACCESS: { status: 503, retryAfterMs: 300_000 },
  NO_LICENSE: { status: 503, retryAfterMs: 300_000 },
} as const satisfies Readonly<Record<string, RefusalKind>>

export type AgentCode = keyof typeof KINDS

/** What Sage said, where it was asked. */
export interface SageSaid {
  readonly object: string
  readonly method: string
  readonly lastErrorMsg: string
}

export interface RefusalDetails {
  readonly sage?: SageSaid
  readonly key?: string
}

export class AgentRefusal extends Error {
  override readonly name = 'AgentRefusal'
  readonly code: AgentCode
  readonly details: RefusalDetails

  constructor(code: AgentCode, message: string, details: RefusalDetails = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

export const badRequest = (message: string) => new AgentRefusal('BAD_REQUEST', message)
export const notFound = (message: string, key?: string) =>
  new AgentRefusal('NOT_FOUND', message, key === undefined ? {} : { key })

const headersFor = (requestId: string) => ({
  'content-type': 'application/json; charset=utf-8',
  'x-request-id': requestId,
})

export const agentJson = (body: Json, requestId: string): SandboxAnswer => ({
  status: 200,
  headers: headersFor(requestId),
  body: JSON.stringify(body),
})

export function agentError({ code, message, details }: AgentRefusal, requestId: string): SandboxAnswer {
  const kind: RefusalKind = KINDS[code]
  const { retryAfterMs } = kind
  const error: JsonObject = {
    code,
    message,
    retryable: retryAfterMs !== undefined,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(details.sage ? { sage: { ...details.sage, returnCode: 0 } } : {}),
    ...(details.key === undefined ? {} : { key: details.key }),
    requestId,
  }
  // 423 and 503 also say it in seconds
  const isTold = kind.status === 423 || kind.status === 503
  const wait: Readonly<Record<string, string>> = isTold ? { 'retry-after': String((retryAfterMs ?? 0) / 1000) } : {}
  return {
    status: kind.status,
    headers: { ...headersFor(requestId), ...wait },
    body: JSON.stringify({ error }),
  }
}

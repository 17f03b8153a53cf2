import type { ErrorKind } from '../../engine/sdk/index.ts'

/** What an answer means: the first rule that fits (fact sheet 9). */
export interface Rule {
  readonly status?: readonly number[]
  /** Of the agent's error, or of the MasFault. */
  readonly code?: readonly string[]
  readonly hasCode?: boolean
  /** Over the text for people: only where nothing else tells. */
  readonly says?: RegExp
  readonly isPage?: boolean
  readonly as: string
  readonly kind: ErrorKind
  /** Where a write means something else. `uncertain`: it may have happened nevertheless. */
  readonly write?: ErrorKind
  readonly remedy: string
  /** Not sooner than this, whatever the answer says. */
  readonly leastMs?: number
}

const DATA = 'Correct the record at its source or the mapping, then replay it.'
const OURS = 'Our request was not understood: report it with the call that it names.'
const LATER = 'Nothing to do: the next run goes on where this one stopped.'
const STOPPED = 'It was not tried again, since repeated failures may lock the user.'
const MINUTES_5 = 5 * 60_000

const LOCK = {
  as: 'SAGE100_RECORD_LOCKED',
  // no try of its own: locks.ts has its own patience
  kind: 'record',
  remedy: 'Somebody has the record open in Sage 100, or a posting runs: replay it later. See lockAttempts.',
} as const satisfies Partial<Rule>

/** Section 7 and 9, path B. */
export const AGENT_ANSWERS: readonly Rule[] = [
  {
    status: [401],
    code: ['AGENT_UNAUTHORIZED'],
    as: 'SAGE100_AGENT_KEY_REFUSED',
    kind: 'auth',
    remedy: 'Give the key that the agent was told to expect: "ml-connector secret set <connection> agentKey".',
  },
  {
    status: [401],
    as: 'SAGE100_LOGON_REFUSED',
    kind: 'auth',
    remedy: `Check username and password, and that the user is not locked in Sage 100. ${STOPPED}`,
  },
  {
    code: ['COMPANY_ACCESS_DENIED'],
    as: 'SAGE100_COMPANY_DENIED',
    kind: 'unavailable',
    remedy: 'Let the user into the company, and tick "Allow External Access" in Company Maintenance > Preferences.',
  },
  {
    code: ['MODULE_NOT_ACTIVE'],
    as: 'SAGE100_MODULE_NOT_ACTIVE',
    kind: 'unavailable',
    remedy: 'Activate the module for this company, or leave the flow out.',
  },
  {
    status: [403],
    as: 'SAGE100_TASK_DENIED',
    kind: 'unavailable',
    remedy: 'Give the role of the user the task that is named, in Role Maintenance.',
  },
  {
    code: ['COMPANY_NOT_FOUND'],
    as: 'SAGE100_COMPANY_MISSING',
    kind: 'configuration',
    remedy: 'Correct companyCode: "ml-connector ping" names the companies that there are.',
  },
  {
    status: [404],
    code: ['NOT_FOUND'],
    as: 'SAGE100_RECORD_MISSING',
    kind: 'record',
    remedy: 'The record was deleted or has another key: resolve it in Sage 100, then replay.',
  },
  {
    status: [404, 405, 501],
    as: 'SAGE100_AGENT_LACKS',
    kind: 'unavailable',
    remedy:
      'Check agentUrl, which ends in /v1, and whether this agent serves the call: writing is optional for agents.',
  },
  {
    status: [410],
    as: 'SAGE100_CURSOR_EXPIRED',
    kind: 'contract',
    remedy: 'The agent forgets its cursors at once: it should keep them for 10 minutes. Nothing was skipped.',
  },
  { status: [422], as: 'SAGE100_VALUE_REFUSED', kind: 'contract', write: 'record', remedy: DATA },
  { status: [423], ...LOCK },
  {
    status: [429],
    as: 'SAGE100_POOL_EXHAUSTED',
    kind: 'rate-limited',
    remedy: 'Lower concurrency, or spread the flows over time: the agent has few sessions.',
  },
  {
    code: ['EXCLUSIVE_ACCESS'],
    as: 'SAGE100_EXCLUSIVE_ACCESS',
    kind: 'transient',
    remedy: 'A period end, conversion or restore has the file to itself: schedule the flow around it.',
    leastMs: MINUTES_5,
  },
  {
    code: ['NO_LICENSE'],
    as: 'SAGE100_NO_LICENSE',
    kind: 'transient',
    remedy: 'No Sage 100 user licence is free: free one, or run the flow when fewer people work.',
    leastMs: MINUTES_5,
  },
  { code: ['COM_ERROR'], as: 'SAGE100_COM_ERROR', kind: 'transient', write: 'uncertain', remedy: LATER },
  {
    status: [500, 502, 503, 504],
    as: 'SAGE100_AGENT_DOWN',
    kind: 'transient',
    write: 'uncertain',
    remedy: 'The agent or a proxy before it is in trouble: look at its service.',
  },
  { status: [400], as: 'SAGE100_REQUEST_REFUSED', kind: 'contract', write: 'record', remedy: OURS },
]

/** Section 9, path A. Codes first: words differ by release. */
export const SOAP_ANSWERS: readonly Rule[] = [
  {
    code: ['CI_NoKey'],
    as: 'SAGE100_RECORD_MISSING',
    kind: 'record',
    remedy: 'The record was deleted or has another key: resolve it in Sage 100, then replay.',
  },
  {
    code: ['WS_AlreadyExists'],
    as: 'SAGE100_RECORD_EXISTS',
    kind: 'contract',
    write: 'record',
    remedy:
      'A record with this key is there and was left as it is. Match on the key, or choose another one, then replay.',
  },
  { code: ['CI_NOF', 'CI_CharLength'], as: 'SAGE100_VALUE_REFUSED', kind: 'contract', write: 'record', remedy: DATA },
  { code: ['ActionNotSupported'], as: 'SAGE100_ACTION_UNKNOWN', kind: 'contract', remedy: OURS },
  {
    status: [500],
    says: /web services?\b.*\b(not|never)\b.*\benabled|enable.*web services?/i,
    as: 'SAGE100_WEB_SERVICES_OFF',
    kind: 'auth',
    remedy: `Tick "Enable Web Services" in System Configuration, Company Maintenance and User Maintenance. ${STOPPED}`,
  },
  {
    status: [500],
    says: /no access|security|not authori[sz]ed|permission/i,
    as: 'SAGE100_TASK_DENIED',
    kind: 'unavailable',
    remedy: 'Give the role of the user the task that is named (Create, Modify, View), in Role Maintenance.',
  },
  {
    status: [500],
    says: /password|log ?on\b|user ?name|credential|\buser\b.*\b(invalid|locked|unknown|not)\b|invalid user/i,
    as: 'SAGE100_LOGON_REFUSED',
    kind: 'auth',
    remedy: `Check username and password, and that the user is not locked in Sage 100. ${STOPPED}`,
  },
  {
    status: [500],
    says: /company (code )?.*(not|invalid|unknown)|invalid company/i,
    as: 'SAGE100_COMPANY_MISSING',
    kind: 'configuration',
    remedy: 'Correct companyCode, and open the company to web services.',
  },
  { status: [500], says: /in use|locked|busy/i, ...LOCK },
  {
    status: [500],
    says: /^\s*An exception occurred\.?\s*$/,
    as: 'SAGE100_SERVER_ERROR',
    kind: 'transient',
    write: 'uncertain',
    remedy: 'See the Windows event log "eBusiness Web Services" on the server: the answer says no more.',
  },
  {
    status: [413],
    as: 'SAGE100_MESSAGE_TOO_LARGE',
    kind: 'contract',
    write: 'record',
    remedy: 'Raise the message size in the web.config of the service (WCF takes 64 KiB unless told otherwise).',
  },
  {
    says: /quota|maximum (message|array|string)/i,
    as: 'SAGE100_MESSAGE_TOO_LARGE',
    kind: 'contract',
    write: 'record',
    remedy: DATA,
  },
  { status: [500], hasCode: true, as: 'SAGE100_FAULT', kind: 'contract', write: 'record', remedy: DATA },
  { status: [415], as: 'SAGE100_REQUEST_REFUSED', kind: 'contract', remedy: OURS },
  { status: [400], as: 'SAGE100_REQUEST_REFUSED', kind: 'contract', write: 'record', remedy: OURS },
  {
    status: [401, 403],
    as: 'SAGE100_IIS_REFUSED',
    kind: 'auth',
    remedy: 'IIS itself refuses: the service wants anonymous access over TLS, its own logon is inside each call.',
  },
  {
    status: [429],
    as: 'SAGE100_THROTTLED',
    kind: 'rate-limited',
    remedy: 'Lower concurrency, or spread the flows over time.',
  },
  {
    status: [404, 500, 502, 503, 504],
    as: 'SAGE100_SERVICE_DOWN',
    kind: 'transient',
    write: 'uncertain',
    remedy: 'The application pool of the service is stopped or restarting, or soapUrl is wrong: look at IIS.',
  },
]

export const UNKNOWN: Rule = {
  as: 'SAGE100_UNKNOWN_ANSWER',
  kind: 'contract',
  write: 'uncertain',
  remedy: 'The answer is none that is documented: report it with the call.',
}

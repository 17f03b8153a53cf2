import type { KnobBoard as Board, KnobTable } from '../../../engine/sdk/index.ts'
import type { TimeFormat } from './local-time.ts'

/** Everything of the imitated installation that can be switched while it runs, and by `--option` at the start. */
export interface Knobs {
  readonly timeZone: string
  readonly clockSkewMs: number
  readonly timeFormat: TimeFormat
  readonly blankStamps: string
  readonly silent: boolean
  readonly glDelete: string
  readonly edition: string
  readonly locks: readonly string[]
  readonly lockReleaseAfter: number
  readonly lockMessage: string
  readonly lockCode: string
  readonly exclusive: readonly string[]
  readonly deniedTasks: readonly string[]
  readonly inactiveModules: readonly string[]
  readonly agentService: string
  readonly storedLogon: boolean
  readonly externalAccess: boolean
  readonly noLicense: boolean
  readonly poolSize: number
  readonly poolWaitMs: number
  readonly latencyMs: number
  readonly scanMs: number
  readonly comCrashOn: number
  readonly cursorMinutes: number
  readonly service: string
  readonly unexpectedCalls: number
  readonly systemEnabled: boolean
  readonly companyEnabled: boolean
  readonly userEnabled: boolean
  readonly lockUserAfter: number
  readonly logonCode: string
  readonly diagnostics: boolean
  readonly contractName: string
  readonly namespace: string
  readonly memberNamespace: string
  readonly faultNamespace: string
  readonly elementOrder: string
  readonly extraMembers: boolean
  readonly amountTypes: string
  readonly blanks: string
  readonly absentMembers: string
  readonly internalHost: string
  readonly nullDateTime: string
  readonly maxMessageBytes: number
  readonly billToReporting: boolean
}

/** The knobs of one started sandbox. */
export type KnobBoard = Board<Knobs>

/** A date and time without a zone. */
const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)

const SAGE_NAMESPACE = 'http://mas90.sage.com/ws'

/** Names, kinds, first values and help of all knobs: `POST /_sandbox/knobs` and `--option` both go by it. */
export const KNOBS: KnobTable<Knobs> = {
  timeZone: {
    kind: 'zone',
    initial: 'America/Chicago',
    help: 'IANA zone of the Windows host: all stamps are its wall clock',
  },
  clockSkewMs: {
    kind: 'integer',
    initial: 0,
    help: 'milliseconds by which the clock of the host is ahead; negative: behind',
  },
  timeFormat: {
    kind: ['mixed', 'padded', 'plain', 'short'],
    initial: 'mixed',
    help: 'text of decimal hours: padded 09.50000, plain 9.50000, short 9.5, or all of them mixed',
  },
  blankStamps: {
    kind: ['created', 'hidden'],
    initial: 'created',
    help: 'rows with a blank DateUpdated: a filter takes their creation in its place (created), or never finds them (hidden)',
  },
  silent: { kind: 'flag', initial: false, help: 'true: changes by people and imports leave the stamps as they are' },
  glDelete: {
    kind: ['gone', 'flag'],
    initial: 'gone',
    help: 'a deleted GL account: its row is gone, or flagged with Status D',
  },
  edition: { kind: ['Standard', 'Advanced', 'Premium'], initial: 'Advanced', help: 'edition that the agent tells' },
  locks: { kind: 'names', initial: [], help: 'records that somebody edits, e.g. AR_Customer:01~ABF; reads still work' },
  lockReleaseAfter: { kind: 'count', initial: 0, help: 'a lock goes after so many refused attempts; 0: it stays' },
  lockMessage: {
    kind: 'text',
    initial: 'is in use by another user.',
    help: 'what the text of a lock says behind the record',
  },
  lockCode: { kind: 'text', initial: 'CI_RecordInUse', help: 'ErrorCode of a lock in the SOAP service' },
  exclusive: {
    kind: 'names',
    initial: [],
    help: 'tables that are opened exclusively, e.g. AR_Customer: no access at all',
  },
  deniedTasks: {
    kind: 'names',
    initial: [],
    help: 'tasks that the role of the user lacks: AR_Customer.Modify, or AR_Customer for all; View Create Modify Remove',
  },
  inactiveModules: { kind: 'names', initial: [], help: 'modules that the company has not activated, e.g. A/P' },
  agentService: {
    kind: ['running', 'stopped'],
    initial: 'running',
    help: 'stopped: a proxy answers 502 for the agent',
  },
  storedLogon: { kind: 'flag', initial: false, help: 'true: the agent has a Sage logon of its own, none need be sent' },
  externalAccess: { kind: 'flag', initial: true, help: 'false: the company does not allow external access' },
  noLicense: { kind: 'flag', initial: false, help: 'true: all Sage 100 user licenses are taken' },
  poolSize: { kind: 'count', initial: 2, help: 'COM sessions of the agent' },
  poolWaitMs: { kind: 'count', initial: 30_000, help: 'longest wait for a free COM session, then 429' },
  latencyMs: { kind: 'count', initial: 0, help: 'milliseconds that every call takes' },
  scanMs: { kind: 'count', initial: 0, help: 'milliseconds that a list takes longer' },
  comCrashOn: {
    kind: 'count',
    initial: 0,
    help: 'so many calls from now the COM session of the agent crashes; 0: never',
  },
  cursorMinutes: { kind: 'count', initial: 10, help: 'minutes for which a cursor of the agent is valid' },
  service: {
    kind: ['running', 'stopped', 'missing'],
    initial: 'running',
    help: 'stopped: IIS answers the SOAP address with 503; missing: with 404',
  },
  unexpectedCalls: { kind: 'count', initial: 0, help: 'so many next SOAP calls end in "An exception occurred."' },
  systemEnabled: { kind: 'flag', initial: true, help: 'false: web services are off in System Configuration' },
  companyEnabled: { kind: 'flag', initial: true, help: 'false: web services are off in Company Maintenance' },
  userEnabled: { kind: 'flag', initial: true, help: 'false: web services are off in User Maintenance' },
  lockUserAfter: {
    kind: 'count',
    initial: 0,
    help: 'wrong passwords in a row after which the user is locked; 0: never',
  },
  logonCode: {
    kind: 'text',
    initial: 'WS_LogonFailed',
    help: 'ErrorCode of all refusals of a logon in the SOAP service',
  },
  diagnostics: {
    kind: 'flag',
    initial: false,
    help: 'true: GetDiagnosticInformation answers others than the server itself',
  },
  contractName: {
    kind: 'text',
    initial: 'IMasService',
    help: 'name of the service contract: part of every SOAPAction',
  },
  namespace: { kind: 'text', initial: SAGE_NAMESPACE, help: 'namespace of operations and their parameters' },
  memberNamespace: { kind: 'text', initial: SAGE_NAMESPACE, help: 'namespace of the members of logon, customer, …' },
  faultNamespace: {
    kind: 'text',
    initial: SAGE_NAMESPACE,
    help: 'namespace that the prefix of a faultcode is bound to',
  },
  elementOrder: {
    kind: ['alphabetical', 'reversed'],
    initial: 'alphabetical',
    help: 'reversed: parameters and members stand in the opposite order, in the WSDL and on the wire',
  },
  extraMembers: { kind: 'flag', initial: false, help: 'true: a later release, which adds members to all contracts' },
  amountTypes: {
    kind: ['decimal', 'string'],
    initial: 'decimal',
    help: 'type of amounts and quantities in the WSDL; as decimal an empty element cannot be read, as string it is none',
  },
  blanks: {
    kind: ['mixed', 'empty', 'nil', 'absent'],
    initial: 'mixed',
    help: 'how a member without a value is printed: empty, nil or not at all',
  },
  absentMembers: {
    kind: ['blank', 'kept'],
    initial: 'blank',
    help: 'members that an update lacks: blank (except dates) or kept',
  },
  internalHost: {
    kind: 'text',
    initial: 'sage100srv.corp.example',
    help: 'host that the WSDL names in addresses and imports',
  },
  nullDateTime: { kind: isDate, initial: '1753-01-01T00:00:00', help: 'the date that says: no date' },
  maxMessageBytes: { kind: 'count', initial: 65_536, help: 'largest SOAP request; beyond it 413' },
  billToReporting: { kind: 'flag', initial: false, help: 'true: orders may name a bill-to customer' },
}

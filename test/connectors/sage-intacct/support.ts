/** A sandbox and a connection to it, closed after the test that asked for them. */
import { sageIntacct } from '../../../connectors/sage-intacct/index.ts'
import type { Cursor, DataRecord, JsonObject } from '../../../engine/core/record.ts'
import type { Connection, ReadRequest } from '../../../engine/sdk/connector.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { type Connected, type ConnectOptions, connect, control } from '../../support/connect.ts'

export interface Intacct extends Connected {
  readonly sandbox: Sandbox
  readonly over: ReturnType<typeof control>
}

const open: Sandbox[] = []

export interface StartOptions extends ConnectOptions {
  readonly records?: number
  readonly options?: Readonly<Record<string, string>>
}

/** The user's formatting is set unless a test wants it read, so that calls are easy to count. */
export async function startIntacct(options: StartOptions = {}): Promise<Intacct> {
  const sandbox = await sageIntacct.sandbox.start({
    port: 0,
    host: '127.0.0.1',
    records: options.records ?? 12,
    seed: 7,
    options: options.options ?? {},
  })
  open.push(sandbox)
  return { ...(await again({ sandbox }, options)), sandbox, over: control(sandbox) }
}

/** Another process's connection to the same sandbox. */
export function again({ sandbox }: Pick<Intacct, 'sandbox'>, options: ConnectOptions = {}): Promise<Connected> {
  return connect(sageIntacct, sandbox, {
    ...options,
    settings: { gmtOffset: '+00:00', dateFormat: '/mdY', ...options.settings },
  })
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map(sandbox => sandbox.close()))
}

export interface ReadAll {
  readonly records: readonly DataRecord[]
  readonly cursor: Cursor
  readonly pages: number
  readonly complete: boolean
}

/** Reads to the end and keeps everything. */
export async function readAll(
  connection: Connection,
  entity: string,
  request: Partial<ReadRequest> = {},
): Promise<ReadAll> {
  const records: DataRecord[] = []
  let cursor: Cursor = {}
  let pages = 0
  let complete = false
  for await (const page of connection.read(entity, { select: [], deletes: false, ...request })) {
    records.push(...page.records)
    cursor = page.next
    pages += 1
    complete ||= page.complete === true
  }
  return { records, cursor, pages, complete }
}

/** What was thrown; fails when nothing was. */
export async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was thrown')
}

/** An answer of the gateway around one function result, for faults. */
export function answerWith(result: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><response><control><status>success</status><senderid>s</senderid><controlid>c</controlid><uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control><operation><authentication><status>success</status><userid>u</userid><companyid>c</companyid><locationid></locationid><sessiontimestamp>2026-01-01T00:00:00+00:00</sessiontimestamp><sessiontimeout>2026-01-01T06:00:00+00:00</sessiontimeout></authentication>${result}</operation></response>`
}

export function failure(errorno: string, text: string, controlId = 'query VENDOR', correction = ''): string {
  return answerWith(
    `<result><status>failure</status><function>query</function><controlid>${controlId}</controlid><errormessage><error><errorno>${errorno}</errorno><description></description><description2>${text}</description2><correction>${correction}</correction></error></errormessage></result>`,
  )
}

/** Name of a record's display contact. */
export function displayContactOf(record: DataRecord | undefined): string {
  const contact = record?.fields['DISPLAYCONTACT']
  const name = typeof contact === 'object' && contact !== null ? (contact as JsonObject)['CONTACTNAME'] : undefined
  if (typeof name !== 'string') throw new Error('the record has no display contact')
  return name
}

/** Calls beside signing in. */
export function dataCalls({ calls }: Pick<Intacct, 'calls'>): string[] {
  return calls.filter(it => it !== 'getAPISession')
}

import { sage100 } from '../../../connectors/sage-100/index.ts'
import { sage100Sandbox } from '../../../connectors/sage-100/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import type { ConnectOptions } from '../../support/connect.ts'
import { type Opened, openAt } from '../../support/opened.ts'

export { errorOf, refusedWith, writtenAs } from '../../support/answers.ts'
export type { Opened } from '../../support/opened.ts'
export { asStored } from '../../support/reading.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const startSandbox = (options: Readonly<Record<string, string>> = {}, records = 12): Promise<Sandbox> =>
  sage100Sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 3, options })

export const open = async (
  options: Readonly<Record<string, string>> = {},
  { records = 12, ...more }: ConnectOptions & { readonly records?: number } = {},
): Promise<Opened> => openAt(sage100, await startSandbox(options, records), more)

/** An answer of the agent that refuses (fact sheet 7). */
export const refusal = (status: number, code: string, message: string, more: JsonObject = {}) => ({
  action: 'answer' as const,
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code, message, retryable: false, requestId: 'r-1', ...more } }),
})

/** A fault of the web services (fact sheet 3.2). */
export const fault = (code: string, message: string, status = 500) => ({
  action: 'answer' as const,
  status,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body:
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>' +
    `<faultcode xmlns:a="http://mas90.sage.com/ws">a:${code}</faultcode><faultstring xml:lang="en-US">${message}</faultstring>` +
    `<detail><MasFault xmlns="http://mas90.sage.com/ws"><ErrorCode>${code}</ErrorCode><ErrorMessage>${message}</ErrorMessage></MasFault></detail>` +
    '</s:Fault></s:Body></s:Envelope>',
})

import { sage300 } from '../../../connectors/sage-300/index.ts'
import { sage300Sandbox } from '../../../connectors/sage-300/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import type { ConnectOptions } from '../../support/connect.ts'
import { type Opened, openAt } from '../../support/opened.ts'

export { errorOf, refusedWith, writtenAs } from '../../support/answers.ts'
export type { Opened } from '../../support/opened.ts'
export { asStored } from '../../support/reading.ts'

export const HOUR = 60 * 60_000

export const startSandbox = (options: Readonly<Record<string, string>> = {}, records = 12): Promise<Sandbox> =>
  sage300Sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 3, options })

export const open = async (
  options: Readonly<Record<string, string>> = {},
  { records = 12, ...more }: ConnectOptions & { readonly records?: number } = {},
): Promise<Opened> => openAt(sage300, await startSandbox(options, records), more)

/** An answer of the Web API that refuses (fact sheet 6). */
export const refusal = (status: number, code: string, value: string) => ({
  action: 'answer' as const,
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code, message: { lang: 'en-US', value } } }),
})

export const list = (rows: readonly JsonObject[], more: JsonObject = {}) => ({
  action: 'answer' as const,
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ value: rows, ...more }),
})

export const order = (more: JsonObject = {}): JsonObject => ({
  CustomerNumber: '1400',
  OrderReference: 'ZCRM-5512',
  OrderDetails: [{ LineType: 'Item', Item: 'A1-105/0', QuantityOrdered: 2 }],
  ...more,
})

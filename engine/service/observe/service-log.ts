import { pino } from 'pino'
import type { JsonObject } from '../../core/record.ts'
import type { Log } from '../../sdk/connector.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogStream {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** The log of a service: JSON lines for machines, short ones where a person watches. Runs and connectors write to it, too. */
export function createServiceLog(level: LogLevel, stream: LogStream): Log {
  const target = stream.isTTY
    ? { write: (line: string) => void stream.write(short(line)) }
    : { write: (line: string) => void stream.write(line) }
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    target,
  )
  const line = (at: 'debug' | 'info' | 'warn') => (message: string, fields?: JsonObject) =>
    log[at](fields ?? {}, message)
  return { debug: line('debug'), info: line('info'), warn: line('warn') }
}

/** `14:03:21 warn run ended flow=vendors state=failed` */
function short(json: string): string {
  const { level, time, message, ...fields } = JSON.parse(json) as Record<string, unknown>
  const more = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(message)}${more.join('')}\n`
}

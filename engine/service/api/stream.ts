import type { ServerResponse } from 'node:http'
import type { Clock } from '../../core/clock.ts'

export interface StreamPorts {
  readonly clock: Clock
  readonly headers: Readonly<Record<string, string>>
  /** Asked with every heartbeat: false ends the stream. */
  isWanted(): Promise<boolean>
  /** Once, whoever ended it. */
  onEnd(): void
}

export interface Stream {
  send(name: string, data: unknown): void
  end(): void
}

const HEARTBEAT_MS = 15_000
/** Who has so much unread is not listening: it connects again and reads anew. */
const MOST_UNREAD = 1024 * 1024

/** Server-sent events over an answer that fastify has let go of. */
export function openStream(raw: ServerResponse, { clock, headers, isWanted, onEnd }: StreamPorts): Stream {
  const over = new AbortController()
  const finish = () => {
    if (over.signal.aborted) return
    over.abort()
    onEnd()
  }
  const write = (text: string): void => {
    if (over.signal.aborted) return
    raw.write(text)
    if (raw.writableLength > MOST_UNREAD) raw.destroy()
  }
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(HEARTBEAT_MS, over.signal)
      if (!(await isWanted())) return void raw.end()
      write(': still here\n\n')
    }
  }
  raw.on('close', finish)
  raw.on('error', finish)
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would collect events before it passes them on
    'x-accel-buffering': 'no',
  })
  write('retry: 2000\n\n')
  // it ends by the abort; a ledger that fails ends the stream, and the page connects again
  beat().catch(() => raw.end())
  return {
    send: (name, data) => write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
    end: () => void raw.end(),
  }
}

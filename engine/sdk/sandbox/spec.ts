import type { JsonObject } from '../../core/record.ts'

/** What a connector says of its sandbox: enough to print help; the server itself is imported only when started. */
export interface SandboxSpec {
  readonly summary: string
  /** `--option name=value`: what each one changes. */
  readonly options: Readonly<Record<string, string>>
  /** What `--records` is when nobody says: 60, unless the system starts empty. */
  readonly defaultRecords?: number
  start(options: SandboxOptions): Promise<Sandbox>
}

export interface SandboxOptions {
  /** 0: any free port. */
  readonly port: number
  readonly host: '127.0.0.1' | '::1'
  /** How many of the main entities (customers, vendors, …) to make. */
  readonly records: number
  /** Same seed, same data. */
  readonly seed: number
  readonly options: Readonly<Record<string, string>>
}

/** A running sandbox: what `ml-connector sandbox` prints, and what a workspace needs to connect to it. */
export interface Sandbox {
  readonly url: string
  readonly settings: JsonObject
  readonly secrets: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** A request as a sandbox's handler gets it. */
export interface SandboxRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Body of `POST /_sandbox/faults`: what goes wrong, and when. Faults are tried in the order they came; the first that matches acts. */
export interface Fault {
  /** Regular expression over `METHOD /path?query`. Absent: every request but /_sandbox. */
  readonly path?: string
  /** The request body must contain this. */
  readonly bodyContains?: string
  /** Which of the matching requests it hits first, from 1 (default 1). */
  readonly nth?: number
  /** How many requests it hits from there (default 1). */
  readonly times?: number
  /** Wait before anything else. */
  readonly delayMs?: number
  /**
   * answer: do not run the request, answer with status/headers/body. cutBefore: drop the connection, nothing happens.
   * cutAfter: run the request (it commits), then drop the connection without an answer. cutMid: run it, send half the answer, drop.
   * truncate: run it, answer 200 with only the first half of the body. hang: run it, never answer (the client must time out).
   * hangBefore: never answer and do not run it. delay: only delayMs, then a normal answer.
   */
  readonly action: 'answer' | 'cutBefore' | 'cutAfter' | 'cutMid' | 'truncate' | 'hang' | 'hangBefore' | 'delay'
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One reading call, as the client takes it. */
import type { EngineError } from '../../engine/sdk/index.ts'
import type { XmlElement } from './xml.ts'

export interface ReadAnswer {
  readonly data: XmlElement
  readonly serverNow: Date
}

export interface ReadCall<T> {
  /** `query VENDOR`: the call is counted under it. */
  readonly label: string
  /** Built anew for each try: a page that took too long is asked for in a smaller size. */
  build(): string
  /** What the answer amounts to. An error thrown here is treated like any other failure of the call. */
  check(answer: ReadAnswer): T
  /** Tries in all; 5 when left out. */
  readonly attempts?: number
  /** Belongs to signing in, and is counted with it. */
  readonly isPreparation?: boolean
  onFailure?(error: EngineError): void
}

export type Read = <T>(call: ReadCall<T>) => Promise<T>

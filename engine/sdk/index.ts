/** Everything that a connector may import of the engine. */
export type { Clock } from '../core/clock.ts'
export type { CursorContract, LimitsContract, RepeatPolicy } from '../core/contracts.ts'
export {
  EngineError,
  type ErrorKind,
  type ErrorParts,
  type Failure,
  isEngineError,
  toEngineError,
} from '../core/errors.ts'
export type { EntityDescription, Field, Fields, FieldType } from '../core/fields.ts'
export { canonicalJson, fingerprint } from '../core/fingerprint.ts'
export type { Cursor, DataRecord, Json, JsonObject, Page } from '../core/record.ts'
export { Secret } from '../core/secret.ts'
export * from './carry-out.ts'
export * from './common-errors.ts'
export type * from './connector.ts'
export { defineConnector } from './define-connector.ts'
export { type HttpAnswer, type HttpClient, HttpFailure, type HttpRequest } from './http.ts'
export * from './json.ts'
export { redactor } from './redact.ts'
export { DEFAULT_RETRIES, parseRetryAfter, type RetryPolicy, withRetries } from './retry.ts'
export { createCertificate, type ServerCertificate, type Voucher } from './sandbox/certificate.ts'
export { type Chance, createChance } from './sandbox/chance.ts'
export {
  createKnobs,
  helpOfKnobs,
  type KnobBoard,
  type KnobOrigin,
  type KnobSpec,
  type KnobTable,
} from './sandbox/knobs.ts'
export * from './sandbox/server.ts'
export type * from './sandbox/spec.ts'
export { startTlsFront, type TlsFront, type TlsFrontParts } from './sandbox/tls-front.ts'
export { createSigned, type Signing } from './signed.ts'
export type { TlsTrust } from './tls.ts'
export { renewalTime } from './token-life.ts'
export { checkUrl, type UrlRule } from './url.ts'
export * from './xml-nodes.ts'
export { escapeXml } from './xml-text.ts'

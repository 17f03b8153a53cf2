/** Errors that connectors raise in the same words. The code is each connector's own; the catalogue of codes knows the rest from here. */
import { EngineError, type ErrorKind } from '../core/errors.ts'
import type { HttpFailure } from './http.ts'

/** By what raises them: a function of this file, or a property of what `lostAnswerOf` takes. */
export const COMMON_ERRORS = {
  strange: {
    kind: 'contract',
    remedy: 'Report this with the name of the entity: nothing was skipped, the run stopped here.',
  },
  unreadableCursor: {
    kind: 'configuration',
    remedy:
      'Reset it with "ml-connector cursor": the next run reads everything again, unchanged records cost no write.',
  },
  transient: {
    kind: 'transient',
    remedy: 'No usable answer came: the next run goes on where this one stopped.',
  },
  uncertain: {
    kind: 'uncertain',
    remedy: 'The write may have happened: its record is looked up before anything is sent again.',
  },
} as const satisfies Readonly<Record<string, { readonly kind: ErrorKind; readonly remedy: string }>>

/** Something that must not be believed: the run stops, and nothing is skipped. */
export const strange = (code: string, message: string): EngineError =>
  new EngineError({ ...COMMON_ERRORS.strange, code, message })

/** A cursor that somebody else made, or nobody. */
export const unreadableCursor = (code: string): EngineError =>
  new EngineError({
    ...COMMON_ERRORS.unreadableCursor,
    code,
    message: 'the saved cursor is not one of this connector',
  })

/** Says that no usable answer came to the call `where`, and why. */
export type LostAnswer = (where: string, why: string, kind: 'transient' | 'uncertain') => EngineError

/** No usable answer came (cut, timed out, HTML, truncated): `uncertain` when the call may have written. A code for each. */
export const lostAnswerOf =
  (codes: { readonly transient: string; readonly uncertain: string }): LostAnswer =>
  (where, why, kind) =>
    new EngineError({ ...COMMON_ERRORS[kind], code: codes[kind], message: `${where}: ${why}` })

/** The handshake failed for the certificate of the other side: no repeat makes it trusted. */
export const isUntrusted = ({ reason, message }: HttpFailure): boolean =>
  reason === 'connect' && /: (CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(message)

import type { Place } from '../store/table.ts'
import { AgentRefusal, badRequest } from './answers.ts'

export interface CursorParts {
  /** Company and entity: a cursor of one list means nothing in another. */
  readonly entity: string
  readonly place: Place
  readonly issuedAt: number
}

/** Opaque for clients: the last row given, and when. */
export const printCursor = ({ entity, place, issuedAt }: CursorParts): string =>
  Buffer.from([entity, place.ordinal, issuedAt, place.key].join('|')).toString('base64url')

export interface CursorRule {
  readonly entity: string
  /** Issued before: no longer valid. */
  readonly validFrom: number
}

export function parseCursor(text: string, { entity, validFrom }: CursorRule): Place {
  const [of, ordinal = '', issuedAt = '', ...key] = Buffer.from(text, 'base64url').toString('utf8').split('|')
  if (of !== entity || !/^\d+$/.test(ordinal) || !/^\d+$/.test(issuedAt))
    throw badRequest(`The cursor is none of ${entity}.`)
  if (Number(issuedAt) < validFrom)
    throw new AgentRefusal('CURSOR_EXPIRED', 'The cursor is no longer valid: start the list again.')
  return { ordinal: Number(ordinal), key: key.join('|') }
}

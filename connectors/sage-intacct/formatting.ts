/** How the API user's timestamps are printed: read from its preferences once a day, or set by hand (sheet 5.4.1). */
import { type Context, EngineError, fingerprint, isEngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { Read } from './calls.ts'
import { parseDateFormat, parseOffset, type UserFormatting } from './dates.ts'
import type { IntacctSettings } from './settings.ts'
import { childText, descendant, textElement } from './xml.ts'

const DAY_MS = 24 * 60 * 60_000

export interface UserPreferences {
  readonly gmtOffset: string
  readonly dateFormat: string
  readonly clock: string
}

/** Answers from the settings, from what was remembered, or from Intacct (two calls). */
export function createFormatting(context: Context<IntacctSettings>, read: Read): () => Promise<UserFormatting> {
  let held: Promise<UserFormatting> | undefined
  let heldUntil = 0
  return () => {
    const now = context.clock.now().getTime()
    if (!held || now >= heldUntil) {
      heldUntil = now + DAY_MS
      held = findFormatting(context, read)
      held.catch(() => {
        held = undefined
      })
    }
    return held
  }
}

async function findFormatting(context: Context<IntacctSettings>, read: Read): Promise<UserFormatting> {
  const { gmtOffset, dateFormat } = context.settings
  if (gmtOffset !== 'auto' && dateFormat !== 'auto') return combine(gmtOffset, dateFormat)
  const name = preferencesFact(context.settings)
  const remembered = toPreferences(await context.facts.get(name))
  const preferences = remembered ?? (await readUserPreferences(context, read))
  return combine(
    gmtOffset === 'auto' ? preferences.gmtOffset : gmtOffset,
    dateFormat === 'auto' ? preferences.dateFormat : dateFormat,
  )
}

/** Reads the preferences from Intacct and remembers them for a day. */
export async function readUserPreferences(context: Context<IntacctSettings>, read: Read): Promise<UserPreferences> {
  try {
    const preferences = await askPreferences(context.settings.userId, read)
    await context.facts.set(preferencesFact(context.settings), { ...preferences }, DAY_MS)
    return preferences
  } catch (thrown) {
    if (!isEngineError(thrown, 'unavailable') && !isEngineError(thrown, 'contract')) throw thrown
    throw new EngineError({
      kind: 'configuration',
      code: 'INTACCT_FORMAT_UNKNOWN',
      message: `the date format of user ${context.settings.userId} could not be read: ${thrown.message}`,
      remedy: 'Set gmtOffset and dateFormat of the connection as they stand in the preferences of that user.',
      cause: thrown,
    })
  }
}

async function askPreferences(userId: string, read: Read): Promise<UserPreferences> {
  const recordNo = await read({
    label: 'readByName USERINFO',
    isPreparation: true,
    build: () =>
      `<readByName><object>USERINFO</object>${textElement('keys', userId)}<fields>RECORDNO,LOGINID</fields></readByName>`,
    check: ({ data }) => descendant(data, 'RECORDNO')?.text.trim() ?? '',
  })
  return read({
    label: 'readUserFormatting',
    isPreparation: true,
    build: () => `<readUserFormatting>${textElement('key', recordNo)}</readUserFormatting>`,
    check: ({ data }) => {
      const found = descendant(data, 'userformatting')
      const text = (name: string) => childText(found, name)
      return { gmtOffset: text('gmtoffset'), dateFormat: text('dateformat'), clock: text('clock') }
    },
  })
}

const preferencesFact = (settings: IntacctSettings): string =>
  `formatting-${fingerprint([settings.companyId, settings.userId, settings.url]).slice(0, 12)}`

function toPreferences(fact: unknown): UserPreferences | undefined {
  if (typeof fact !== 'object' || fact === null) return undefined
  const { gmtOffset, dateFormat, clock } = fact as JsonObject
  return typeof gmtOffset === 'string' && typeof dateFormat === 'string' && typeof clock === 'string'
    ? { gmtOffset, dateFormat, clock }
    : undefined
}

function combine(gmtOffset: string, dateFormat: string): UserFormatting {
  const offsetMinutes = parseOffset(gmtOffset)
  const format = parseDateFormat(dateFormat)
  if (offsetMinutes !== undefined && format) return { offsetMinutes, ...format }
  throw new EngineError({
    kind: 'configuration',
    code: 'INTACCT_FORMAT_UNKNOWN',
    message: `this connector cannot print times in the format "${dateFormat}" at offset "${gmtOffset}"`,
    remedy:
      'Give the API user the date format MM/DD/YYYY (/mdY) and a plain GMT offset, or set gmtOffset and dateFormat of the connection.',
  })
}

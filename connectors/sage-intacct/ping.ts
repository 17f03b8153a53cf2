/** The cheapest proof of address, credentials and the user's formatting: a sign-in of its own, and the user's preferences. */
import { isEngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { IntacctClient } from './client.ts'
import { parseOffset } from './dates.ts'
import { readUserPreferences, type UserPreferences } from './formatting.ts'
import type { IntacctSettings } from './settings.ts'

/** Signs in even when a session is stored: a stored one proves nothing about the password. */
export async function ping(client: IntacctClient): Promise<{ account: string; details: JsonObject }> {
  const { settings } = client.context
  const session = await client.prove()
  const preferences = await preferencesOf(client)
  await client.formatting()
  const entity = settings.locationId ?? 'top level'
  return {
    account: `${settings.companyId} (${entity})`,
    details: {
      company: settings.companyId,
      entity,
      user: settings.userId,
      endpoint: new URL(session.endpoint).host,
      ...(preferences ? { gmtOffset: preferences.gmtOffset, dateFormat: preferences.dateFormat } : {}),
      warnings: preferences ? warningsOf(preferences, settings) : ["the user's preferences cannot be read"],
    },
  }
}

/** Undefined when they cannot be read and need not be, because the connection says how times are printed. */
async function preferencesOf(client: IntacctClient): Promise<UserPreferences | undefined> {
  const { gmtOffset, dateFormat } = client.context.settings
  try {
    return await readUserPreferences(client.context, client.read)
  } catch (thrown) {
    if (gmtOffset !== 'auto' && dateFormat !== 'auto' && isEngineError(thrown, 'configuration')) return undefined
    throw thrown
  }
}

const ADVISED: readonly { readonly of: keyof UserPreferences; readonly is: RegExp; readonly warning: string }[] = [
  {
    of: 'gmtOffset',
    is: /^(?:GMT|UTC)?(?:[+-]?0{1,2}:?(?:00)?)?$/i,
    warning: 'the API user is not at GMT: Intacct does not move its offset with daylight saving; give it GMT+0',
  },
  { of: 'dateFormat', is: /^\/mdY$/, warning: 'the API user does not print dates as MM/DD/YYYY; give it that format' },
  { of: 'clock', is: /^(24)?$/, warning: 'the API user has a 12-hour clock; give it a 24-hour clock' },
]

function warningsOf(preferences: UserPreferences, settings: IntacctSettings): string[] {
  const advice = ADVISED.filter(({ of, is }) => !is.test(preferences[of].trim())).map(({ warning }) => warning)
  const { gmtOffset, dateFormat } = settings
  const isOffsetWrong = gmtOffset !== 'auto' && parseOffset(gmtOffset) !== parseOffset(preferences.gmtOffset)
  const isFormatWrong = dateFormat !== 'auto' && dateFormat !== preferences.dateFormat
  return [
    ...advice,
    ...(isOffsetWrong ? [`gmtOffset of the connection is ${gmtOffset}, the user's is ${preferences.gmtOffset}`] : []),
    ...(isFormatWrong
      ? [`dateFormat of the connection is ${dateFormat}, the user's is ${preferences.dateFormat}`]
      : []),
  ]
}

/** The cheapest proof of address, credentials and the user's formatting: a sign-in of its own, and the user's preferences. */
import type { JsonObject } from '../../engine/sdk/index.ts'
import type { IntacctClient } from './client.ts'
import { readUserPreferences, type UserPreferences } from './formatting.ts'

/** Signs in even when a session is stored: a stored one proves nothing about the password. */
export async function ping(client: IntacctClient): Promise<{ account: string; details: JsonObject }> {
  const { settings } = client.context
  const session = await client.prove()
  const preferences = await readUserPreferences(client.context, client.read)
  await client.formatting()
  const entity = settings.locationId ?? 'top level'
  return {
    account: `${settings.companyId} (${entity})`,
    details: {
      company: settings.companyId,
      entity,
      user: settings.userId,
      endpoint: new URL(session.endpoint).host,
      gmtOffset: preferences.gmtOffset,
      dateFormat: preferences.dateFormat,
      warnings: warningsOf(preferences),
    },
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

function warningsOf(preferences: UserPreferences): string[] {
  return ADVISED.filter(({ of, is }) => !is.test(preferences[of].trim())).map(({ warning }) => warning)
}

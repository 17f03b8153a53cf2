import type { Action, ApiToken, InboxEntry, Pause, SubscriptionRow } from '../../engine/core/operations.ts'
import { Secret } from '../../engine/core/secret.ts'
import { AT, later } from './records.ts'

/** Rows with every field filled; a test names what it is about. */

export function delivered(deliveryId: string, over: Partial<InboxEntry> = {}): InboxEntry {
  return {
    ...{ connection: 'zoho', deliveryId, entity: 'Vendors', change: 'upsert', keys: ['1', '2'], receivedAt: AT },
    ...over,
  }
}

export function subscription(id: string, over: Partial<SubscriptionRow> = {}): SubscriptionRow {
  return {
    ...{ connection: 'zoho', id, entities: ['Vendors', 'Accounts'], callbackUrl: 'https://sync.example/hooks/zoho' },
    ...{ secret: new Secret('planted-secret'), createdAt: AT, expiresAt: later(86_400_000) },
    ...{ failure: null, failingSince: null },
    ...over,
  }
}

export function apiToken(id: string, over: Partial<ApiToken> = {}): ApiToken {
  return {
    ...{ id, name: `token ${id}`, role: 'operator', hash: `hash of ${id}`, createdAt: AT },
    ...{ expiresAt: later(86_400_000), lastUsedAt: null, revokedAt: null },
    ...over,
  }
}

export function action(subject: string, over: Partial<Action> = {}): Action {
  return { at: AT, actor: 'ada', action: 'flow.run', subject, details: { reason: 'month end', keys: ['1'] }, ...over }
}

export function pause(subject: string, over: Partial<Pause> = {}): Pause {
  return { subject, by: 'ada', at: AT, reason: 'books are being closed', ...over }
}

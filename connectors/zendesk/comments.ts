import type { Json, JsonObject } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { isCode } from './errors.ts'
import { everyOne } from './every.ts'
import { idOf, objectsOf, textOf } from './json.ts'

/** All comments of a ticket, oldest first; none where it is gone by now. */
export async function commentsOf(client: ZendeskClient, ticketId: string): Promise<readonly JsonObject[]> {
  try {
    const label = 'tickets/{id}/comments'
    const found = await everyOne(client, { path: `tickets/${ticketId}/comments`, key: 'comments', label })
    return found.map(toComment)
  } catch (thrown) {
    if (isCode(thrown, 'ZENDESK_NOT_FOUND')) return []
    throw thrown
  }
}

function toComment(raw: JsonObject): JsonObject {
  const kept: readonly (readonly [string, Json | undefined])[] = [
    ['id', idOf(raw['id'])],
    ['author_id', idOf(raw['author_id'])],
    ['body', textOf(raw['plain_body']) ?? textOf(raw['body'])],
    ['public', raw['public']],
    ['created_at', textOf(raw['created_at'])],
    ['attachments', objectsOf(raw['attachments']).map(toAttachment)],
  ]
  return withValues(kept)
}

const toAttachment = (raw: JsonObject): JsonObject =>
  withValues([
    ['id', idOf(raw['id'])],
    ['file_name', textOf(raw['file_name'])],
    ['content_type', textOf(raw['content_type'])],
    ['content_url', textOf(raw['content_url'])],
    ['size', raw['size']],
  ])

function withValues(entries: readonly (readonly [string, Json | undefined])[]): JsonObject {
  const kept: [string, Json][] = []
  for (const [name, value] of entries) if (value !== undefined && value !== null) kept.push([name, value])
  return Object.fromEntries(kept)
}

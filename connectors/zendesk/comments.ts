import type { Json, JsonObject } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { isCode } from './errors.ts'
import { idOf, objectOf, objectsOf, textOf } from './json.ts'
import { strange } from './list.ts'

/** All comments of a ticket, oldest first; none where it is gone by now. */
export async function commentsOf(client: ZendeskClient, ticketId: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = []
  let after: string | undefined
  try {
    do {
      const { body } = await client.call({
        method: 'GET',
        path: `tickets/${ticketId}/comments`,
        label: 'tickets/{id}/comments',
        query: { 'page[size]': '100', ...(after === undefined ? {} : { 'page[after]': after }) },
        expect: { list: 'comments' },
        effect: 'none',
      })
      found.push(...objectsOf(body['comments']).map(toComment))
      const { has_more: hasMore, after_cursor: next } = objectOf(body['meta'])
      const following = hasMore === true ? textOf(next) : undefined
      if (following !== undefined && following === after)
        throw strange('comments', 'a page names itself as the next one')
      after = following
    } while (after !== undefined)
    return found
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

import type { JsonObject } from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { isObject, objectsOf, textOf } from './json.ts'
import { LIST_PAGE, strange } from './list.ts'

/**
 * All of a small list. Whether these page by cursor is not confirmed: a cursor is asked for, and an answer that counts pages is followed by count
 * (fact sheet 3.1).
 */
export async function everyOne(
  client: ZendeskClient,
  { path, key, label = path }: { readonly path: string; readonly key: string; readonly label?: string },
): Promise<JsonObject[]> {
  const found: JsonObject[] = []
  let query: Readonly<Record<string, string>> | undefined = { 'page[size]': String(LIST_PAGE) }
  for (let page = 1; query !== undefined; page += 1) {
    const { body } = await client.call({ method: 'GET', path, label, query, expect: { list: key }, effect: 'none' })
    found.push(...objectsOf(body[key]))
    const next = nextQuery(body, page)
    if (next !== undefined && next['page[after]'] !== undefined && next['page[after]'] === query['page[after]'])
      throw strange(label, 'a page names itself as the next one')
    query = next
  }
  return found
}

function nextQuery(body: JsonObject, page: number): Readonly<Record<string, string>> | undefined {
  const { meta, next_page: nextPage } = body
  if (isObject(meta)) {
    const after = meta['has_more'] === true ? textOf(meta['after_cursor']) : undefined
    return after === undefined ? undefined : { 'page[size]': String(LIST_PAGE), 'page[after]': after }
  }
  return textOf(nextPage) === undefined ? undefined : { page: String(page + 1), per_page: String(LIST_PAGE) }
}

import type { JsonObject } from '../../core/record.ts'

/** A sandbox's control routes: its system's own screens, so to say. */
export interface Control {
  records(entity: string): Promise<readonly JsonObject[]>
  /** Creates or changes; what is not given stays. Answers the stored record. */
  put(entity: string, record: JsonObject): Promise<JsonObject>
  remove(entity: string, key: string): Promise<void>
}

export function control(url: string): Control {
  const ask = async (method: string, path: string, body?: JsonObject): Promise<unknown> => {
    const answer = await fetch(new URL(`/_sandbox/records/${path}`, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok)
      throw new Error(`the sandbox answered ${answer.status} to ${method} ${path}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    records: async entity => (await ask('GET', entity)) as JsonObject[],
    put: async (entity, record) => (await ask('POST', entity, record)) as JsonObject,
    remove: async (entity, key) => void (await ask('DELETE', `${entity}/${encodeURIComponent(key)}`)),
  }
}

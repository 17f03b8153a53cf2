import type { JsonObject } from '../../core/record.ts'

/** A sandbox's control routes: its system's own screens, so to say. */
export interface Control {
  records(entity: string): Promise<readonly JsonObject[]>
  /** Creates or changes; what is not given stays. Answers the stored record. */
  put(entity: string, record: JsonObject): Promise<JsonObject>
  remove(entity: string, key: string): Promise<void>
  /** Turns knobs of the sandbox: set-up that its screens of records do not reach. */
  turn(knobs: JsonObject): Promise<void>
  /** The sandbox's clock goes on by so much. */
  pass(ms: number): Promise<void>
}

export function control(url: string): Control {
  const ask = async (method: string, path: string, body?: JsonObject): Promise<unknown> => {
    const answer = await fetch(new URL(`/_sandbox/${path}`, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok)
      throw new Error(`the sandbox answered ${answer.status} to ${method} ${path}: ${await answer.text()}`)
    return answer.json()
  }
  // names of entities and keys may hold slashes
  const at = (...parts: readonly string[]) => ['records', ...parts.map(encodeURIComponent)].join('/')
  return {
    records: async entity => (await ask('GET', at(entity))) as JsonObject[],
    put: async (entity, record) => (await ask('POST', at(entity), record)) as JsonObject,
    remove: async (entity, key) => void (await ask('DELETE', at(entity, key))),
    turn: async knobs => void (await ask('POST', 'knobs', knobs)),
    pass: async ms => void (await ask('POST', 'clock', { advanceMs: ms })),
  }
}

import { list, words } from '../schema.ts'

const MOST_KEYS = 1_000

/** Source keys that a person names in one request. */
export const keyList = list(words(1_000), { minItems: 1, maxItems: MOST_KEYS })

/** More ids or keys than this are named in no action: how many there were is. */
export const MOST_NAMED = 100

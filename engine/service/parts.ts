import { api } from './api/index.ts'
import { hooks } from './hooks/index.ts'
import { observe } from './observe/index.ts'
import type { Part } from './part.ts'
import { retention } from './retention.ts'
import { web } from './web.ts'

/** In the order in which they start. */
export const PARTS: readonly Part[] = [observe, hooks, api, web, retention]

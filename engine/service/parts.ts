import { hooks } from './hooks/index.ts'
import type { Part } from './part.ts'

/** In the order in which they start. */
export const PARTS: readonly Part[] = [hooks]

import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'

/** What a system in memory has in place of a sandbox. */
export const nowhere: Sandbox = { url: '', settings: {}, secrets: {}, close: async () => {} }

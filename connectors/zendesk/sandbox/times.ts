/** ISO 8601, UTC, whole seconds, as every time of the API but a few. */
export const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

/** `2026-03-02 10:22:35 +0000`, as jobs say it. */
export const jobTime = (seconds: number) => iso(seconds).replace('T', ' ').replace('Z', ' +0000')

/** Seconds of an ISO 8601 time or date; undefined when it is none. */
export function parseSeconds(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000)
}

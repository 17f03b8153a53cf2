/** 840 ms, 12.3 s, 4 min 05 s. */
export function showDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** To the second, in UTC: what the ledger holds, readable. */
export function showMoment(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')}Z`
}

import type { Failure } from '../core/errors.ts'

/** ISO time of the ports → milliseconds of the tables. */
export function toMs(iso: string): number {
  return Date.parse(iso)
}

/** Milliseconds of the tables → ISO time of the ports. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString()
}

export function toMsOrNull(iso: string | null): number | null {
  return iso === null ? null : toMs(iso)
}

export function toIsoOrNull(ms: number | null): string | null {
  return ms === null ? null : toIso(ms)
}

/** A failure that we stored ourselves. */
export function readFailure(text: string): Failure {
  return JSON.parse(text) as Failure
}

/** The members of `all` once each, in order. */
export function unique(all: Iterable<string>): string[] {
  return [...new Set(all)]
}

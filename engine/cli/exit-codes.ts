import type { ErrorKind } from '../core/errors.ts'
import type { RunState } from '../core/ledger.ts'
import type { RunReport } from '../run/index.ts'

/** What the shell is told. Documented in README.md beside this file, and in every `--help`. */
export const EXIT = {
  ok: 0,
  partial: 1,
  configuration: 2,
  auth: 3,
  outside: 4,
  defect: 70,
  cancelled: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done; a flow whose entity is not in the account’s edition and may be skipped counts as done',
  partial: 'done, but some records died, or tests failed',
  configuration: 'the workspace, a flow, the arguments or the state folder need correcting',
  auth: 'an outside system refused the credentials',
  outside: 'an outside system was not reachable, refused the entity, throttled for too long or broke its own contract',
  defect: 'a defect of ml-connector',
  cancelled: 'cancelled (Ctrl-C); what was written until then is settled',
}

const BY_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  configuration: EXIT.configuration,
  auth: EXIT.auth,
  'rate-limited': EXIT.outside,
  transient: EXIT.outside,
  uncertain: EXIT.outside,
  contract: EXIT.outside,
  unavailable: EXIT.outside,
  record: EXIT.partial,
  cancelled: EXIT.cancelled,
  defect: EXIT.defect,
}

export function exitOfKind(kind: ErrorKind): ExitCode {
  return BY_KIND[kind]
}

/** Gravest first: what several flows together answer. */
const BY_GRAVITY: readonly ExitCode[] = [
  EXIT.defect,
  EXIT.cancelled,
  EXIT.auth,
  EXIT.configuration,
  EXIT.outside,
  EXIT.partial,
  EXIT.ok,
]

export function gravest(codes: readonly ExitCode[]): ExitCode {
  return BY_GRAVITY.find(code => codes.includes(code)) ?? EXIT.ok
}

/** `unavailable` as a *state* means that the flow says `whenUnavailable: skip`: reported, not a failure. */
export function exitOfRun(report: Pick<RunReport, 'failure'> & { readonly state: RunState }): ExitCode {
  if (report.state === 'succeeded' || report.state === 'unavailable') return EXIT.ok
  if (report.state === 'partial') return EXIT.partial
  return report.failure ? exitOfKind(report.failure.kind) : EXIT.cancelled
}

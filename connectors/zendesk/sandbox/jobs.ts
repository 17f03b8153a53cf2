import { randomBytes } from 'node:crypto'
import type { Json, JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import type { Account } from './account.ts'
import { json, notFound, plain, Refusal } from './answers.ts'
import { jobTime } from './times.ts'

const DAY_MS = 86_400_000

/** One item of a batch: carries itself out, and answers its line of the results. */
export type JobItem = () => JsonObject

export interface JobSpec {
  /** `Creating organization`: what its message says while it works. */
  readonly doing: string
  readonly items: readonly JobItem[]
  /** Results that are no list (permanent deletion): told instead of lines, and without counts. */
  readonly single?: JsonObject
}

interface Job extends JobSpec {
  readonly id: string
  readonly submittedAt: number
  readonly results: JsonObject[]
  outcome: 'completed' | 'failed' | 'killed' | null
  endedAt: number
  polls: number
}

/** Batches that are carried out after they were taken (fact sheet 4.3). */
export interface Jobs {
  /** 200 with the job as it is queued; throws when too many are in flight. */
  submit(spec: JobSpec, origin: string): SandboxAnswer
  show(id: string, origin: string): SandboxAnswer
  /** Those of the ids that are known, and all that are when none is given. */
  list(ids: readonly string[] | null, origin: string): SandboxAnswer
  /** Carries out whatever is due by now: before every call. */
  tick(): void
  readonly counts: { submitted: number; refused: number; items: number }
}

export function createJobs(account: Account): Jobs {
  const jobs = new Map<string, Job>()
  const open = new Set<Job>()
  const counts = { submitted: 0, refused: 0, items: 0 }
  const now = () => account.clock.now().getTime()
  const tick = () => {
    for (const job of open) {
      counts.items += advance(account, job, now())
      if (job.outcome !== null) open.delete(job)
    }
  }
  const held = (id: string): Job | undefined => {
    const job = jobs.get(id)
    if (job && now() - job.endedAt > DAY_MS && job.outcome !== null) jobs.delete(id)
    return jobs.get(id)
  }
  return {
    counts,
    tick,
    submit: (spec, origin) => {
      if (open.size >= account.knobs.jobsInFlight) {
        counts.refused += 1
        throw tooManyJobs(account)
      }
      const id = `V3-${randomBytes(16).toString('hex')}`
      const job: Job = { ...spec, id, submittedAt: now(), results: [], outcome: null, endedAt: 0, polls: 0 }
      jobs.set(id, job)
      open.add(job)
      counts.submitted += 1
      const queued = render(job, origin, 'queued')
      tick()
      const left = account.knobs.jobsInFlight - open.size
      const header = `total=${account.knobs.jobsInFlight}; remaining=${left}; resets=60`
      return json(200, { job_status: queued }, { 'zendesk-ratelimit-inflight-jobs': header })
    },
    show: (id, origin) => {
      const job = held(id)
      if (!job) throw notFound()
      job.polls += 1
      if (job.polls <= account.knobs.jobNotFoundPolls) throw notFound()
      return json(200, { job_status: render(job, origin, seenAs(account, job, now())) })
    },
    list: (ids, origin) => {
      const found = (ids ?? [...jobs.keys()]).flatMap(id => held(id) ?? [])
      const rows = found.map(job => {
        if (ids) job.polls += 1
        return render(job, origin, seenAs(account, job, now()))
      })
      return json(200, {
        job_statuses: rows,
        ...(ids ? { count: rows.length, next_page: null, previous_page: null } : {}),
      })
    },
  }
}

const tooManyJobs = (account: Account) => {
  const text = 'You have exceeded the maximum number of concurrent jobs'
  const headers = { 'retry-after': '10' }
  return new Refusal(
    account.knobs.throttleBody === 'text'
      ? plain(429, `TooManyJobs: ${text}`, headers)
      : json(429, { error: 'TooManyJobs', description: text }, headers),
  )
}

/** Items whose time has come, in order; how many were carried out. */
function advance(account: Account, job: Job, now: number): number {
  const { jobDelayMs, jobMsPerItem, jobOutcome } = account.knobs
  const most =
    jobOutcome === 'failed' ? 0 : jobOutcome === 'killed' ? Math.floor(job.items.length / 2) : job.items.length
  const startedAt = job.submittedAt + jobDelayMs
  let done = 0
  while (job.results.length < most && startedAt + (job.results.length + 1) * jobMsPerItem <= now) {
    job.results.push(job.items[job.results.length]?.() ?? {})
    done += 1
  }
  if (job.results.length >= most && startedAt + most * jobMsPerItem <= now) {
    job.outcome = jobOutcome
    job.endedAt = now
  }
  return done
}

type Seen = 'queued' | 'working' | 'completed' | 'failed' | 'killed'

function seenAs(account: Account, job: Job, now: number): Seen {
  const { jobPolls, jobNotFoundPolls, jobDelayMs } = account.knobs
  if (job.outcome !== null && job.polls > jobPolls + jobNotFoundPolls) return job.outcome
  return job.outcome !== null || now - job.submittedAt >= jobDelayMs ? 'working' : 'queued'
}

const MESSAGES: Readonly<Record<Seen, (job: Job) => Json>> = {
  queued: () => null,
  working: job => `${job.doing} #${job.results.length}`,
  completed: job => `Completed at ${jobTime(Math.floor(job.endedAt / 1000))}`,
  failed: () => 'An unexpected error occurred',
  killed: job => `Killed at ${jobTime(Math.floor(job.endedAt / 1000))}`,
}

function render(job: Job, origin: string, status: Seen): JsonObject {
  const isCompleted = status === 'completed'
  const progress = status === 'queued' ? null : job.results.length
  return {
    id: job.id,
    url: `${origin}/api/v2/job_statuses/${job.id}.json`,
    total: job.single ? null : job.items.length,
    progress: job.single ? null : progress,
    status,
    message: MESSAGES[status](job),
    results: isCompleted ? (job.single ?? job.results) : null,
  }
}

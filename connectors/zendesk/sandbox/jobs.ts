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
  readonly total: number
  readonly submittedAt: number
  readonly results: JsonObject[]
  /** Dropped when the job has ended. */
  items: readonly JobItem[]
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
  const jobs = createJobStore(account)
  const counts = { submitted: 0, refused: 0, items: 0 }
  const now = () => account.clock.now().getTime()
  const tick = () => {
    for (const job of jobs.open) {
      counts.items += advance(account, job, now())
      if (job.outcome !== null) jobs.open.delete(job)
    }
  }
  const see = (job: Job, origin: string) => render(job, origin, seenAs(account, job, now()))
  return {
    counts,
    tick,
    submit: (spec, origin) => {
      const most = account.knobs.jobsInFlight
      if (jobs.open.size >= most) {
        counts.refused += 1
        throw tooManyJobs(account)
      }
      counts.submitted += 1
      const queued = render(jobs.add(spec), origin, 'queued')
      tick()
      const header = `total=${most}; remaining=${most - jobs.open.size}; resets=60`
      return json(200, { job_status: queued }, { 'zendesk-ratelimit-inflight-jobs': header })
    },
    show: (id, origin) => {
      const job = jobs.poll(id)
      if (!job || job.polls <= account.knobs.jobNotFoundPolls) throw notFound()
      return json(200, { job_status: see(job, origin) })
    },
    list: (ids, origin) => {
      if (!ids) return json(200, { job_statuses: jobs.all().map(it => see(it, origin)) })
      const rows = ids.flatMap(id => jobs.poll(id) ?? []).map(it => see(it, origin))
      return json(200, { job_statuses: rows, count: rows.length, next_page: null, previous_page: null })
    },
  }
}

/** Jobs that can still be asked for: a day long after they ended. */
function createJobStore(account: Account) {
  const jobs = new Map<string, Job>()
  const open = new Set<Job>()
  const now = () => account.clock.now().getTime()
  const prune = () => {
    for (const [id, job] of jobs) if (job.outcome !== null && now() - job.endedAt > DAY_MS) jobs.delete(id)
  }
  return {
    open,
    all: () => {
      prune()
      return [...jobs.values()]
    },
    add: (spec: JobSpec): Job => {
      prune()
      const id = `V3-${randomBytes(16).toString('hex')}`
      const started = { total: spec.items.length, submittedAt: now(), results: [], outcome: null, endedAt: 0, polls: 0 }
      const job: Job = { ...spec, id, ...started }
      jobs.set(id, job)
      open.add(job)
      return job
    },
    poll: (id: string): Job | undefined => {
      prune()
      const job = jobs.get(id)
      if (job) job.polls += 1
      return job
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
  const most = jobOutcome === 'failed' ? 0 : jobOutcome === 'killed' ? Math.floor(job.total / 2) : job.total
  const startedAt = job.submittedAt + jobDelayMs
  let done = 0
  while (job.results.length < most && startedAt + (job.results.length + 1) * jobMsPerItem <= now) {
    job.results.push(job.items[job.results.length]?.() ?? {})
    done += 1
  }
  if (job.results.length >= most && startedAt + most * jobMsPerItem <= now) {
    job.outcome = jobOutcome
    job.endedAt = now
    job.items = []
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
    total: job.single ? null : job.total,
    progress: job.single ? null : progress,
    status,
    message: MESSAGES[status](job),
    results: isCompleted ? (job.single ?? job.results) : null,
  }
}

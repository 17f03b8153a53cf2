/** The engine as a service: schedules, webhooks, HTTP API, metrics, dashboard. */
export { createServiceLog, LOG_LEVELS } from './observe/index.ts'
export { type RunningService, type ServiceOptions, startService } from './start.ts'

/** The engine as a service: schedules, webhooks, HTTP API, metrics, dashboard. */

export { newToken } from './auth/token.ts'
export { createServiceLog, LOG_LEVELS } from './observe/index.ts'
export { type RunningService, type ServiceOptions, startService } from './start.ts'

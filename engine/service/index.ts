/** The engine as a service: schedules, webhooks, HTTP API, metrics, dashboard. */
export { type RunningService, type ServiceOptions, startService } from './start.ts'

/** The HTTP API, /api/v1. */
export { api } from './part.ts'

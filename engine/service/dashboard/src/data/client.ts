import type { ErrorView } from '../../../api/views.ts'

/** What the API answered when it was not what was wished. Without an answer at all: code `UNREACHABLE`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly error: ErrorView['error']
  constructor(status: number, error: ErrorView['error']) {
    super(error.message)
    this.status = status
    this.error = error
  }
}

const BASE = '/api/v1'
/** Tells the service that a change comes from its own page: other sites cannot send it. */
const OWN = { 'x-ml-connector': '1' }

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  return ask<T>(search.size > 0 ? `${path}?${search}` : path, { method: 'GET', ...(signal ? { signal } : {}) })
}

export function post<T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  const headers = { ...OWN, 'content-type': 'application/json' }
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) })
}

export function remove<T>(path: string): Promise<T> {
  return ask<T>(path, { method: 'DELETE', headers: OWN })
}

/** A name as a part of a path. */
export const part = encodeURIComponent

export const eventsPath = (workspace: string) => `${BASE}/workspaces/${part(workspace)}/events`

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(`${BASE}${path}`, { ...init, credentials: 'same-origin' }).catch(thrown => {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw new ApiError(0, UNREACHABLE)
  })
  const text = await answer.text()
  const body: unknown = text === '' ? undefined : parsed(text)
  if (!answer.ok) throw new ApiError(answer.status, isErrorView(body) ? body.error : unclear(answer.status))
  // the OpenAPI document of the same service says what it holds, and tests hold the service to it
  return body as T
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isErrorView(body: unknown): body is ErrorView {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error
}

const UNREACHABLE: ErrorView['error'] = {
  kind: 'transient',
  code: 'UNREACHABLE',
  message: 'the service does not answer',
  remedy: 'See whether "ml-connector serve" still runs, and whether this computer reaches it.',
}

const unclear = (status: number): ErrorView['error'] => ({
  kind: 'contract',
  code: `HTTP_${status}`,
  message: `the service answered ${status} without saying why`,
  remedy: 'Try again. A proxy between this page and the service may have answered in its place.',
})

/** Whatever was thrown, as something that can be shown. */
export function errorOf(thrown: unknown): ErrorView['error'] {
  if (thrown instanceof ApiError) return thrown.error
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { kind: 'defect', code: 'DASHBOARD', message, remedy: 'Reload the page; report it if it stays.' }
}

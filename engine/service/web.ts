import statics from '@fastify/static'
import type { Part } from './part.ts'

/** Paths that the page itself makes sense of. Nothing else is answered with it: a misspelt path of the API stays a 404. */
const PAGES = ['/', '/sign-in', '/w', '/w/*']
const YEAR_MS = 365 * 24 * 60 * 60_000

/** The dashboard: its built files and no others. Names under /assets carry a hash of what is in them. */
export const web: Part = async (app, { dashboard }) => {
  if (dashboard === undefined) {
    app.get('/', async (_request, reply) => reply.type('text/plain; charset=utf-8').send(NOT_BUILT))
    return undefined
  }
  await app.register(statics, {
    root: dashboard,
    // of the files that are there now, a route each: what is not there has no route
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = /[\\/]assets[\\/]/.test(path)
      void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_MS / 1_000}, immutable` : 'no-cache')
    },
  })
  for (const page of PAGES) app.get(page, async (_request, reply) => reply.sendFile('index.html'))
  return undefined
}

const NOT_BUILT = `The dashboard is not built here.

"npm run build:dashboard" builds it (npm ci does so by itself), then start the service again. The API is at /api/v1.
`

import { EngineError } from '../../../core/errors.ts'
import { type ApiRoute, route } from '../route.ts'
import { streamed } from '../schema.ts'
import { openStream } from '../stream.ts'

/** Pages that listen, of all workspaces together. */
const MOST = 500

export const eventRoutes: readonly ApiRoute[] = [
  route({
    method: 'GET',
    path: '/workspaces/:ws/events',
    role: 'viewer',
    summary: 'what happens in the workspace, as server-sent events, until either side ends it',
    answer: streamed,
    media: 'text/event-stream',
    handle: async ({ api, reply, held, caller }) => {
      const who = caller()
      if (api.streams.size >= MOST) throw tooManyStreams()
      const headers = Object.fromEntries(
        Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]),
      )
      reply.hijack()
      const { clock } = api.service
      const stream = openStream(reply.raw, {
        clock,
        headers,
        isWanted: () => api.door.isStillIn(who),
        onEnd: () => {
          deaf()
          api.streams.delete(stream)
        },
      })
      const deaf = api.feed.listen(held().name, ({ name, data }) => stream.send(name, data))
      api.streams.add(stream)
      return undefined
    },
  }),
]

const tooManyStreams = (): EngineError =>
  new EngineError({
    kind: 'rate-limited',
    code: 'API_TOO_MANY',
    message: `${MOST} pages listen already`,
    remedy: 'Close some of them, and load the page again.',
    retryAfterMs: 30_000,
  })

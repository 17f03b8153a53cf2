import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'
import { notSignedIn } from '../auth/errors.ts'
import { createRights } from '../auth/rights.ts'
import { hashOf, looksLikeToken } from '../auth/token.ts'
import type { Part } from '../part.ts'
import { countEvents } from './count-events.ts'
import type { Freshness } from './freshness.ts'
import { createInstruments } from './instruments.ts'
import { look } from './look.ts'

type Metrics = MetricObjectWithValues<MetricValue<string>>[]

/**
 * GET /metrics, for Prometheus. Any token opens it, and shows the workspaces that it is of; `--open-metrics` shows all to everybody. An address on
 * loopback opens nothing by itself: a proxy in front of it comes from there, too.
 */
export const metrics =
  (freshness: Freshness): Part =>
  async (app, service) => {
    const instruments = createInstruments(service.version)
    const deaf = countEvents(service, instruments)
    const rights = createRights(service)
    let going: Promise<Metrics> | undefined
    // scrapes that come together are one look at the ledgers
    const read = () => {
      going ??= look(service, instruments, freshness)
        .then(() => instruments.registry.getMetricsAsJSON())
        .finally(() => {
          going = undefined
        })
      return going
    }
    app.get('/metrics', async (request, reply) => {
      const names = service.isMetricsOpen ? 'all' : await opened(request.headers.authorization, rights)
      if (names.length === 0) {
        reply.status(401).header('www-authenticate', 'Bearer')
        return { error: notSignedIn().toFailure() }
      }
      const shown = AggregatorRegistry.aggregate([visible(await read(), names)])
      return reply.type(shown.contentType).send(await shown.metrics())
    })
    return async () => deaf()
  }

async function opened(authorization: string | undefined, rights: ReturnType<typeof createRights>) {
  const [, text = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  if (!looksLikeToken(text)) return []
  return (await rights.everywhere(hashOf(text))).map(it => it.held.name)
}

/** One customer's token shows nothing of another's. */
function visible(all: Metrics, names: 'all' | readonly string[]): Metrics {
  if (names === 'all') return all
  return all.map(it => ({
    ...it,
    values: it.values.filter(
      ({ labels }) => labels['workspace'] === undefined || names.includes(String(labels['workspace'])),
    ),
  }))
}

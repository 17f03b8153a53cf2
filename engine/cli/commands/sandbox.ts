import { EngineError } from '../../core/errors.ts'
import type { Connector } from '../../sdk/connector.ts'
import type { Sandbox } from '../../sdk/sandbox/spec.ts'
import { stopped, UNTIL_STDIN_CLOSES } from '../stopped.ts'
import { named, pairs } from '../suggest.ts'
import type { Verb } from '../verb.ts'

const RECORDS = 60
const SEED = 1

export const sandbox: Verb = {
  name: 'sandbox',
  summary: 'serve an imitation of a connector’s system, with data, until stopped',
  details:
    'Prints one JSON line { connector, url, settings, secrets } and serves on loopback until Ctrl-C. A workspace with\n"development: { loopback: true }" connects to it with those settings and secrets. Routes under /_sandbox change records, inject\nfaults, move the clock and count calls. "ml-connector connectors <name>" lists the options of each.',
  arguments: [{ name: 'connector', description: 'name of the connector' }],
  options: [
    { name: 'port', kind: 'count', min: 0, description: 'port on loopback (default: any free one)' },
    { name: 'records', kind: 'count', min: 0, description: 'how many of the main entities to make' },
    { name: 'seed', kind: 'count', min: 0, description: `same seed, same data (default: ${SEED})` },
    { name: 'option', kind: 'texts', value: 'name=value', description: 'options of this sandbox' },
    UNTIL_STDIN_CLOSES,
  ],
  examples: [
    {
      line: 'sandbox <connector> --port 8081 --records 200',
      does: 'serves 200 records of each main entity at http://127.0.0.1:8081',
    },
  ],
  json: {
    connector: 'name of the connector',
    url: 'where it serves',
    settings: 'settings of a connection to it',
    secrets: 'its secrets: of the sandbox only, and worth nothing elsewhere',
  },
  async run(context, given) {
    const connector = named('connector', given.required('connector'), context.product.registry)
    const options = pairs('option', given.list('option'), Object.keys(connector.sandbox.options))
    const server = await start(connector, {
      port: given.count('port') ?? 0,
      host: '127.0.0.1',
      records: given.count('records') ?? connector.sandbox.defaultRecords ?? RECORDS,
      seed: given.count('seed') ?? SEED,
      options,
    })
    const { url, settings, secrets } = server
    const line = { connector: connector.name, url, settings, secrets }
    context.print(JSON.stringify(context.isJson ? { ok: true, ...line } : line))
    await stopped(context, given.is('until-stdin-closes'))
    await server.close()
    return undefined
  },
}

async function start(connector: Connector, options: Parameters<Connector['sandbox']['start']>[0]): Promise<Sandbox> {
  try {
    return await connector.sandbox.start(options)
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    const isTaken = 'code' in thrown && thrown.code === 'EADDRINUSE'
    if (!isTaken && !(thrown instanceof RangeError)) throw thrown
    throw new EngineError({
      kind: 'configuration',
      code: 'CLI_SANDBOX',
      message: isTaken ? `port ${options.port} is in use` : thrown.message,
      remedy: isTaken ? 'Choose another --port, or leave it out.' : `See "ml-connector connectors ${connector.name}".`,
      cause: thrown,
    })
  }
}

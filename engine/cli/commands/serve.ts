import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import { findWorkspace } from '../../host/index.ts'
import { createServiceLog, LOG_LEVELS, startService } from '../../service/index.ts'
import type { Context } from '../context.ts'
import { stopped, UNTIL_STDIN_CLOSES } from '../stopped.ts'
import { usage } from '../usage.ts'
import type { Given, Verb } from '../verb.ts'
import { hostOf } from '../workspace.ts'

const PORT = 8080
const AT_ONCE = 4
const DEADLINE_S = 30

export const serve: Verb = {
  name: 'serve',
  summary: 'run flows by their schedules and by webhooks, with API and dashboard, until stopped',
  details:
    'Serves one or more workspaces. Files may be changed while it runs: the next run takes the new flow. SIGTERM or Ctrl-C lets runs\nsettle what they have written, and then ends. Listens on loopback unless told otherwise; make a token to sign in:\n"ml-connector token create <name>".',
  arguments: [
    { name: 'workspace', description: 'folders of workspaces (default: the one here)', isOptional: true, isMany: true },
  ],
  options: [
    { name: 'port', kind: 'count', min: 0, description: `where it listens (default: ${PORT}; 0: any free one)` },
    { name: 'address', kind: 'text', description: 'address that it listens on', byDefault: '127.0.0.1' },
    {
      name: 'public-url',
      kind: 'text',
      value: 'url',
      description: 'address that outside systems reach it by: without one, no webhook is subscribed',
    },
    {
      name: 'trust-proxy',
      kind: 'text',
      value: 'addresses',
      description: 'proxies whose X-Forwarded-For and -Proto are believed: addresses or CIDR ranges, comma separated',
    },
    { name: 'concurrency', kind: 'count', description: `how many flows at a time (default: ${AT_ONCE})` },
    {
      name: 'deadline',
      kind: 'count',
      value: 'seconds',
      description: `how long a stop may take (default: ${DEADLINE_S})`,
    },
    {
      name: 'log-level',
      kind: 'text',
      choices: LOG_LEVELS,
      description: 'what is logged on standard error (default: info; debug with --verbose)',
    },
    {
      name: 'open-metrics',
      kind: 'flag',
      description: '/metrics needs no token: whoever reaches the service reads it',
    },
    { name: 'no-schedule', kind: 'flag', description: 'only run what is asked for: by webhook, API or dashboard' },
    UNTIL_STDIN_CLOSES,
  ],
  examples: [
    { line: 'serve', does: 'serves the workspace here, with its dashboard at http://127.0.0.1:8080' },
    { line: 'serve acme globex --port 9000', does: 'serves two workspaces' },
  ],
  json: {
    url: 'where it listens',
    workspaces: 'their names',
    leftOut: 'folders that cannot be used: { folder, mistakes }',
  },
  async run(context, given) {
    const running = await startService(optionsOf(context, given))
    const { service, url } = running
    const names = service.workspaces.all().map(it => it.name)
    const leftOut = service.leftOut.map(it => ({ folder: it.folder, mistakes: it.diagnostics.length }))
    if (context.isJson) context.print(JSON.stringify({ ok: true, url, workspaces: names, leftOut }))
    else context.print(`Serving ${names.join(', ') || 'no workspace'} at ${url}`)
    for (const { folder, mistakes } of leftOut)
      context.note(
        `${folder} is left out: ${mistakes} ${mistakes === 1 ? 'mistake' : 'mistakes'}. See "ml-connector validate".`,
      )
    await stopped(context, given.is('until-stdin-closes'))
    const isDone = await running.stop((given.count('deadline') ?? DEADLINE_S) * 1_000)
    if (!isDone) throw late()
    return undefined
  },
}

function optionsOf(context: Context, given: Given): Parameters<typeof startService>[0] {
  const { product, terminal } = context
  const publicUrl = given.text('public-url')
  const level = LOG_LEVELS.find(it => it === given.text('log-level')) ?? (context.isVerbose ? 'debug' : 'info')
  if (publicUrl !== undefined && !/^https?:$/.test(URL.parse(publicUrl)?.protocol ?? ''))
    throw usage(`--public-url ${publicUrl} is not an address`, 'Write it whole: https://connect.example.com.')
  const folders = given.list('workspace')
  return {
    folders:
      folders.length > 0
        ? folders.map(it => findWorkspace(terminal.cwd, resolve(terminal.cwd, it)))
        : [findWorkspace(terminal.cwd, context.folder)],
    // what ends the command line ends runs through `stop`, which lets them settle
    host: { ...hostOf(context), signal: new AbortController().signal, log: createServiceLog(level, terminal.stderr) },
    version: product.version,
    address: given.text('address') ?? '127.0.0.1',
    port: given.count('port') ?? PORT,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    trustedProxies: proxiesOf(given.text('trust-proxy')),
    atOnce: given.count('concurrency') ?? AT_ONCE,
    ...(product.dashboard === undefined ? {} : { dashboard: product.dashboard }),
    schemas: product.schemas,
    isScheduling: !given.is('no-schedule'),
    isMetricsOpen: given.is('open-metrics'),
  }
}

/** An address that is misspelt would believe nobody, or the wrong one. */
function proxiesOf(written: string | undefined): readonly string[] {
  if (written === undefined) return []
  const all = written.split(',').map(it => it.trim())
  const wrong = all.find(it => !isAddressOrRange(it))
  if (wrong === undefined) return all
  throw usage(
    `--trust-proxy: "${wrong}" is neither an address nor a range of them`,
    'Write addresses of your proxies: 127.0.0.1, or 10.0.0.0/8,fd00::/8.',
  )
}

function isAddressOrRange(written: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written) ?? []
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return most > 0 && (bits === undefined || (Number(bits) > 0 && Number(bits) <= most))
}

function late(): EngineError {
  return new EngineError({
    kind: 'cancelled',
    code: 'SERVICE_DEADLINE',
    message: 'not everything had settled when the deadline passed',
    remedy: 'Nothing is lost: the next start recovers from it. Give it more time with --deadline.',
  })
}

import { EngineError } from '../../core/errors.ts'
import { type ApiToken, ROLES } from '../../core/operations.ts'
import { newId } from '../../host/index.ts'
import { lapsesAt, newToken } from '../../service/auth/index.ts'
import { recordAction } from '../acting.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { left, showTable } from '../show/table.ts'
import { showMoment } from '../show/time.ts'
import { usage } from '../usage.ts'
import type { Given, OptionSpec, Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'

const ALSO: OptionSpec = {
  name: 'also',
  kind: 'texts',
  value: 'folder',
  description: 'the same in these workspaces as well: folders beside the one here',
}

const create: Verb = {
  name: 'create',
  summary: 'make a token for the API and the dashboard; its text is shown this once, and kept nowhere',
  details:
    'viewer sees; operator also starts, stops, previews, replays and discards; admin also pauses connections and makes tokens. The name is that of\nwhoever gets it: the audit trail calls them so.',
  arguments: [{ name: 'name', description: 'whose it will be' }],
  options: [
    { name: 'role', kind: 'text', choices: ROLES, byDefault: 'viewer', description: 'what it may do' },
    { name: 'expires', kind: 'text', value: 'time', description: 'such as 90d or 12h (default: when it is revoked)' },
    ALSO,
  ],
  examples: [
    { line: 'token create anna --role operator --expires 90d', does: 'lets Anna sign in to the dashboard' },
    { line: 'token create anna --role operator --also ../globex', does: 'one token for two workspaces' },
  ],
  json: {
    token: 'the text: keep it where secrets are kept',
    id: 'for "token revoke"',
    expiresAt: 'null: until it is revoked',
    workspaces: 'names of those that it opens',
  },
  async run(context, given) {
    const name = given.required('name').trim()
    if (name === '' || name.length > 100) throw usage('the name is empty or too long', 'Say whose token it will be.')
    const role = ROLES.find(it => it === given.text('role')) ?? 'viewer'
    const now = context.clock.now()
    const { text, kept } = newToken({ id: newId(now), name, role, now, ...expiry(given.text('expires'), now) })
    const { id, expiresAt } = kept
    const details = { name, role, ...(expiresAt === null ? {} : { expiresAt }) }
    const workspaces = await inAll(context, given, async opened => {
      await recordAction(opened, { action: 'token.create', subject: `token:${id}`, details })
      await (await opened.ledger()).addToken(kept)
      return opened.workspace.name
    })
    return done({ token: text, id, expiresAt, workspaces }, () => {
      const until = expiresAt === null ? 'until it is revoked' : `until ${showMoment(expiresAt)}`
      context.note(`${role} of ${workspaces.join(', ')}, ${until}. It is not shown again. Its id: ${id}`)
      return `${text}\n`
    })
  },
}

const list: Verb = {
  name: 'list',
  summary: 'list the tokens of the workspace; never the tokens themselves',
  examples: [{ line: 'token list', does: 'whose they are, and when each was last used' }],
  json: { tokens: 'of each: { id, name, role, createdAt, expiresAt, lastUsedAt, revokedAt }' },
  run: context =>
    withWorkspace(context, async opened => {
      const tokens = await (await opened.ledgerAsItIs()).apiTokens()
      const now = context.clock.now()
      return done({ tokens: tokens.map(({ hash: _, ...it }) => it) }, () =>
        tokens.length === 0
          ? 'no tokens yet: "ml-connector token create <name>" makes one\n'
          : showTable(
              [left('id'), left('name'), left('role'), left('state'), left('last used')],
              tokens.map(it => [
                it.id,
                it.name,
                it.role,
                stateOf(it, now),
                it.lastUsedAt ? showMoment(it.lastUsedAt) : '',
              ]),
              context.colours,
            ),
      )
    }),
}

const revoke: Verb = {
  name: 'revoke',
  summary: 'revoke a token: a service that runs refuses it from the next request on',
  arguments: [{ name: 'id', description: 'id of the token' }],
  options: [ALSO],
  examples: [{ line: 'token revoke 01m7xywbhzkqpsye', does: 'it opens nothing any more' }],
  json: { id: 'the token', workspaces: 'names of those that it opens no more' },
  async run(context, given) {
    const id = given.required('id')
    const workspaces = await inAll(context, given, async opened => {
      const ledger = await opened.ledger()
      const token = (await ledger.apiTokens()).find(it => it.id === id)
      if (!token) throw unknownToken(opened, id)
      const { name, role } = token
      await recordAction(opened, { action: 'token.revoke', subject: `token:${id}`, details: { name, role } })
      // one that is not in force any more need not be revoked
      await ledger.revokeToken(id, context.clock.now().toISOString())
      return opened.workspace.name
    })
    return done({ id, workspaces }, () => `${context.colours.green('✓')} ${id} opens nothing any more\n`)
  },
}

export const token: Verb = {
  name: 'token',
  summary: 'make, list and revoke tokens for the API and the dashboard',
  examples: [{ line: 'token create anna --role operator', does: 'prints a token for Anna' }],
  json: {},
  verbs: [create, list, revoke],
}

/** In the workspace here, and those that are named besides: all are looked for before anything is done. */
async function inAll<T>(context: Context, given: Given, work: (opened: OpenWorkspace) => Promise<T>): Promise<T[]> {
  const folders = [context.folder, ...given.list('also')]
  for (const folder of folders)
    await withWorkspace({ ...context, folder }, async opened => void (await opened.ledger()))
  const done: T[] = []
  for (const folder of folders) done.push(await withWorkspace({ ...context, folder }, work))
  return done
}

function expiry(written: string | undefined, now: Date): { readonly expiresAt?: Date } {
  if (written === undefined) return {}
  const expiresAt = lapsesAt(written, now)
  if (!expiresAt) throw usage(`--expires ${written} is no time`, 'Say 1h to 3650d, such as 90d or 12h.')
  return { expiresAt }
}

function stateOf({ revokedAt, expiresAt }: ApiToken, now: Date): string {
  if (revokedAt !== null) return `revoked ${showMoment(revokedAt)}`
  if (expiresAt === null) return 'in force'
  return `${Date.parse(expiresAt) <= now.getTime() ? 'lapsed' : 'until'} ${showMoment(expiresAt)}`
}

function unknownToken({ workspace }: OpenWorkspace, id: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: `the workspace ${workspace.name} has no token "${id}"`,
    remedy: '"ml-connector token list" lists their ids.',
  })
}

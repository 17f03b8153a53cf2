import { Secret } from '../../core/secret.ts'
import { type Path, spanAt, type Tree, treeAt } from '../read/tree.ts'
import { alertMs } from '../validate/every.ts'
import type { AlertPlan, AlertsFile } from './workspace.ts'
import type { WorkspaceText } from './workspace-text.ts'

const DEAD_LETTERS = 100
const REPEAT_MS = 24 * 3_600_000

/** `alerts:` of ml-connector.yaml; undefined when there is none. What is wrong is reported, and left out. Messages never hold what came from the environment. */
export function alertPlan(text: WorkspaceText): AlertPlan | undefined {
  const { alerts } = text.file
  if (!alerts) return undefined
  const webhook = webhookOf(text, alerts)
  const email = emailOf(text, alerts)
  const lagMs = time(text, 'lag', alerts.lag)
  return {
    ...(webhook === undefined ? {} : { webhook }),
    ...(email === undefined ? {} : { email }),
    deadLetters: alerts.deadLetters ?? DEAD_LETTERS,
    ...(lagMs === undefined ? {} : { lagMs }),
    repeatMs: time(text, 'repeat', alerts.repeat) ?? REPEAT_MS,
  }
}

function webhookOf(text: WorkspaceText, { webhook }: AlertsFile): Secret | undefined {
  if (webhook === undefined) return undefined
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  const isGood = url?.protocol === 'https:' || (isLocal && text.file.development?.loopback === true)
  if (isGood) return new Secret(webhook)
  return refuse(text, ['webhook'], 'the webhook is not an https address', 'Write it whole: https://… or ${env:NAME}.')
}

function emailOf(text: WorkspaceText, { email }: AlertsFile): AlertPlan['email'] {
  if (!email) return undefined
  const to = [email.to].flat()
  const isAddress = (it: string) => /^[^\s@]+@[^\s@]+$/.test(it)
  const isServer = URL.canParse(email.smtp) && /^smtps?:$/.test(new URL(email.smtp).protocol)
  const smtp = treeAt(text.raw, ['alerts', 'email', 'smtp'])
  if (smtp && holdsPassword(smtp))
    return void text.reporter.report(text.source, spanAt(text.tree, ['alerts', 'email', 'smtp']), {
      code: 'WORKSPACE_SECRET_IN_FILE',
      message: 'the password of the mail server is written in the file',
      remedy: 'Put it into the environment: smtps://user:${env:SMTP_PASSWORD}@mail.example.com.',
    })
  if (!to.every(isAddress))
    return refuse(text, ['email', 'to'], '"to" is no e-mail address', 'Write ops@example.com, or a list of such.')
  if (!isAddress(email.from))
    return refuse(text, ['email', 'from'], '"from" is no e-mail address', 'Write ml-connector@example.com.')
  if (!isServer)
    return refuse(
      text,
      ['email', 'smtp'],
      '"smtp" is no mail server',
      'Write smtps://mail.example.com or smtp://mail.example.com:587.',
    )
  return { to, from: email.from, smtp: new Secret(email.smtp) }
}

function time(text: WorkspaceText, name: 'lag' | 'repeat', written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const ms = alertMs(written)
  return (
    ms ?? refuse(text, [name], `"${name}" is no time`, 'Write a whole number and s, m, h or d, from 1m to 31d: 6h.')
  )
}

function refuse(
  { reporter, source, tree, standIns }: WorkspaceText,
  path: Path,
  message: string,
  remedy: string,
): undefined {
  const span = spanAt(tree, ['alerts', ...path])
  // a variable that is not set was reported as such
  if (!standIns.has(span.start)) reporter.report(source, span, { code: 'WORKSPACE_ALERTS', message, remedy })
}

/** As written, before the environment is put in: is there a password between `user:` and `@`? */
export function holdsPassword(smtp: Tree): boolean {
  if (smtp.is !== 'scalar' || typeof smtp.value !== 'string') return false
  const [, password] = /^[a-z]+:\/\/(?:\$\{[^}]*\}|[^:@/$])*:(.+)@/i.exec(smtp.value) ?? []
  return password !== undefined && !/^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/.test(password)
}

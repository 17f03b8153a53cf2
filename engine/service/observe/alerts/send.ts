import { got } from 'got'
import { createTransport } from 'nodemailer'
import type { AlertPlan } from '../../../flow/index.ts'
import type { Channel } from './book.ts'
import { asJson, asText, headline, type Notice } from './notice.ts'

const TIMEOUT_MS = 8_000

export type Senders = Readonly<Partial<Record<Channel, (notice: Notice) => Promise<void>>>>

/** Each sends once and throws when it could not: whoever calls tries again later. A stop waits for it: what was taken is known to have been told. */
export function sendersOf({ webhook, email }: AlertPlan): Senders {
  return {
    ...(webhook ? { webhook: notice => post(webhook.reveal(), notice) } : {}),
    ...(email ? { email: notice => mail(email, notice) } : {}),
  }
}

async function post(url: string, notice: Notice): Promise<void> {
  await got.post(url, {
    json: asJson(notice),
    // an address that leads elsewhere is not the one that was written down
    followRedirect: false,
    retry: { limit: 0 },
    timeout: { request: TIMEOUT_MS },
    headers: { 'user-agent': 'ml-connector' },
  })
}

async function mail({ smtp, to, from }: NonNullable<AlertPlan['email']>, notice: Notice): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(smtp.reveal())
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port === '' ? {} : { port: Number(port) }),
    secure: protocol === 'smtps:',
    // a password never crosses a network in the clear
    requireTLS: username !== '' && !isHere,
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail({ from, to: [...to], subject: `[ml-connector] ${headline(notice)}`, text: asText(notice) })
  } finally {
    transport.close()
  }
}

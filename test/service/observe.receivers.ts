import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer as createNet, type Socket } from 'node:net'

/** What an alert looks like where it arrives. */
export interface Received {
  readonly text: string
  readonly workspace: string
  readonly alerts: readonly {
    readonly id: string
    readonly state: string
    readonly text: string
    readonly remedy: string
  }[]
}

interface Inbox<T> {
  readonly all: readonly T[]
  /** Resolves once so many have come. */
  count(many: number): Promise<readonly T[]>
}

function inbox<T>() {
  const all: T[] = []
  const waiting = new Set<() => void>()
  return {
    all,
    take: (it: T) => {
      all.push(it)
      for (const look of [...waiting]) look()
    },
    count: (many: number) =>
      new Promise<readonly T[]>(resolve => {
        const look = () => {
          if (all.length < many) return
          waiting.delete(look)
          resolve(all)
        }
        waiting.add(look)
        look()
      }),
  }
}

export interface HookReceiver extends Inbox<Received> {
  readonly url: string
  /** How many requests came, answered well or not. */
  readonly tries: () => number
  /** The next so many are refused. */
  refuse(many: number): void
  close(): Promise<void>
}

export async function hookReceiver(): Promise<HookReceiver> {
  const { all, take, count } = inbox<Received>()
  let refusals = 0
  let tries = 0
  const server = createHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    tries += 1
    if (refusals > 0) {
      refusals -= 1
      response.writeHead(503).end()
      return
    }
    response.writeHead(204).end()
    take(JSON.parse(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...{ all, count, url: `http://127.0.0.1:${port}/alerts/T0K3N-of-the-hook`, tries: () => tries },
    refuse: many => {
      refusals = many
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly login: string
  readonly data: string
}

export interface MailServer extends Inbox<Mail> {
  readonly port: number
  close(): Promise<void>
}

/** As much of RFC 5321 as one client needs: EHLO, AUTH PLAIN, MAIL, RCPT, DATA, QUIT. */
export async function mailServer(): Promise<MailServer> {
  const { all, take, count } = inbox<Mail>()
  const server = createNet(socket => converse(socket, take))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { all, count, port, close: () => new Promise(resolve => server.close(() => resolve())) }
}

function converse(socket: Socket, take: (mail: Mail) => void): void {
  const say = (line: string) => void socket.write(`${line}\r\n`)
  let mail = { from: '', to: [] as string[], login: '' }
  let data: string[] | undefined
  let rest = ''
  const hear = (line: string): void => {
    const [verb = ''] = line.toUpperCase().split(/[ :]/)
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (verb === 'EHLO') say('250-here\r\n250 AUTH PLAIN')
    else if (verb === 'AUTH') {
      mail.login = Buffer.from(line.split(' ')[2] ?? '', 'base64')
        .toString()
        .split('\0')
        .slice(1)
        .join(':')
      say('235 welcome')
    } else if (verb === 'MAIL') {
      mail = { ...mail, from: address, to: [] }
      say('250 ok')
    } else if (verb === 'RCPT') {
      mail.to.push(address)
      say('250 ok')
    } else if (verb === 'DATA') {
      data = []
      say('354 go on')
    } else if (verb === 'QUIT') {
      say('221 bye')
      socket.end()
    } else say('502 what?')
  }
  say('220 here')
  socket.on('error', () => {})
  socket.on('data', chunk => {
    const lines = (rest + chunk.toString()).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!data) hear(line)
      else if (line !== '.') data.push(line.replace(/^\.\./, '.'))
      else {
        take({ ...mail, data: data.join('\n') })
        data = undefined
        say('250 taken')
      }
    }
  })
}

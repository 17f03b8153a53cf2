import { createHash } from 'node:crypto'
import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { MAX_MANY } from './account.ts'
import { empty, json, notFound, refuseWith, tooManyValues } from './answers.ts'
import { type Call, idParam, idsOf, warnOf, wrapped } from './call.ts'
import type { Comment, Ticket } from './model.ts'
import { list, listed, rowsOf } from './paging.ts'
import {
  createTicket,
  isListed,
  removeTicket,
  renderTicket,
  scrubTicket,
  TICKET_INPUT,
  updateTicket,
} from './tickets.ts'

const KEY_SECONDS = 2 * 3600
const KEY_LENGTH = 255

const show = (call: Call, it: Ticket): JsonObject => renderTicket(call.account, it, call.origin)

function ticketOf(call: Call): Ticket {
  const found = call.account.tickets.get(idParam(call))
  if (!found || found.deletedAt !== null) throw notFound()
  return found
}

function given(call: Call): JsonObject {
  const record = wrapped(call, 'ticket')
  warnOf(call, record, TICKET_INPUT)
  return record
}

export const ticketCalls = {
  list: (call: Call) => listTickets(call, () => true),
  ofOrganization: (call: Call) => {
    const id = idParam(call)
    if (!call.account.organizations.get(id)) throw notFound()
    return listTickets(call, it => it.organization_id === id)
  },
  show: (call: Call) => json(200, { ticket: show(call, ticketOf(call)) }),
  showMany: (call: Call) => {
    const ids = idsOf(call.query, 'ids')
    if (ids.length > MAX_MANY) throw tooManyValues(true)
    const rows = ids.flatMap(id => call.account.tickets.get(id) ?? []).filter(it => it.deletedAt === null)
    return listed(
      call,
      'tickets',
      rows.map(it => show(call, it)),
    )
  },
  comments: (call: Call) => {
    const render = (it: Comment): JsonObject => ({
      ...it,
      type: 'Comment',
      html_body: `<p>${it.body}</p>`,
      plain_body: it.body,
      attachments: [],
      metadata: {},
      via: { channel: 'api' },
    })
    const { comments } = ticketOf(call)
    return list(call, { name: 'comments', store: rowsOf(comments), accept: () => true, render })
  },
  create: (call: Call) =>
    idempotently(call, () => {
      const shown = show(call, createTicket(call.account, given(call)))
      return json(
        201,
        { ticket: shown, audit: { id: call.account.nextId(), ticket_id: shown['id'] ?? null } },
        { location: String(shown['url']) },
      )
    }),
  update: (call: Call) => {
    const before = ticketOf(call)
    const record = given(call)
    call.limits.spend('ticket-updates')
    Object.assign(call.headers, call.limits.spend('ticket-update', before.id))
    return json(200, { ticket: show(call, updateTicket(call.account, before, record)) })
  },
  remove: (call: Call): SandboxAnswer => {
    const before = ticketOf(call)
    call.deletedTickets.add(before.id)
    removeTicket(call.account, before)
    return empty
  },
  /** For good: a job whose results are no list (4.3). */
  removeForGood: (call: Call): SandboxAnswer => {
    const { account, jobs, origin } = call
    const id = idParam(call)
    const before = account.tickets.get(id)
    if (!before || before.deletedAt === null || before.isScrubbed) throw notFound()
    const scrub = () => {
      scrubTicket(account, account.tickets.get(id) ?? before, account.seconds())
      return {}
    }
    return jobs.submit({ doing: 'Deleting ticket', items: [scrub], single: { success: true } }, origin)
  },
}

function listTickets(call: Call, accept: (it: Ticket) => boolean): SandboxAnswer {
  const { account } = call
  return list(call, {
    name: 'tickets',
    store: account.tickets,
    order: 'nice_id',
    accept: it => isListed(account, it) && accept(it),
    render: it => show(call, it),
  })
}

/** Same key, same body within two hours: the stored answer again, and no second ticket (4.4). */
function idempotently(call: Call, run: () => SandboxAnswer): SandboxAnswer {
  const { request, idempotent, account } = call
  const key = request.headers['idempotency-key']
  if (key === undefined) return run()
  if (key === '' || key.length > KEY_LENGTH)
    throw refuseWith(400, 'IdempotentRequestError', 'The Idempotency-Key header is longer than 255 characters or empty')
  const asked = createHash('sha256').update(request.body).digest('hex')
  const held = idempotent.get(key)
  if (held && held.until > account.seconds()) {
    if (held.asked !== asked)
      throw refuseWith(
        400,
        'IdempotentRequestError',
        'Request parameters are different from the original request with this key',
      )
    return { ...held.answer, headers: { ...held.answer.headers, 'x-idempotency-lookup': 'hit' } }
  }
  for (const [old, it] of idempotent) if (it.until <= account.seconds()) idempotent.delete(old)
  const answer = run()
  idempotent.set(key, { asked, answer, until: account.seconds() + KEY_SECONDS })
  return { ...answer, headers: { ...answer.headers, 'x-idempotency-lookup': 'miss' } }
}

import type { Json, JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { defineField } from './account.ts'
import { Refusal } from './answers.ts'
import type { Site } from './call.ts'
import { CUSTOM_TYPES, renderField } from './fields.ts'
import { asObject, nullableText, toId } from './input.ts'
import { turnKnob } from './knobs.ts'
import type { Subject } from './model.ts'
import { createOrganization, removeOrganization, renderOrganization, updateOrganization } from './organizations.ts'
import {
  createTicket,
  isListed,
  removeTicket,
  renderTicket,
  restoreTicket,
  scrubTicket,
  touchTicket,
  updateTicket,
} from './tickets.ts'
import { createUser, removeUser, renderUser, updateUser } from './users.ts'
import { isConditional } from './webhooks.ts'

/** What people and tests do behind the API's back: records in the screens, set-up, switches, and a look at the counters. */
export interface Admin {
  readonly data: SandboxData
  turn(values: JsonObject): void
  facts(): JsonObject
}

interface Desk {
  list(): readonly JsonObject[]
  put(record: JsonObject): JsonObject
  remove(id: number): boolean
}

export function createAdmin(site: Site, origin: () => string): Admin {
  const desks: Readonly<Record<string, Desk>> = {
    organizations: organizationDesk(site, origin),
    users: userDesk(site, origin),
    tickets: ticketDesk(site, origin),
    organization_fields: fieldDesk(site, 'organization'),
    user_fields: fieldDesk(site, 'user'),
    ticket_fields: fieldDesk(site, 'ticket'),
  }
  const desk = (entity: string): Desk => {
    site.jobs.tick()
    const found = Object.hasOwn(desks, entity) ? desks[entity] : undefined
    if (!found) throw new RangeError(`the sandbox has no ${entity}`)
    return found
  }
  return {
    data: {
      entities: Object.keys(desks),
      list: entity => desk(entity).list(),
      put: (entity, record) => told(() => desk(entity).put(record)),
      remove: (entity, key) => {
        const id = toId(key)
        return id !== undefined && desk(entity).remove(id)
      },
    },
    turn: values => {
      for (const [name, value] of Object.entries(values)) {
        const act = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
        if (act) act(site, value)
        else turnKnob(site.account.knobs, name, value)
      }
    },
    facts: () => facts(site),
  }
}

/** What the screens refuse, in the words of the API. */
function told<T>(run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof Refusal) throw new RangeError(`refused: ${String(thrown.answer.body)}`)
    throw thrown
  }
}

function organizationDesk({ account }: Site, origin: () => string): Desk {
  const { organizations } = account
  return {
    list: () => [...organizations.ascending()].map(it => renderOrganization(account, it, origin())),
    put: record => {
      const before = organizations.get(toId(record['id']) ?? 0)
      const after = before ? updateOrganization(account, before, record) : createOrganization(account, record)
      return renderOrganization(account, after, origin())
    },
    remove: id => {
      const before = organizations.get(id)
      if (before) removeOrganization(account, before)
      return before !== undefined
    },
  }
}

function userDesk({ account }: Site, origin: () => string): Desk {
  const { users } = account
  return {
    list: () => [...users.ascending()].filter(it => it.active).map(it => renderUser(account, it, origin())),
    put: record => {
      const before = users.get(toId(record['id']) ?? 0)
      return renderUser(account, before ? updateUser(account, before, record) : createUser(account, record), origin())
    },
    remove: id => {
      const before = users.get(id)
      if (!before?.active) return false
      removeUser(account, before)
      return true
    },
  }
}

function ticketDesk({ account, deletedTickets }: Site, origin: () => string): Desk {
  const { tickets } = account
  return {
    list: () =>
      [...tickets.ascending()].filter(it => it.deletedAt === null).map(it => renderTicket(account, it, origin())),
    put: record => {
      const before = tickets.get(toId(record['id']) ?? 0)
      if (before && before.deletedAt !== null) throw new RangeError(`ticket ${before.id} is deleted`)
      return renderTicket(
        account,
        before ? updateTicket(account, before, record) : createTicket(account, record),
        origin(),
      )
    },
    remove: id => {
      const before = tickets.get(id)
      if (!before || before.deletedAt !== null) return false
      deletedTickets.add(id)
      removeTicket(account, before)
      return true
    },
  }
}

/** Definitions are put by key (those of tickets are always new) and removed by id; values of a removed one are no longer shown. */
function fieldDesk({ account }: Site, subject: Subject): Desk {
  const defs = account.fields[subject]
  return {
    list: () => [...defs.values()].map((it, index) => renderField(it, index, '')),
    put: record => {
      const type = String(record['type'] ?? 'text')
      if (!CUSTOM_TYPES.includes(type)) throw new RangeError(`no field type is called ${type}`)
      const options = Array.isArray(record['custom_field_options']) ? record['custom_field_options'] : []
      const def = defineField(account, subject, {
        type,
        key: subject === 'ticket' ? null : String(record['key']),
        title: String(record['title'] ?? record['key']),
        regexp: nullableText(record['regexp_for_validation']),
        options: options.map(it => ({ name: String(asObject(it)?.['name']), value: String(asObject(it)?.['value']) })),
      })
      return renderField(def, defs.size - 1, '')
    },
    remove: id => {
      const found = [...defs].find(([, it]) => it.id === id)
      return found !== undefined && defs.delete(found[0])
    },
  }
}

const ids = (value: Json): number[] => (Array.isArray(value) ? value.flatMap(it => toId(it) ?? []) : [])

/** Knobs that do something once. */
const ACTIONS: Readonly<Record<string, (site: Site, value: Json) => void>> = {
  revokeTokens: ({ oauth }, value) => {
    if (value === true) oauth.revokeTokens()
  },
  revokeRefreshTokens: ({ oauth }, value) => {
    if (value === true) oauth.revokeRefreshTokens()
  },
  /** A change of Zendesk's own: seen by the export, not by updated_at. */
  touchTickets: ({ account }, value) => {
    for (const id of ids(value)) {
      const ticket = account.tickets.get(id)
      if (ticket) touchTicket(account, ticket)
    }
  },
  /** true: every deleted one; or ids. */
  scrubTickets: ({ account, deletedTickets }, value) => {
    for (const id of value === true ? [...deletedTickets] : ids(value)) {
      const ticket = account.tickets.get(id)
      if (ticket?.deletedAt !== null && ticket !== undefined && !ticket.isScrubbed)
        scrubTicket(account, ticket, account.seconds())
    }
  },
  restoreTickets: ({ account }, value) => {
    for (const id of ids(value)) {
      const ticket = account.tickets.get(id)
      if (!ticket || ticket.deletedAt === null || ticket.isScrubbed)
        throw new RangeError(`ticket ${id} cannot be restored`)
      restoreTicket(account, ticket)
    }
  },
  /** `{ winner, loser }`: users and tickets move, the loser is gone. */
  mergeOrganizations: ({ account }, value) => {
    const [winner, loser] = ['winner', 'loser'].map(it => account.organizations.get(toId(asObject(value)?.[it]) ?? 0))
    if (!winner || !loser) throw new RangeError('mergeOrganizations takes the ids of a winner and a loser')
    removeOrganization(account, loser, winner.id)
  },
  /** `{ webhook_id, body }`: a trigger calls its webhook, with whatever an administrator typed. */
  fireTrigger: ({ webhooks, deliveries }, value) => {
    const { webhook_id: id, body } = asObject(value) ?? {}
    const webhook = webhooks.all().find(it => it.id === id)
    if (!webhook || !isConditional(webhook.subscriptions))
      throw new RangeError('fireTrigger takes the id of a webhook for triggers')
    deliveries.invoke(webhook, typeof body === 'string' ? body : JSON.stringify(body ?? {}))
  },
}

function facts({ account, oauth, limits, jobs, webhooks, deliveries }: Site): JsonObject {
  const listedTickets = [...account.tickets.ascending()].filter(it => isListed(account, it)).length
  return {
    organizations: account.organizations.size,
    users: account.users.size,
    tickets: account.tickets.size,
    listedTickets,
    tokens: oauth.minted,
    tokensRefused: oauth.refused,
    throttled: limits.throttled,
    jobs: { ...jobs.counts },
    webhooks: webhooks.all().map(it => ({ id: it.id, endpoint: it.endpoint, subscriptions: it.subscriptions })),
    deliveries: { ...deliveries.counts },
  }
}

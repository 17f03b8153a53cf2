import type { Json } from '../../../engine/sdk/index.ts'
import { type Account, defineField, fold, SYNC_USER_ID } from './account.ts'
import type { Site } from './call.ts'
import type { Organization, Ticket, User } from './model.ts'
import { iso } from './times.ts'

const HOUSES = [
  'Hollow Oak',
  'Redstone',
  'Blue Heron',
  'Kessler',
  'Prairie',
  'Lakeside',
  'Castellan',
  'Windmark',
  'Orchard',
  'Sutter',
]
const TRADES = ['Freight', 'Foods', 'Tooling', 'Paper', 'Optics', 'Dental', 'Timber', 'Ceramics', 'Pumps']
const FORMS = ['Inc.', 'LLC', 'GmbH', 'Co.', 'Ltd']
const FIRST = ['Ada', 'Jonas', 'Mira', 'Søren', 'Ronja', "D'Arcy", 'Zoë', 'Yusuf', 'Li']
const LAST = ['Arndt', "O'Brien", 'Núñez', 'Kaya', 'Okafor', 'van der Berg', 'Zimmer', '王']
const CITIES = ['Akron', 'Boise', 'Céret', 'Duluth', 'Erie', 'Fargo', 'Göteborg', 'Houston', 'Ithaca', 'Jena']
const TOPICS = ['Invoice wrong', 'Where is my order?', 'Credit note', 'New address', 'Payment twice', 'Price list']
/** Names and external ids that have broken integrations. */
const ODD: readonly (readonly [name: string, externalId: string | null])[] = [
  ['Müller & Söhne GmbH', '0000010'],
  ['O\'Neill "Fast" Freight', "O'N-1"],
  ['Käsehaus 🧀 Emmen', '1E5'],
  ['<Brackets> & Co, Ltd', 'A&B/C'],
  ['Bolt', null],
  ['BÜRO 100% Svc', ' 007'],
]
const STATUSES = ['open', 'pending', 'solved', 'new', 'closed', 'open', 'hold']
const PRIORITIES = ['low', 'normal', 'high', 'urgent', null]
const TYPES = ['question', 'incident', 'problem', 'task', null]

/** Records were made one after the other, this far apart, up to some minutes before the sandbox starts. */
const APART = 97
const QUIET = 600
/** So many tickets in a row carry one second: a bulk edit. */
const BULK = 5

export interface Amounts {
  readonly seed: number
  readonly organizations: number
  readonly users: number
  readonly tickets: number
}

export function seedAccount(site: Site, amounts: Amounts): void {
  const { account } = site
  defineFields(account)
  const random = createRandom(amounts.seed)
  const pick = <T>(values: readonly T[], otherwise: T): T => values[Math.floor(random() * values.length)] ?? otherwise
  const now = account.seconds()
  const placed = (left: number) => now - QUIET - left * APART
  account.users.put(syncUser(placed(amounts.organizations + amounts.users + amounts.tickets)))
  const organizations: number[] = []
  for (let i = 0; i < amounts.organizations; i += 1) {
    const name = `${pick(HOUSES, '')} ${pick(TRADES, '')} ${pick(FORMS, '')}`
    const made = organization(account, {
      i,
      name,
      city: pick(CITIES, ''),
      at: placed(amounts.organizations - i + amounts.users + amounts.tickets),
    })
    organizations.push(made.id)
  }
  const users: number[] = []
  for (let i = 0; i < amounts.users; i += 1) {
    const name = `${pick(FIRST, '')} ${pick(LAST, '')}`
    const home = i % 7 === 6 ? null : (organizations[i % Math.max(1, organizations.length)] ?? null)
    users.push(user(account, { i, name, home, at: placed(amounts.users - i + amounts.tickets) }).id)
  }
  for (let i = 0; i < amounts.tickets; i += 1) {
    const requester = account.users.get(users[i % Math.max(1, users.length)] ?? SYNC_USER_ID)
    const texts = { topic: pick(TOPICS, ''), priority: pick(PRIORITIES, null), type: pick(TYPES, null) }
    const made = ticket(account, { i, at: placed(amounts.tickets - (i - (i % BULK))), requester, ...texts })
    if (made.deletedAt !== null) site.deletedTickets.add(made.id)
  }
}

function defineFields(account: Account): void {
  defineField(account, 'organization', { type: 'text', key: 'intacct_terms', title: 'Payment terms' })
  defineField(account, 'organization', { type: 'decimal', key: 'intacct_balance', title: 'Balance' })
  defineField(account, 'organization', { type: 'checkbox', key: 'credit_hold', title: 'On credit hold' })
  defineField(account, 'organization', { type: 'date', key: 'customer_since', title: 'Customer since' })
  defineField(account, 'organization', { type: 'text', key: 'erp_status', title: 'ERP status' })
  defineField(account, 'organization', { type: 'textarea', key: 'erp_address', title: 'ERP address' })
  const options = ['gold', 'silver', 'bronze'].map(it => ({ name: it.toUpperCase(), value: it }))
  defineField(account, 'organization', { type: 'dropdown', key: 'tier', title: 'Tier', options })
  defineField(account, 'user', { type: 'text', key: 'job_title', title: 'Job title' })
  defineField(account, 'user', { type: 'checkbox', key: 'billing_contact', title: 'Billing contact' })
  for (const [type, title] of [
    ['subject', 'Subject'],
    ['description', 'Description'],
    ['status', 'Status'],
    ['tickettype', 'Type'],
    ['priority', 'Priority'],
    ['group', 'Group'],
    ['assignee', 'Assignee'],
  ] as const)
    defineField(account, 'ticket', { type, title, system: true })
  defineField(account, 'ticket', { type: 'text', title: 'Invoice number' })
  defineField(account, 'ticket', { type: 'decimal', title: 'Disputed amount' })
  const causes = ['price', 'delivery', 'other'].map(it => ({ name: it, value: `cause_${it}` }))
  defineField(account, 'ticket', { type: 'tagger', title: 'Cause', options: causes })
}

function syncUser(at: number): User {
  const base = { name: 'ERP Sync', email: 'erp.sync@acme.example', role: 'admin', verified: true } as const
  return { ...blankUser(SYNC_USER_ID, at), ...base }
}

interface Seeded {
  readonly i: number
  readonly name: string
  readonly at: number
}

/** Two of three have an external id; every eleventh is odd. */
function organization(account: Account, { i, name, city, at }: Seeded & { readonly city: string }): Organization {
  const [oddName, oddId] = i % 11 === 1 ? (ODD[Math.floor(i / 11) % ODD.length] ?? []) : []
  const wanted = oddName === undefined ? `${name} ${i + 1}` : i < 11 * ODD.length ? oddName : `${oddName} ${i + 1}`
  const plainId = i % 3 === 2 ? null : `Z${String(i + 1).padStart(5, '0')}`
  const made: Organization = {
    id: account.nextId(),
    changed: at,
    name: wanted,
    external_id: oddName !== undefined && i < 11 * ODD.length ? (oddId ?? null) : plainId,
    domain_names: i % 4 === 0 ? [`${fold(name).replace(/[^a-z]+/g, '-')}${i}.example`] : [],
    details: `${city}, branch ${1 + (i % 4)}`,
    notes: i % 5 === 0 ? 'Made by hand' : null,
    tags: i % 6 === 0 ? ['vip'] : [],
    group_id: null,
    shared_tickets: false,
    shared_comments: false,
    organization_fields: i % 3 === 0 ? { erp_status: 'active', intacct_balance: (i * 37) / 4 } : {},
    created_at: iso(at),
    updated_at: iso(at),
  }
  account.organizations.put(made)
  return made
}

function blankUser(id: number, at: number): User {
  return {
    id,
    changed: at,
    name: '',
    email: null,
    otherEmails: [],
    role: 'end-user',
    external_id: null,
    organization_id: null,
    phone: null,
    active: true,
    verified: false,
    suspended: false,
    tags: [],
    user_fields: {},
    details: null,
    notes: null,
    created_at: iso(at),
    updated_at: iso(at),
  }
}

/** Every ninth is suspended, every thirteenth has a second address, the first two are agents. */
function user(account: Account, { i, name, home, at }: Seeded & { readonly home: number | null }): User {
  const made: User = {
    ...blankUser(account.nextId(), at),
    name,
    email: i % 10 === 9 ? null : `user${i + 1}@mail.example`,
    otherEmails: i % 13 === 3 ? [`user${i + 1}@second.example`] : [],
    role: i < 2 ? 'agent' : 'end-user',
    external_id: i % 2 === 0 ? `P${i + 1}` : null,
    organization_id: home,
    phone: i % 3 === 0 ? `+1 555 01${String(i % 100).padStart(2, '0')}` : null,
    verified: i % 4 !== 0,
    suspended: i % 9 === 8,
  }
  account.users.put(made)
  return made
}

interface SeededTicket {
  readonly i: number
  readonly at: number
  readonly requester: User | undefined
  readonly topic: string
  readonly priority: string | null
  readonly type: string | null
}

/** Every fifteenth is deleted, every thirtieth scrubbed; some were changed by Zendesk itself after their last update. */
function ticket(account: Account, { i, at, requester, topic, priority, type }: SeededTicket): Ticket {
  const isDeleted = i % 15 === 14
  const isScrubbed = i % 30 === 29
  const [invoice] = [...account.fields.ticket.values()].filter(it => !it.system)
  const values: Record<string, Json> = invoice && i % 3 === 0 ? { [String(invoice.id)]: `INV-${1000 + i}` } : {}
  const requesterId = requester?.id ?? SYNC_USER_ID
  const description = `${topic}. It is the ${i + 1}. time.`
  const updated = i % 8 === 7 ? at - 3600 : at
  const made: Ticket = {
    id: account.nextTicketId(),
    changed: at,
    external_id: null,
    subject: isScrubbed ? 'SCRUBBED' : `${topic} ${i + 1}`,
    description: isScrubbed ? 'X' : description,
    type,
    priority,
    status: STATUSES[i % STATUSES.length] ?? 'open',
    requester_id: isScrubbed ? SYNC_USER_ID : requesterId,
    submitter_id: requesterId,
    assignee_id: null,
    organization_id: isScrubbed ? null : (requester?.organization_id ?? null),
    group_id: null,
    tags: i % 4 === 0 && !isScrubbed ? ['billing'] : [],
    custom: isScrubbed ? {} : values,
    channel: i % 2 === 0 ? 'email' : 'web',
    comments: isScrubbed
      ? []
      : [{ id: 900_000_000 + i, author_id: requesterId, body: description, public: true, created_at: iso(at - 7200) }],
    created_at: iso(at - 7200),
    updated_at: iso(isScrubbed ? at - 30 * 86_400 : updated),
    deletedAt: isScrubbed ? at - 30 * 86_400 : isDeleted ? at : null,
    isScrubbed,
  }
  account.tickets.put(made)
  return made
}

/** Small and repeatable: same seed, same data. */
function createRandom(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1013904223) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

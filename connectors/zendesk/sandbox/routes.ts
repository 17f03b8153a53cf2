import {
  createMany,
  createOrUpdateManyUsers,
  destroyMany,
  organizationKind,
  ticketKind,
  updateMany,
  userKind,
} from './batches.ts'
import type { Rank, Route } from './call.ts'
import { exportByTime, exportSample, ticketsByCursor } from './exports.ts'
import type { LimitName } from './limits.ts'
import { organizationCalls, userCalls } from './record-calls.ts'
import { search, searchExport } from './search.ts'
import { accountSettings, currentToken, fieldCalls, jobCalls, me, revokeToken } from './system-calls.ts'
import { ticketCalls } from './ticket-calls.ts'
import { webhookCalls } from './webhook-calls.ts'

type Row = readonly [method: string, path: string, run: Route['run'], rank?: Rank, limits?: readonly LimitName[]]

const ORGANIZATIONS: readonly Row[] = [
  ['GET', 'organizations', organizationCalls.list],
  ['POST', 'organizations', organizationCalls.create, 'admin'],
  ['GET', 'organizations/show_many', organizationCalls.showMany],
  ['GET', 'organizations/search', organizationCalls.search, 'admin'],
  ['GET', 'organizations/autocomplete', organizationCalls.autocomplete],
  ['GET', 'organizations/count', organizationCalls.count],
  ['POST', 'organizations/create_or_update', organizationCalls.createOrUpdate, 'admin'],
  ['POST', 'organizations/create_many', createMany(organizationKind), 'admin'],
  ['PUT', 'organizations/update_many', updateMany(organizationKind), 'admin'],
  ['DELETE', 'organizations/destroy_many', destroyMany(organizationKind), 'admin'],
  ['GET', 'organizations/*', organizationCalls.show],
  ['PUT', 'organizations/*', organizationCalls.update],
  ['DELETE', 'organizations/*', organizationCalls.remove, 'admin'],
  ['GET', 'incremental/organizations', exportByTime('organizations'), 'admin', ['incremental']],
  ['GET', 'incremental/organizations/sample', exportSample('organizations'), 'admin', ['incremental']],
  ['GET', 'organization_fields', fieldCalls('organization').list],
  ['GET', 'organization_fields/*', fieldCalls('organization').show],
]

const USERS: readonly Row[] = [
  ['GET', 'users', userCalls.list],
  ['POST', 'users', userCalls.create],
  ['GET', 'users/show_many', userCalls.showMany],
  ['GET', 'users/search', userCalls.search],
  ['GET', 'users/count', userCalls.count],
  ['POST', 'users/create_or_update', userCalls.createOrUpdate],
  ['POST', 'users/create_many', createMany(userKind), 'admin'],
  ['POST', 'users/create_or_update_many', createOrUpdateManyUsers, 'admin'],
  ['PUT', 'users/update_many', updateMany(userKind), 'admin'],
  ['DELETE', 'users/destroy_many', destroyMany(userKind), 'admin'],
  ['GET', 'users/*', userCalls.show],
  ['PUT', 'users/*', userCalls.update],
  ['DELETE', 'users/*', userCalls.remove, 'admin'],
  ['GET', 'users/*/identities', userCalls.identities],
  ['GET', 'organizations/*/users', userCalls.ofOrganization],
  ['GET', 'incremental/users', exportByTime('users'), 'admin', ['incremental']],
  ['GET', 'incremental/users/sample', exportSample('users'), 'admin', ['incremental']],
  ['GET', 'user_fields', fieldCalls('user').list],
  ['GET', 'user_fields/*', fieldCalls('user').show],
]

const TICKETS: readonly Row[] = [
  ['GET', 'tickets', ticketCalls.list, 'agent', ['tickets-index']],
  ['POST', 'tickets', ticketCalls.create],
  ['GET', 'tickets/show_many', ticketCalls.showMany],
  ['POST', 'tickets/create_many', createMany(ticketKind)],
  ['PUT', 'tickets/update_many', updateMany(ticketKind)],
  ['DELETE', 'tickets/destroy_many', destroyMany(ticketKind)],
  ['GET', 'tickets/*', ticketCalls.show],
  ['PUT', 'tickets/*', ticketCalls.update],
  ['DELETE', 'tickets/*', ticketCalls.remove],
  ['DELETE', 'deleted_tickets/*', ticketCalls.removeForGood, 'admin'],
  ['GET', 'tickets/*/comments', ticketCalls.comments],
  ['GET', 'organizations/*/tickets', ticketCalls.ofOrganization],
  ['GET', 'incremental/tickets/cursor', ticketsByCursor, 'admin', ['incremental']],
  ['GET', 'incremental/tickets', exportByTime('tickets'), 'admin', ['incremental']],
  ['GET', 'incremental/tickets/sample', exportSample('tickets'), 'admin', ['incremental']],
  ['GET', 'ticket_fields', fieldCalls('ticket').list],
  ['GET', 'ticket_fields/*', fieldCalls('ticket').show],
]

const WEBHOOKS: readonly Row[] = [
  ['GET', 'webhooks', webhookCalls.list],
  ['POST', 'webhooks', webhookCalls.create],
  ['POST', 'webhooks/test', webhookCalls.test],
  ['GET', 'webhooks/*', webhookCalls.show],
  ['PUT', 'webhooks/*', webhookCalls.replace],
  ['PATCH', 'webhooks/*', webhookCalls.patch],
  ['DELETE', 'webhooks/*', webhookCalls.remove],
  ['GET', 'webhooks/*/signing_secret', webhookCalls.secret],
  ['POST', 'webhooks/*/signing_secret', webhookCalls.resetSecret],
  ['GET', 'webhooks/*/invocations', webhookCalls.invocations],
  ['GET', 'webhooks/*/invocations/*/attempts', webhookCalls.attempts],
]

/** No scope of its own: any token that may do anything. Definitions take the blanket `write` (1.3). */
const OTHER: readonly (readonly [...Row, needs: string])[] = [
  ['GET', 'users/me', me, 'anyone', [], 'users:read'],
  ['GET', 'account/settings', accountSettings, 'agent', [], 'read'],
  ['GET', 'oauth/tokens/current', currentToken, 'anyone', [], ''],
  ['DELETE', 'oauth/tokens/*', revokeToken, 'agent', [], ''],
  ['GET', 'job_statuses', jobCalls.list, 'agent', [], ''],
  ['GET', 'job_statuses/show_many', jobCalls.showMany, 'agent', [], ''],
  ['GET', 'job_statuses/*', jobCalls.show, 'agent', [], ''],
  ['GET', 'search', search, 'agent', [], ''],
  ['GET', 'search/export', searchExport, 'agent', ['search-export'], ''],
  ['POST', 'organization_fields', fieldCalls('organization').create, 'admin', [], 'write'],
  ['POST', 'user_fields', fieldCalls('user').create, 'admin', [], 'write'],
  ['POST', 'ticket_fields', fieldCalls('ticket').create, 'admin', [], 'write'],
]

const scoped = (rows: readonly Row[], resource: string): Route[] =>
  rows.map(([method, path, run, rank = 'agent', limits = []]) => ({
    method,
    path,
    needs: `${resource}:${method === 'GET' ? 'read' : 'write'}`,
    rank,
    limits,
    run,
  }))

export const ROUTES: readonly Route[] = [
  ...OTHER.map(([method, path, run, rank = 'agent', limits = [], needs = '']) => ({
    method,
    path,
    needs,
    rank,
    limits,
    run,
  })),
  ...scoped(ORGANIZATIONS, 'organizations'),
  ...scoped(USERS, 'users'),
  ...scoped(TICKETS, 'tickets'),
  ...scoped(WEBHOOKS, 'webhooks').map(
    (it): Route => ({ ...it, rank: 'admin', limits: [it.path === 'webhooks/test' ? 'webhook-test' : 'webhooks'] }),
  ),
]

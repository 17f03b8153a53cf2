import type { Credentials, GatewayRequest } from './request.ts'
import type { Session, Sessions } from './session.ts'
import type { World } from './store/world.ts'
import { Refusal } from './wire/errors.ts'

export const START_PATH = '/ia/xml/xmlgw.phtml'
/** Where sessions live: `getAPISession` answers it, and the start address does not know them. */
export const HOME_PATH = '/na12/ia/xml/xmlgw.phtml'

/** The one sender and the one user that this company knows. */
export const ACCOUNT = {
  companyId: 'ACME-PROD',
  userId: 'ws_sync',
  userPassword: `user'pw"&<7>`,
  senderId: 'acme_sync',
  senderPassword: 's&nder<pw>',
} as const

/** Who calls: a session, and what `authentication` echoes. */
export interface Caller {
  readonly session: Session
  /** False for a `login` in each request: nothing is kept of it. */
  readonly isKept: boolean
}

/** The envelope's own credentials; refused at gateway or control level. */
export function checkSender(request: GatewayRequest, world: World): void {
  if (request.dtdVersion !== '3.0')
    throw new Refusal('control', [
      {
        errorno: 'XL03000003',
        description2: `XML Parse schema error: dtdversion '${request.dtdVersion}' is not supported. Line: 1, column: 1.`,
      },
    ])
  if (request.senderId !== ACCOUNT.senderId || request.senderPassword !== ACCOUNT.senderPassword) {
    if (!world.knobs().oldSenderError)
      throw new Refusal('gateway', [{ errorno: 'GW-0011', description: 'Invalid Request' }], 400)
    throw new Refusal('control', [
      { errorno: 'XL03000006', description2: 'Incorrect Intacct XML Partner ID or password.' },
    ])
  }
  if (request.policyId !== '')
    throw new Refusal('control', [
      { errorno: 'XL03000006', description2: `${request.policyId} is not a valid transport policy.` },
    ])
}

/** The company user, by login or session; refused at authentication level (fact sheet 6). */
export function authenticate(request: GatewayRequest, path: string, world: World, sessions: Sessions): Caller {
  const { authentication } = request
  if (authentication.is === 'session') {
    const session = path === HOME_PATH ? sessions.touch(authentication.id) : undefined
    if (!session) throw authenticationError(`Invalid session ${authentication.id.slice(0, 12)}..`)
    checkSenderAuthorised(request, world, ACCOUNT)
    return { session, isKept: true }
  }
  checkSenderAuthorised(request, world, authentication.login)
  checkLogin(authentication.login, world)
  const { locationId } = authentication.login
  const now = world.clock.now()
  const expiresAt = new Date(now.getTime() + world.knobs().sessionSeconds * 1000)
  return { session: { id: '', locationId, startedAt: now, expiresAt }, isKept: false }
}

const authenticationError = (description2: string) =>
  new Refusal('authentication', [{ errorno: 'XL03000006', description2 }])

function checkLogin(login: Credentials, world: World): void {
  const isRight =
    login.userId === ACCOUNT.userId && login.companyId === ACCOUNT.companyId && login.password === ACCOUNT.userPassword
  if (!isRight || !isEntity(world, login.locationId)) throw authenticationError('Sign-in information is incorrect')
}

export const isEntity = (world: World, locationId: string): boolean =>
  locationId === '' || world.table('LOCATIONENTITY').find(locationId) !== undefined

function checkSenderAuthorised(request: GatewayRequest, world: World, company: { readonly companyId: string }): void {
  if (world.knobs().senderAuthorised) return
  throw new Refusal('authentication', [
    {
      errorno: 'XL03000006',
      description: 'Invalid Web Services Authorization',
      description2: `The sender ID '${request.senderId}' is not authorized to make Web Services requests to company ID '${company.companyId}'.`,
      correction: 'Contact the company administrator to grant Web Services authorization to this sender ID.',
    },
  ])
}

/** A dead session echoes nobody; a bad password echoes who tried (fact sheet 3). */
export function echoOf(request: GatewayRequest): { readonly userId: string; readonly companyId: string } {
  const { authentication } = request
  return authentication.is === 'login' ? authentication.login : { userId: '', companyId: '' }
}

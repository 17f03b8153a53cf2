import { randomBytes } from 'node:crypto'
import type { ErrorEntry } from './wire/errors.ts'
import { printOffsetStamp } from './wire/when.ts'
import { element, escapeXml } from './wire/xml.ts'

/** The `control` of a request, as its answer echoes it. */
export interface ControlEcho {
  readonly senderId: string
  readonly controlId: string
  readonly uniqueId: string
  readonly dtdVersion: string
}

export const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

export const controlXml = (status: string, echo: ControlEcho): string =>
  `<control>${element('status', status)}${element('senderid', echo.senderId)}${element('controlid', echo.controlId)}` +
  `${element('uniqueid', echo.uniqueId)}${element('dtdversion', echo.dtdVersion)}</control>`

/** `errormessage` with one or many errors. `withSupportId`: newer stacks end every text with one (fact sheet 3). */
export function errorsXml(
  entries: readonly ErrorEntry[],
  options: { readonly withSupportId: boolean; readonly additional: boolean },
): string {
  const support = options.withSupportId
    ? ` [Support ID: ${randomBytes(6).toString('hex')}%7E${randomBytes(8).toString('hex')}]`
    : ''
  const errors = entries.map(entry => {
    const text = entry.description2 === undefined ? '' : `${entry.description2}${support}`
    const number = entry.errorno === undefined ? '' : element('errorno', entry.errorno)
    return (
      `<error>${number}${element('description', entry.description)}${element('description2', text)}` +
      `${element('correction', entry.correction)}${options.additional ? additionalXml(entry) : ''}</error>`
    )
  })
  return `<errormessage>${errors.join('')}</errormessage>`
}

const additionalXml = (entry: ErrorEntry): string =>
  `<additionalinfo>${element('errorid', `WS-${(entry.errorno ?? '0').slice(-4)}`)}${element('category', 'Input')}${element('target', '')}</additionalinfo>`

/** A gateway error has a bare control and no `description2` (fact sheet 3). */
export function gatewayXml(entry: ErrorEntry): string {
  const request = `${randomBytes(4).toString('hex').toUpperCase()}:${randomBytes(2).toString('hex').toUpperCase()}`
  return (
    `${PROLOG}<response><control><status>failure</status></control><errormessage><error>${element('errorno', entry.errorno)}` +
    `${element('description', `${entry.description} [Request ID: ${request}]`)}</error></errormessage></response>`
  )
}

/** Who signed in, as `authentication` tells. */
export interface AuthenticationEcho {
  readonly userId: string
  readonly companyId: string
  readonly locationId: string
  readonly startedAt: Date
  readonly expiresAt: Date
}

export const authenticatedXml = (echo: AuthenticationEcho): string =>
  `<authentication><status>success</status>${element('userid', echo.userId)}${element('companyid', echo.companyId)}` +
  `${element('locationid', echo.locationId)}${element('sessiontimestamp', printOffsetStamp(echo.startedAt))}` +
  `${element('sessiontimeout', printOffsetStamp(echo.expiresAt))}</authentication>`

export const refusedXml = (userId: string, companyId: string): string =>
  `<authentication><status>failure</status>${element('userid', userId)}${element('companyid', companyId)}</authentication>`

export interface ResultParts {
  readonly status: 'success' | 'failure' | 'aborted'
  readonly function: string
  readonly controlId: string
  /** Data or errors. */
  readonly inner: string
}

export const resultXml = (parts: ResultParts): string =>
  `<result><status>${parts.status}</status><function>${escapeXml(parts.function)}</function>` +
  `${element('controlid', parts.controlId)}${parts.inner}</result>`

import { EngineError, isEngineError, type Preflight, type PreflightRequest } from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import { type FieldFacts, fieldsOf, type ModuleFacts, modulesOf, type Org, orgOf } from './metadata.ts'

/** Fields that the system itself checks for doubles (fact sheet 2); besides them only unique fields can be matched on (4.2). */
const DUPLICATE_FIELDS: Readonly<Record<string, string>> = {
  Accounts: 'Account_Name',
  Contacts: 'Email',
  Vendors: 'Vendor_Name',
  Products: 'Product_Name',
  Deals: 'Deal_Name',
  Sales_Orders: 'Subject',
  Invoices: 'Subject',
}
/** Signs that the token or the user may not see metadata: no reason to stop a flow that may well work. */
const NOT_TOLD = new Set([
  'ZOHO_OAUTH_SCOPE_MISMATCH',
  'ZOHO_NO_PERMISSION',
  'ZOHO_AUTHORIZATION_FAILED',
  'ZOHO_FORBIDDEN',
])

/** The edition is never guessed from an error of a write: org, modules and fields tell (fact sheet 2.3). A remembered "no" is asked again before it is told. */
export async function preflight(client: ZohoClient, request: PreflightRequest): Promise<Preflight> {
  try {
    const remembered = await look(client, request, false)
    return remembered.is === 'unavailable' ? await look(client, request, true) : remembered
  } catch (thrown) {
    if (!isEngineError(thrown) || !NOT_TOLD.has(thrown.code) || client.context.settings.orgId !== undefined)
      throw thrown
    return { is: 'unknown', reason: `Zoho CRM does not show its metadata to this connection: ${thrown.message}` }
  }
}

async function look(client: ZohoClient, request: PreflightRequest, fresh: boolean): Promise<Preflight> {
  const org = await orgOf(client, { fresh })
  const modules = await modulesOf(client, { fresh })
  const module = Object.hasOwn(modules, request.entity) ? modules[request.entity] : undefined
  const closed = moduleProblem(request, org, module)
  if (closed) return { is: 'unavailable', error: closed }
  const fields = await fieldsOf(client, request.entity, { fresh })
  const error = fieldProblem(request, fields, org)
  if (error) return { is: 'unavailable', error }
  // a lookup to a module that this edition lacks cannot be filled, whether or not its field is still listed
  const isUsable = (name: string) => {
    const target = Object.hasOwn(fields, name) ? fields[name]?.target : undefined
    return target !== undefined && (target === '' || Object.hasOwn(modules, target))
  }
  const absent = request.optional.filter(name => !isUsable(name))
  return absent.length > 0 ? { is: 'available', absent } : { is: 'available' }
}

function moduleProblem(
  { entity, use }: PreflightRequest,
  org: Org,
  module: ModuleFacts | undefined,
): EngineError | undefined {
  if (module === undefined)
    return unavailable(
      'ZOHO_MODULE_NOT_IN_EDITION',
      `the org ${org.name} (edition ${org.edition}) has no module ${entity}`,
      'Inventory modules (Vendors, Sales_Orders, Invoices) start with the Professional edition; a custom module must be made under Setup, Modules and fields. Or leave the flow out.',
    )
  if (!module.apiSupported)
    return unavailable(
      'ZOHO_MODULE_NOT_IN_API',
      `Zoho CRM does not open the module ${entity} to its API`,
      'Leave the flow out.',
    )
  const isPermitted = module.visible && (use === 'read' ? module.viewable : module.writable)
  if (isPermitted) return undefined
  return unavailable(
    'ZOHO_MODULE_NOT_PERMITTED',
    `the integration user may not ${use} the module ${entity}`,
    `Give its profile the right to ${use} ${entity} under Setup, Security control, Profiles, and show the module's tab.`,
  )
}

function fieldProblem(
  request: PreflightRequest,
  fields: Readonly<Record<string, FieldFacts>>,
  org: Org,
): EngineError | undefined {
  const { entity, use, match } = request
  const has = (name: string) => name === 'id' || name.startsWith('$') || Object.hasOwn(fields, name)
  if (match !== undefined && !has(match)) return matchMissing(entity, match, org)
  const wanted = request.fields.map(path => path.split('.')[0] ?? path)
  const missing = [...new Set(wanted)].filter(name => !has(name) && !request.optional.includes(name))
  if (missing.length > 0) return fieldsMissing(entity, missing, org)
  if (use === 'read') return undefined
  if (match !== undefined && !isMatchable(entity, match, fields[match]?.unique)) return matchNotUnique(entity, match)
  const computed = wanted.filter(name => name !== match && fields[name]?.readOnly)
  return computed.length > 0 ? fieldsReadOnly(entity, computed) : undefined
}

const fieldsMissing = (entity: string, missing: readonly string[], org: Org): EngineError =>
  misconfigured(
    'ZOHO_FIELD_MISSING',
    `${entity} has no field ${missing.join(', ')} in the org ${org.name}`,
    `Make ${missing.length > 1 ? 'these fields' : 'it'} under Setup, Modules and fields, ${entity}: the API name must be exactly ${missing.join(', ')} (names are case-sensitive and differ from labels). "ml-connector describe" lists those that exist.`,
  )

const fieldsReadOnly = (entity: string, computed: readonly string[]): EngineError =>
  misconfigured(
    'ZOHO_FIELD_READ_ONLY',
    `${entity}: Zoho CRM sets ${computed.join(', ')} itself or keeps it read-only for this profile`,
    "Take it out of the mapping, or allow the integration user's profile to edit it.",
  )

const isMatchable = (entity: string, match: string, unique = false) =>
  unique || match === 'id' || match === (DUPLICATE_FIELDS[entity] ?? 'Name')

const matchMissing = (entity: string, match: string, org: Org): EngineError =>
  misconfigured(
    'ZOHO_MATCH_FIELD_MISSING',
    `${entity} has no field ${match} to match on in the org ${org.name} (edition ${org.edition})`,
    `Make a field of type Single Line under Setup, Modules and fields, ${entity}: label "${match.replaceAll('_', ' ')}", "Do not allow duplicate values" on, API name ${match}.`,
  )

const matchNotUnique = (entity: string, match: string): EngineError =>
  misconfigured(
    'ZOHO_MATCH_FIELD_NOT_UNIQUE',
    `${entity}.${match} allows duplicate values, so Zoho CRM cannot match on it`,
    `Switch "Do not allow duplicate values" on for this field under Setup, Modules and fields, ${entity}, after resolving the doubles that it holds.`,
  )

const unavailable = (code: string, message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'unavailable', code, message, remedy })

const misconfigured = (code: string, message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code, message, remedy })

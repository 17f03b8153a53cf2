import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { parseKey } from './address.ts'
import { empty, forbidden, json, Refusal, recordDuplicate } from './answers.ts'
import { forApi } from './odata/print.ts'
import { listRecords, printWhole, readRecord } from './reads.ts'
import { pathOf, type ResourceDef, type Verb } from './resources/definition.ts'
import { postBatches } from './rules/batches.ts'
import { runDayEnd } from './rules/day-end.ts'
import type { User } from './sign-in.ts'
import { type Company, keyOf, tableOf } from './store/company.ts'
import { initialOf } from './write/apply.ts'
import { parseBody } from './write/check.ts'
import {
  API_SETS_NOTHING_COMPUTED,
  insertRecord,
  patchRecord,
  removeRecord,
  replaceRecord,
  type WriteCall,
} from './write/write.ts'

export interface ResourceCall {
  readonly request: SandboxRequest
  readonly company: Company
  readonly def: ResourceDef
  readonly key: string | undefined
  /** `https://host/Sage300WebApi/v1.0/-/SAMINC`. */
  readonly base: string
}

const notAllowed = (method: string, what: string) =>
  new Refusal(405, 'MethodNotAllowed', `The method ${method} is not allowed for ${what}.`)
const invalidAction = (key: string) => new Refusal(400, 'InvalidAction', `The action ${key} is not valid.`)

const isVerb = (method: string): method is Verb => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)
/** `$template`, with quotes or without. */
const actionOf = (key: string) => /^'?\$(template|process)'?$/.exec(key)?.[1]

export function callResource(call: ResourceCall): SandboxAnswer {
  const { request, def, key } = call
  const { method } = request
  if (!isVerb(method) || !def.verbs.includes(method)) throw notAllowed(method, def.name)
  if (method === 'POST') return post(call)
  if (method === 'GET') return read(call)
  if (key === undefined) throw notAllowed(method, `the collection ${def.name}`)
  refuseInDayEnd(call)
  write(call, method, foldKey(call, parseKey(def, key)))
  return empty()
}

function read({ request, company, def, key, base }: ResourceCall): SandboxAnswer {
  const call = { table: tableOf(company, def), query: request.query, knobs: company.knobs.now(), base }
  return key === undefined ? listRecords(call) : readRecord(call, foldKey({ company }, parseKey(def, key)))
}

const foldKey = ({ company }: Pick<ResourceCall, 'company'>, key: string) =>
  company.knobs.now().keyCase === 'upper' ? key.toUpperCase() : key

function write({ request, company, def }: ResourceCall, method: 'PUT' | 'PATCH' | 'DELETE', key: string): void {
  const call = writeCall(company, def)
  if (method === 'DELETE') removeRecord(call, key)
  else if (method === 'PUT') replaceRecord(call, key, parseBody(request.body))
  else patchRecord(call, key, parseBody(request.body))
}

const writeCall = (company: Company, def: ResourceDef): WriteCall => ({
  company,
  def,
  allowed: API_SETS_NOTHING_COMPUTED,
})

function post(call: ResourceCall): SandboxAnswer {
  const { request, company, def, key, base } = call
  const knobs = company.knobs.now()
  if (key !== undefined) {
    if (actionOf(key) !== 'template') throw invalidAction(key)
    return json(200, printWhole(def, initialOf(def.fields), forApi(knobs)))
  }
  refuseInDayEnd(call)
  const stored = insertRecord(writeCall(company, def), parseBody(request.body))
  const parts = keyOf(def, stored).split('\u0001')
  const literal = (part: string) => (def.isNumbered ? part : `'${encodeURIComponent(part.replaceAll("'", "''"))}'`)
  const address = def.key.map((name, at) => (def.key.length > 1 ? `${name}=` : '') + literal(parts[at] ?? '')).join(',')
  const body = {
    '@odata.context': `${base}/${def.module}/$metadata#${def.name}/$entity`,
    ...printWhole(def, stored, forApi(knobs)),
  }
  return json(Number(knobs.createdStatus), body, { location: `${base}/${pathOf(def)}(${address})` })
}

/** A duplicate that is none: only the text tells (fact sheet 0.4). */
function refuseInDayEnd({ company, def }: ResourceCall): void {
  if (company.knobs.now().dayEnd && ['OE', 'IC'].includes(def.module))
    throw recordDuplicate('Day End Processing is currently running.\nPlease wait until it has finished and try again.')
}

export interface ProcessCall {
  readonly request: SandboxRequest
  readonly company: Company
  readonly user: User
  readonly path: string
  readonly key: string | undefined
}

const PROCESS_RUNS: Readonly<Record<string, (company: Company) => void>> = {
  'AR/ARPostInvoices': company => postBatches(company, 'AR/ARInvoiceBatches'),
  'AP/APPostInvoices': company => postBatches(company, 'AP/APInvoiceBatches'),
  'IC/ICDayEndProcessing': runDayEnd,
}

export function callProcess({ request, company, user, path, key }: ProcessCall): SandboxAnswer {
  if (request.method !== 'POST') throw notAllowed(request.method, path)
  if (actionOf(key ?? '') !== 'process') throw invalidAction(key ?? '')
  if (!user.mayWrite) throw forbidden(`User ${user.id} may not run ${path}.`)
  if (request.body.length > 0) parseBody(request.body)
  PROCESS_RUNS[path]?.(company)
  return empty()
}

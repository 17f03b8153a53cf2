/**
 * What an integrator would write by hand: the same reads, the same JSONata, the same upserts, and nothing else. No ledger, no retries,
 * no checks. Arguments: the two sandboxes' announcements as JSON. Prints { seconds, records, calls }.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import jsonata from 'jsonata'
import { parse } from 'yaml'

interface Announcement {
  readonly url: string
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

const [intacct, zoho] = process.argv.slice(2).map(it => JSON.parse(it) as Announcement)
if (!intacct || !zoho) throw new Error('two announcements are needed')

const PAGE = 1_000
const BATCH = 100
const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, parseAttributeValue: false })
const xml = (text = '') => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

// the mapping of the flow file as one expression, with the table as a function: one evaluation a record
const folder = import.meta.dirname
const map = (parse(readFileSync(join(folder, 'vendors.yaml'), 'utf8')) as { map: Record<string, string> }).map
const expression = jsonata(
  `{${Object.entries(map)
    .map(([name, text]) => `"${name}": (${text})`)
    .join(',')}}`,
)
const table = new Map(
  readFileSync(join(folder, 'category.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split(',') as [string, string]),
)
const bindings = { table: (_name: string, key: string, otherwise: string) => table.get(key) ?? otherwise }

const FIELDS = [
  'RECORDNO',
  'VENDORID',
  'NAME',
  'STATUS',
  'VENDTYPE',
  'PARENTID',
  'TERMNAME',
  'TAXID',
  'CREDITLIMIT',
  'ONHOLD',
  'CURRENCY',
  'WHENMODIFIED',
  'WHENCREATED',
  'DISPLAYCONTACT.EMAIL1',
  'DISPLAYCONTACT.PHONE1',
  'DISPLAYCONTACT.URL1',
  'DISPLAYCONTACT.MAILADDRESS.ADDRESS1',
  'DISPLAYCONTACT.MAILADDRESS.CITY',
  'DISPLAYCONTACT.MAILADDRESS.STATE',
  'DISPLAYCONTACT.MAILADDRESS.ZIP',
  'DISPLAYCONTACT.MAILADDRESS.COUNTRY',
]

let calls = 0
let ids = 0
async function post(url: string, body: string, headers: Record<string, string>): Promise<string> {
  calls += 1
  return (await fetch(url, { method: 'POST', body, headers })).text()
}

// biome-ignore lint/suspicious/noExplicitAny: a script takes answers as they come
async function gateway(url: string, authentication: string, content: string): Promise<any> {
  ids += 1
  const { senderId } = intacct?.settings ?? {}
  const body = `<?xml version="1.0" encoding="UTF-8"?><request><control><senderid>${xml(senderId)}</senderid><password>${xml(intacct?.secrets['senderPassword'])}</password><controlid>s-${ids}</controlid><uniqueid>false</uniqueid><dtdversion>3.0</dtdversion><includewhitespace>false</includewhitespace></control><operation><authentication>${authentication}</authentication><content><function controlid="f-${ids}">${content}</function></content></operation></request>`
  return parser.parse(await post(url, body, { 'content-type': 'application/xml' })).response.operation
}

function nested(row: Record<string, string>): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(row)) {
    if (value === '') continue
    const names = path.split('.')
    let at = record
    for (const name of names.slice(0, -1)) {
      at[name] ??= {}
      at = at[name] as Record<string, unknown>
    }
    at[names.at(-1) ?? ''] = value
  }
  return record
}

const BOOLEANS = new Set(['On_Hold'])
const NUMBERS = new Set(['Credit_Limit'])
function typed(mapped: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(map)) {
    const value = mapped[name]
    out[name] =
      value === undefined ? null : BOOLEANS.has(name) ? value === 'true' : NUMBERS.has(name) ? Number(value) : value
  }
  return out
}

const began = performance.now()
const { companyId, userId } = intacct.settings
const signedIn = await gateway(
  intacct.settings['url'] ?? '',
  `<login><userid>${xml(userId)}</userid><companyid>${xml(companyId)}</companyid><password>${xml(intacct.secrets['userPassword'])}</password></login>`,
  '<getAPISession/>',
)
const { sessionid, endpoint } = signedIn.result.data.api
const { clientId, accountsUrl } = zoho.settings
const token = JSON.parse(
  await post(
    `${accountsUrl}/oauth/v2/token`,
    new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId ?? '',
      client_secret: zoho.secrets['clientSecret'] ?? '',
      refresh_token: zoho.secrets['refreshToken'] ?? '',
    }).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  ),
)

let records = 0
for (let after = '0'; ; ) {
  const answer = await gateway(
    endpoint,
    `<sessionid>${sessionid}</sessionid>`,
    `<query><object>VENDOR</object><select>${FIELDS.map(name => `<field>${name}</field>`).join('')}</select><filter><greaterthan><field>RECORDNO</field><value>${after}</value></greaterthan></filter><orderby><order><field>RECORDNO</field><ascending/></order></orderby><options><showprivate>true</showprivate></options><pagesize>${PAGE}</pagesize><offset>0</offset></query>`,
  )
  const rows = [answer.result.data.VENDOR ?? []].flat() as Record<string, string>[]
  for (let at = 0; at < rows.length; at += BATCH) {
    const data: Record<string, unknown>[] = []
    for (const row of rows.slice(at, at + BATCH)) data.push(typed(await expression.evaluate(nested(row), bindings)))
    const body = JSON.stringify({ data, duplicate_check_fields: ['ERP_ID'], trigger: [] })
    const said = JSON.parse(
      await post(`${token.api_domain}/crm/v8/Vendors/upsert`, body, {
        authorization: `Zoho-oauthtoken ${token.access_token}`,
        'content-type': 'application/json',
      }),
    )
    records += said.data.filter((it: { status: string }) => it.status === 'success').length
  }
  after = rows.at(-1)?.['RECORDNO'] ?? ''
  if (answer.result.data['@_numremaining'] === '0') break
}
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - began) / 1_000, records, calls })}\n`)

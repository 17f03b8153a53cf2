import type { HttpAnswer, Json } from '../../engine/sdk/index.ts'
import type { Sage100Client } from './client.ts'
import { lostAnswer, plainText, retryAfterIn, soapError } from './errors.ts'
import { USUAL_CONTRACT } from './usual-contract.ts'
import { importsIn, readWsdl, type ServiceContract } from './wsdl.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** It changes with releases of Sage 100 only. */
const REMEMBERED_MS = 24 * 60 * 60_000
const FACT = 'service-contract'
const MOST_DOCUMENTS = 20

/** How this service is called: from its WSDL, or as usual where it shows none (fact sheet 2). */
export async function serviceContract(client: Sage100Client): Promise<ServiceContract> {
  const held = contractIn(await client.facts.get(FACT))
  if (held) return held
  const read = await readContract(client)
  if (!read) {
    client.context.log.warn(
      'the web services show no WSDL: SOAPAction and order of members are taken to be the usual ones',
    )
    return USUAL_CONTRACT
  }
  await client.facts.set(FACT, JSON.stringify(read), REMEMBERED_MS)
  return read
}

export const forgetContract = (client: Sage100Client): Promise<void> => client.facts.forget(FACT)

/** Kept as text, as it was written by this very code. */
function contractIn(fact: Json | undefined): ServiceContract | undefined {
  if (typeof fact !== 'string') return undefined
  const parsed: unknown = JSON.parse(fact)
  return isContract(parsed) ? parsed : undefined
}

const isContract = (value: unknown): value is ServiceContract =>
  typeof value === 'object' && value !== null && 'operations' in value && 'types' in value

async function readContract(client: Sage100Client): Promise<ServiceContract | undefined> {
  const single = await document(client, '?singleWsdl')
  if (single) {
    const contract = readWsdl([single])
    if (contract) return contract
  }
  const first = await document(client, '?wsdl')
  return first && readWsdl([first, ...(await imported(client, first))])
}

/** The host that a WSDL names is often one of the inner network: only the query of an import is followed, at the address that was configured. */
async function imported(client: Sage100Client, first: XmlElement): Promise<readonly XmlElement[]> {
  const queue = [...importsIn(first)]
  const asked = new Set<string>()
  const found: XmlElement[] = []
  for (let location = queue.shift(); location !== undefined; location = queue.shift()) {
    const mark = location.indexOf('?')
    const query = mark < 0 ? '' : location.slice(mark)
    if (query === '' || asked.has(query) || asked.size >= MOST_DOCUMENTS) continue
    asked.add(query)
    const it = await document(client, query)
    if (!it) continue
    found.push(it)
    queue.push(...importsIn(it))
  }
  return found
}

/** Undefined where the service has no such document. */
function document(client: Sage100Client, query: string): Promise<XmlElement | undefined> {
  return client.run({
    label: 'GET wsdl',
    effect: 'none',
    request: { method: 'GET', url: `${client.soap ?? ''}${query}`, headers: { accept: 'text/xml, application/xml' } },
    settle: answer => documentIn(client, answer),
  })
}

/** A service whose metadata are switched off answers 404 or a page for people. */
function documentIn(client: Sage100Client, answer: HttpAnswer): XmlElement | undefined {
  const { status, text } = answer
  if (status === 400 || status === 404 || status === 405) return undefined
  if (status < 200 || status >= 300) {
    const retryAfterMs = retryAfterIn(answer, client.context.clock) ?? 0
    const asked = { where: 'GET wsdl', isWrite: false, redact: client.credentials.redact }
    throw soapError({ status, code: undefined, words: plainText(text), isPage: true, retryAfterMs }, asked)
  }
  const root = parseXml(text)
  if (root?.name === 'definitions' || root?.name === 'schema') return root
  if (/<html/i.test(text)) return undefined
  throw lostAnswer('GET wsdl', 'an answer that is no whole XML document', 'transient')
}

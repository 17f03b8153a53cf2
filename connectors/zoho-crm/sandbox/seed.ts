import type { JsonObject } from '../../../engine/sdk/index.ts'
import { putAsPerson } from './admin.ts'
import type { Org } from './org.ts'

const HOUSES = [
  'Nordwind',
  'Alster',
  'Falken',
  'Birkenhof',
  'Seeland',
  'Oststern',
  'Lindner',
  'Marwitz',
  'Hagen',
  'Tilsen',
]
const TRADES = ['Logistik', 'Metallbau', 'Papier', 'Technik', 'Handel', 'Werkzeuge', 'Energie', 'Optik']
const FORMS = ['GmbH', 'AG', 'KG', 'OHG']
const CITIES = ['Kiel', 'Jena', 'Trier', 'Essen', 'Ulm', 'Bremen']
const FIRST_NAMES = ['Ada', 'Jonas', 'Mira', 'Paul', 'Ronja', 'Till', 'Vera', 'Yusuf']
const LAST_NAMES = ['Arndt', 'Brandt', 'Clasen', 'Ehlers', 'Ivanov', 'Kaya', 'Okafor', 'Zimmer']
const STAGES = [
  'Qualification',
  'Closed Won',
  'Negotiation/Review',
  'Closed Lost',
  'Proposal/Price Quote',
  'Closed Won',
]
const MAX_PRODUCTS = 50
/** Records were made one after the other, this far apart, up to the moment the sandbox starts. */
const APART_MS = 90_000

/** So many accounts as people made them, without external keys; a contact for every second, a deal for every third; and products. */
export function seedRecords(org: Org, count: number, seed: number): void {
  const random = createRandom(seed)
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? ''
  const started = org.stamp()
  let made = 0
  const total = Math.min(count, MAX_PRODUCTS) + count + Math.floor(count / 2) + Math.floor(count / 3)
  const make = (module: string, record: JsonObject): string => {
    const at = started - (total - made) * APART_MS
    made += 1
    return putAt(org, module, { record, at })
  }
  for (let i = 0; i < Math.min(count, MAX_PRODUCTS); i += 1) make('Products', product(i, random))
  for (let i = 0; i < count; i += 1) {
    const name = `${pick(HOUSES)} ${pick(TRADES)} ${pick(FORMS)} ${i + 1}`
    const account = { id: make('Accounts', { Account_Name: name, Billing_City: pick(CITIES), Phone: phone(random) }) }
    const contact =
      i % 2 === 1
        ? {
            id: make('Contacts', { First_Name: pick(FIRST_NAMES), Last_Name: pick(LAST_NAMES), Account_Name: account }),
          }
        : null
    if (i % 3 !== 2) continue
    const Stage = STAGES[Math.floor(i / 3) % STAGES.length] ?? 'Qualification'
    const Amount = Math.round(random() * 9_000_000) / 100
    const Closing_Date = new Date(started - Math.floor(random() * 90) * 86_400_000).toISOString().slice(0, 10)
    make('Deals', {
      Deal_Name: `${name}: order`,
      Stage,
      Amount,
      Closing_Date,
      Account_Name: account,
      Contact_Name: contact,
    })
  }
}

/** A person's record, dated back. */
function putAt(org: Org, module: string, it: { readonly record: JsonObject; readonly at: number }): string {
  const definition = org.modules.get(module)
  if (!definition) throw new RangeError(`the sandbox has no module ${module}`)
  const id = String(putAsPerson(org, definition, it.record)['id'])
  const store = org.store(module)
  const stored = store.records.get(id)
  if (stored) store.put({ ...stored, createdAt: it.at, modifiedAt: it.at })
  return id
}

const product = (i: number, random: () => number): JsonObject => ({
  Product_Name: `Item ${i + 1}`,
  Product_Code: `P-${String(i + 1).padStart(4, '0')}`,
  Unit_Price: Math.round(random() * 50_000) / 100,
})

const phone = (random: () => number) => `+49 431 ${String(Math.floor(random() * 1_000_000)).padStart(6, '0')}`

/** Mulberry32: the same seed gives the same numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

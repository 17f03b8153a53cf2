export const HOUSES = ['American', 'Orange', 'Lakeside', 'Prairie', 'Badger', 'Harbor', 'Summit', 'Cedar'] as const
export const TRADES = ['Business', 'Door & Window', 'Lighting', 'Fasteners', 'Foods', 'Freight', 'Paper'] as const
export const FORMS = ['Inc.', 'Co.', 'LLC', 'Corp.', 'Group'] as const
export const STREETS = ['N. 14th Street', 'Lake Drive', 'Industrial Blvd', 'Main Street', 'County Road B'] as const
export const PEOPLE = ['Artie Johnson', "M. O'Brien", 'Chloé Dubois', 'J. Müller', 'K. Tanaka', 'S. Okafor'] as const
export const TITLES = ['', 'Owner', 'Accounts Payable', 'Buyer'] as const

/** City, state, zip code, country. */
export const PLACES = [
  ['Milwaukee', 'WI', '53205-1234', 'USA'],
  ['Chicago', 'IL', '60606', 'USA'],
  ['Boston', 'MA', '02108', 'USA'],
  ['Irvine', 'CA', '92618', 'USA'],
  ['Toronto', 'ON', 'M5V 2T6', 'CAN'],
] as const

/**
 * Division, number and name as people really enter them: every one of these broke somebody's integration. Without a name: any.
 * The first two share a number, two more do so too.
 */
export const ODD_CUSTOMERS: readonly (readonly [division: string, number: string, name: string])[] = [
  ['01', 'ABF', 'American Business Futures'],
  ['02', 'ABF', 'American Business Futures, Canada'],
  ['02', '0000010', 'Orange Door & Window Co.'],
  ['01', '0000010', 'Škoda & Söhne <Zürich> "Best"'],
  ['01', '1E5', 'Café Zoé – Événements'],
  ['01', 'A-B-C', 'A&amp;B Already Escaped'],
  ['01', 'R&D CO', "O'Neil's Research & Development"],
  ['01', 'N/A', 'Fifty Characters Make The Longest Name There Can B'],
  ['03', "O'NEIL", '12345'],
  ['00', 'NULL', 'Sunny 🚀 Logistics'],
  ['03', '00 12', '100% of "quotes" <b>bold</b>'],
  ['01', 'TRUE', 'Back\\slash #1 + Co; 50 % off?'],
]

/** Local stamps of the customers above: blank, at clock changes of both kinds, and several in one tick. */
export const ODD_STAMPS: readonly (readonly [date: string, time: string])[] = [
  ['20260114', '14.50833'],
  ['20260114', '9.5'],
  ['20260114', '15.00000'],
  ['', ''],
  ['20251102', '01.50000'],
  ['20251102', '1.75'],
  ['20260308', '3.00000'],
  ['20251102', '1.5'],
  ['20260114', '09.50000'],
  ['', ''],
  ['20260114', '9.50000'],
  ['20250309', '01.99972'],
]

/** Vendor number and name. */
export const ODD_VENDORS: readonly (readonly [division: string, number: string, name: string])[] = [
  ['00', 'ACME', 'Acme <Tools> & Sons'],
  ['00', '0000010', 'Zero Ten Supply'],
  ['01', '0000010', 'Zero Ten Supply, Ohio'],
  ['01', '1E5', 'Štěpán Paper'],
  ['00', 'A/B C', "O'Hara Freight"],
]

/** Contact code, name and address of electronic mail, for the customers above: several, one, none. */
export const ODD_CONTACTS: readonly (readonly [customer: number, code: string, name: string, email: string])[] = [
  [0, 'ART J', 'Artie Johnson', 'artie@example.com'],
  [0, 'A&P', 'Accounts & Payables', ''],
  [0, '0001', 'Zoë', 'zoe@example.com'],
  [1, 'ART J', 'Arthur Jones', ''],
  [2, 'MAIN', "M. O'Brien <buyer>", 'obrien@example.com'],
  [6, '1E5', 'K. Tanaka', ''],
]

export interface Item {
  readonly code: string
  readonly description: string
  /** 1 regular, 3 charge, 4 comment (fact sheet 5). */
  readonly type: string
  readonly unit: string
  readonly price: string
  readonly taxClass: string
}

const item = (code: string, description: string, type: string, unit: string, price: string): Item => ({
  code,
  description,
  type,
  unit,
  price,
  taxClass: type === '1' ? 'TX' : 'NT',
})

export const ITEMS: readonly [Item, ...Item[]] = [
  item('1001-HON-H252', 'HON 2 DRAWER LETTER FLE W/O LK', '1', 'EACH', '105.950000'),
  item('2480-8-50', 'DESK FILE 8" CAP 50', '1', 'EACH', '12.450000'),
  item('0000010', 'SCREWS ½" & WASHERS', '1', 'BOX', '4.990000'),
  item('KIT-D1600', 'COMPUTER DESK KIT', '1', 'EACH', '0.000000'),
  item('D1600-TOP', 'DESK TOP, KIT COMPONENT', '1', 'EACH', '249.000000'),
  item('/FREIGHT', 'FREIGHT CHARGE', '3', '', '15.000000'),
  item('/C', 'COMMENT', '4', '', '0.000000'),
]

/** Code, description, type, group and category of main accounts. */
export const MAIN_ACCOUNTS: readonly (readonly [string, string, string, string, string])[] = [
  ['1010', 'Cash on hand', '01', '100', 'A'],
  ['1100', 'Accounts receivable', '02', '110', 'A'],
  ['1200', 'Inventory & goods', '03', '120', 'A'],
  ['2000', 'Accounts payable', '05', '200', 'L'],
  ['3000', 'Retained earnings', '07', '300', 'C'],
  ['4000', 'Sales', '08', '400', 'R'],
  ['5000', 'Cost of goods sold', '09', '500', 'E'],
  ['6010', 'Travel & entertainment', '10', '600', 'E'],
]

/** What is on file: a value that is not here is refused (fact sheet 10, item 8). */
export const MASTERS: Readonly<Record<string, ReadonlySet<string>>> = {
  State: new Set(['WI', 'IL', 'MA', 'CA', 'ON', 'NY', 'TX']),
  ZipCode: new Set([...PLACES.map(it => it[2]), '53205', '10001', '75201']),
  CountryCode: new Set(['USA', 'CAN', 'DEU']),
  TermsCode: new Set(['00', '01', '02', '03']),
  SalespersonNo: new Set(['0100', '0200', '0300']),
  Division: new Set(['00', '01', '02', '03']),
  CustomerStatus: new Set(['A', 'I', 'T']),
  TaxSchedule: new Set(['WI', 'CA', 'NONTAX', 'DEFAULT']),
  WarehouseCode: new Set(['000', '001', '002']),
  OrderType: new Set(['S', 'B', 'M', 'R', 'Q', 'P']),
  OrderStatus: new Set(['N', 'O', 'C', 'H']),
  ItemCode: new Set(ITEMS.map(it => it.code)),
}

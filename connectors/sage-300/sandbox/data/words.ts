export const HOUSES = [
  'Harbour',
  'Northgate',
  'Fraser',
  'Granite',
  'Cedar',
  'Orca',
  'Summit',
  'Lakehead',
  'Prairie',
] as const
export const TRADES = ['Lighting', 'Fasteners', 'Electric', 'Foods', 'Freight', 'Paper', 'Tools', 'Plastics'] as const
export const FORMS = ['Ltd.', 'Inc.', 'Co.', 'Group', 'Corp.'] as const
export const STREETS = ['Dock Road', 'Mill Street', 'Granville Street', 'Industrial Way', 'King Street W'] as const
export const PEOPLE = ['R. Singh', "M. O'Brien", 'Chloé Dubois', 'J. Müller', 'K. Tanaka', 'S. Okafor'] as const
/** City, province, postal code, country. */
export const PLACES = [
  ['Victoria', 'BC', 'V8V 1A1', 'Canada'],
  ['Vancouver', 'BC', 'V6B 2W2', 'Canada'],
  ['Toronto', 'ON', 'M5V 2T6', 'Canada'],
  ['Seattle', 'WA', '98101', 'United States'],
  ['Boston', 'MA', '02108', 'United States'],
] as const

/** Keys and names as people really enter them: every one of these broke somebody's integration. Without a name: any. */
export const ODD_PARTIES: readonly (readonly [key: string, name: string])[] = [
  ['1200', ''],
  ["O'NEIL", "O'Neil's Hardware"],
  ['0001200', 'Smith <Tools> "Best" Ltd.'],
  ['1400', 'Mr. Ronald Black'],
  ['1E5', 'Café Zoë – Événements'],
  ['A&B-01', 'A&amp;B Already Escaped'],
  ['12 34', '北京零件有限公司'],
  ['000', '12345'],
  ['NULL', 'Sunny 🚀 Logistics'],
  ['100.00', '  Leading Spaces Inc.'],
  ['+49-30', "100% of ''quotes''"],
  ['TRUE', 'Back\\slash #1 + Co; 50 % off?'],
]

/** Unformatted and formatted number, description. */
export const NAMED_ITEMS: readonly (readonly [string, string, string])[] = [
  ['A11050', 'A1-105/0', 'Fluorescent desk lamp'],
  ['A11030', 'A1-103/0', 'Fluorescent desk lamp & bulb'],
  ['0000010', '0000010', 'Screws, ½" (box of 100)'],
  ['1E5', '1E5', "Electrician's tape"],
  ["O'RING", "O'RING", 'Seal – 12 mm'],
  ['B2001', 'B2-001', 'Discontinued fixture'],
]

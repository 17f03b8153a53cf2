/** Word lists that names are put together from. */
export const PLACES = [
  'Northwind',
  'Harrow',
  'Kestrel',
  'Ludlow',
  'Marigold',
  'Quarry',
  'Rowan',
  'Tamar',
  'Umber',
  'Wick',
]
export const TRADES = [
  'Fabrication',
  'Bakery',
  'Glass',
  'Hydraulics',
  'Joinery',
  'Optics',
  'Printworks',
  'Seeds',
  'Tooling',
]
export const FORMS = ['Inc.', 'LLC', 'Ltd', 'Corp.', 'GmbH', 'B.V.']
export const CITIES = ['Leeds', 'Albany', 'Boise', 'Cork', 'Delft', 'Exeter', 'Fargo', 'Ghent']
export const STREETS = ['Mill St', 'Canal Rd', 'High St', 'Station Ave', 'Orchard Way']
export const FIRST = ['Ada', 'Bo', 'Carla', 'Dmitri', 'Eve', 'Farid', 'Greta', 'Hugo']
export const LAST = ['Archer', "D'Arcy", 'Müller', 'Núñez', 'O’Hara', 'van den Berg', 'Smith-Jones', 'Zhang']
export const THINGS = [
  'Bracket',
  'Coupling',
  'Flange',
  'Gasket',
  'Hinge',
  'Nozzle',
  'Pulley',
  'Spindle',
  'Valve',
  'Washer',
]
export const MATERIALS = ['brass', 'ceramic', 'nylon', 'rubber', 'steel', 'titanium']
export const SERVICES = ['Calibration', 'Delivery', 'Installation', 'Support', 'Training', 'Warranty']

/** Keys of before the numbering sequence: zeros in front, what looks like a number, quotes, signs, blanks, a slash. */
export const ODD_CUSTOMERS = ['00042', '1E5', "O'BRIEN", 'A&B-CO', 'MÜLLER', 'ACME EU', '0000010', 'N/A', '100%', 'X+Y']
export const ODD_ITEMS = ['#12-796524', '007', '1E5', 'A/B 10', "D'ARC", 'CABLE & CO', 'GRÖSSE-M', '0.50', 'A+B', '50%']

/** Names that a careless program breaks. */
export const ODD_NAMES = [
  'Smith & Sons "Best" <Ltd>',
  "O'Neil's Café",
  'Rocket 🚀 Works',
  'Ærø Ølhandel A/S',
  '東京商事',
  'Tab\tand\nline break',
  '=1+1',
  'null',
  '0012',
  'a'.repeat(200),
]

import { example, type Mutation } from './mutation.ts'

const TIES = 'strict > with ties'
const BOUNDARY = 'inclusive >= without boundary keys'
const ONE_STAMP = 'a whole page with one timestamp'
const MOVING = 'offset paging while rows move'
const EDITED = 'row edited during the run'
const DAY = "date-only cursor, account's time zone"
const FINER = 'cursor finer than the format it is printed in'
const FIELD = 'cursor field is not the field that the API filters on'
const CLOCK = 'local clock saved as cursor'
const FUTURE = 'row dated in the future'
const LATE = 'late visibility'
const NULL = 'null cursor'
const CAP = 'paging cap of the API'
const DST = 'DST change, local-time stamps'
const MEMORY = 'boundary memory grows on coarse cursors'
const BODIES = '200 with an error inside, empty body, HTML body, truncated body'

/** Guards of the walks, one way of reading after the other. */
export const READING: readonly Mutation[] = [
  {
    guard: 'overlap',
    file: 'connectors/zoho-crm/walk.ts',
    from: '{ since: before(from.mark, overlapMs) }',
    to: '{ since: from.mark }',
    tests: [
      example(LATE, 'zoho-crm', 'Accounts'),
      { test: 'contract/connectors.test.ts', title: 'becomes visible late' },
    ],
  },
  {
    guard: 'overlap where a second pass follows',
    file: 'connectors/sage-intacct/read/cursor.ts',
    from: 'const overlapped = mark - lookBack.overlapMs',
    to: 'const overlapped = mark',
    tests: [
      { test: 'connectors/sage-intacct/cursor.test.ts' },
      { test: 'contract/connectors.test.ts', title: 'becomes visible late' },
    ],
  },
  {
    guard: 'second pass',
    file: 'connectors/sage-intacct/read/cursor.ts',
    from: 'const isSecondPass = Math.max(mark, ourNow) - passedAt >= lookBack.secondPassMs',
    to: 'const isSecondPass = false',
    tests: [example(LATE, 'sage-intacct', 'VENDOR'), { test: 'connectors/sage-intacct/walk.property.test.ts' }],
  },
  {
    guard: 'a second pass reaches behind the last one',
    file: 'connectors/sage-100/read/walk.ts',
    from: 'since: lookBack(from, isSecondPass ? SECOND_PASS_MS : OVERLAP_MS, settings.timeZone)',
    to: 'since: lookBack(from, OVERLAP_MS, settings.timeZone)',
    tests: [
      example(LATE, 'sage-100', 'AR_Customer'),
      { test: 'connectors/sage-100/reader.test.ts', title: 'just after a second look' },
    ],
  },
  {
    guard: 'settle lag',
    file: 'connectors/zendesk/cursor.ts',
    from: 'began - HOLD_BACK_MS / 1_000',
    to: 'began + HOLD_BACK_MS',
    tests: [example(CLOCK, 'zendesk', 'organizations'), { test: 'connectors/zendesk/walk.property.test.ts' }],
  },
  {
    guard: 'tie query',
    file: 'connectors/sage-intacct/read/walk.ts',
    from: "        allOf(compare('equalto', 'WHENMODIFIED', print(at.modified)), afterRecord(at.recordNo)),\n",
    to: '',
    tests: [example(TIES, 'sage-intacct', 'CLASS')],
  },
  {
    guard: 'boundary keys',
    file: 'connectors/zendesk/export.ts',
    from: 'row => isWanted(row, wish, { walk, began }) && (walk.full || !wasSeen(place.seen, row))',
    to: 'row => isWanted(row, wish, { walk, began })',
    tests: [example(BOUNDARY, 'zendesk', 'organizations')],
  },
  {
    guard: 'boundary keys of a chain of pages',
    file: 'connectors/zoho-crm/walk.ts',
    from: 'step.rows.filter(row => !wasSeen(',
    to: 'step.rows.filter(row => true || !wasSeen(',
    tests: [{ test: 'connectors/zoho-crm/walk.property.test.ts', title: 'sends nothing twice' }],
  },
  {
    guard: 'a second that fills a page is led past',
    file: 'connectors/zendesk/export.ts',
    from: "if (perPage < EXPORT_PAGE) return 'same second'",
    to: 'if (perPage < EXPORT_PAGE) return { ...step, next: { start: endTime } }',
    tests: [example(ONE_STAMP, 'zendesk', 'organizations')],
  },
  {
    guard: 'a list is compared with what was given, not counted',
    file: 'connectors/acumatica/read/along-keys.ts',
    from: 'those.filter(row => !known.has(marked(row)))',
    to: 'those.slice(known.size)',
    tests: [example(MOVING, 'acumatica', 'Customer')],
  },
  {
    guard: 'the mark is where the walk began',
    file: 'connectors/acumatica/read/walk.ts',
    from: 'const began = walk.began ?? step.serverTime',
    to: 'const began = step.serverTime',
    tests: [example(EDITED, 'acumatica', 'Customer')],
  },
  {
    guard: 'a walk that gave up begins anew',
    file: 'connectors/sage-100/read/walk.ts',
    from: 'walk && { ...walk, restarts: 0 }',
    to: 'walk',
    tests: [
      example(EDITED, 'sage-100', 'AR_Customer'),
      { test: 'connectors/sage-100/reader.test.ts', title: 'made it give up' },
    ],
  },
  {
    guard: 'no mark ahead of their clock',
    file: 'connectors/zoho-crm/walk.ts',
    from: 'function finish(place: Place, { began, full }: Walk): Place {',
    to: 'function finish(place: Place, { reached: began, full }: Walk): Place {',
    tests: [example(FUTURE, 'zoho-crm', 'Accounts')],
  },
  {
    guard: 'the mark is of their clock, not of ours',
    file: 'connectors/sage-intacct/read/walk.ts',
    from: 'const until = walk.until ?? answer.serverNow.getTime()',
    to: 'const until = walk.until ?? ground.client.context.clock.now().getTime()',
    tests: [example(CLOCK, 'sage-intacct', 'VENDOR')],
  },
  {
    guard: 'the mark moves on',
    file: 'connectors/sage-intacct/read/cursor.ts',
    from: "return { walk: 'settled', mark: until, passedAt,",
    to: "return { walk: 'settled', mark: walk.from, passedAt,",
    tests: [example(FINER, 'sage-intacct', 'VENDOR')],
  },
  {
    guard: 'filtered by the field that changes set',
    file: 'connectors/sage-intacct/read/walk.ts',
    from: "allOf(compare('greaterthanorequalto', 'WHENMODIFIED', print(walk.from)), ...upTo('WHENMODIFIED'))",
    to: "allOf(compare('greaterthanorequalto', 'WHENCREATED', print(walk.from)), ...upTo('WHENCREATED'))",
    tests: [example(FIELD, 'sage-intacct', 'VENDOR')],
  },
  {
    guard: 'records without a stamp',
    file: 'connectors/sage-intacct/read/walk.ts',
    from: 'return anyOf(stamped, unstamped)',
    to: 'return stamped',
    tests: [example(NULL, 'sage-intacct', 'CLASS'), { test: 'connectors/sage-intacct/walk.property.test.ts' }],
  },
  {
    guard: 'a day is read again',
    file: 'connectors/sage-300/read/walk.ts',
    from: 'export const LOOK_BACK_DAYS = 1',
    to: 'export const LOOK_BACK_DAYS = -1',
    tests: [example(DAY, 'sage-300', 'AR/ARCustomers'), { test: 'connectors/sage-300/walk.property.test.ts' }],
  },
  {
    guard: 'the hour that comes twice is read again',
    file: 'connectors/sage-100/stamp.ts',
    from: 'before(stamp, ms + shiftNear(timeZone, wallOf(stamp)))',
    to: 'before(stamp, ms)',
    tests: [{ test: 'connectors/sage-100/stamp.test.ts', title: 'looking back from a stamp' }],
  },
  {
    guard: 'an hour that is left out lies between two stamps that are close',
    file: 'connectors/sage-100/zone.ts',
    from: 'return Math.abs(offsetAt(timeZone, instant - around)',
    to: 'return Math.max(0, offsetAt(timeZone, instant - around)',
    tests: [{ test: 'connectors/sage-100/reader.test.ts', title: 'before the hour that is left out' }],
  },
  {
    guard: 'a time names its offset',
    file: 'connectors/acumatica/filter.ts',
    from: "datetimeoffset'${utc.replace(/Z$/, '+00:00')}'",
    to: "datetimeoffset'${utc.replace(/Z$/, '')}'",
    tests: [example(DST, 'acumatica', 'Customer')],
  },
  {
    guard: 'a chain of pages that ends is begun again',
    file: 'connectors/zoho-crm/walk.ts',
    from: "  ZOHO_PAGINATION_LIMIT_EXCEEDED: 'cap',\n",
    to: '',
    tests: [example(CAP, 'zoho-crm', 'Accounts')],
  },
  {
    guard: 'boundary memory is bounded: ids by second',
    file: 'connectors/zoho-crm/cursor.ts',
    from: 'let room = MOST_REMEMBERED',
    to: 'let room = MOST_REMEMBERED * 1_000',
    tests: [example(MEMORY, 'zoho-crm', 'Accounts')],
  },
  {
    guard: 'boundary memory is bounded: looks',
    file: 'connectors/zendesk/cursor.ts',
    from: 'return new Map(kept.slice(-MOST_REMEMBERED))',
    to: 'return new Map(kept)',
    tests: [example(MEMORY, 'zendesk', 'organizations')],
  },
  {
    guard: 'boundary memory is bounded: days',
    file: 'connectors/sage-300/read/seen.ts',
    from: 'let room = MOST_REMEMBERED -',
    to: 'let room = MOST_REMEMBERED * 1_000 -',
    tests: [example(MEMORY, 'sage-300', 'AP/APVendors')],
  },
  {
    guard: 'a page must be a list: data',
    file: 'connectors/zoho-crm/client.ts',
    from: "throw new UnusableAnswer(lostAnswer(whereOf(call), describeUnusable(answer, body), 'transient'))",
    to: 'return { status: answer.status, body: undefined, serverTime }',
    tests: [example(BODIES, 'zoho-crm', 'Accounts')],
  },
  {
    guard: 'a page must be a list: rows',
    file: 'connectors/acumatica/client.ts',
    from: "if (expect === 'list') return isList(body) && body.every(isObject)",
    to: "if (expect === 'list') return true",
    tests: [example(BODIES, 'acumatica', 'Customer')],
  },
  {
    guard: 'a page must be a list: value',
    file: 'connectors/sage-300/client.ts',
    from: "return isList(body['value']) && body['value'].every(isObject)",
    to: 'return true',
    tests: [example(BODIES, 'sage-300', 'AP/APVendors')],
  },
  {
    guard: 'a walk that moved is not complete',
    file: 'connectors/zoho-crm/walk.ts',
    from: 'if (walk.began === undefined || hasMoved(walk, step)) return false',
    to: '',
    tests: [{ test: 'connectors/zoho-crm/reader.test.ts' }, { test: 'connectors/zoho-crm/walk.property.test.ts' }],
  },
]

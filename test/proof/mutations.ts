/** A line that keeps a promise, what stands there without it, and who must notice. */
export interface Mutation {
  readonly guard: string
  readonly file: string
  /** Stands exactly once in the file. */
  readonly from: string
  readonly to: string
  /** One of these must fail. */
  readonly tests: readonly Check[]
}

/** Files of tests below `test/`, with a part of their titles; or a proof with its arguments. */
export type Check =
  | { readonly test: string; readonly title?: string }
  | { readonly proof: 'histories' | 'writes'; readonly of: readonly string[] }

const histories = (connector: string, entity: string): Check => ({ proof: 'histories', of: [connector, '40', entity] })

export const MUTATIONS: readonly Mutation[] = [
  {
    guard: 'overlap',
    file: 'connectors/zoho-crm/walk.ts',
    from: '{ since: before(from.mark, overlapMs) }',
    to: '{ since: from.mark }',
    tests: [histories('zoho-crm', 'Accounts'), { test: 'contract/connectors.test.ts', title: 'becomes visible late' }],
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
    guard: 'tie query',
    file: 'connectors/sage-intacct/read/walk.ts',
    from: "        allOf(compare('equalto', 'WHENMODIFIED', print(at.modified)), afterRecord(at.recordNo)),\n",
    to: '',
    tests: [histories('sage-intacct', 'CLASS'), { test: 'connectors/sage-intacct/walk.property.test.ts' }],
  },
  {
    guard: 'boundary keys',
    file: 'connectors/zoho-crm/walk.ts',
    from: 'const fresh = step.rows.filter(row => !wasSeen(place.seen, row.version, row.id))',
    to: 'const fresh = step.rows',
    tests: [{ test: 'connectors/zoho-crm/walk.property.test.ts', title: 'sends nothing twice' }],
  },
  {
    guard: 'settle lag',
    file: 'connectors/zendesk/cursor.ts',
    from: 'began - HOLD_BACK_MS / 1_000',
    to: 'began + HOLD_BACK_MS',
    tests: [histories('zendesk', 'organizations'), { test: 'connectors/zendesk/walk.property.test.ts' }],
  },
  {
    guard: 'second pass',
    file: 'connectors/sage-intacct/read/cursor.ts',
    from: 'const isSecondPass = Math.max(mark, ourNow) - passedAt >= lookBack.secondPassMs',
    to: 'const isSecondPass = false',
    tests: [{ test: 'connectors/sage-intacct/walk.property.test.ts' }],
  },
  {
    guard: 'no mark ahead of their clock',
    file: 'connectors/zoho-crm/walk.ts',
    from: 'function finish(place: Place, { began, full }: Walk): Place {',
    to: 'function finish(place: Place, { reached: began, full }: Walk): Place {',
    tests: [histories('zoho-crm', 'Accounts')],
  },
  {
    guard: 'records without a stamp',
    file: 'connectors/sage-intacct/read/walk.ts',
    from: 'return anyOf(stamped, unstamped)',
    to: 'return stamped',
    tests: [histories('sage-intacct', 'CLASS'), { test: 'connectors/sage-intacct/walk.property.test.ts' }],
  },
  {
    guard: 'a day is read again',
    file: 'connectors/sage-300/read/walk.ts',
    from: 'export const LOOK_BACK_DAYS = 1',
    to: 'export const LOOK_BACK_DAYS = -1',
    tests: [histories('sage-300', 'AR/ARCustomers'), { test: 'connectors/sage-300/walk.property.test.ts' }],
  },
  {
    guard: 'a walk that moved is not complete',
    file: 'connectors/zoho-crm/walk.ts',
    from: 'if (walk.began === undefined || hasMoved(walk, step)) return false',
    to: '',
    tests: [{ test: 'connectors/zoho-crm/walk.property.test.ts' }, { test: 'connectors/zoho-crm/reader.test.ts' }],
  },
  {
    guard: 'intent before call',
    file: 'engine/run/stages/write.ts',
    from: 'if (!mayRepeat) await announce(run, step, operation, drafts)',
    to: '',
    tests: [
      { test: 'run/writing.test.ts', title: 'is resolved by the next run' },
      { proof: 'writes', of: ['sage-intacct', 'VENDOR'] },
    ],
  },
  {
    guard: 'a change is announced before it is sent',
    file: 'engine/run/stages/write.ts',
    from: 'if (isRepeatable(step, operation)) await announceChanges(run, step, operation, those)',
    to: '',
    tests: [{ test: 'run/uncertain.test.ts', title: 'is corrected when the source has gone back' }],
  },
  {
    guard: 'an uncertain write is looked up',
    file: 'engine/run/stages/write.ts',
    from: 'missing = await adoptFound(step, missing)',
    to: 'missing = [...missing]',
    tests: [{ test: 'run/traps.test.ts', title: 'looks a create up' }],
  },
  {
    guard: 'open intents are resolved first',
    file: 'engine/run/run-flow.ts',
    from: '    await recover(run)\n',
    to: '',
    tests: [{ test: 'run/uncertain.test.ts' }, { test: 'run/writing.test.ts' }],
  },
  {
    guard: 'checkpoint with outcomes',
    file: 'engine/run/unit.ts',
    from: 'await settle(run, { items, intentsOf: takenUp(items), countsBefore: before })',
    to: 'await settle(run, { items, intentsOf: takenUp(items), countsBefore: before, ...(unit.cursor ? { checkpoint: { entity: unit.entity, cursor: unit.cursor } } : {}) })',
    tests: [{ test: 'run/traps.test.ts', title: 'moves its checkpoint with the outcomes only' }],
  },
  {
    guard: 'echo filter',
    file: 'engine/run/stages/track.ts',
    from: '  await dropEchoes(run, entity, items)\n',
    to: '',
    tests: [{ test: 'run/writing.test.ts', title: 'does not travel back' }],
  },
  {
    guard: 'what died is not called unchanged',
    file: 'engine/run/stages/track.ts',
    from: "filtered: 'f', dead: 'd', parked: 'p'",
    to: "filtered: 'f', dead: 'w', parked: 'p'",
    tests: [{ test: 'run/dead-letters.test.ts' }],
  },
  {
    guard: 'a replay takes the newest only',
    file: 'engine/run/replay.ts',
    from: 'if (!lastSeen || wasCutOff(lastSeen)) return true',
    to: 'if (lastSeen !== "") return true',
    tests: [{ test: 'run/replay.test.ts' }, { test: 'run/dead-letters.test.ts' }],
  },
  {
    guard: 'one target record, one source record',
    file: 'engine/run/stages/plan.ts',
    from: '  if (!step.plan.sink.shared) await refuseSharedMatches(run, step, open)\n',
    to: '',
    tests: [{ test: 'run/dead-letters.test.ts', title: 'are not allowed to overwrite each other' }],
  },
  {
    guard: 'a reference that is not there parks',
    file: 'engine/run/stages/resolve.ts',
    from: "if (awaits.length > 0 && !draft.item.ended) draft.item.ended = { is: 'parked', awaits }",
    to: '',
    tests: [{ test: 'run/references.test.ts' }],
  },
  {
    guard: 'doubt before delete',
    file: 'engine/run/doubt.ts',
    from: 'if (rows.length === 0) return',
    to: 'if (rows.length >= 0) return',
    tests: [{ test: 'run/doubt.test.ts' }, { proof: 'writes', of: ['zoho-crm', 'Accounts'] }],
  },
  {
    guard: 'what is in doubt is looked for',
    file: 'engine/run/stages/plan.ts',
    from: 'await stillThere(step, await knownOf(run, step, open))',
    to: 'await knownOf(run, step, open)',
    tests: [{ test: 'run/doubt.test.ts' }],
  },
  {
    guard: 'the source is asked before anything is deleted',
    file: 'engine/run/living.ts',
    from: 'if (keys.length === 0) return alive',
    to: 'if (keys.length >= 0) return alive',
    tests: [{ test: 'run/deletions.test.ts' }],
  },
  {
    guard: 'lease',
    file: 'engine/run/lease.ts',
    from: 'if (holder !== undefined && !ports.isAlive(holder)) {',
    to: 'if (holder !== undefined) {',
    tests: [{ test: 'run/replay.test.ts', title: 'is refused while the flow runs' }],
  },
  {
    guard: 'a token is renewed by one',
    file: 'engine/vault/token-store.ts',
    from: '        if (stored && stored.value.reveal() !== stale?.value.reveal()) return stored\n',
    to: '',
    tests: [
      { test: 'vault/vault.test.ts', title: 'is renewed once' },
      { test: 'vault/processes.test.ts', title: 'renews a token once' },
    ],
  },
  {
    guard: 'inbox before answer',
    file: 'engine/service/hooks/intake.ts',
    from: 'onKept(await ledger.receive(entries), entries)',
    to: 'setTimeout(async () => onKept(await ledger.receive(entries), entries), 300)',
    tests: [{ test: 'service/hooks-inbox.test.ts' }, { test: 'service/hooks-kill.test.ts' }],
  },
]

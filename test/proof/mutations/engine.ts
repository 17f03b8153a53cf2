import { example, type Mutation } from './mutation.ts'

const EARLY = 'client-side filter ends paging early'
const CHILD = 'child changes without its parent'
const RESUME = 'resume skips an unwritten page'
const PARTIAL = 'partial walk closes a delete window'

/** Guards of engine, ledger, vault and service. */
export const ENGINE: readonly Mutation[] = [
  {
    guard: 'an empty page is not the end',
    file: 'engine/run/pages.ts',
    from: 'if (turn.done) break',
    to: 'if (turn.done || turn.value.records.length === 0) break',
    tests: [example(EARLY, 'zoho-crm', 'Accounts'), { test: 'run/pages.test.ts' }],
  },
  {
    guard: 'a sweep reads everything',
    file: 'engine/run/run-flow.ts',
    from: "    ...(run.options.mode === 'incremental' ? {} : { full: true }),\n",
    to: '',
    tests: [example(CHILD, 'acumatica', 'Customer')],
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
    tests: [
      example(RESUME, 'zoho-crm', 'Accounts'),
      { test: 'run/traps.test.ts', title: 'moves its checkpoint with the outcomes only' },
    ],
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
    guard: 'a sweep that saw only a part deletes nothing',
    file: 'engine/run/run-flow.ts',
    from: "if (options.mode === 'sweep' && isComplete) await sweepUnseen(run, entity)",
    to: "if (options.mode === 'sweep') await sweepUnseen(run, entity)",
    behind: {
      file: 'engine/run/living.ts',
      from: 'if (keys.length === 0) return alive',
      to: 'if (keys.length >= 0) return alive',
    },
    tests: [example(PARTIAL, 'zoho-crm', 'Accounts')],
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

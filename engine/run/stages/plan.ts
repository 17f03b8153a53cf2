import { createHash, hash } from 'node:crypto'
import { canonicalJson } from '../../core/fingerprint.ts'
import type { KnownRecord } from '../../core/ledger.ts'
import type { Json, JsonObject } from '../../core/record.ts'
import type { FoundRecord } from '../../sdk/connector.ts'
import type { Run } from '../run.ts'
import type { Draft, OpenStep, Planned } from '../types.ts'
import { stillThere } from './still-there.ts'

/**
 * Decides, for each sink record, what is sent: the one planner of `run` and `preview`. Unchanged records cost no call.
 * Look-ups at the target happen only where the outcome depends on what it holds: createOnly fields of a record that the ledger does not
 * know, and targets without an upsert of their own.
 */
export async function plan(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<void> {
  const open = drafts.filter(draft => !draft.item.ended)
  if (open.length === 0) return
  const known = await stillThere(step, await knownOf(run, step, open))
  for (const draft of open) planOne(run, step, draft, known.get(nameOf(draft)))
  if (!step.plan.sink.shared) await refuseSharedMatches(run, step, open)
  await lookUp(
    step,
    open.filter(draft => !draft.item.ended && draft.planned?.because === 'new' && needsLookUp(step, draft)),
  )
  if (step.plan.sink.shared) keepLast(open)
}

async function knownOf(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<Map<string, KnownRecord>> {
  const byEntity = Map.groupBy(drafts, draft => draft.item.entity)
  const found = new Map<string, KnownRecord>()
  for (const [entity, those] of byEntity) {
    const keys = [...new Set(those.map(draft => draft.item.record.key))]
    for (const it of await run.ports.ledger.known(run.plan.name, run.plan.source.connection, entity, keys))
      if (it.step === step.plan.name && isOf(step, it))
        found.set([it.sourceEntity, it.sourceKey, it.item].join('\n'), it)
  }
  return found
}

/** Ids of another system, or of another entity, mean something else there. */
function isOf(step: OpenStep, { sinkConnection, sinkEntity }: KnownRecord): boolean {
  const { sink } = step.plan
  return sinkConnection === sink.connection && sinkEntity === sink.entity
}

function nameOf(draft: Draft): string {
  return [draft.item.entity, draft.item.record.key, draft.element].join('\n')
}

function planOne(run: Run, step: OpenStep, draft: Draft, known: KnownRecord | undefined): void {
  const { createOnly, operation } = step.plan.sink
  const lasting = createOnly.length > 0 ? without(draft.fields, createOnly) : draft.fields
  const { fingerprint, fieldHashes } = hashes(lasting)
  const base = { matchValue: matchValueOf(step, draft.fields), fingerprint, fieldHashes }
  if (!known) {
    draft.planned = {
      ...base,
      operation: operationFor(step, false),
      because: 'new',
      changed: Object.keys(draft.fields),
      outgoing: draft.fields,
    }
    return
  }
  const changed = changedFields(known, fieldHashes)
  const isSame = !run.options.force && (known.fingerprint === fingerprint || isPartOf(known, fieldHashes))
  const isSettled = isSame || operation === 'create'
  draft.planned = {
    ...base,
    operation: isSettled && operation !== 'delete' ? 'none' : operationFor(step, true),
    because: isSettled ? 'same' : 'known',
    sinkKey: known.sinkKey,
    known,
    changed,
    outgoing: lasting,
  }
}

/** What the sink is asked for. A target without an upsert gets a create or an update, decided by whether the record is known. */
export function operationFor(step: OpenStep, exists: boolean): Planned['operation'] {
  const { operation } = step.plan.sink
  if (operation !== 'upsert' || step.write.operations.includes('upsert')) return operation
  return exists ? 'update' : 'create'
}

function needsLookUp(step: OpenStep, draft: Draft): boolean {
  const { operation, createOnly } = step.plan.sink
  // without a value to match on, everything that has none either would be found
  if (draft.planned?.matchValue == null) return false
  if (operation === 'update' || operation === 'delete') return true
  return operation === 'create' || createOnly.length > 0 || !step.write.operations.includes('upsert')
}

/** Records that the target holds already under our external keys, by key. Compared as most systems do, without regard to case; an exact match wins. */
export async function findByMatch(
  step: OpenStep,
  values: readonly string[],
  select: readonly string[] = [],
): Promise<(value: string) => readonly FoundRecord[]> {
  const { match, entity } = step.plan.sink
  if (match === undefined || values.length === 0) return () => []
  const all = await step.connection.find(entity, {
    field: match,
    values: [...new Set(values)],
    select: [match, ...select],
  })
  const exact = Map.groupBy(all, it => String(it.fields[match] ?? ''))
  const asked = new Set(values)
  // what another of these values is the exact name of belongs to that one
  const others = all.filter(it => !asked.has(String(it.fields[match] ?? '')))
  const folded = Map.groupBy(others, it => String(it.fields[match] ?? '').toLowerCase())
  return value => exact.get(value) ?? folded.get(value.toLowerCase()) ?? []
}

async function lookUp(step: OpenStep, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return
  const found = await findByMatch(
    step,
    drafts.map(draft => draft.planned?.matchValue ?? ''),
  )
  for (const draft of drafts) applyFound(step, draft, found(draft.planned?.matchValue ?? ''))
}

function applyFound(step: OpenStep, draft: Draft, those: readonly FoundRecord[]): void {
  const { planned } = draft
  if (!planned) return
  const { operation, createOnly, entity, match } = step.plan.sink
  const first = those[0]
  if (those.length > 1) {
    die(
      draft,
      'RUN_TARGET_AMBIGUOUS',
      `${those.length} ${entity} have ${match} = ${planned.matchValue}`,
      'Merge them at the target, or match on a unique field.',
      match,
    )
  } else if (!first) {
    if (operation === 'update')
      die(
        draft,
        'RUN_TARGET_MISSING',
        `no ${entity} has ${match} = ${planned.matchValue}`,
        'Create it first, or use operation: upsert.',
        match,
      )
    if (operation === 'delete') draft.planned = { ...planned, operation: 'none', because: 'gone' }
  } else if (operation === 'create') {
    // it is there: an earlier answer was lost, or a person made it. It becomes known, and is not created a second time
    draft.planned = { ...planned, operation: 'none', because: 'found', sinkKey: first.sinkKey }
  } else {
    draft.planned = {
      ...planned,
      operation: operationFor(step, true),
      because: 'found',
      sinkKey: first.sinkKey,
      outgoing: without(draft.fields, createOnly),
    }
  }
}

/**
 * Two source records that claim one target record would overwrite each other for ever: the second is refused, within a unit and
 * against what earlier runs wrote.
 */
async function refuseSharedMatches(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<void> {
  const fresh = drafts.filter(draft => !draft.item.ended && isNewClaim(draft))
  const values = [...new Set(fresh.flatMap(draft => draft.planned?.matchValue ?? []))]
  const owners = new Map<string, string>()
  for (const it of await run.ports.ledger.knownByMatch(run.plan.name, step.plan.name, values))
    if (it.matchValue !== null && isOf(step, it)) owners.set(it.matchValue, [it.sourceEntity, it.sourceKey].join(' '))
  const leaving = new Set(drafts.filter(it => it.planned?.known && isNewClaim(it)).map(selfOf))
  const claimed = new Set<string>()
  for (const draft of drafts) {
    const value = draft.planned?.matchValue
    if (draft.item.ended || value === null || value === undefined) continue
    const self = selfOf(draft)
    const owner = owners.get(value)
    // two that are known may swap: they are written by their ids
    const mayFollow = draft.planned?.known !== undefined && owner !== undefined && leaving.has(owner)
    // one record may not claim it twice either: its elements would overwrite each other
    const isOther = owner !== undefined && owner !== self && !mayFollow
    const isTaken = claimed.has(value) || (isOther && isNewClaim(draft))
    claimed.add(value)
    if (owner === undefined) owners.set(value, self)
    if (isTaken)
      die(
        draft,
        'RUN_MATCH_TAKEN',
        `${step.plan.sink.match} = ${value} belongs to ${owner ?? self} already: nothing else may claim that ${step.plan.sink.entity}`,
        'Map the match field to something that is unique at the source.',
        step.plan.sink.match,
      )
  }
}

/** Of those that share a target record only the last one is sent. The others are known from now on: read again, they do not come back over it. */
function keepLast(drafts: readonly Draft[]): void {
  const taken = new Set<string>()
  for (const draft of drafts.toReversed()) {
    const { planned } = draft
    if (draft.item.ended || planned?.sinkKey === undefined) continue
    if (taken.has(planned.sinkKey) && planned.operation !== 'none')
      draft.planned = { ...planned, operation: 'none', because: 'overtaken' }
    taken.add(planned.sinkKey)
  }
}

function selfOf({ item }: Draft): string {
  return [item.entity, item.record.key].join(' ')
}

/** A value that this record did not hold before. */
function isNewClaim({ planned }: Draft): boolean {
  return planned !== undefined && planned.matchValue !== null && planned.known?.matchValue !== planned.matchValue
}

function die(draft: Draft, code: string, message: string, remedy: string, field?: string): void {
  draft.item.ended = {
    is: 'dead',
    step: draft.step.name,
    failure: { kind: 'record', code, message, remedy, ...(field === undefined ? {} : { field }) },
  }
}

function matchValueOf(step: OpenStep, fields: JsonObject): string | null {
  const value = step.plan.sink.match === undefined ? undefined : fields[step.plan.sink.match]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

export function without(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

/** Fewer fields than were written last, and those as they were: what is left out on purpose (`$omit`) is left alone, not changed. */
function isPartOf(known: KnownRecord, now: Readonly<Record<string, string>>): boolean {
  // in doubt nothing is known of what the target holds
  if (known.fingerprint === '') return false
  const isFewer = Object.keys(known.fieldHashes).some(name => !(name in now))
  return isFewer && changedFields(known, now).length === 0
}

/** Fields that differ from what was written last; fields that are not mapped any more do not count. */
function changedFields(known: KnownRecord, now: Readonly<Record<string, string>>): string[] {
  return Object.keys(now).filter(name => known.fieldHashes[name] !== now[name])
}

export function hashes(fields: JsonObject): { fingerprint: string; fieldHashes: Record<string, string> } {
  const whole = createHash('sha256')
  const fieldHashes: Record<string, string> = {}
  for (const name of Object.keys(fields).sort()) {
    const text = canonicalJson(fields[name] as Json)
    fieldHashes[name] = hash('sha1', text, 'base64url').slice(0, 6)
    whole.update(`${name}=${text}\n`)
  }
  return { fingerprint: whole.digest('hex').slice(0, 32), fieldHashes }
}

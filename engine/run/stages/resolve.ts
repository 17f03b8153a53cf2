import { isReference, type LinkReference, type Reference } from '../../core/expression.ts'
import type { AwaitedLink } from '../../core/ledger.ts'
import type { Json, JsonObject } from '../../core/record.ts'
import type { Run } from '../run.ts'
import type { Draft } from '../types.ts'

/**
 * Replaces `$link` and `$sinkId` placeholders by ids: one ledger query for all of a unit. A link that the ledger does not know yet
 * parks its record, whatever else it holds: nothing is created without its parent, and nothing is dropped.
 */
export async function resolve(run: Run, drafts: readonly Draft[]): Promise<void> {
  const uses = drafts
    .map(draft => ({ draft, references: referencesIn(draft.fields) }))
    .filter(it => it.references.length > 0)
  if (uses.length === 0) return
  const ids = await knownIds(
    run,
    uses.flatMap(it => it.references),
  )
  for (const { draft } of uses) {
    const awaits: AwaitedLink[] = []
    const fields = replaced(draft.fields, reference => {
      if (reference.$ref === 'sinkId') return draft.item.sinkKeys.get(reference.step) ?? null
      const link = awaitedOf(run, reference)
      const sinkKeys = ids.get(idOf(link)) ?? []
      if (sinkKeys.length > 1) ambiguous(draft, reference, sinkKeys)
      if (sinkKeys.length === 0) awaits.push(link)
      return sinkKeys[0] ?? null
    }) as JsonObject
    draft.fields = fields
    if (awaits.length > 0 && !draft.item.ended) draft.item.ended = { is: 'parked', awaits }
  }
}

async function knownIds(run: Run, references: readonly Reference[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Map<string, AwaitedLink>()
  for (const reference of references) {
    if (reference.$ref !== 'link') continue
    const link = awaitedOf(run, reference)
    wanted.set(idOf(link), link)
  }
  if (wanted.size === 0) return new Map()
  const known = await run.ports.ledger.resolveLinks([...wanted.values()])
  return new Map(known.map(it => [idOf(it.link), it.sinkKeys]))
}

function awaitedOf(run: Run, reference: LinkReference): AwaitedLink {
  return {
    sinkConnection: run.ports.connectionNamed(reference.connector, run.plan) ?? reference.connector,
    sinkEntity: reference.entity,
    sourceConnection: run.plan.source.connection,
    sourceKey: reference.key,
    sourceEntity: reference.of ?? '',
  }
}

function idOf(link: AwaitedLink): string {
  return [link.sinkConnection, link.sinkEntity, link.sourceConnection, link.sourceEntity, link.sourceKey].join('\n')
}

function ambiguous(draft: Draft, reference: LinkReference, sinkKeys: readonly string[]): void {
  draft.item.ended = {
    is: 'dead',
    step: draft.step.name,
    failure: {
      kind: 'record',
      code: 'RUN_LINK_AMBIGUOUS',
      message: `$link("${reference.connector}", "${reference.entity}", "${reference.key}") fits ${sinkKeys.length} records: ${sinkKeys.slice(0, 3).join(', ')}`,
      remedy: 'Name the source entity as the fourth argument of $link.',
    },
  }
}

/** The placeholders anywhere inside a value. */
export function referencesIn(value: Json): Reference[] {
  if (typeof value !== 'object' || value === null) return []
  if (isReference(value)) return [value]
  return Object.values(value).flatMap(it => referencesIn(it as Json))
}

function replaced(value: Json, by: (reference: Reference) => Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isReference(value)) return by(value)
  if (Array.isArray(value)) return value.map(it => replaced(it as Json, by))
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, replaced(it as Json, by)]))
}

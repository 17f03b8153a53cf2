import type { JsonObject } from '../../../engine/core/record.ts'
import { PAIRS, type Pair } from './pairs.ts'
import type { Stage } from './stage.ts'

/** What this proof has made at the sources of a pair: texts by key, and what it has deleted since. */
export interface Made {
  readonly texts: Map<string, string>
  readonly gone: Set<string>
  /**
   * Keys that a run has dealt with that came through: the ones that people may delete. What an upsert created is not announced before; when the
   * process dies before it is noted, it is known by reading its record again, and of one that is gone by then nobody knows.
   */
  readonly known: Set<string>
}

export type MadeBy = ReadonlyMap<Pair, Made>

export const nothingMade = (): MadeBy =>
  new Map(PAIRS.map(it => [it, { texts: new Map(), gone: new Set(), known: new Set() }]))

/** After a run over everything that came through. */
export function markAsKnown(made: MadeBy): void {
  for (const { texts, known } of made.values()) for (const key of texts.keys()) known.add(key)
}

/** People add a record to every source, change the one that they added last, and delete an old one. */
export async function work(stage: Stage, made: MadeBy, round: number): Promise<void> {
  for (const [pair, { texts, gone, known }] of made) {
    const { source, more = () => ({}) } = pair
    const at = stage.at(source.connector)
    const put = async (key: string, text: string, rest: JsonObject) => {
      texts.set(key, text)
      await at.put(source.entity, { ...rest, [source.key]: key, [source.text]: text })
    }
    const keys = [...texts.keys()]
    const last = keys.at(-1)
    if (last !== undefined) await put(last, `Changed ${PAIRS.indexOf(pair)} ${round}`, {})
    const oldest = keys.find(it => known.has(it) && it !== last)
    if (oldest !== undefined) {
      await at.remove(source.entity, oldest)
      texts.delete(oldest)
      gone.add(oldest)
    }
    const key = keyOf(pair, round)
    await put(key, `Made ${PAIRS.indexOf(pair)} ${round}`, more(key))
  }
}

function keyOf(pair: Pair, round: number): string {
  const number = `P${PAIRS.indexOf(pair)}${String(round).padStart(4, '0')}`
  return pair.source.connector === 'sage-100' ? `00-${number}` : number
}

export interface Differences {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
}

/** What is wrong between the two ends of a pair; nothing when each record is there once, as it is, and what is gone says so. */
export async function differences(stage: Stage, pair: Pair, { texts, gone }: Made): Promise<Differences> {
  const { source, target } = pair
  const inTarget = (key: string) => `${target.prefix ?? ''}${key}`
  const wanted = (await stage.at(source.connector).records(source.entity)).map(it => inTarget(String(it[source.key])))
  const rows = await stage.at(target.connector).records(target.entity)
  const held = new Map(rows.map(it => [String(it[target.key] ?? ''), it]))
  const stale = [...texts].filter(([key, text]) => held.get(inTarget(key))?.[target.text] !== text)
  const unmarked = [...gone].filter(key => {
    const row = held.get(inTarget(key))
    return row !== undefined && !pair.isMarked(row)
  })
  const keys = rows.map(it => String(it[target.key] ?? '')).filter(it => it !== '')
  const children = await differencesOfChildren(stage, pair, { parents: held, keys: [...texts.keys()].map(inTarget) })
  return {
    lost: [
      ...wanted.filter(key => !held.has(key)),
      ...stale.map(([key, text]) => `${key} (${text})`),
      ...unmarked.map(key => `${key} (is gone)`),
      ...children.lost,
    ],
    doubled: [...twice(keys), ...children.doubled],
  }
}

/** Each once, and at its parent. */
async function differencesOfChildren(
  stage: Stage,
  { target, child }: Pair,
  { parents, keys }: { readonly parents: ReadonlyMap<string, JsonObject>; readonly keys: readonly string[] },
): Promise<Differences> {
  if (!child) return { lost: [], doubled: [] }
  const rows = await stage.at(target.connector).records(child.entity)
  const parentOf = new Map(rows.map(it => [String(it[child.key]), String(it[child.parent])]))
  const lost = keys.filter(key => parentOf.get(`${key}${child.suffix}`) !== String(parents.get(key)?.['id']))
  const all = rows.map(it => String(it[child.key] ?? '')).filter(key => key.endsWith(child.suffix))
  return { lost: lost.map(key => `${key}${child.suffix}`), doubled: twice(all) }
}

const twice = (keys: readonly string[]) => keys.filter((key, index) => keys.indexOf(key) !== index)

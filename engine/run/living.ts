import { entityOf, type Run } from './run.ts'

/** Which of these keys the source holds now. */
export async function livingKeys(run: Run, entity: string, keys: readonly string[]): Promise<Set<string>> {
  const alive = new Set<string>()
  if (keys.length === 0) return alive
  const { key } = entityOf(run.source.connector, entity)
  const request = { where: { field: key, values: keys }, select: [key], deletes: false }
  for await (const page of run.source.read(entity, request)) for (const record of page.records) alive.add(record.key)
  return alive
}

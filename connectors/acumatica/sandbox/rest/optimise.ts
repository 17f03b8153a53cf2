import { httpError } from '../answers.ts'
import { type EntityDef, fieldIn, fieldsIn } from '../entities/definition.ts'
import type { Wanted } from './shape.ts'

/** A list becomes one SQL query or nothing: fields of a view that is computed in code fail the whole call (fact sheet 5.4). */
export function checkOptimisable(
  delegates: readonly string[],
  entity: EntityDef,
  version: number,
  { shape }: Pick<Wanted, 'shape'>,
): void {
  const lines: string[] = []
  for (const delegate of delegates) {
    const [owner, name = ''] = delegate.split('.')
    const field = owner === entity.name ? fieldIn(entity, name, version) : undefined
    if (!field) continue
    if (field.is === 'value') {
      if (!shape.fields || shape.fields.has(name)) lines.push(`${name}: View ${entity.view} has BQL delegate`)
      continue
    }
    const part = shape.parts.get(name)
    if (!part) continue
    const inner = fieldsIn(field.of, version).filter(([it]) => !part.fields || part.fields.has(it))
    lines.push(...inner.map(([it]) => `${name}.${it}: View ${name} has BQL delegate`))
  }
  if (lines.length === 0) return
  throw httpError(
    500,
    'PX.Api.ContractBased.OptimizedExport.CannotOptimizeException',
    `Optimization cannot be performed.The following fields cause the error:\r\n${lines.join('\r\n')}`,
  )
}

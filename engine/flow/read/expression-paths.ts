import type { Path } from './tree.ts'

/** Does the value at this path of a flow file hold JSONata? Then `${` in it is JSONata's own and is left alone. */
export function isExpressionPath(path: Path): boolean {
  const [top, second, third] = path
  if (top === 'filter' || top === 'map') return true
  if (top === 'enrich') return third === 'key'
  if (top === 'steps') return third === 'map' || third === 'when' || third === 'each'
  return top === 'onDelete' && second === 'map'
}

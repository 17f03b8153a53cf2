const WIDTH = 120

/** JSON in the form that the project's formatter leaves alone: lists of plain values on one line where they fit. */
export function printJson(value: unknown): string {
  return `${print(value, '', 0)}\n`
}

/** `before`: columns that are taken on the line already. */
function print(value: unknown, indent: string, before: number): string {
  if (Array.isArray(value)) return printList(value, indent, before)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, it]) => it !== undefined)
  if (members.length === 0) return '{}'
  const inner = `${indent}  `
  const lines = members.map(([key, it]) => {
    const name = `${inner}${JSON.stringify(key)}: `
    return `${name}${print(it, inner, name.length)}`
  })
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function printList(items: readonly unknown[], indent: string, before: number): string {
  if (items.length === 0) return '[]'
  const line = onOneLine(items)
  // a comma may follow
  if (line !== undefined && before + line.length + 1 <= WIDTH) return line
  const inner = `${indent}  `
  return `[\n${items.map(it => `${inner}${print(it, inner, inner.length)}`).join(',\n')}\n${indent}]`
}

/** Undefined when an object is inside. */
function onOneLine(value: unknown): string | undefined {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? undefined : JSON.stringify(value)
  const items = value.map(onOneLine)
  return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
}

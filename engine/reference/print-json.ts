const WIDTH = 120

/** JSON in the form that the project's formatter leaves alone: lists of plain values on one line where they fit. */
export function printJson(value: unknown): string {
  return `${print(value, '', WIDTH)}\n`
}

/** `room`: columns that are left on the line. */
function print(value: unknown, indent: string, room: number): string {
  if (Array.isArray(value)) return printList(value, indent, room)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, it]) => it !== undefined)
  if (members.length === 0) return '{}'
  const inner = `${indent}  `
  const lines = members.map(([key, it], at) => {
    const name = `${inner}${JSON.stringify(key)}: `
    return `${name}${print(it, inner, WIDTH - name.length - comma(at, members))}`
  })
  return `{\n${lines.join(',\n')}\n${indent}}`
}

const comma = (at: number, all: readonly unknown[]): number => (at === all.length - 1 ? 0 : 1)

function printList(items: readonly unknown[], indent: string, room: number): string {
  if (items.length === 0) return '[]'
  const line = onOneLine(items)
  if (line !== undefined && line.length <= room) return line
  const inner = `${indent}  `
  const lines = items.map((it, at) => `${inner}${print(it, inner, WIDTH - inner.length - comma(at, items))}`)
  return `[\n${lines.join(',\n')}\n${indent}]`
}

/** Undefined when an object is inside. */
function onOneLine(value: unknown): string | undefined {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? undefined : JSON.stringify(value)
  const items = value.map(onOneLine)
  return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
}

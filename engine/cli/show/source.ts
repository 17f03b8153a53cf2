/** `VENDOR V100`, with the connection in front where a reader needs it. */
export function showSource(it: { readonly sourceEntity: string; readonly sourceKey: string }): string {
  return `${it.sourceEntity} ${it.sourceKey}`
}

/** One line of at most so many characters. */
export function shortened(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`
}

/** A value as people write it: text as it is, everything else as JSON. */
export function showValue(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

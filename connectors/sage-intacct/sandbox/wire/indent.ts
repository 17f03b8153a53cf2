/** Answers without `includewhitespace=false` are laid out for people: each element on its own line, leaves unbroken (fact sheet 3). */
export function indentXml(xml: string): string {
  const lines: string[] = []
  let depth = 0
  let isLeaf = false
  for (const part of xml.match(/<[^>]*>|[^<]+/g) ?? []) {
    const isClosing = part.startsWith('</')
    if (!part.startsWith('<')) lines.push(`${lines.pop() ?? ''}${part}`)
    else if (isClosing) {
      depth -= 1
      if (isLeaf) lines.push(`${lines.pop() ?? ''}${part}`)
      else lines.push(`${'  '.repeat(depth)}${part}`)
    } else {
      lines.push(`${'  '.repeat(depth)}${part}`)
      if (!part.endsWith('/>') && !part.startsWith('<?')) depth += 1
    }
    isLeaf = part.startsWith('<') ? !isClosing && !part.endsWith('/>') && !part.startsWith('<?') : isLeaf
  }
  return `${lines.join('\n')}\n`
}

import { yamlLanguage } from '@codemirror/lang-yaml'
import type { Json } from '../../../../core/record.ts'

type Tree = ReturnType<typeof yamlLanguage.parser.parse>
type Node = Tree['topNode']

/** What a YAML text says, as far as it can be told while it is being written: texts stay texts, what is unfinished is left out. */
export function outline(text: string): Json {
  const { topNode } = yamlLanguage.parser.parse(text)
  const document = topNode.name === 'Stream' ? topNode.getChild('Document') : topNode
  const first = document && children(document).find(it => it.name !== 'Comment')
  return first ? readNode(first, text) : null
}

function readNode(node: Node, text: string): Json {
  if (node.name === 'BlockMapping' || node.name === 'FlowMapping') return mapping(node, text)
  if (node.name === 'BlockSequence' || node.name === 'FlowSequence')
    return children(node)
      .filter(it => it.name === 'Item')
      .map(it => lastValue(it, text))
  const written = text.slice(node.from, node.to)
  return node.name === 'QuotedLiteral' ? written.slice(1, -1) : written
}

function mapping(node: Node, text: string): Json {
  const entries = children(node)
    .filter(it => it.name === 'Pair')
    .map(pair => {
      const key = pair.getChild('Key')
      const name = key ? text.slice(key.from, key.to).replace(/^(["'])(.*)\1$/, '$2') : ''
      const values = children(pair).filter(it => it.name !== 'Key' && isValue(it))
      const value = values.at(-1)
      return [name, value ? readNode(value, text) : null] as const
    })
  return Object.fromEntries(entries.filter(([name]) => name !== ''))
}

function lastValue(node: Node, text: string): Json {
  const value = children(node).filter(isValue).at(-1)
  return value ? readNode(value, text) : null
}

const isValue = ({ name }: Node) => /Mapping$|Sequence$|Literal|Content$/.test(name)

function children(node: Node): readonly Node[] {
  const found: Node[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child)
  return found
}

import type { Json } from '../../core/record.ts'
import { createReporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'
import type { ReferenceTable } from '../expression/scope-functions.ts'
import { readYaml } from '../read/read-yaml.ts'
import { type ListTree, type MapTree, type Tree, toJson } from '../read/tree.ts'
import { refuse, type TableText, twice } from './table-reading.ts'

/** A map of keys, or a list of maps whose first field is the key. */
export function readYamlTable(text: TableText): ReferenceTable | undefined {
  const tree = readTree(text)
  if (!tree) return undefined
  if (tree.is === 'map') return mapTable(text.source, tree)
  return tree.is === 'list' ? listTable(text, tree) : wrongShape(text, tree.span)
}

/** Keys as they are written: `007: x` has the key "007", although YAML reads a number. */
export function mapTable(source: SourceFile, tree: MapTree): ReferenceTable {
  return new Map(tree.entries.map(({ key, keySpan, value }) => [writtenKey(source, key, keySpan), toJson(value)]))
}

function writtenKey(source: SourceFile, key: string, { start, end }: Span): string {
  const written = source.text.slice(start, end)
  return /^["']/.test(written) || written === '' ? key : written
}

/** The reader speaks of flows; of a table only two things can be wrong. */
function readTree(text: TableText): Tree | undefined {
  const inner = createReporter()
  const tree = readYaml(text.source, inner)
  if (tree) return tree
  const [wrong] = inner.diagnostics
  const start = (text.source.lineStarts[(wrong?.line ?? 1) - 1] ?? 0) + (wrong?.column ?? 1) - 1
  return refuse(
    text,
    { start, end: start + 1 },
    {
      code: wrong?.code === 'FLOW_DUPLICATE_KEY' ? 'WORKSPACE_TABLE_DUPLICATE_KEY' : 'WORKSPACE_TABLE_UNREADABLE',
      message: wrong?.message ?? 'not valid YAML',
      remedy: wrong?.remedy ?? 'Correct the file.',
    },
  )
}

function listTable(text: TableText, { items }: ListTree): ReferenceTable | undefined {
  const table = new Map<string, Json>()
  for (const item of items) {
    const [first, ...rest] = item.is === 'map' ? item.entries : []
    if (item.is !== 'map' || first?.value.is !== 'scalar' || rest.length === 0) return wrongShape(text, item.span)
    const key = writtenKey(text.source, String(first.value.value), first.value.span)
    if (table.has(key)) return refuse(text, first.value.span, twice(key))
    const [only] = rest
    table.set(key, rest.length === 1 && only ? toJson(only.value) : toJson({ ...item, entries: rest }))
  }
  return table
}

function wrongShape(text: TableText, span: Span): undefined {
  return refuse(text, span, {
    code: 'WORKSPACE_TABLE_SHAPE',
    message: 'the table is neither a map of keys nor a list of maps',
    remedy: 'Write "key: value" lines, or "- { code: …, name: … }" lines whose first field is the key.',
  })
}

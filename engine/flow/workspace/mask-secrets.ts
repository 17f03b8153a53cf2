import type { Connector } from '../../sdk/connector.ts'
import type { SourceFile } from '../diagnostics/source-file.ts'
import { type Tree, treeAt } from '../read/tree.ts'
import { holdsPassword } from './alerts.ts'
import { secretNames } from './secret-names.ts'

/**
 * The same text with asterisks where somebody wrote a secret into it: code frames end up in the logs of build servers. Whatever a
 * connection calls its connector, the secrets of all of them count.
 */
export function maskSecrets(source: SourceFile, tree: Tree, registry: ReadonlyMap<string, Connector>): SourceFile {
  const names = new Set([...registry.values()].flatMap(it => [...secretNames(it)]))
  const connections = treeAt(tree, ['connections'])
  const settings = connections?.is === 'map' ? connections.entries.map(it => treeAt(it.value, ['settings'])) : []
  const written = settings.flatMap(it => (it?.is === 'map' ? it.entries.filter(({ key }) => names.has(key)) : []))
  const smtp = treeAt(tree, ['alerts', 'email', 'smtp'])
  const values = [...written.map(it => it.value), ...(smtp && holdsPassword(smtp) ? [smtp] : [])]
  let { text } = source
  for (const value of values) {
    const isFromOutside = value.is === 'scalar' && /^\$\{env:/.test(String(value.value))
    const { start, end } = value.span
    if (!isFromOutside) text = text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, '*') + text.slice(end)
  }
  return { ...source, text }
}

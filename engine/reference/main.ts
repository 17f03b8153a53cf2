import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { connectors } from '../../connectors/index.ts'
import { generate } from './generate.ts'

/** `npm run reference`: writes the generated files; a test fails when they are stale. */
const root = resolve(import.meta.dirname, '../..')
for (const [path, content] of generate(root, connectors)) {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

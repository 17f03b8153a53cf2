import { join } from 'node:path'
import type { EntityDescription } from '../../core/fields.ts'
import type { Reporter } from '../diagnostics/diagnostic.ts'
import { sourceFile } from '../diagnostics/source-file.ts'
import { readFileText } from './files.ts'

/** Where `describe --save` keeps what an account said about an entity. */
export function metadataPath(folder: string, connection: string, entity: string): string {
  return join(folder, 'metadata', connection, `${entity}.json`)
}

export function metadataReader(folder: string, reporter: Reporter) {
  const known = new Map<string, EntityDescription | undefined>()
  return (connection: string, entity: string): EntityDescription | undefined => {
    const path = metadataPath(folder, connection, entity)
    if (!known.has(path)) known.set(path, readMetadata(path, reporter))
    return known.get(path)
  }
}

function readMetadata(path: string, reporter: Reporter): EntityDescription | undefined {
  const file = readFileText(path)
  if (file.is === 'absent') return undefined
  const { text } = file
  try {
    const value: unknown = JSON.parse(text)
    if (isDescription(value)) return value
  } catch {
    // not JSON: reported like any other unusable content
  }
  reporter.report(
    sourceFile(path, text),
    { start: 0, end: 1 },
    {
      code: 'WORKSPACE_METADATA',
      message: 'the saved metadata is not what "describe --save" writes',
      remedy: 'Write it again with "ml-connector describe <connection> <entity> --save".',
    },
  )
  return undefined
}

function isDescription(value: unknown): value is EntityDescription {
  if (typeof value !== 'object' || value === null || !('fields' in value)) return false
  const { fields } = value
  return (
    typeof fields === 'object' &&
    fields !== null &&
    Object.values(fields).every((it: unknown) => typeof it === 'object' && it !== null && 'type' in it)
  )
}

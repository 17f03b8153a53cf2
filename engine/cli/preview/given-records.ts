import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import type { DataRecord } from '../../core/record.ts'
import { givenRecords } from '../../host/index.ts'

/** Source records that a person wrote into a file: a JSON array of objects, or one. */
export function readGivenRecords(cwd: string, path: string, keyField: string): readonly DataRecord[] {
  const value = parse(path, read(resolve(cwd, path), path))
  const refuseIn = (message: string, remedy: string) => refuse(path, message, remedy)
  return givenRecords(Array.isArray(value) ? value : [value], { keyField, refuse: refuseIn })
}

function read(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw refuse(path, thrown instanceof Error ? thrown.message : String(thrown), 'Name a file that can be read.')
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw refuse(
      path,
      thrown instanceof Error ? thrown.message : String(thrown),
      'Write a JSON array of source records.',
    )
  }
}

function refuse(path: string, message: string, remedy: string): EngineError {
  return new EngineError({ kind: 'configuration', code: 'CLI_FROM_FILE', message: `${path}: ${message}`, remedy })
}

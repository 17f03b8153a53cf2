import type { SandboxAnswer } from '../../../../engine/sdk/index.ts'
import { empty, notFound, notThere } from '../answers.ts'
import { guidOf } from '../store/guid.ts'
import type { EntityCall } from './call.ts'
import { locate } from './one.ts'
import type { StoredFile } from './render.ts'

const FILE_FAMILY = 0x6ff

/** `PUT …/{keys}/files/{name}`, or the `files:put` of a record: raw bytes, 204 (fact sheet 6.5). */
export function putFile(call: EntityCall, keys: readonly string[], filename: string): SandboxAnswer {
  const place = locate(call, keys)
  if (!place) throw notThere()
  const held = call.files.get(place.row.id) ?? []
  const count = [...call.files.values()].reduce((sum, it) => sum + it.length, 0)
  const before = held.find(it => it.filename === filename)
  const file: StoredFile = {
    id: before?.id ?? guidOf(FILE_FAMILY, count + 1),
    filename,
    comment: call.request.headers['px-cbfilecomment'] ?? '',
    body: call.request.body,
  }
  call.files.set(place.row.id, [...held.filter(it => it !== before), file])
  return empty(204)
}

export function getFile(files: ReadonlyMap<string, readonly StoredFile[]>, id: string): SandboxAnswer {
  const found = [...files.values()].flat().find(it => it.id === id)
  if (!found) throw notFound('The file is not found.')
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: found.body }
}

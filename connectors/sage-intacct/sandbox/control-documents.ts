import type { JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { isObject } from '../../../engine/sdk/index.ts'
import type { SupportingDocument, World } from './store/world.ts'

/** Attachments as people see them: `{ SUPDOCID, NAME, FOLDER, FILES: [{ NAME, TYPE, TEXT }] }`. `put` makes or replaces one, its folder too. */
export function documentData(world: World): SandboxData {
  const { documents, folders } = world.documents
  return {
    entities: ['SUPDOC'],
    list: () => [...documents].map(([id, it]) => asJson(id, it)),
    put: (_entity, record) => {
      const id = String(record['SUPDOCID'] ?? '')
      const folder = String(record['FOLDER'] ?? 'Desk')
      if (!folders.has(folder)) folders.set(folder, { recordNo: folders.size + 1, description: '' })
      const document: SupportingDocument = {
        recordNo: documents.get(id)?.recordNo ?? documents.size + 35,
        name: String(record['NAME'] ?? id),
        folder,
        description: '',
        createdAt: Math.floor(world.clock.now().getTime() / 1000),
        attachments: filesOf(record),
      }
      documents.set(id, document)
      return asJson(id, document)
    },
    remove: (_entity, key) => documents.delete(key),
  }
}

function asJson(id: string, it: SupportingDocument): JsonObject {
  return {
    SUPDOCID: id,
    NAME: it.name,
    FOLDER: it.folder,
    FILES: it.attachments.map(file => ({
      NAME: file.name,
      TYPE: file.type,
      TEXT: Buffer.from(file.data, 'base64').toString('utf8'),
    })),
  }
}

function filesOf({ FILES: files }: JsonObject): SupportingDocument['attachments'] {
  return (Array.isArray(files) ? files : []).filter(isObject).map(file => ({
    name: String(file['NAME'] ?? ''),
    type: String(file['TYPE'] ?? 'txt'),
    data: Buffer.from(String(file['TEXT'] ?? ''), 'utf8').toString('base64'),
  }))
}

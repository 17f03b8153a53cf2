import type { GatewayFunction } from './call.ts'
import { getDimensions, inspect, lookup, readUserFormatting } from './metadata.ts'
import { query } from './query.ts'
import { read, readByName } from './read.ts'
import { readByQuery, readMore } from './read-by-query.ts'
import { createDocument, createFolder, deleteDocument, get, getList, updateDocument } from './supdoc.ts'
import { create, deleteRecords, update } from './write.ts'

/** Every function that the gateway knows, but for `getAPISession`, which concerns the session itself. */
export const FUNCTIONS: Readonly<Record<string, GatewayFunction>> = {
  query,
  readByQuery,
  readMore,
  read,
  readByName,
  lookup,
  inspect,
  getDimensions,
  readUserFormatting,
  create,
  update,
  delete: deleteRecords,
  create_supdocfolder: createFolder,
  create_supdoc: createDocument,
  update_supdoc: updateDocument,
  delete_supdoc: deleteDocument,
  get,
  get_list: getList,
}

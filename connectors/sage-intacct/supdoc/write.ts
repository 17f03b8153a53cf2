/**
 * Writing text files into attachments (sheet 7.1 C). A create is one request and is looked up by the engine when its answer is lost; whatever
 * is not settled by it goes the careful way: look at what the attachment holds, send what is missing, look again.
 */
import {
  type Batch,
  EngineError,
  type FindRequest,
  type FoundRecord,
  isEngineError,
  type WriteAnswer,
  type Writer,
} from '../../../engine/sdk/index.ts'
import type { FunctionResult } from '../answer.ts'
import type { IntacctClient } from '../client.ts'
import { hourlyId } from '../control-id.ts'
import { INTACCT_MEANINGS } from '../refusals.ts'
import { wait } from '../wait.ts'
import { newestText, readDocument } from './document.ts'
import { addressOf, type TextFile, toFile } from './file.ts'
import { addFileXml, createDocumentXml, createFolderXml } from './functions.ts'

const MAX_BATCH = 10
const ROUNDS = 5

export const documentWriter: Writer<IntacctClient> = {
  operations: ['create', 'update'],
  maxBatch: MAX_BATCH,
  // an update reads the newest version first, also when it is said again: the id of the file is its external key
  repeat: { create: 'look-up-first', update: 'external-key' },
  partial: true,
  write: writeFiles,
  find: findFiles,
}

type Operation = 'create' | 'update'

// attachments that a client, which lives for one run, has seen: a further file is added to them without another look
const seen = new WeakMap<IntacctClient, Set<string>>()

function seenBy(client: IntacctClient): Set<string> {
  const held = seen.get(client) ?? new Set<string>()
  seen.set(client, held)
  return held
}

async function look(client: IntacctClient, id: string) {
  const document = await readDocument(client, id)
  if (document) seenBy(client).add(id)
  else seenBy(client).delete(id)
  return document
}

async function writeFiles(client: IntacctClient, batch: Batch): Promise<readonly WriteAnswer[]> {
  const operation: Operation = batch.operation === 'create' ? 'create' : 'update'
  const answers: WriteAnswer[] = []
  const files: TextFile[] = []
  for (const record of batch.records) {
    const file = toFile(record)
    if (file instanceof EngineError) answers.push({ is: 'refused', ref: record.ref, error: file })
    else files.push(file)
  }
  const left = operation === 'create' ? await createAtOnce(client, files, answers) : files
  for (const file of left) answers.push(await settle(client, operation, file))
  throwIfAllBarred(answers)
  return answers
}

// what bars attachments as a whole is no fault of a record: the flow stops or skips, instead of one dead letter each
const BARRED: ReadonlySet<string> = new Set<EngineError['kind']>(['unavailable', 'configuration', 'auth'])

function throwIfAllBarred(answers: readonly WriteAnswer[]): void {
  const [first] = answers
  if (first?.is === 'refused' && answers.every(it => it.is === 'refused' && BARRED.has(it.error.kind)))
    throw first.error
}

/** One request for all that have an id of their own; answers those that were taken, and returns the rest. */
async function createAtOnce(
  client: IntacctClient,
  files: readonly TextFile[],
  answers: WriteAnswer[],
): Promise<readonly TextFile[]> {
  const distinct = [...new Map(files.map(it => [it.id, it])).values()]
  const twice = files.filter(it => !distinct.includes(it))
  const there = new Set(seenBy(client))
  // without a folder it is refused by name, unless the attachment is there
  const [ready, bare] = [distinct.filter(it => it.folder !== ''), distinct.filter(it => it.folder === '')]
  if (ready.length === 0) return files
  const calls = ready.map(file => {
    const xml = there.has(file.document) ? addFileXml(file, 1) : createDocumentXml(file)
    there.add(file.document)
    return { file, call: { controlId: controlIdOf(client, xml, 0), xml } }
  })
  const { results } = await client.write(
    calls.map(it => it.call),
    'create SUPDOC',
  )
  const left = calls.filter(({ file, call }) => {
    const isDone = results.some(it => it.controlId === call.controlId && it.is === 'done')
    if (isDone) answers.push(written(client, file, 'created', 1))
    return !isDone
  })
  return [...left.map(it => it.file), ...bare, ...twice]
}

/** The same as long as it may have happened: Intacct refuses to carry out one control id twice, also while a slow one is still under way. */
const controlIdOf = (client: IntacctClient, xml: string, generation: number): string =>
  `${hourlyId(client.context, xml)}-${generation}`

/** Looks, sends what is missing, and looks again whenever it is not certain what became of it. */
async function settle(client: IntacctClient, operation: Operation, file: TextFile): Promise<WriteAnswer> {
  let last: EngineError | undefined
  let mayLackFolder = true
  let generation = 0
  for (let round = 0; round < ROUNDS; round++) {
    const document = await look(client, file.document)
    const newest = newestText(document, file.name)
    if (newest?.text === file.text)
      return written(client, file, operation === 'create' ? 'created' : 'updated', newest.version)
    if (newest && operation === 'create') return refusedAs(file, taken(file))
    const version = (newest?.version ?? 0) + 1
    if (!document && file.folder === '') return refusedAs(file, lacksFolder(file))
    const xml = document ? addFileXml(file, version) : createDocumentXml(file)
    const result = await send(client, { xml, generation, label: `${operation} SUPDOC` })
    if (result.is === 'done') return written(client, file, newest ? 'updated' : 'created', version)
    last = result.error
    // it has not happened, or what has happened is gone again: said under a new id
    if (last.kind !== 'uncertain' || last.code === 'INTACCT_ALREADY_EXECUTED') generation += 1
    const passing = passes(last)
    if (passing !== undefined) await wait(client, passing * (round + 1))
    else if (!document && mayLackFolder) {
      const folder = await makeFolder(client, file.folder)
      if (folder instanceof EngineError) return refusedAs(file, folder.code === 'INTACCT_DUPLICATE' ? last : folder)
      mayLackFolder = folder === 'unknown'
    } else return refusedAs(file, last)
  }
  return refusedAs(file, last ?? taken(file))
}

/** How long to wait before another look, in ms; undefined when the refusal stands. */
function passes({ kind, code, retryAfterMs }: EngineError): number | undefined {
  if (code === 'INTACCT_DUPLICATE') return 0
  return ['transient', 'rate-limited', 'uncertain'].includes(kind) ? (retryAfterMs ?? 2_000) : undefined
}

interface Sent {
  readonly xml: string
  readonly generation: number
  readonly label: string
}

/** One function. An answer that was lost is a refusal of kind `uncertain`: the next look tells. */
async function send(client: IntacctClient, { xml, generation, label }: Sent): Promise<FunctionResult> {
  const controlId = controlIdOf(client, xml, generation)
  try {
    const { results } = await client.write([{ controlId, xml }], label)
    const own = results.find(it => it.controlId === controlId)
    return own ?? { is: 'failed', controlId, error: unanswered(label) }
  } catch (thrown) {
    if (isEngineError(thrown, 'uncertain')) return { is: 'failed', controlId, error: thrown }
    throw thrown
  }
}

/** Why not, or whether it was made; a duplicate is there, so it is not what the attachment lacks. */
async function makeFolder(client: IntacctClient, folder: string): Promise<'made' | 'unknown' | EngineError> {
  const xml = createFolderXml(folder)
  const result = await send(client, { xml, generation: 0, label: 'create SUPDOCFOLDER' })
  if (result.is === 'done') return 'made'
  const { error } = result
  return error.code !== 'INTACCT_DUPLICATE' && passes(error) !== undefined ? 'unknown' : error
}

function written(client: IntacctClient, file: TextFile, did: 'created' | 'updated', version: number): WriteAnswer {
  seenBy(client).add(file.document)
  return { is: 'written', ref: file.ref, sinkKey: file.id, did, version: `${version}` }
}

const refusedAs = ({ ref }: TextFile, error: EngineError): WriteAnswer => ({ is: 'refused', ref, error })

function taken({ id }: TextFile): EngineError {
  const { kind, means, remedy } = INTACCT_MEANINGS.INTACCT_DUPLICATE
  return new EngineError({
    kind,
    code: 'INTACCT_DUPLICATE',
    message: `Sage Intacct, create SUPDOC: ${means}: the file ${id} holds another text`,
    remedy,
    field: 'FILEID',
  })
}

function lacksFolder({ document }: TextFile): EngineError {
  return new EngineError({
    kind: 'record',
    code: 'INTACCT_FILE_FOLDER',
    message: `attachment ${document} cannot be made without a folder`,
    remedy: 'Map FOLDER to the name of a folder; it is made when it is missing.',
    field: 'FOLDER',
  })
}

function unanswered(label: string): EngineError {
  return new EngineError({
    kind: 'uncertain',
    code: 'INTACCT_ANSWER_INCOMPLETE',
    message: `Sage Intacct, ${label}: the answer does not say what became of the file`,
    remedy: 'The attachment is looked at before anything is sent again.',
  })
}

/** By the id of the file only: nothing else names one. */
async function findFiles(client: IntacctClient, { field, values }: FindRequest): Promise<readonly FoundRecord[]> {
  if (field !== 'FILEID' && field !== 'id') throw notSearchable(field)
  const asked = [...new Set(values)].flatMap(id => {
    const address = addressOf(id)
    return address ? [{ id, ...address }] : []
  })
  const found: FoundRecord[] = []
  for (const [document, those] of Map.groupBy(asked, it => it.document)) {
    const held = await look(client, document)
    for (const { id, name } of those) {
      const newest = newestText(held, name)
      if (!held || !newest) continue
      const fields = { FILEID: id, TEXT: newest.text, FOLDER: held.folder, TITLE: held.title }
      const described = held.description === '' ? {} : { DESCRIPTION: held.description }
      found.push({ sinkKey: id, version: `${newest.version}`, fields: { ...fields, ...described } })
    }
  }
  return found
}

function notSearchable(field: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'INTACCT_NOT_SEARCHABLE',
    message: `files of attachments cannot be found by ${field}`,
    remedy: 'Match on FILEID.',
    field,
  })
}

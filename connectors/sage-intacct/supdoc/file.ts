/** A text file in an attachment, as a flow writes it: what may be sent, checked before it costs a call. */
import { EngineError, type WriteRecord } from '../../../engine/sdk/index.ts'

/** Where a file is: the attachment's own id, and the name of the file in it, without extension. */
export interface FileAddress {
  readonly document: string
  readonly name: string
}

/** A file on its way. `folder`, `title` and `description` count only when the attachment itself is made. */
export interface TextFile extends FileAddress {
  readonly ref: string
  /** `HD-V12/ticket-991`, or one name for both. */
  readonly id: string
  readonly text: string
  readonly folder: string
  readonly title: string
  readonly description: string
}

/** Characters of an attachment's id (sheet 7.1, one source). */
export const MAX_DOCUMENT_ID = 20
/** Our own bound: Sage publishes none, every look at an attachment brings all of its files, and ten of these go in one request. */
export const MAX_TEXT_BYTES = 256 * 1024

/**
 * `document/name`; without a slash both have the one name. Undefined for what cannot be the id of a file: Intacct takes names without
 * period, and a name that ends like a version (`_v2`) would be taken for one.
 */
export function addressOf(fileId: string): FileAddress | undefined {
  const slash = fileId.lastIndexOf('/')
  const [document, name] = slash < 0 ? [fileId, fileId] : [fileId.slice(0, slash), fileId.slice(slash + 1)]
  const isClean = [document, name].every(it => it !== '' && it.trim() === it && !HIDDEN.test(it) && it.isWellFormed())
  const isOneOfTwo = slash >= 0 && document === name
  if (!isClean || isOneOfTwo || [...document].length > MAX_DOCUMENT_ID) return undefined
  return name.includes('.') || /_v\d+$/.test(name) ? undefined : { document, name }
}

// what XML drops or normalises would make another name of it
const HIDDEN = /[\p{Cc}\uFFFE\uFFFF]/u

/** The file, or why this record cannot be sent. `FILEID` may be left out of what is addressed by its id. */
export function toFile({ ref, sinkKey, fields }: WriteRecord): TextFile | EngineError {
  const given = (name: string): string => {
    const value = fields[name]
    return typeof value === 'string' ? value : ''
  }
  const id = given('FILEID') || (sinkKey ?? '')
  const address = addressOf(id)
  if (!address) return badId(id)
  const text = given('TEXT')
  return (
    textProblem(id, text) ?? {
      ...address,
      ref,
      id,
      text,
      folder: given('FOLDER'),
      title: given('TITLE') || address.document,
      description: given('DESCRIPTION'),
    }
  )
}

function badId(id: string): EngineError {
  return new EngineError({
    kind: 'record',
    code: 'INTACCT_FILE_ID',
    message: `"${id.slice(0, 60)}" cannot be the id of a file in an attachment`,
    remedy:
      'Map FILEID to the id of the attachment (at most 20 characters), a slash, and a name without period that does not end in _v and digits.',
    field: 'FILEID',
  })
}

function textProblem(id: string, text: string): EngineError | undefined {
  if (text === '')
    return new EngineError({
      kind: 'record',
      code: 'INTACCT_FILE_EMPTY',
      message: `the file ${id} has no text`,
      remedy: 'Map a text to TEXT, or filter such records.',
      field: 'TEXT',
    })
  // base64 would carry half a character as a question mark, and the file would never equal its source
  if (!text.isWellFormed())
    return new EngineError({
      kind: 'record',
      code: 'INTACCT_FILE_BROKEN',
      message: `the text of the file ${id} holds half a character`,
      remedy: 'Cut texts with $truncateTo, which keeps characters whole, or correct the text at the source.',
      field: 'TEXT',
    })
  const bytes = Buffer.byteLength(text, 'utf8')
  return bytes <= MAX_TEXT_BYTES
    ? undefined
    : new EngineError({
        kind: 'record',
        code: 'INTACCT_FILE_TOO_LARGE',
        message: `the file ${id} has ${bytes} bytes, more than ${MAX_TEXT_BYTES}`,
        remedy: 'Shorten the text in the mapping, e.g. with $truncateTo(description, 100000).',
        field: 'TEXT',
      })
}

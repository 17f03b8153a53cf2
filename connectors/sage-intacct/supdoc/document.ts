/** An attachment as Intacct holds it (sheet 7.1 C): one id, any number of files. A file cannot be replaced: what changed is added as the next version. */
import { escapeXml, isEngineError } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'
import { contractError } from '../errors.ts'
import { child, childrenOf, childText, type XmlElement } from '../xml.ts'

export interface HeldDocument {
  readonly id: string
  readonly title: string
  readonly folder: string
  readonly description: string
  readonly files: readonly HeldFile[]
}

interface HeldFile {
  readonly name: string
  readonly type: string
  /** As sent: base64, possibly in lines. */
  readonly data: string
}

/** The newest text of a file: version 1 is the name itself, later ones end in `_v2`, `_v3` … */
export interface HeldText {
  readonly version: number
  readonly text: string
}

/** Extension of every file that this connector writes. */
export const TYPE = 'txt'

export const versionName = (name: string, version: number): string => (version === 1 ? name : `${name}_v${version}`)

/**
 * Undefined when Intacct has none of that id. What it answers for an unknown id is not documented: any refusal of this one function counts as
 * "none", but for permissions. That is safe: an attachment that is there after all refuses to be created.
 */
export async function readDocument(client: IntacctClient, id: string): Promise<HeldDocument | undefined> {
  try {
    return await client.read({
      label: 'GET supdoc',
      build: () => `<get object="supdoc" key="${escapeXml(id)}"/>`,
      check: ({ data }) => {
        const found = child(data, 'supdoc')
        return found && childText(found, 'supdocid') ? toDocument(found, id) : undefined
      },
    })
  } catch (thrown) {
    if (isEngineError(thrown) && ABSENT.has(thrown.code)) return undefined
    throw thrown
  }
}

const ABSENT: ReadonlySet<string> = new Set(['INTACCT_READ_REFUSED', 'INTACCT_VALUE_REFUSED'])

function toDocument(found: XmlElement, asked: string): HeldDocument {
  const id = childText(found, 'supdocid')
  if (id !== asked)
    throw contractError('INTACCT_PAGE_WRONG', 'get supdoc', `attachment ${id} was sent where ${asked} was asked for`)
  return {
    id,
    title: childText(found, 'supdocname'),
    folder: childText(found, 'folder'),
    description: childText(found, 'description'),
    files: childrenOf(child(found, 'attachments'), 'attachment').map(it => ({
      name: childText(it, 'attachmentname'),
      type: childText(it, 'attachmenttype').toLowerCase(),
      data: childText(it, 'attachmentdata'),
    })),
  }
}

/** Undefined when no version of the file is in it. Only the newest one is decoded. */
export function newestText(document: HeldDocument | undefined, name: string): HeldText | undefined {
  const versions = (document?.files ?? []).flatMap(file => {
    const version = file.type === TYPE ? versionOf(file.name, name) : undefined
    return version === undefined ? [] : [{ version, file }]
  })
  const newest = versions.reduce<(typeof versions)[number] | undefined>(
    (best, it) => (best && best.version >= it.version ? best : it),
    undefined,
  )
  return newest && { version: newest.version, text: decoded(newest.file) }
}

function versionOf(held: string, name: string): number | undefined {
  if (held === name) return 1
  const digits = held.startsWith(`${name}_v`) ? held.slice(name.length + 2) : ''
  return /^[1-9]\d{0,8}$/.test(digits) && digits !== '1' ? Number(digits) : undefined
}

function decoded({ name, data }: HeldFile): string {
  const compact = data.replaceAll(/\s/g, '')
  const bytes = Buffer.from(compact, 'base64')
  // Buffer skips what is no base64: half a text would look like a changed one
  if (bytes.toString('base64').replace(/=+$/, '') !== compact.replace(/=+$/, ''))
    throw contractError('INTACCT_FILE_UNREADABLE', 'get supdoc', `the file ${name} is not base64`)
  return bytes.toString('utf8')
}

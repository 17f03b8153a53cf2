/** The attachment functions as XML. They are legacy functions: the order of elements is the schema's (sheet 7). */
import { element, textElement } from '../xml.ts'
import { TYPE, versionName } from './document.ts'
import type { TextFile } from './file.ts'

export function createFolderXml(folder: string): string {
  return element('create_supdocfolder', textElement('supdocfoldername', folder))
}

/** The attachment with the first version of this file in it. */
export function createDocumentXml(file: TextFile): string {
  return element(
    'create_supdoc',
    [
      textElement('supdocid', file.document),
      textElement('supdocname', file.title),
      textElement('supdocfoldername', file.folder),
      ...(file.description === '' ? [] : [textElement('supdocdescription', file.description)]),
      attachmentsXml(file, 1),
    ].join(''),
  )
}

export function addFileXml(file: TextFile, version: number): string {
  return element('update_supdoc', textElement('supdocid', file.document) + attachmentsXml(file, version))
}

function attachmentsXml({ name, text }: TextFile, version: number): string {
  const parts = [
    textElement('attachmentname', versionName(name, version)),
    textElement('attachmenttype', TYPE),
    textElement('attachmentdata', Buffer.from(text, 'utf8').toString('base64')),
  ]
  return element('attachments', element('attachment', parts.join('')))
}

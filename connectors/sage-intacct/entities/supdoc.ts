/** Text files in attachments. Write only: Intacct tells no change of them, and every look brings all files of an attachment (sheet 7.1 C). */
import type { Entity } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'
import { documentWriter } from '../supdoc/write.ts'
import { text } from './fields.ts'

export const SUPDOC: Entity<IntacctClient> = {
  title: 'Text files in attachments',
  key: 'FILEID',
  fields: {
    FILEID: text('Attachment and file: HD-V12/ticket-991', { unique: true, mandatory: true, maxLength: 100 }),
    TEXT: text('Text of the file; a changed one is added as the next version', { mandatory: true }),
    FOLDER: text('Folder, made when it is missing', { mandatory: true, maxLength: 80 }),
    TITLE: text('Name of the attachment when it is made'),
    DESCRIPTION: text('Description of the attachment when it is made'),
  },
  customFields: false,
  write: documentWriter,
}

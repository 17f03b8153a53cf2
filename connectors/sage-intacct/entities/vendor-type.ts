/** Read only: the generic functions do not write it (sheet 4). */
import { defineReadable } from './define.ts'
import { group, STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const VENDTYPE = defineReadable({
  name: 'VENDTYPE',
  title: 'Vendor types',
  key: 'NAME',
  fields: {
    NAME: text('Name', { unique: true }),
    PARENT: group('Parent type', 'VENDTYPE', { NAME: text('Name') }),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

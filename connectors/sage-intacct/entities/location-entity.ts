/** Only in multi-entity companies. */
import { defineReadable } from './define.ts'
import { STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const LOCATIONENTITY = defineReadable({
  name: 'LOCATIONENTITY',
  title: 'Entities',
  key: 'LOCATIONID',
  fields: {
    LOCATIONID: text('Entity ID', { unique: true }),
    NAME: text('Name'),
    FEDERALID: text('Federal ID'),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

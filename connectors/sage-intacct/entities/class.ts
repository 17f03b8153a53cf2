import { defineReadable } from './define.ts'
import { STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const CLASS = defineReadable({
  name: 'CLASS',
  title: 'Classes',
  key: 'CLASSID',
  fields: {
    CLASSID: text('Class ID', { unique: true }),
    NAME: text('Name'),
    DESCRIPTION: text('Description'),
    PARENTID: text('Parent class', { references: 'CLASS' }),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

import { defineReadable } from './define.ts'
import { amount, STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const APTERM = defineReadable({
  name: 'APTERM',
  title: 'AP terms',
  key: 'NAME',
  fields: {
    NAME: text('Name', { unique: true }),
    DESCRIPTION: text('Description'),
    DUEDATE: amount('Due: days'),
    DUEFROM: text('Due: counted from'),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

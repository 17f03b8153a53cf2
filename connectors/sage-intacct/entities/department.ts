import { defineReadable } from './define.ts'
import { STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const DEPARTMENT = defineReadable({
  name: 'DEPARTMENT',
  title: 'Departments',
  key: 'DEPARTMENTID',
  fields: {
    DEPARTMENTID: text('Department ID', { unique: true }),
    // there is no NAME (sheet 4)
    TITLE: text('Name'),
    PARENTID: text('Parent department', { references: 'DEPARTMENT' }),
    SUPERVISORID: text('Manager'),
    CUSTTITLE: text('Title'),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

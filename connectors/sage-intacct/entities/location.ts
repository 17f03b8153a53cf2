import { defineReadable } from './define.ts'
import { day, STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const LOCATION = defineReadable({
  name: 'LOCATION',
  title: 'Locations',
  key: 'LOCATIONID',
  fields: {
    LOCATIONID: text('Location ID', { unique: true }),
    NAME: text('Name'),
    PARENTID: text('Parent location', { references: 'LOCATION' }),
    SUPERVISORID: text('Manager'),
    STARTDATE: day('Start date'),
    ENDDATE: day('End date'),
    CURRENCY: text('Base currency'),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

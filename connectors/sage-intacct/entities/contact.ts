import { defineWritable } from './define.ts'
import { CONTACT_FIELDS, flag, STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const CONTACT = defineWritable({
  name: 'CONTACT',
  title: 'Contacts',
  key: 'CONTACTNAME',
  fields: {
    CONTACTNAME: text('Contact name', { unique: true, mandatory: true, maxLength: 200 }),
    STATUS,
    VISIBLE: flag('Shown in the list of contacts'),
    ...CONTACT_FIELDS,
    ...SYSTEM_FIELDS,
  },
})

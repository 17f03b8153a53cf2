/** Without the grant fields (CFDA, FUNDEDNAME, AGENCY, …): ordinary companies cannot query them (sheet 4). */
import { defineReadable } from './define.ts'
import { day, STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const PROJECT = defineReadable({
  name: 'PROJECT',
  title: 'Projects',
  key: 'PROJECTID',
  isDeletedByNumber: true,
  fields: {
    PROJECTID: text('Project ID', { unique: true }),
    NAME: text('Name'),
    PROJECTCATEGORY: text('Category'),
    PROJECTSTATUS: text('Project status'),
    CUSTOMERID: text('Customer', { references: 'CUSTOMER' }),
    LOCATIONID: text('Location', { references: 'LOCATION' }),
    DEPARTMENTID: text('Department', { references: 'DEPARTMENT' }),
    BEGINDATE: day('Begin date'),
    ENDDATE: day('End date'),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})

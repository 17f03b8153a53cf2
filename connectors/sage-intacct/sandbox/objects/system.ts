import { defineFields, defineObject, type ObjectDef, relationsOf, STATUS } from './definition.ts'

export const USERINFO = defineObject({
  name: 'USERINFO',
  label: 'User',
  key: 'LOGINID',
  isReadOnly: true,
  fields: ['LOGINID! TEXT 40', 'DESCRIPTION TEXT 100', 'USERTYPE TEXT 40', 'ADMIN BOOLEAN', STATUS],
})

export const AUDITHISTORY: ObjectDef = {
  ...defineObject({ name: 'AUDITHISTORY', label: 'Audit history', key: 'ID', fields: [], isReadOnly: true }),
  id: 'ID',
  isCodesReversed: true,
  relations: new Map(),
  fields: defineFields([
    'ID* INTEGER',
    'OBJECTTYPE* TEXT 40',
    'OBJECTKEY* TEXT 200',
    'ACCESSTIME* TIMESTAMP',
    'ACCESSMODE* ENUM Create=C|Modify=M|Delete=D',
    'USERID* TEXT 40',
    'SOURCE* TEXT 40',
  ]),
  created: 'ACCESSTIME',
  modified: 'ACCESSTIME',
}

/** A Platform Services object that a company may have built (fact sheet 7.1 D). */
export const SUPPORT_TICKET: ObjectDef = {
  ...defineObject({ name: 'support_ticket', label: 'Support ticket', key: 'id', fields: [] }),
  id: 'id',
  relations: relationsOf('support_ticket', ['Rcustomer>CUSTOMER by customer_id', 'Rvendor>VENDOR by vendor_id']),
  fields: defineFields([
    'id* INTEGER',
    'name! TEXT 100',
    'ticket_id TEXT 40',
    'subject TEXT 200',
    'status TEXT 40',
    'url TEXT 500',
    'opened_at TIMESTAMP',
    'customer_id TEXT 20',
    'vendor_id TEXT 20',
    'createdAt* TIMESTAMP',
    'updatedAt* TIMESTAMP',
    'createdBy* INTEGER',
    'updatedBy* INTEGER',
  ]),
  isCustom: true,
  created: 'createdAt',
  modified: 'updatedAt',
}

import { isNameKept, userClash } from '../clash.ts'
import { timeBased } from '../cursor.ts'
import type { Resource } from '../resource.ts'
import { zendeskEntity } from './entity.ts'
import { flag, id, ownFields, SYSTEM_FIELDS, text, texts, told } from './fields.ts'

/** People: end users, agents and admins (fact sheet 2.2). */
export const userResource: Resource = {
  name: 'users',
  one: 'user',
  custom: 'user_fields',
  fields: {
    ...SYSTEM_FIELDS,
    external_id: text({ title: 'External id, compared without case', unique: true }),
    name: text({ title: 'Name', mandatory: true }),
    email: text({ title: 'Main address; a changed one is added beside the old', unique: true }),
    role: text({ title: 'Role', values: ['end-user', 'agent', 'admin'], strictValues: true }),
    organization_id: id({ references: 'organizations' }),
    phone: text(),
    details: text(),
    notes: text(),
    tags: texts({ title: 'Tags; an update replaces them all' }),
    verified: flag(),
    suspended: flag(),
    active: flag(told),
    skip_verify_email: flag({ title: 'Set for every new user: Zendesk sends no mail' }),
    user_fields: ownFields('Fields of the account, by key'),
  },
  // a deleted user stays in the export, inactive
  isGone: raw => raw['active'] === false,
}

export const users = zendeskEntity({
  title: 'Users',
  read: { resource: userResource, cursor: timeBased('tombstones'), export: 'time' },
  write: {
    resource: userResource,
    opensOnRequest: ['create'],
    savesByKey: false,
    clash: userClash,
    isKept: isNameKept,
    // without it a new user gets a mail (fact sheet 2.2)
    whenCreated: { skip_verify_email: true },
  },
})

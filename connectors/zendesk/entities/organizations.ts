import { isNameKept, organizationClash } from '../clash.ts'
import { timeBased } from '../cursor.ts'
import type { Resource } from '../resource.ts'
import { zendeskEntity } from './entity.ts'
import { flag, id, ownFields, SYSTEM_FIELDS, text, texts } from './fields.ts'

/** Companies (fact sheet 2.1). Names are unique but no keys: match on `external_id`. */
export const organizationResource: Resource = {
  name: 'organizations',
  one: 'organization',
  custom: 'organization_fields',
  fields: {
    ...SYSTEM_FIELDS,
    external_id: text({ title: 'External id, compared without case', unique: true }),
    name: text({ title: 'Name', mandatory: true, unique: true }),
    details: text({ title: 'Details' }),
    notes: text({ title: 'Notes' }),
    domain_names: texts({ title: 'Domains; an update replaces them all' }),
    tags: texts({ title: 'Tags; an update replaces them all' }),
    group_id: id(),
    shared_tickets: flag(),
    shared_comments: flag(),
    organization_fields: ownFields('Fields of the account, by key'),
  },
  isGone: () => false,
}

export const organizations = zendeskEntity({
  title: 'Organizations',
  // no document says that the export tells of deleted ones
  read: { resource: organizationResource, cursor: timeBased('sweep'), export: 'time' },
  write: { resource: organizationResource, savesByKey: true, clash: organizationClash, isKept: isNameKept },
})

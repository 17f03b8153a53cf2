import { API_USER_RECORDNO } from '../data/master.ts'
import type { FieldDef, ObjectDef } from '../objects/definition.ts'
import { badRequest, refuseFunction, unknownObject } from '../wire/errors.ts'
import { element, escapeXml, textIn, type XmlNode } from '../wire/xml.ts'
import type { Call, GatewayFunction } from './call.ts'

const words = (id: string): string => id.replaceAll(/[._]/g, ' ').toLowerCase()
const label = (id: string): string => words(id).replace(/^./, it => it.toUpperCase())

/** Fields and relations of an object, whatever the user may read (fact sheet 4). */
export const lookup: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 0,
  run: (call, node) => {
    const def = objectOf(call, node)
    const fields = [...def.fields.values()].map(lookupField).join('')
    const relations = [...def.relations.values()].map(
      it =>
        `<Relationship>${element('OBJECTPATH', it.path)}${element('OBJECTNAME', it.object)}${element('LABEL', label(it.path))}` +
        `${element('RELATIONSHIPTYPE', 'MANY2ONE')}${element('RELATEDBY', it.by)}</Relationship>`,
    )
    const type = `<Type Name="${def.name}" DocumentType=""><Fields>${fields}</Fields><Relationships>${relations.join('')}</Relationships></Type>`
    return { xml: `<data>${type}</data>` }
  },
}

function lookupField(field: FieldDef): string {
  const values = field.values.map(it => element('VALIDVALUE', it)).join('')
  return (
    `<Field>${element('ID', field.id)}${element('LABEL', label(field.id))}${element('DESCRIPTION', label(field.id))}` +
    `${element('REQUIRED', String(field.isRequired))}${element('READONLY', String(field.isReadOnly))}${element('DATATYPE', field.type)}` +
    `${values === '' ? '' : `<VALIDVALUES>${values}</VALIDVALUES>`}${element('ISCUSTOM', String(field.isCustom))}</Field>`
  )
}

/** The older metadata: `*` lists every object, `detail="1"` tells more of each field, by other names (fact sheet 4). */
export const inspect: GatewayFunction = {
  object: node => textIn(node, 'object') ?? '',
  cost: () => 0,
  run: (call, node) => {
    const { catalogue } = call.world
    if (textIn(node, 'object') === '*') {
      const types = [...catalogue.values()].map(it => `<type typename="${it.name}">${escapeXml(it.label)}</type>`)
      return { xml: `<data listtype="All" count="${types.length}">${types.join('')}</data>` }
    }
    const def = objectOf(call, node)
    const hasDetail = node.attributes['detail'] === '1'
    const fields = [...def.fields.values()].map(it => (hasDetail ? inspectField(it) : element('Field', it.id))).join('')
    return { xml: `<data listtype="All" count="1"><Type Name="${def.name}"><Fields>${fields}</Fields></Type></data>` }
  },
}

const inspectField = (field: FieldDef): string =>
  `<Field>${element('Name', field.id)}<externalDataName>${escapeXml(field.type.toLowerCase())}</externalDataName>` +
  `${element('isRequired', String(field.isRequired))}${element('isReadOnly', String(field.isReadOnly))}` +
  `${element('maxLength', field.maxLength === 0 ? '' : String(field.maxLength))}${element('DisplayLabel', label(field.id))}</Field>`

function objectOf(call: Call, node: XmlNode): ObjectDef {
  const name = textIn(node, 'object') ?? ''
  const def = call.world.catalogue.get(name)
  if (!def) throw unknownObject(name)
  return def
}

/** This company calls a project a vehicle: `termLabel` is for people, `objectName` for programs. */
const DIMENSIONS: readonly (readonly [object: string, label: string, term: string])[] = [
  ['DEPARTMENT', 'Department', 'Department'],
  ['LOCATION', 'Location', 'Location'],
  ['CLASS', 'Class', 'Product line'],
  ['PROJECT', 'Project', 'Vehicle'],
  ['CUSTOMER', 'Customer', 'Customer'],
  ['VENDOR', 'Vendor', 'Vendor'],
]

export const getDimensions: GatewayFunction = {
  object: () => '',
  cost: () => 0,
  run: () => {
    const rows = DIMENSIONS.map(
      ([object, name, term]) =>
        `<dimension>${element('objectName', object)}${element('objectLabel', name)}${element('termLabel', term)}` +
        `${element('userDefinedDimension', 'false')}${element('enabledInGL', 'true')}</dimension>`,
    )
    return { xml: `<data><dimensions>${rows.join('')}</dimensions></data>` }
  },
}

/** What times and dates of this user look like (fact sheet 5.4). */
export const readUserFormatting: GatewayFunction = {
  object: () => '',
  cost: () => 0,
  run: ({ world }, node) => {
    const key = textIn(node, 'key') ?? ''
    if (!/^\d+$/.test(key)) throw badRequest('readUserFormatting takes the record number of a user as its key.')
    if (world.table('USERINFO').findId(Number(key)) === undefined)
      throw refuseFunction({ errorno: 'BL01001973', description2: `There is no user with record number ${key}.` })
    const isApi = key === API_USER_RECORDNO
    const { dateFormat, gmtOffset } = world.knobs()
    const parts = {
      recordno: key,
      locale: 'en_US',
      dateformat: isApi ? dateFormat : '/mdY',
      gmtoffset: isApi ? gmtOffset : '-05:00',
      clock: '24',
    }
    return {
      xml: `<data><userformatting>${Object.entries(parts)
        .map(([name, text]) => element(name, text))
        .join('')}</userformatting></data>`,
    }
  },
}

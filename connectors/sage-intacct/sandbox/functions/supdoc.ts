import type { SupportingDocument, World } from '../store/world.ts'
import { badRequest, invalidValue, noPermission, refuseFunction } from '../wire/errors.ts'
import { printIsoStamp } from '../wire/when.ts'
import { child, element, textIn, type XmlNode } from '../wire/xml.ts'
import type { Call, GatewayFunction } from './call.ts'

type Attachment = SupportingDocument['attachments'][number]

const MAX_ID = 20

/** Legacy functions keep their schema's order of elements (fact sheet 7). */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  create_supdocfolder: ['supdocfoldername', 'supdocfolderdescription', 'supdocparentfoldername'],
  create_supdoc: ['supdocid', 'supdocname', 'supdocfoldername', 'supdocdescription', 'attachments'],
  update_supdoc: ['supdocid', 'supdocname', 'supdocfoldername', 'supdocdescription', 'attachments'],
  attachment: ['attachmentname', 'attachmenttype', 'attachmentdata'],
}

function checkOrder(node: XmlNode, required: readonly string[]): void {
  const order = ORDERS[node.name] ?? []
  let place = -1
  for (const { name } of node.children) {
    const at = order.indexOf(name)
    if (at <= place) throw badRequest(`The element ${name} is not expected here in ${node.name}: ${order.join(', ')}.`)
    place = at
  }
  for (const name of required)
    if (!textIn(node, name)) throw badRequest(`The element ${name} is missing in ${node.name}.`)
}

export const createFolder: GatewayFunction = {
  object: () => '',
  cost: () => 1,
  run: ({ world }, node) => {
    checkOrder(node, ['supdocfoldername'])
    const name = textIn(node, 'supdocfoldername') ?? ''
    const { folders } = world.documents
    if (folders.has(name)) throw exists('supdocfolder', name)
    const recordNo = folders.size + 1
    folders.set(name, { recordNo, description: textIn(node, 'supdocfolderdescription') ?? '' })
    world.journal.note(() => void folders.delete(name))
    return { xml: element('key', String(recordNo)) }
  },
}

export const createDocument: GatewayFunction = {
  object: () => '',
  cost: () => 1,
  run: ({ world }, node) => {
    checkOrder(node, ['supdocid', 'supdocname', 'supdocfoldername'])
    const id = textIn(node, 'supdocid') ?? ''
    if (id.length > MAX_ID) throw invalidValue('supdocid', id, `at most ${MAX_ID} characters`)
    if (world.documents.documents.has(id)) throw exists('supdoc', id)
    const document: SupportingDocument = {
      recordNo: world.documents.documents.size + 35,
      name: textIn(node, 'supdocname') ?? '',
      folder: folderOf(world, node, ''),
      description: textIn(node, 'supdocdescription') ?? '',
      createdAt: Math.floor(world.clock.now().getTime() / 1000),
      attachments: attachmentsOf(node, []),
    }
    return { xml: element('key', String(store(world, id, document))) }
  },
}

/** Adds files; one that is there already cannot be replaced (fact sheet 7.1 C). */
export const updateDocument: GatewayFunction = {
  object: () => '',
  cost: () => 1,
  run: ({ world }, node) => {
    checkOrder(node, ['supdocid'])
    const id = textIn(node, 'supdocid') ?? ''
    const known = documentOf(world, id)
    const document: SupportingDocument = {
      ...known,
      name: textIn(node, 'supdocname') ?? known.name,
      folder: folderOf(world, node, known.folder),
      description: textIn(node, 'supdocdescription') ?? known.description,
      attachments: [...known.attachments, ...attachmentsOf(node, known.attachments)],
    }
    return { xml: element('key', String(store(world, id, document))) }
  },
}

export const deleteDocument: GatewayFunction = {
  object: () => '',
  cost: () => 1,
  run: ({ world }, node) => {
    const id = node.attributes['key'] ?? ''
    const known = documentOf(world, id)
    world.documents.documents.delete(id)
    world.journal.note(() => void world.documents.documents.set(id, known))
    return { xml: '' }
  },
}

export const get: GatewayFunction = {
  object: node => node.attributes['object'] ?? '',
  cost: () => 1,
  run: (call, node) => {
    const { world } = call
    checkSupdoc(call, node)
    const id = node.attributes['key'] ?? ''
    return { xml: `<data>${documentXml(id, documentOf(world, id))}</data>` }
  },
}

/** Documents in order of their record number, bytes and all. */
export const getList: GatewayFunction = {
  object: node => node.attributes['object'] ?? '',
  cost: () => 1,
  run: (call, node) => {
    const { world } = call
    checkSupdoc(call, node)
    const all = [...world.documents.documents].sort((a, b) => a[1].recordNo - b[1].recordNo)
    const start = numberAttribute(node, 'start', 0)
    const page = all.slice(start, start + numberAttribute(node, 'maxitems', 100))
    const end = Math.max(start, start + page.length - 1)
    const list = `<listtype start="${start}" end="${end}" total="${all.length}">supdoc</listtype>`
    return { xml: `${list}<data>${page.map(([id, it]) => documentXml(id, it)).join('')}</data>` }
  },
}

function checkSupdoc({ world }: Call, node: XmlNode): void {
  if (world.knobs().deniedObjects.includes('SUPDOC')) throw noPermission('READ', 'SUPDOC')
  if (node.attributes['object'] !== 'supdoc') throw badRequest(`${node.name} is supported for supdoc only.`)
}

function numberAttribute(node: XmlNode, name: string, initial: number): number {
  const text = node.attributes[name]
  if (text === undefined) return initial
  if (!/^\d+$/.test(text)) throw badRequest(`The attribute ${name} must be a number.`)
  return Number(text)
}

function documentXml(id: string, it: SupportingDocument): string {
  const files = it.attachments.map(
    file =>
      `<attachment>${element('attachmentname', file.name)}${element('attachmenttype', file.type)}` +
      `${element('attachmentdata', file.data)}</attachment>`,
  )
  return (
    `<supdoc>${element('recordno', String(it.recordNo))}${element('supdocid', id)}${element('supdocname', it.name)}` +
    `${element('folder', it.folder)}${element('description', it.description)}${element('creationdate', printIsoStamp(it.createdAt))}` +
    `${element('createdby', 'ws_sync')}<attachments>${files.join('')}</attachments></supdoc>`
  )
}

function store(world: World, id: string, document: SupportingDocument): number {
  const { documents } = world.documents
  const before = documents.get(id)
  documents.set(id, document)
  world.journal.note(() => {
    if (before) documents.set(id, before)
    else documents.delete(id)
  })
  return document.recordNo
}

function folderOf(world: World, node: XmlNode, initial: string): string {
  const folder = textIn(node, 'supdocfoldername') ?? initial
  if (!world.documents.folders.has(folder))
    throw refuseFunction({ errorno: 'BL01001973', description2: `There is no attachments folder '${folder}'.` })
  return folder
}

function documentOf(world: World, id: string): SupportingDocument {
  const known = world.documents.documents.get(id)
  if (!known)
    throw refuseFunction({ errorno: 'BL01001973', description2: `There is no attachment with the ID '${id}'.` })
  return known
}

function attachmentsOf(node: XmlNode, known: readonly Attachment[]): Attachment[] {
  return (child(node, 'attachments')?.children ?? []).map(item => {
    if (item.name !== 'attachment') throw badRequest(`The element ${item.name} is not expected in attachments.`)
    checkOrder(item, ['attachmentname', 'attachmenttype', 'attachmentdata'])
    const [name = '', type = '', data = ''] = (ORDERS['attachment'] ?? []).map(it => textIn(item, it) ?? '')
    if (Buffer.from(data, 'base64').toString('base64') !== data.replaceAll(/\s/g, ''))
      throw invalidValue('attachmentdata', '…', 'base64')
    if (known.some(it => it.name === name && it.type === type)) throw exists('attachment', `${name}.${type}`)
    return { name, type, data }
  })
}

const exists = (what: string, key: string) =>
  refuseFunction({
    errorno: 'BL34000061',
    description2: `Another ${what} with the given value(s) ${key} already exists`,
    correction: 'Use a unique value instead.',
  })

import type { Knobs } from '../knobs.ts'
import { type ContractName, contractMembers, isContract, type Member } from './contracts.ts'
import { unreadable } from './faults.ts'
import { type Element, escaped } from './xml.ts'

/** What came in a contract: text, nothing at all (nil), members, or a list. Members that are not there are absent. */
export type Given = string | null | { readonly [member: string]: Given } | readonly Given[]
export type GivenMembers = { readonly [member: string]: Given }

export const isMembers = (given: Given | undefined): given is GivenMembers =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

/** Text of a member; undefined when it is absent or nil. */
export const textIn = (given: GivenMembers, name: string): string | undefined => {
  const value = given[name]
  return typeof value === 'string' ? value : undefined
}

/**
 * As WCF reads: members in the order of the contract; one that comes late, or in another namespace, is passed over without a word
 * (fact sheet 10.1).
 */
export function readMembers(
  elements: readonly Element[],
  members: readonly Member[],
  knobs: Knobs,
  namespace = knobs.memberNamespace,
): GivenMembers {
  const found: Record<string, Given> = {}
  let next = 0
  for (const element of elements) {
    const at = members.findIndex(
      (it, index) => index >= next && it.name === element.name && element.namespace === namespace,
    )
    const member = members[at]
    if (!member) continue
    // many of one member follow each other
    next = member.isMany ? at : at + 1
    const value = readValue(element, member, knobs)
    const held = found[member.name]
    found[member.name] = member.isMany ? [...(Array.isArray(held) ? held : []), value] : value
  }
  return found
}

function readValue(element: Element, { name, type }: Member, knobs: Knobs): Given {
  if (element.isNil) return null
  if (isContract(type)) return readMembers(element.children, contractMembers(type, knobs), knobs)
  // around a number or a time white space means nothing
  const text = Object.hasOwn(SHAPES, type) ? element.text.trim() : element.text
  if (isReadable(type, text)) return text
  throw unreadable(
    `The formatter threw an exception while trying to deserialize the message: the value '${element.text}' of ${name} cannot be parsed as the type '${type}'.`,
  )
}

const SHAPES: Readonly<Record<string, RegExp>> = {
  decimal: /^[+-]?(\d+\.?\d*|\.\d+)$/,
  dateTime: /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/,
}

/** What is no number or time, an empty element among others, fails before the service sees it. */
function isReadable(type: string, text: string): boolean {
  const shape = SHAPES[type]
  return shape === undefined || (shape.test(text) && (type !== 'dateTime' || !Number.isNaN(Date.parse(text))))
}

/** What goes out: a list is one entry per element, and blank is the empty text. */
export type Shown = string | readonly ShownMembers[] | ShownMembers
export type ShownMembers = { readonly [member: string]: Shown }

const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** `<XResult>` of a contract; blank members are empty, nil or absent, as the knob says. */
export function resultXml(name: string, contract: ContractName, shown: ShownMembers, knobs: Knobs): string {
  const inner = membersXml(contract, shown, knobs)
  const declared = knobs.memberNamespace === knobs.namespace ? '' : ` xmlns:b="${escaped(knobs.memberNamespace)}"`
  return `<${name}${declared} xmlns:i="${XSI}">${inner}</${name}>`
}

function membersXml(contract: ContractName, shown: ShownMembers, knobs: Knobs): string {
  return contractMembers(contract, knobs)
    .map((member, at) => memberXml(member, { shown: shown[member.name] ?? '', at, knobs }))
    .join('')
}

function memberXml(member: Member, { shown, at, knobs }: { shown: Shown; at: number; knobs: Knobs }): string {
  const tag = knobs.memberNamespace === knobs.namespace ? member.name : `b:${member.name}`
  if (typeof shown === 'string') return textXml(tag, shown, blankOf(member, knobs, at))
  if (!isContract(member.type)) return ''
  const { type } = member
  if (Array.isArray(shown) && member.isMany)
    return shown.map(it => `<${tag}>${membersXml(type, it, knobs)}</${tag}>`).join('')
  const inner = Array.isArray(shown)
    ? { [contractMembers(type, knobs)[0]?.name ?? '']: shown }
    : (shown as ShownMembers)
  return `<${tag}>${membersXml(type, inner, knobs)}</${tag}>`
}

const BLANKS = ['empty', 'nil', 'absent'] as const

/** Only a text or a list can be empty: no time and no number looks like that. */
function blankOf({ type }: Member, { blanks }: Knobs, at: number): string {
  const wished = blanks === 'mixed' ? (BLANKS[at % 3] ?? 'empty') : blanks
  return wished === 'empty' && Object.hasOwn(SHAPES, type) ? 'nil' : wished
}

function textXml(tag: string, text: string, blank: string): string {
  if (text !== '') return `<${tag}>${escaped(text)}</${tag}>`
  return blank === 'absent' ? '' : blank === 'nil' ? `<${tag} i:nil="true"/>` : `<${tag}/>`
}

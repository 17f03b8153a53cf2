import { badRequest } from '../wire/errors.ts'
import type { XmlNode } from '../wire/xml.ts'
import type { Filter, Operator } from './filter.ts'

/** How many values each operator takes (fact sheet 5.1). */
const VALUES: Readonly<Record<Operator, readonly [number, number]>> = {
  equalto: [1, 1],
  notequalto: [1, 1],
  lessthan: [1, 1],
  lessthanorequalto: [1, 1],
  greaterthan: [1, 1],
  greaterthanorequalto: [1, 1],
  between: [2, 2],
  in: [1, 1000],
  notin: [1, 1000],
  like: [1, 1],
  notlike: [1, 1],
  isnull: [0, 0],
  isnotnull: [0, 0],
}

const isOperator = (name: string): name is Operator => Object.hasOwn(VALUES, name)

/** The condition inside `filter`: exactly one node. */
export function parseQueryFilter(node: XmlNode): Filter {
  const [only, ...more] = node.children
  if (!only || more.length > 0)
    throw badRequest('The filter element must hold exactly one operator, and or or element.')
  return parseNode(only)
}

function parseNode(node: XmlNode): Filter {
  if (node.name === 'and' || node.name === 'or') {
    if (node.children.length < 2) throw badRequest(`The ${node.name} element needs at least two conditions.`)
    return { is: node.name, parts: node.children.map(parseNode) }
  }
  if (!isOperator(node.name)) throw badRequest(`The operator ${node.name} is not supported.`)
  const [field, ...values] = node.children
  const [least, most] = VALUES[node.name]
  if (field?.name !== 'field' || values.some(it => it.name !== 'value'))
    throw badRequest(`The ${node.name} element takes a field element and then value elements.`)
  if (values.length < least || values.length > most)
    throw badRequest(
      `The ${node.name} element takes ${least === most ? least : `${least} to ${most}`} values, not ${values.length}.`,
    )
  return { is: 'test', operator: node.name, field: field.text.trim(), values: values.map(it => it.text) }
}

import type { SandboxAnswer } from '../../../../engine/sdk/index.ts'
import { httpError, jsonText, notFound, preconditionFailed, Refusal } from '../answers.ts'
import { fieldIn, type ViewDef } from '../entities/definition.ts'
import type { Scalar } from '../store/row.ts'
import { INSTANCE_PATH } from '../world.ts'
import type { Problems } from '../write/apply.ts'
import { save, type Target } from '../write/save.ts'
import type { EntityCall } from './call.ts'
import { type Given, readBody, readGiven } from './given.ts'
import { matching, readFilter } from './list.ts'
import { locate, printOne } from './one.ts'
import { printValue } from './render.ts'
import { readWanted } from './shape.ts'

/** PUT creates or updates and always answers 200; PATCH only updates (fact sheet 6.1, 6.2). */
export function putRecord(call: EntityCall, verb: 'PUT' | 'PATCH'): SandboxAnswer {
  const { world, entity, version, request } = call
  const knobs = world.knobs()
  const zone = knobs.literalsIn === 'tenant' ? knobs.timeZone : 'UTC'
  const given = readGiven(entity, readBody(request.body), { version, zone })
  // names are checked before anything is saved
  readWanted(entity, version, request.query)
  const target = findTarget(call, given)
  checkConditions(call, verb, target)
  const saved = save({ world, entity, target, given })
  if (saved.is === 'refused') throw refused(call, given, saved.row.id, saved.problems)
  const sent = request.query.has('$select') ? sentPaths(given) : []
  if (sent.length === 0) return jsonText(200, printOne(call, saved.row))
  return jsonText(200, printOne(withEcho(call, given), saved.row, sent))
}

/** Finders: `$filter` in the address, `id`, or the keys. */
function findTarget(call: EntityCall, given: Given): Target | undefined {
  const { entity, world, request } = call
  if (request.query.has('$filter')) {
    const found = [...matching(world, entity, readFilter(call))]
    if (found.length > 1)
      throw httpError(
        500,
        'PX.Api.ContractBased.MoreThanOneEntitySatisfiesTheConditionException',
        'More than one entity satisfies the condition.',
      )
    return found[0] && locate(call, [found[0].row().id])
  }
  if (given.id !== undefined) return locate(call, [given.id])
  const keys = entity.keys.map(it => given.values.get(it))
  return keys.every(it => it !== undefined && it !== null) ? locate(call, keys.map(String)) : undefined
}

function checkConditions({ request }: EntityCall, verb: 'PUT' | 'PATCH', target: Target | undefined): void {
  if (request.headers['if-none-match'] === '*' && (target || verb === 'PATCH'))
    throw preconditionFailed('The record exists already.')
  if (verb === 'PATCH' && !target) throw notFound('No entity satisfies the condition.')
  if (request.headers['if-match'] === '*' && !target) throw preconditionFailed('The record does not exist.')
}

/** With a narrow `$select` the fields that were sent come back as well, nested ones too. */
function sentPaths(given: Given, place = ''): readonly string[] {
  return [
    ...[...given.values.keys()].map(it => `${place}${it}`),
    ...[...given.linked].flatMap(([name, inner]) => sentPaths(inner, `${place}${name}/`)),
    ...[...given.lists.keys()].map(it => `${place}${it}`),
  ]
}

function expandsOf(given: Given, place = ''): readonly string[] {
  return [
    ...[...given.linked].flatMap(([name, inner]) => [`${place}${name}`, ...expandsOf(inner, `${place}${name}/`)]),
    ...[...given.lists.keys()].map(it => `${place}${it}`),
  ]
}

function withEcho(call: EntityCall, given: Given): EntityCall {
  const query = new URLSearchParams(call.request.query)
  const expands = [query.get('$expand') ?? '', ...expandsOf(given)].filter(it => it !== '')
  if (expands.length > 0) query.set('$expand', expands.join(','))
  return { ...call, request: { ...call.request, query } }
}

/** 422: the record as it was sent, with what is wrong beside it (fact sheet 7). */
function refused(call: EntityCall, given: Given, id: string, problems: Problems): Refusal {
  const { entity, versionText } = call
  const summary = `Inserting  '${entity.name}' record raised at least one error. Please review the errors.`
  const self = `${INSTANCE_PATH}/entity/Default/${versionText}/${entity.name}/${id}`
  const body = sick(call, { view: entity, given, id, problems, place: '' })
  return new Refusal(
    jsonText(
      422,
      `{"id":"${id}","rowNumber":1,"error":${JSON.stringify(summary)}${body},"custom":{},"_links":${JSON.stringify({ self })}}`,
    ),
  )
}

interface Sick {
  readonly view: ViewDef
  readonly given: Given
  readonly id: string
  readonly problems: Problems
  readonly place: string
}

function sick(call: EntityCall, { view, given, id, problems, place }: Sick): string {
  const names = new Set([...given.values.keys(), ...ownProblems(problems, place)])
  const values = [...names].map(
    name =>
      `,${JSON.stringify(name)}:${sickValue(call, view, name, given.values.get(name), problems.get(place + name))}`,
  )
  const inner = (of: ViewDef, one: Given, at: string) =>
    `{"id":"${one.id ?? id}","rowNumber":1,"note":null${sick(call, { view: of, given: one, id, problems, place: at })},"custom":{}}`
  const linked = [...given.linked].map(([name, one]) => {
    const field = view.fields[name]
    return field?.is === 'linked' ? `,"${name}":${inner(field.of, one, `${place}${name}/`)}` : ''
  })
  const lists = [...given.lists].map(([name, rows]) => {
    const field = view.fields[name]
    return field?.is === 'list'
      ? `,"${name}":[${rows.map((one, n) => inner(field.of, one, `${place}${name}/${n}/`)).join(',')}]`
      : ''
  })
  return [...values, ...linked, ...lists].join('')
}

const ownProblems = (problems: Problems, place: string): readonly string[] =>
  [...problems.keys()]
    .filter(it => it.startsWith(place))
    .map(it => it.slice(place.length))
    .filter(it => it !== '' && !it.includes('/'))

function sickValue(
  call: EntityCall,
  view: ViewDef,
  name: string,
  value: Scalar | null | undefined,
  problem: string | undefined,
): string {
  const field = fieldIn(view, name, call.version)
  const shown = field?.is === 'value' ? printValue(value ?? undefined, field, () => 0) : '{}'
  if (problem === undefined) return shown
  return shown === '{}'
    ? `{"error":${JSON.stringify(problem)}}`
    : `${shown.slice(0, -1)},"error":${JSON.stringify(problem)}}`
}

import type { OpenFlow } from '../context.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import type { Span } from '../diagnostics/source-file.ts'
import { hint } from '../diagnostics/suggest.ts'
import type { Analysis } from '../expression/analysis.ts'
import { type AstNode, tokenStart } from '../expression/ast.ts'
import type { ExpressionSite } from './expression-sites.ts'
import type { ResolvedFlow } from './resolve-flow.ts'

type Report = (at: Span, finding: Finding) => void

interface Checking {
  readonly flow: OpenFlow
  readonly ends: ResolvedFlow
  readonly site: ExpressionSite
  readonly report: (node: AstNode, finding: Finding) => void
}

type CheckArguments = (args: readonly AstNode[], by: Checking) => void

const CHECKS: Readonly<Record<string, CheckArguments>> = {
  table: ([name], { flow, report }) => {
    if (!isText(name) || flow.tables.has(name.value)) return
    if (flow.brokenTables.has(name.value)) {
      const message = `the reference table "${name.value}" cannot be used`
      return report(name, { code: 'FLOW_UNKNOWN_TABLE', message, remedy: 'Correct its file, which has a mistake.' })
    }
    const message = `there is no reference table "${name.value}"`
    report(name, { code: 'FLOW_UNKNOWN_TABLE', message, ...hint(name.value, [...flow.tables.keys()]) })
  },
  param: ([name], { flow, report }) => {
    if (!isText(name) || Object.hasOwn(flow.params, name.value)) return
    const message = `there is no parameter "${name.value}"`
    report(name, { code: 'FLOW_UNKNOWN_PARAM', message, ...hint(name.value, Object.keys(flow.params)) })
  },
  sinkId: ([name], by) => {
    if (isText(name)) checkSinkId(name, by)
  },
  link: (args, by) => checkLink(args, by),
}

/** Literal names in calls of the engine's own functions. */
export function checkCalls(
  { flow, ends, site }: Pick<Checking, 'flow' | 'ends' | 'site'>,
  analysis: Analysis,
  reportAt: Report,
): void {
  const text = String(site.tree.value)
  const report = (node: AstNode, finding: Finding) =>
    reportAt({ start: tokenStart(text, node), end: node.position ?? 0 }, finding)
  for (const call of analysis.calls) CHECKS[call.name]?.(call.args, { flow, ends, site, report })
}

type TextNode = AstNode & { readonly value: string }

function isText(node: AstNode | undefined): node is TextNode {
  return node?.type === 'string' && typeof node.value === 'string'
}

function checkSinkId(name: TextNode, { ends, site, report }: Checking): void {
  const at = site.step ? ends.steps.indexOf(site.step) : -1
  const earlier = ends.steps.slice(0, Math.max(0, at))
  const wanted = name.value
  if (earlier.some(it => it.name === wanted && it.each === undefined)) return
  const valid = earlier.filter(it => it.each === undefined).map(it => it.name)
  const step = ends.steps.find(it => it.name === wanted)
  report(name, { code: 'FLOW_SINK_ID_STEP', message: whyNot(), ...hint(wanted, valid) })

  function whyNot(): string {
    if (!step) return `there is no step "${wanted}"`
    if (step === site.step) return `"${wanted}" is this very step`
    if (step.each !== undefined) return `step "${wanted}" has each: it makes several records, not one`
    return `step "${wanted}" comes later`
  }
}

function checkLink([target, entity]: readonly AstNode[], { flow, report }: Checking): void {
  if (!isText(target)) return
  const { registry, connections } = flow.context
  const connectorName = connections?.connectorOf(target.value) ?? target.value
  const connector = registry.get(connectorName)
  if (!connector) {
    const valid = [...new Set([...(connections?.all ?? []), ...registry.keys()])]
    const message = `"${target.value}" is neither a connection nor a connector`
    report(target, { code: 'FLOW_LINK_TARGET', message, ...hint(target.value, valid) })
    return
  }
  if (!isText(entity) || Object.hasOwn(connector.entities, entity.value)) return
  const found = hint(entity.value, Object.keys(connector.entities))
  // an entity that only this account has may be written by another flow
  if (connector.customEntity && found.suggestions.length === 0) return
  const message = `"${entity.value}" is not an entity of ${connector.name}`
  report(entity, { code: 'FLOW_LINK_TARGET', message, ...found })
}

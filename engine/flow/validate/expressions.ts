import type { OpenFlow } from '../context.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import type { Span } from '../diagnostics/source-file.ts'
import { analyse } from '../expression/analyse.ts'
import { type Analysis, type Shape, UNKNOWN } from '../expression/analysis.ts'
import { type AstNode, parseExpression } from '../expression/ast.ts'
import { sourceOffsets } from '../expression/text-position.ts'
import { checkCalls } from './calls.ts'
import { type ExpressionSite, expressionSites } from './expression-sites.ts'
import type { ResolvedFlow, ResolvedStep } from './resolve-flow.ts'

/** An expression that could be parsed, for the checks of fields and literals. */
export interface CheckedSite {
  readonly site: ExpressionSite
  readonly ast: AstNode
  readonly analysis: Analysis
}

/** Syntax, names and calls of every expression. */
export function checkExpressions(flow: OpenFlow, ends: ResolvedFlow): readonly CheckedSite[] {
  const items = new Map<ResolvedStep, Shape>()
  const eaches = expressionSites(flow, ends, () => UNKNOWN).filter(it => it.isEach)
  for (const site of eaches) {
    const parsed = parseExpression(String(site.tree.value), flow.context.limits)
    if (parsed.ok && site.step) items.set(site.step, analyse(parsed.ast, viewOf(site)).yields)
  }
  return expressionSites(flow, ends, step => items.get(step) ?? UNKNOWN).flatMap(
    site => checkSite(flow, ends, site) ?? [],
  )
}

function viewOf(site: ExpressionSite) {
  const { root, variables, isMapping, tree } = site
  return { text: String(tree.value), root, variables, isMapping }
}

function checkSite(flow: OpenFlow, ends: ResolvedFlow, site: ExpressionSite): CheckedSite | undefined {
  const text = String(site.tree.value)
  const parsed = parseExpression(text, flow.context.limits)
  if (!parsed.ok) {
    const { fault } = parsed
    reportIn(flow, site, fault, {
      code: 'FLOW_EXPRESSION_SYNTAX',
      message: `${fault.message} (JSONata ${fault.code})`,
      remedy: syntaxRemedy(text),
    })
    return undefined
  }
  const analysis = analyse(parsed.ast, viewOf(site))
  for (const { start, end, ...finding } of analysis.findings) reportIn(flow, site, { start, end }, finding)
  checkCalls({ flow, ends, site }, analysis, (at, finding) => reportIn(flow, site, at, finding))
  return { site, ast: parsed.ast, analysis }
}

function syntaxRemedy(text: string): string {
  if (/\$\{/.test(text)) return '${…} is not put into expressions: write $param("name").'
  if (/^[\w ,.&-]+$/.test(text)) return 'A fixed text is written in quotes inside quotes: "\'text\'".'
  return 'The language is JSONata: docs.jsonata.org. A fixed text is written in quotes: "\'text\'".'
}

/** Reports at offsets of an expression's text, wherever they stand in the file. */
export function reportIn(flow: OpenFlow, site: ExpressionSite, { start, end }: Span, finding: Finding): void {
  const offsets = sourceOffsets(flow.source.text, site.tree)
  const last = offsets.length - 1
  const from = offsets[Math.min(start, last)] ?? site.tree.span.start
  const to = end > start ? (offsets[Math.min(end, last + 1) - 1] ?? from) + 1 : from
  flow.context.reporter.report(flow.source, { start: from, end: Math.max(to, from) }, finding)
}

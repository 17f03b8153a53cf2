import { type Difference, hasErrors, runFlowTests, type TestOutcome } from '../../flow/index.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { checkFlows } from '../flow-files.ts'
import { hereOf, showFile } from '../show/place.ts'
import { shortened, showValue } from '../show/source.ts'
import type { Verb } from '../verb.ts'
import { mistakes } from '../workspace.ts'

interface Tested {
  readonly flow: string
  readonly file: string
  readonly outcomes: readonly TestOutcome[]
}

export const test: Verb = {
  name: 'test',
  summary: 'run the tests: blocks of flows, without any system',
  arguments: [
    {
      name: 'path',
      description: 'flow files, folders of them, workspaces (default: the workspace)',
      isOptional: true,
      isMany: true,
    },
  ],
  examples: [{ line: 'test flows/vendors.yaml', does: 'runs the tests of one flow' }],
  json: {
    passed: 'how many tests passed',
    failed: 'how many did not',
    flows: 'of each: { flow, file, outcomes: [{ name, place, passed, differences: [{ path, expected, actual }] }] }',
  },
  async run(context, given) {
    const { flows, diagnostics } = checkFlows(context, given.list('path'))
    // a flow with mistakes would be missing here, and nobody would notice
    if (hasErrors(diagnostics)) throw mistakes(diagnostics, hereOf(context))
    const here = hereOf(context)
    const tested: Tested[] = []
    for (const plan of flows)
      tested.push({
        flow: plan.name,
        file: showFile(plan.file, here),
        outcomes: await runFlowTests(plan, context.product.registry),
      })
    const all = tested.flatMap(it => it.outcomes)
    const failed = all.filter(it => !it.passed).length
    return {
      exit: failed > 0 ? EXIT.partial : EXIT.ok,
      data: { passed: all.length - failed, failed, flows: tested },
      text: () =>
        all.length === 0
          ? 'no tests: write some under tests: of a flow\n'
          : `${tested.map(it => block(it, context)).join('')}\n${all.length - failed} passed, ${failed} failed\n`,
      ...(failed > 0
        ? {
            error: {
              kind: 'record',
              code: 'CLI_TESTS_FAILED',
              message: `${failed} of ${all.length} tests failed`,
              remedy: 'See differences.',
            },
          }
        : {}),
    }
  },
}

function block({ flow, outcomes }: Tested, context: Context): string {
  const { bold, dim } = context.colours
  if (outcomes.length === 0) return `${bold(flow)}  ${dim('no tests')}\n`
  return `${bold(flow)}\n${outcomes.map(it => line(it, context)).join('')}`
}

function line({ name, passed, place, differences }: TestOutcome, context: Context): string {
  const { colours } = context
  if (passed) return `  ${colours.green('✓')} ${name}\n`
  const at = `${showFile(place.file, hereOf(context))}:${place.line}:${place.column}`
  return `  ${colours.red('✗')} ${name}  ${colours.dim(at)}\n${differences.map(difference).join('')}`
}

const WIDTH = 100

function difference({ path, expected, actual }: Difference): string {
  const shown = (value: unknown) => (value === undefined ? 'nothing' : shortened(showValue(value), WIDTH))
  return `      ${path}: expected ${shown(expected)}, got ${shown(actual)}\n`
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { connectors } from '../../../connectors/index.ts'
import type { Product } from '../../../engine/cli/context.ts'
import { runCli } from '../../../engine/cli/run-cli.ts'

export const ROOT = resolve(import.meta.dirname, '../../..')
export const LAUNCHER = join(ROOT, 'engine/cli/ml-connector.mjs')

export const PRODUCT: Product = {
  version: '1.2.3',
  registry: new Map(connectors.map(it => [it.name, it])),
  library: join(ROOT, 'flows'),
  schemas: join(ROOT, 'schemas'),
  script: LAUNCHER,
}

export interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Around {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string
  readonly signal?: AbortSignal
  /** Called with everything that standard output gets, as it comes. */
  readonly onOut?: (text: string) => void
  readonly isTerminal?: boolean
  /** With a library of the test's own. */
  readonly product?: Product
}

/** One command line in this process, as the shell would run it. */
export async function cli(args: readonly string[], around: Around = {}): Promise<Answer> {
  let [out, err] = ['', '']
  const { isTerminal = false } = around
  const code = await runCli(
    args,
    around.product ?? PRODUCT,
    {
      cwd: around.cwd ?? ROOT,
      env: around.env ?? {},
      stdin: Readable.from(around.stdin === undefined ? [] : [around.stdin]),
      stdout: {
        isTTY: isTerminal,
        write: text => {
          out += text
          around.onOut?.(text)
        },
      },
      stderr: {
        isTTY: isTerminal,
        write: text => {
          err += text
        },
      },
    },
    around.signal ?? new AbortController().signal,
  )
  return { code, out, err }
}

/** The object of a `--json` answer: exactly one line. */
export function jsonOf({
  out,
}: Answer): Record<string, unknown> & { readonly ok: boolean; readonly error?: Record<string, unknown> } {
  if (out.trimEnd().includes('\n')) throw new Error(`more than one line: ${out}`)
  return JSON.parse(out)
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

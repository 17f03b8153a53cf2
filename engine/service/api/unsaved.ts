import { basename } from 'node:path'
import { parse } from 'yaml'
import type { FlowPlan } from '../../core/plan.ts'
import { checkFlowText } from '../../flow/index.ts'
import type { Held } from '../held.ts'
import { diagnosticView, hereOf } from './show/diagnostics.ts'
import { textOf } from './show/source-text.ts'
import type { DiagnosticView } from './views.ts'

export interface Unsaved {
  readonly plan: FlowPlan | undefined
  readonly diagnostics: readonly DiagnosticView[]
}

/**
 * What an editor holds, checked as a part of the workspace. It sees no environment variable that the saved file does not name: whoever may
 * write here must not read there.
 */
export function checkUnsaved(
  held: Held,
  text: string,
  wanted?: { readonly flow?: string; readonly file?: string },
): Unsaved {
  const { opened } = held
  const saved = savedAs(held, text, wanted)
  const { registry, library, env } = opened.host
  const named = new Set(
    [...(saved ? textOf(opened, saved) : '').matchAll(/\$\{env:([^}]+)\}/g)].map(it => it[1]?.trim()),
  )
  const seen = Object.fromEntries(Object.entries(env).filter(([name]) => named.has(name)))
  const file = saved?.file ?? `flows/${basename(wanted?.file ?? 'unsaved.yaml')}`
  const { plan, diagnostics } = checkFlowText(
    opened.workspace.folder,
    { registry, library, env },
    { file, text, env: seen },
  )
  return { plan, diagnostics: diagnostics.map(it => diagnosticView(it, hereOf(held))) }
}

/** The flow that it will be once it is saved: by name, by file, or as it calls itself. */
function savedAs({ opened }: Held, text: string, wanted: { flow?: string; file?: string } = {}): FlowPlan | undefined {
  const { flow, file } = wanted
  if (flow !== undefined) return opened.flows.find(it => it.name === flow)
  if (file !== undefined) return opened.flows.find(it => it.file === file)
  const own = ownName(text)
  return own === undefined ? undefined : opened.flows.find(it => it.name === own)
}

/** Half-written YAML has no name yet. */
function ownName(text: string): string | undefined {
  const [, written] = /^flow:(.*)$/m.exec(text) ?? []
  try {
    const name: unknown = parse(written ?? '')
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { FlowPlan } from '../../../engine/core/plan.ts'
import { loadWorkspace } from '../../../engine/flow/index.ts'
import type { System } from '../../support/world.ts'

/** The flow of this YAML text, between these connections, read and validated as a workspace does it. */
export function compile(text: string, systems: Readonly<Record<string, System>>): FlowPlan {
  const folder = mkdtempSync(join(tmpdir(), 'proof-'))
  try {
    mkdirSync(join(folder, 'flows'))
    writeFileSync(join(folder, 'flows/flow.yaml'), text)
    const connections = Object.entries(systems).map(([name, { connector, sandbox }]) => [
      name,
      { connector: connector.name, settings: sandbox.settings },
    ])
    const workspace = {
      workspace: 'proof',
      timezone: 'UTC',
      development: { loopback: true },
      connections: Object.fromEntries(connections),
      flows: ['flows/flow.yaml'],
    }
    writeFileSync(join(folder, 'ml-connector.yaml'), stringify(workspace))
    const registry = new Map(Object.values(systems).map(it => [it.connector.name, it.connector]))
    const { flows, diagnostics } = loadWorkspace(folder, { registry, env: {}, library: folder })
    const errors = diagnostics.filter(it => it.severity === 'error')
    const [flow] = flows
    if (errors.length > 0 || !flow)
      throw new Error(`${errors.map(it => `${it.line}:${it.column} ${it.code} ${it.message}`).join('\n')}\n${text}`)
    return flow
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

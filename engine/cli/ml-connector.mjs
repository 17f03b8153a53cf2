#!/usr/bin/env -S node --max-semi-space-size=8
// Plain JavaScript on purpose: any Node can parse it. Node 24 runs the TypeScript itself; an older one looks for the Node 24
// that `npm ci` brought along, and says what to do when there is none. The young generation of the heap is kept small: a third less
// memory for a service of hundreds of flows, at the same speed (test/bench).
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const here = dirname(fileURLToPath(import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // types are stripped and modules compiled once, not at every start
  module.enableCompileCache()
  await import('../main.ts')
} else startNewer()

function startNewer() {
  const node = join(here, '..', '..', 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(node)) {
    process.stderr.write(
      `ml-connector needs Node ${NEEDED}, this is ${process.version}: run "npm ci" in its folder (it brings Node ${NEEDED} along), or install Node ${NEEDED}.\n`,
    )
    process.exit(2)
  }
  const child = spawn(node, ['--max-semi-space-size=8', fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  // what is sent to this process alone is passed on; of a terminal's Ctrl-C, which both get, the child takes two for one
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

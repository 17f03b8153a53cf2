#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { connectors } from '../connectors/index.ts'
import { cancellation } from './cli/cancellation.ts'
import { runCli } from './cli/run-cli.ts'

// a run leaves behind many times what it holds; without this the heap grows to some hundred MB of garbage before it is swept,
// and a service shares its machine
setFlagsFromString('--heap-growing-percent=100')

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8')) as { version: string }

// the reader of a pipe has left (`| head`): nobody is there to be told anything
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`✗ standard output cannot be written: ${error.message}\n`)
  process.exit(4)
})
process.stderr.on('error', () => {})

const dashboard = here('./service/dashboard/dist')

const code = await runCli(
  process.argv.slice(2),
  {
    version,
    registry: new Map(connectors.map(it => [it.name, it])),
    library: here('../flows'),
    schemas: here('../schemas'),
    ...(existsSync(dashboard) ? { dashboard } : {}),
    script: here('./cli/ml-connector.mjs'),
  },
  { cwd: process.cwd(), env: process.env, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  cancellation(process),
)
// idle connections of clients would hold the process for some seconds more
process.stdout.write('', () => process.exit(code))

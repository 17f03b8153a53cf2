import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { EngineError } from '../../core/errors.ts'
import type { JsonObject } from '../../core/record.ts'
import type { Context } from '../context.ts'

/** A sandbox in a process of its own, as `ml-connector sandbox` announces it. */
export interface RunningSandbox {
  readonly connector: string
  readonly url: string
  readonly settings: JsonObject
  readonly secrets: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const WAIT_MS = 30_000

/** Its standard input is a pipe of ours: it ends with us, however we end. */
export async function startSandbox(
  { product }: Context,
  connector: string,
  args: readonly string[],
): Promise<RunningSandbox> {
  const words = [product.script, 'sandbox', connector, '--until-stdin-closes', ...args]
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', part => {
    complaint += String(part)
  })
  const line = await firstLine(child).catch(async thrown => {
    await stop(child)
    throw thrown
  })
  if (line === undefined)
    throw new EngineError({
      kind: 'defect',
      code: 'DEMO_SANDBOX',
      message: `the sandbox of ${connector} did not start: ${complaint.trim()}`,
      remedy: `Try it alone: "ml-connector sandbox ${connector}".`,
    })
  // printed by our own verb: its shape is known
  const announced = JSON.parse(line) as Omit<RunningSandbox, 'stop'>
  return { ...announced, stop: () => stop(child) }
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined
  const lines = createInterface({ input: child.stdout })
  const timer = setTimeout(() => lines.close(), WAIT_MS)
  try {
    for await (const line of lines) return line
    return undefined
  } finally {
    clearTimeout(timer)
    // it goes on writing nothing; its pipe must not fill up all the same
    child.stdout.resume()
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.stdin?.end()
  child.kill('SIGTERM')
  await gone
}

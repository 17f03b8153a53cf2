import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import picocolors from 'picocolors'
import { left, right, showTable } from '../../engine/cli/show/table.ts'
import type { Check, Mutation } from './mutations/mutation.ts'
import { MUTATIONS } from './mutations.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const TREE = ['engine', 'connectors', 'flows', 'schemas', 'test', 'package.json', 'tsconfig.json', '.mocharc.json']
/** What is left to a check: one that hangs says nothing. */
const LIMIT_MS = 120_000

/** Mutations tried at a time, each in a copy of its own. */
const AT_ONCE = Number(process.env['JOBS'] ?? 2)

interface Caught {
  readonly guard: string
  /** `file:line` of what was taken away. */
  readonly at: string
  /** Undefined: nobody noticed. */
  readonly by: string | undefined
  readonly seconds: number
}

/** A copy of the source, to be broken in. Packages are those of the original. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mutations-'))
  for (const name of TREE) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

const nameOf = (check: Check): string =>
  'test' in check ? `${check.test}${check.title ? `: ${check.title} …` : ''}` : `${check.proof} ${check.of.join(' ')}`

function commandOf(check: Check): readonly string[] {
  if ('proof' in check) return [`test/proof/${check.proof}/main.ts`, ...check.of]
  const title = check.title === undefined ? [] : ['--fgrep', check.title]
  return ['node_modules/mocha/bin/mocha.js', '--bail', `test/${check.test}`, ...title]
}

/** How it ended; `undefined` when it was still at it. */
function run(folder: string, check: Check): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise(end => {
    const child = spawn(process.execPath, commandOf(check), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      // however long the proof is: one failure is enough here
      env: { ...process.env, PROOF: '' },
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
    let said = ''
    const hear = (data: Buffer) => {
      said += data
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', code => {
      clearTimeout(timer)
      end({ code, said })
    })
  })
}

/** A tree that does not load fails every test and proves nothing. */
const isBroken = (said: string) => /SyntaxError|ERR_MODULE_NOT_FOUND|ReferenceError|no tests? found/i.test(said)

/** With time enough: does what noticed say nothing where nothing is broken? */
const LONG = process.env['PROOF'] === 'long'

async function check(folder: string, mutation: Mutation): Promise<Caught> {
  const began = Date.now()
  const { mend, at } = breakIn(folder, mutation)
  try {
    const by = await noticed(folder, mutation, mend)
    return { guard: mutation.guard, at, by, seconds: (Date.now() - began) / 1_000 }
  } finally {
    mend()
  }
}

/** Who noticed; where there is time, only if it says nothing when nothing is broken. */
async function noticed(
  folder: string,
  { guard, file, tests }: Mutation,
  mend: () => void,
): Promise<string | undefined> {
  for (const it of tests) {
    const { code, said } = await run(folder, it)
    if (code === null || code === 0) continue
    if (isBroken(said)) throw new Error(`${guard}: ${file} does not load\n${said}`)
    if (!LONG) return nameOf(it)
    mend()
    return (await run(folder, it)).code === 0 ? nameOf(it) : undefined
  }
  return undefined
}

/** Takes the guard away, and the one behind it: says where that was, and what puts them back. */
function breakIn(folder: string, mutation: Mutation): { readonly at: string; mend(): void } {
  const whole = [mutation, ...(mutation.behind ? [mutation.behind] : [])].map(({ file, from, to }) => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    const [before = '', ...after] = text.split(from)
    if (after.length !== 1) throw new Error(`${mutation.guard}: "${from.trim()}" must stand once in ${file}`)
    return { path, text, broken: text.replace(from, () => to), at: `${file}:${before.split('\n').length}` }
  })
  for (const { path, broken } of whole) writeFileSync(path, broken)
  return {
    at: whole.map(it => it.at).join(', '),
    mend: () => {
      for (const { path, text } of whole) writeFileSync(path, text)
    },
  }
}

async function tryAll(mutations: readonly Mutation[]): Promise<readonly Caught[]> {
  const waiting = [...mutations]
  const caught: Caught[] = []
  const worker = async () => {
    const folder = copyTree()
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) caught.push(await check(folder, next))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return caught
}

const COLUMNS = [left('guard'), left('removed line'), left('caught by'), right('s')]

/** Checks that every guard is missed by somebody when it is gone. `node test/proof/mutate.ts [guards]` */
async function main(only: readonly string[]): Promise<void> {
  const caught = await tryAll(MUTATIONS.filter(({ guard }) => only.length === 0 || only.includes(guard)))
  const inOrder = MUTATIONS.flatMap(({ guard }) => caught.find(it => it.guard === guard) ?? [])
  const lines = inOrder.map(({ guard, at, by, seconds }) => [guard, at, by ?? 'NOBODY', seconds.toFixed(1)])
  process.stdout.write(showTable(COLUMNS, lines, picocolors))
  const count = caught.filter(it => it.by !== undefined).length
  process.stdout.write(`${JSON.stringify({ guards: caught.length, caught: count })}\n`)
  if (count < caught.length) process.exitCode = 1
}

await main(process.argv.slice(2))

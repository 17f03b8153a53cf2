import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Check, MUTATIONS, type Mutation } from './mutations.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const TREE = ['engine', 'connectors', 'flows', 'schemas', 'test', 'package.json', 'tsconfig.json', '.mocharc.json']
/** What is left to a check: one that hangs says nothing. */
const LIMIT_MS = 120_000

interface Caught {
  readonly guard: string
  /** Undefined: nobody noticed. */
  readonly by: string | undefined
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

async function check(folder: string, { guard, file, from, to, tests }: Mutation): Promise<Caught> {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${guard}: "${from.trim()}" must stand once in ${file}`)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
  try {
    for (const it of tests) {
      const { code, said } = await run(folder, it)
      if (code !== null && code !== 0 && isBroken(said)) throw new Error(`${guard}: ${file} does not load\n${said}`)
      if (code !== null && code !== 0) return { guard, by: await trusted(folder, it, { path, text }) }
    }
    return { guard, by: undefined }
  } finally {
    writeFileSync(path, text)
  }
}

async function trusted(
  folder: string,
  it: Check,
  whole: { readonly path: string; readonly text: string },
): Promise<string | undefined> {
  if (!LONG) return nameOf(it)
  writeFileSync(whole.path, whole.text)
  return (await run(folder, it)).code === 0 ? nameOf(it) : undefined
}

/** Checks that every guard is missed by somebody when it is gone. `node test/proof/mutate.ts [guards]` */
async function main(only: readonly string[]): Promise<void> {
  const folder = copyTree()
  const caught: Caught[] = []
  try {
    for (const it of MUTATIONS.filter(({ guard }) => only.length === 0 || only.includes(guard))) {
      const began = Date.now()
      const end = await check(folder, it)
      caught.push(end)
      const took = `${((Date.now() - began) / 1_000).toFixed(0)} s`
      process.stdout.write(`${end.guard.padEnd(48)} → ${end.by ?? 'NOBODY'} (${took})\n`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const count = caught.filter(it => it.by !== undefined).length
  process.stdout.write(`${JSON.stringify({ guards: caught.length, caught: count })}\n`)
  if (count < caught.length) process.exitCode = 1
}

await main(process.argv.slice(2))

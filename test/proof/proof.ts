import { spawn } from 'node:child_process'
import { join } from 'node:path'
import picocolors from 'picocolors'
import { connectors } from '../../connectors/index.ts'
import { left, right, showTable } from '../../engine/cli/show/table.ts'

const LONG = process.env['PROOF'] === 'long'
/** Histories of each entity; `HISTORIES` takes another number. */
const EACH = Number(process.env['HISTORIES'] ?? (LONG ? 525 : 5))
/** Processes at a time. */
const AT_ONCE = Number(process.env['JOBS'] ?? 2)

/** A part of the proof: a script of this folder whose last line is one JSON object of figures. */
interface Part {
  readonly is: 'histories' | 'examples' | 'writes' | 'kill' | 'replay' | 'vault' | 'mutate'
  readonly of: readonly string[]
}

type Figures = Readonly<Record<string, number | string>>

interface Ended {
  readonly part: Part
  readonly code: number | null
  readonly seconds: number
  readonly figures: Figures
}

const SCRIPTS: Readonly<Record<Part['is'], string>> = {
  histories: 'histories/main.ts',
  examples: 'examples/main.ts',
  writes: 'writes/main.ts',
  kill: 'kill/main.ts',
  replay: 'replay/main.ts',
  vault: 'vault/main.ts',
  mutate: 'mutate.ts',
}

/** The longest first. */
const PARTS: readonly Part[] = [
  { is: 'kill', of: [] },
  ...connectors.map(it => ({ is: 'examples', of: [it.name] }) as const),
  ...connectors.map(it => ({ is: 'histories', of: [it.name, String(EACH)] }) as const),
  ...connectors
    .filter(it => Object.values(it.entities).some(({ write }) => write))
    .map(it => ({ is: 'writes', of: [it.name] }) as const),
  { is: 'replay', of: [] },
  { is: 'vault', of: [] },
]

/** Runs several processes of its own. */
const MUTATE: Part = { is: 'mutate', of: [] }

function run(part: Part): Promise<Ended> {
  return new Promise(end => {
    const began = Date.now()
    const script = join(import.meta.dirname, SCRIPTS[part.is])
    const child = spawn(process.execPath, [script, ...part.of], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.on('data', data => {
      said += data
    })
    child.on('close', code => {
      const lines = said.trimEnd().split('\n')
      process.stdout.write(`\n── ${part.is} ${part.of.join(' ')}\n${said}`)
      end({ part, code, seconds: (Date.now() - began) / 1_000, figures: figuresOf(lines.at(-1) ?? '') })
    })
  })
}

/** A script that broke off has none. */
function figuresOf(line: string): Figures {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

async function runAll(parts: readonly Part[]): Promise<readonly Ended[]> {
  const waiting = [...parts]
  const ended: Ended[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) ended.push(await run(next))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return ended
}

const nameOf = ({ is, of }: Part) => [is, ...of].join(' ')

/** `node test/proof/proof.ts [parts]`: all of it, or some. The last line printed is one JSON object. */
async function main(only: readonly string[]): Promise<void> {
  const began = Date.now()
  const isWanted = ({ is }: Part) => only.length === 0 || only.includes(is)
  const ended = [...(await runAll(PARTS.filter(isWanted))), ...(await runAll([MUTATE].filter(isWanted)))]
  const sum = (name: string) => ended.reduce((total, { figures }) => total + Number(figures[name] ?? 0), 0)
  const failed = ended.filter(it => it.code !== 0).map(({ part }) => nameOf(part))
  if (failed.length > 0) {
    process.stdout.write(`\nfailed: ${failed.join('; ')}\n`)
    process.exitCode = 1
  }
  const lines = ended.map(({ part, seconds, code }) => [nameOf(part), seconds.toFixed(1), code === 0 ? '' : 'failed'])
  process.stdout.write(`\n${showTable([left('part'), right('s'), left('')], lines, picocolors)}`)
  const end = {
    histories: sum('histories'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    wronglyDeleted: sum('wronglyDeleted'),
    guardsCaught: `${sum('caught')}/${sum('guards')}`,
    resent: sum('resent'),
    sent: sum('sent'),
    examples: sum('examples'),
    wrongExamples: sum('wrongExamples'),
    writes: sum('lives'),
    wrongWrites: sum('wrong'),
    kills: sum('kills'),
    failed: failed.length,
    seconds: Math.round((Date.now() - began) / 1_000),
  }
  process.stdout.write(`\n${JSON.stringify(end)}\n`)
}

await main(process.argv.slice(2))

import { setTimeout as delay } from 'node:timers/promises'
import { differencesOfDeals, winDeal } from './deals.ts'
import { type Differences, differences, type MadeBy, markAsKnown, nothingMade, work } from './people.ts'
import { openStage, type Stage } from './stage.ts'

const LONG = process.env['PROOF'] === 'long'
const KILLS = Number(process.env['KILLS'] ?? (LONG ? 200 : 20))
/** A process has its own start-up to do first: what comes later is the run. */
const EARLIEST_MS = 250
/** Every so many runs looks at everything, and for what is gone; and as many come through. */
const SWEEP_EACH = 5
const CALM_EACH = 5

/** A little chance of our own, the same each time: `SEED` takes another. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Past {
  readonly made: MadeBy
  readonly deals: string[]
}

async function liveOn(stage: Stage, { made, deals }: Past, round: number): Promise<void> {
  await work(stage, made, round)
  deals.push(await winDeal(stage, round))
}

/** Processes killed at random moments while people go on; answers how many died before they were done. */
async function killAll(stage: Stage, past: Past): Promise<number> {
  const random = chances(Number(process.env['SEED'] ?? 20261121))
  let took = 4_000
  let killed = 0
  // one that was done before it could be killed does not count
  for (let round = 1; killed < KILLS && round <= 2 * KILLS; round++) {
    const mode = round % SWEEP_EACH === 3 ? ['--sweep'] : []
    const { child, ended } = stage.workspace.start('run', '--all', ...mode)
    await delay(EARLIEST_MS + random() * (took - EARLIEST_MS))
    child.kill('SIGKILL')
    const { code } = await ended
    if (code === null) killed += 1
    // it was over already: kill earlier from now on
    else took = Math.max(1_000, took * 0.8)
    if (round % CALM_EACH === 0) {
      await stage.workspace.cli('run', '--all')
      markAsKnown(past.made)
    }
    await liveOn(stage, past, round)
  }
  return killed
}

/** Two runs that nobody kills: one over what has changed, one over everything. */
async function rest({ workspace }: Stage): Promise<void> {
  for (const mode of [[], ['--sweep']]) {
    const { code, stdout, stderr } = await workspace.cli('run', '--all', '--json', ...mode)
    if (code !== 0) throw new Error(`the last run ended with ${code}\n${stdout}\n${stderr}`)
  }
}

async function compareAll(stage: Stage, { made, deals }: Past): Promise<Differences> {
  const lost: string[] = []
  const doubled: string[] = []
  const keep = (use: string, it: Differences) => {
    lost.push(...it.lost.map(key => `${use}: ${key}`))
    doubled.push(...it.doubled.map(key => `${use}: ${key}`))
  }
  for (const [pair, own] of made) keep(pair.use, await differences(stage, pair, own))
  keep('won deals', await differencesOfDeals(stage, deals))
  return { lost, doubled }
}

async function main(): Promise<void> {
  const began = Date.now()
  const stage = await openStage()
  try {
    const past: Past = { made: nothingMade(), deals: [] }
    await liveOn(stage, past, 0)
    const kills = await killAll(stage, past)
    await rest(stage)
    const { lost, doubled } = await compareAll(stage, past)
    const leftOver = await stage.leftOver()
    for (const it of lost) process.stdout.write(`lost: ${it}\n`)
    for (const it of doubled) process.stdout.write(`doubled: ${it}\n`)
    for (const it of leftOver) process.stdout.write(`${it}\n`)
    if (lost.length + doubled.length + leftOver.length > 0) process.exitCode = 1
    const deleted = [...past.made.values()].reduce((sum, { gone }) => sum + gone.size, 0)
    const figures = { kills, deleted, lost: lost.length, doubled: doubled.length, leftOver: leftOver.length }
    process.stdout.write(`${JSON.stringify({ ...figures, seconds: (Date.now() - began) / 1_000 })}\n`)
  } finally {
    await stage.close()
  }
}

await main()

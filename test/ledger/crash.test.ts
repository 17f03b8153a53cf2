import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { countingSealer } from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-crash-'))
const child = (script: string, ...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL(`children/${script}`, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

describe('a ledger whose process is killed', () => {
  it('has settled whole pages only, and goes on from its checkpoint', async () => {
    const file = join(folder, 'killed.db')
    let pagesBefore = 0
    for (const [round, pages] of [3, 1, 8, 5, 2, 4].entries()) {
      // milliseconds later each time: in the middle of other work
      await killAfter(file, { runId: `run-${round}`, pages, laterMs: round * 3 })
      const found = await stateOf(file)
      expect(found.pages, 'checkpoint after the kill').to.be.at.least(pagesBefore + pages)
      const records = found.pages * 40
      expect(found).to.deep.equal({ ...found, events: records, known: records, tracked: records, dead: found.pages })
      expect(found.counted, 'sum of the counts of all runs').to.equal(records)
      expect(found.intents, 'those whose page was not settled').to.be.at.most(round + 1)
      pagesBefore = found.pages
    }
    const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
    const [chain] = await ledger.verifyAudit()
    expect([chain?.head.no, chain?.breaks]).to.deep.equal([pagesBefore * 40, []])
    await ledger.close()
  }).timeout(60_000)

  it('shows the run as interrupted when the next one starts', async () => {
    const file = join(folder, 'interrupted.db')
    await killAfter(file, { runId: 'run-0', pages: 2, laterMs: 0 })
    await killAfter(file, { runId: 'run-1', pages: 1, laterMs: 0 })
    const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
    expect((await ledger.runs({ limit: 9 })).map(run => [run.id, run.state])).to.deep.equal([
      ['run-1', 'running'],
      ['run-0', 'interrupted'],
    ])
    await ledger.close()
  }).timeout(30_000)
})

describe('a ledger that several processes open at once', () => {
  it('is made once', async () => {
    const file = join(folder, 'shared.db')
    const children = ['one', 'two', 'three', 'four'].map(name => child('open-and-close.ts', file, name))
    const codes = await Promise.all(children.map(async it => (await once(it, 'exit'))[0]))
    expect(codes).to.deep.equal([0, 0, 0, 0])
    const database = new DatabaseSync(file)
    expect(database.prepare('select count(*) as runs from runs').get()?.['runs']).to.equal(4)
    expect(database.prepare('pragma integrity_check').get()?.['integrity_check']).to.equal('ok')
    database.close()
  }).timeout(30_000)
})

after(() => rmSync(folder, { recursive: true }))

/** Kills the process while it works on the page after its `pages`th, or on a later one. */
async function killAfter(file: string, when: { runId: string; pages: number; laterMs: number }): Promise<void> {
  const running = child('settle-until-killed.ts', file, when.runId)
  const { stdout } = running
  if (!stdout) throw new RangeError('the child has no output')
  const ended = once(running, 'exit')
  let seen = 0
  for await (const _ of createInterface(stdout)) {
    if (++seen === when.pages) setTimeout(() => running.kill('SIGKILL'), when.laterMs)
  }
  expect((await ended)[1], 'how the child ended').to.equal('SIGKILL')
}

async function stateOf(file: string) {
  const database = new DatabaseSync(file)
  const count = (text: string) => Number(database.prepare(text).get()?.['n'])
  const cursor = database.prepare('select cursor from checkpoints').get()?.['cursor']
  const found = {
    pages: Number(JSON.parse(String(cursor)).page),
    events: count('select count(*) as n from record_events'),
    known: count('select count(*) as n from links'),
    tracked: count('select count(*) as n from tracked'),
    dead: count('select count(*) as n from dead_letters'),
    counted: count('select sum(read) as n from runs'),
    intents: count('select count(*) as n from intents'),
  }
  database.close()
  return found
}

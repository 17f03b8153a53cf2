import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { countingSealer, event, settlement, started } from '../ledger/records.ts'
import { createCliWorkspace } from '../support/workspace.ts'
import { eventually, serve } from './hooks.support.ts'

const DAY_MS = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()

/** A workspace whose ledger has an event of each of these ages, oldest first. */
async function kept(ages: readonly number[], audit: string) {
  const workspace = createCliWorkspace({ connections: {}, flows: [] })
  appendFileSync(join(workspace.folder, 'ml-connector.yaml'), audit)
  const file = join(workspace.folder, '.ml-connector', 'ledger.db')
  const ledger = await openSqliteLedger({ file, workspace: 'test', sealer: countingSealer() })
  await ledger.startRun(started({ workspace: 'test' }))
  await ledger.settle(
    settlement({ workspace: 'test', events: ages.map(days => event(`${days} days`, { at: ago(days) })) }),
  )
  await ledger.close()
  return { workspace, file }
}

describe('how long a service keeps the audit trail', () => {
  it('is as long as the workspace says', async () => {
    const { workspace } = await kept([400, 31, 28, 0], 'audit: { keepDays: 30 }\n')
    const served = await serve({ connections: {}, flows: [], again: workspace })
    const { ledger } = served.held
    await eventually(
      () => ledger.actions({ limit: 9 }),
      found => found.length > 0,
    )
    expect((await ledger.events({ limit: 9 })).map(it => it.sourceKey)).to.deep.equal(['0 days', '28 days'])
    const [told] = await ledger.actions({ limit: 9 })
    expect(told).to.deep.include({ actor: 'retention', action: 'audit.prune' })
    expect((await ledger.verifyAudit()).flatMap(it => it.breaks)).to.deep.equal([])
    await served.stop()
    workspace.remove()
  })

  it('is for ever when it says nothing', async () => {
    const { workspace } = await kept([4_000, 0], '')
    const served = await serve({ connections: {}, flows: [], again: workspace })
    await served.stop()
    const ledger = await served.workspace.cli('audit', '--json')
    expect(JSON.parse(ledger.stdout).events).to.have.length(2)
    workspace.remove()
  })

  it('ends where the trail is not as it was written, and says so', async () => {
    const { workspace, file } = await kept([400, 300, 0], 'audit: { keepDays: 30 }\n')
    const database = new DatabaseSync(file)
    database.exec("update record_events set did = 'x' where id = 1")
    database.close()
    const served = await serve({ connections: {}, flows: [], again: workspace })
    await eventually(
      async () => served.logged.join('\n'),
      found => found.includes('could not be pruned'),
    )
    expect(await served.held.ledger.events({ limit: 9 })).to.have.length(3)
    await served.stop()
    workspace.remove()
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { countingSealer, event, later, settlement, started } from './records.ts'

describe('the keys that ended in a time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ended-keys-'))
  const file = join(folder, 'ledger.db')
  const { prepare } = DatabaseSync.prototype
  const asked = new Set<string>()
  before(async () => {
    DatabaseSync.prototype.prepare = function (text, ...more) {
      if (text.includes('as earlier')) asked.add(text)
      return prepare.call(this, text, ...more)
    }
    const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
    await ledger.startRun(started())
    await ledger.settle(settlement({ events: [event('V1')] }))
    const of = { flow: 'vendors', sourceConnection: 'intacct', sourceEntity: 'VENDOR', limit: 9 } as const
    const time = { since: later(0), until: later(9) }
    for (const more of [{}, time, { outcome: 'written' }, { ...time, outcome: 'written' }] as const) {
      const [after] = await ledger.endedKeys({ ...of, ...more })
      await ledger.endedKeys({ ...of, ...more, ...(after ? { after } : {}) })
    }
    await ledger.close()
  })
  after(() => {
    DatabaseSync.prototype.prepare = prepare
    rmSync(folder, { recursive: true })
  })

  it('are read from the index of the flow in order, and looked up by their key', () => {
    const database = new DatabaseSync(file)
    const plans = [...asked].map(text =>
      prepare
        .call(database, `explain query plan ${text}`)
        .all()
        .map(row => String(row['detail'])),
    )
    database.close()
    expect(plans.length).to.be.above(0)
    for (const [ended = '', , earlier = '', ...more] of plans) {
      expect(ended).to.match(/SEARCH ended USING INDEX events_flow \(workspace=\? AND \(flow,at\)>\S+ AND \(flow,at\)</)
      expect(earlier).to.match(/SEARCH earlier USING INDEX events_source \(workspace=\? AND source_key=\? AND at</)
      expect(more).to.deep.equal([])
    }
  })
})

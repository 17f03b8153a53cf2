import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { moment } from '../../engine/cli/moments.ts'
import { csv } from '../../engine/cli/show/csv.ts'
import { showPlace } from '../../engine/cli/show/place.ts'
import { showDuration } from '../../engine/cli/show/time.ts'
import { isEngineError } from '../../engine/core/errors.ts'
import type { FlowPlan } from '../../engine/core/plan.ts'
import { connectionNamed } from '../../engine/host/connection-named.ts'
import { findWorkspace } from '../../engine/host/find-workspace.ts'
import { holderName, isHolderAlive } from '../../engine/host/holder.ts'
import { newId } from '../../engine/host/new-id.ts'
import { ensureStateFolder } from '../../engine/host/state-folder.ts'
import { temporaryFolder } from '../cli/support/cli.ts'

type Ends = Pick<FlowPlan, 'source' | 'steps' | 'enrich'>

function ends(source: [string, string], sinks: readonly [string, string][]): Ends {
  const end = ([connector, connection]: [string, string]) => ({ connector, connection })
  return {
    source: end(source),
    steps: sinks.map(it => ({ sink: end(it) })),
    enrich: [],
    // the rest of a plan plays no part here
  } as unknown as Ends
}

describe('a new id', () => {
  it('sorts by time, whatever the times', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e9 }), (at, later) => {
        expect(newId(new Date(at)) < newId(new Date(at + later))).to.equal(true)
      }),
    )
  })

  it('differs within a millisecond', () => {
    const now = new Date()
    expect(new Set(Array.from({ length: 1_000 }, () => newId(now))).size).to.equal(1_000)
  })
})

describe('the holder of a lease', () => {
  it('is alive while its process is', () => {
    expect(isHolderAlive(holderName())).to.equal(true)
  })

  it('is gone when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(isHolderAlive(`${hostname()}:${child.pid}:${Date.now()}`)).to.equal(false)
  })

  it('is gone when another process has its number', () => {
    const [host, pid, start] = holderName().split(':')
    expect(isHolderAlive(`${host}:${pid}:${Number(start) - 60_000}`)).to.equal(false)
  })

  it('counts as alive on another machine', () => {
    expect(isHolderAlive('elsewhere:1:1')).to.equal(true)
  })
})

describe('a name in $link', () => {
  const connections = new Map([
    ['zoho', { connector: 'zoho-crm' }],
    ['zoho-uk', { connector: 'zoho-crm' }],
    ['intacct', { connector: 'sage-intacct' }],
    ['desk', { connector: 'zendesk' }],
  ])
  const plan = ends(['sage-intacct', 'intacct'], [['zoho-crm', 'zoho-uk']])

  it('is a connection first', () => expect(connectionNamed('zoho', plan, connections)).to.equal('zoho'))
  it('is then the flow’s own connection of that connector', () =>
    expect(connectionNamed('zoho-crm', plan, connections)).to.equal('zoho-uk'))
  it('is else the only one of the workspace', () =>
    expect(connectionNamed('zendesk', plan, connections)).to.equal('desk'))
  it('is nothing when there are several, or none', () => {
    const other = ends(['zendesk', 'desk'], [])
    expect(connectionNamed('zoho-crm', other, connections)).to.equal(undefined)
    expect(connectionNamed('acumatica', other, connections)).to.equal(undefined)
  })
})

describe('a workspace', () => {
  const folder = temporaryFolder()
  const inner = join(folder.path, 'flows', 'deep')
  before(() => {
    mkdirSync(inner, { recursive: true })
    writeFileSync(join(folder.path, 'ml-connector.yaml'), '')
  })
  after(() => folder.remove())

  it('is found upwards', () => expect(findWorkspace(inner, undefined)).to.equal(folder.path))
  it('is the named folder, relative to here', () => expect(findWorkspace(inner, '../..')).to.equal(folder.path))
  it('is not looked for above a named folder', () => {
    expect(() => findWorkspace(folder.path, 'flows')).to.throw('holds no ml-connector.yaml')
  })

  it('keeps its state for its owner, out of git', () => {
    ensureStateFolder(join(folder.path, '.ml-connector', 'ledger.db'))
    expect(statSync(join(folder.path, '.ml-connector')).mode & 0o777).to.equal(0o700)
    expect(statSync(join(folder.path, '.ml-connector', '.gitignore')).size).to.equal(2)
  })

  it('says so when its state has no place', () => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    try {
      ensureStateFolder(join(file, 'state', 'ledger.db'))
      expect.fail('a file was taken for a folder')
    } catch (thrown) {
      expect(isEngineError(thrown, 'configuration') && thrown.code).to.equal('CLI_STATE_FOLDER')
    }
  })
})

describe('what is shown', () => {
  it('names durations in the unit that fits', () => {
    expect([4, 999, 12_340, 245_000].map(showDuration)).to.deep.equal(['4 ms', '999 ms', '12.3 s', '4 min 05 s'])
  })

  it('names a place as a person here would', () => {
    const here = { cwd: '/srv/acme', library: '/opt/flows' }
    expect(showPlace('/srv/acme/flows/a.yaml:3:5', here)).to.equal('flows/a.yaml:3:5')
    expect(showPlace('/opt/flows/a-to-b/c.yaml:3:5', here)).to.equal('library:a-to-b/c.yaml:3:5')
    expect(showPlace('/elsewhere/a.yaml:3', here)).to.equal('/elsewhere/a.yaml:3')
    expect(showPlace('', here)).to.equal('')
  })

  it('quotes what would break a CSV line', () => {
    expect(csv(['a', 'b'], [['x,y', 'say "hi"\n']])).to.equal('a,b\r\n"x,y","say ""hi""\n"\r\n')
  })

  it('takes times as dates, instants and spans before now', () => {
    const now = new Date('2026-05-31T12:00:00Z')
    expect(moment('since', '2026-05-30', now)).to.equal('2026-05-30T00:00:00.000Z')
    expect(moment('since', '24h', now)).to.equal('2026-05-30T12:00:00.000Z')
    expect(moment('since', undefined, now)).to.equal(undefined)
    expect(() => moment('since', 'yesterday', now)).to.throw('--since yesterday is not a time')
  })
})

import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import type { DeadLetterView, ReplayPreviewView } from '../../engine/service/api/views.ts'
import type { Served } from './support.ts'
import { brief, openWork, type Work } from './work.support.ts'

const long = (id: string) => ({ VENDORID: id, NAME: 'x'.repeat(150), STATUS: 'active' })

describe('replay over the API', () => {
  let work: Work
  let served: Served
  let ids: Record<string, string>
  /** When A died, and when B and C did. */
  let [first, second] = ['', '']
  const post = <T = JsonObject>(path: string, body?: unknown) => work.post<T>(`/dead-letters/replay${path}`, body)
  const look = async (wish: unknown) => (await post<ReplayPreviewView>('/preview', wish)).body
  const open = async () =>
    (await work.get<{ deadLetters: DeadLetterView[] }>('/dead-letters?state=open')).deadLetters.map(it => it.source.key)
  beforeEach(async () => {
    work = await openWork()
    served = work.served
    await served.intacct.put('VENDOR', long('A'))
    await work.run()
    for (const id of ['B', 'C']) await served.intacct.put('VENDOR', long(id))
    await work.run()
    const { deadLetters } = await work.get<{ deadLetters: DeadLetterView[] }>('/dead-letters')
    ids = Object.fromEntries(deadLetters.map(it => [it.source.key, it.id]))
    const died = Object.fromEntries(deadLetters.map(it => [it.source.key, it.lastSeenAt]))
    ;[first, second] = [died['A'] ?? '', died['B'] ?? '']
  })
  afterEach(() => served.close())

  it('takes those that a time, a code and keys leave', async () => {
    const code = 'RUN_FIELD_LENGTH'
    const of = async (wish: object) =>
      (await look({ flow: 'vendors', ...wish })).letters.map(it => it.source.key).sort()
    expect(await of({ all: true })).to.deep.equal(['A', 'B', 'C'])
    expect(await of({ since: second })).to.deep.equal(['B', 'C'])
    expect(await of({ until: first })).to.deep.equal(['A'])
    expect(await of({ all: true, code, since: second, keys: ['A', 'B'] })).to.deep.equal(['B'])
    expect(await of({ code: 'ANOTHER', since: second })).to.deep.equal([])
    await served.intacct.put('VENDOR', { VENDORID: 'B', NAME: 'Short' })
    const wish = { flow: 'vendors', code, since: second, from: 'source' }
    const { report } = await work.runOf(() => post('', wish))
    expect([report.counts.read, report.counts.written, (await open()).sort()]).to.deep.equal([2, 1, ['A', 'C']])
    const { actions } = await work.get<{ actions: JsonObject[] }>('/actions?subject=flow:vendors&limit=1')
    expect(actions[0]?.['details']).to.deep.include({ letters: 2, code, since: second })
  })

  it('lists those of a time', async () => {
    const keys = async (query: string) =>
      (await work.get<{ deadLetters: DeadLetterView[] }>(`/dead-letters?${query}`)).deadLetters.map(it => it.source.key)
    expect(await keys(`since=${second}`)).to.deep.equal(['C', 'B'])
    expect(await keys(`since=${first}&until=${first}`)).to.deep.equal(['A'])
  })

  it('says what it would do, field by field, and does nothing of it', async () => {
    await served.intacct.put('VENDOR', { VENDORID: 'B', NAME: 'Short' })
    const { letters, counts, chosen, targetUnread } = await look({ flow: 'vendors', since: second, from: 'source' })
    expect([counts, chosen, targetUnread]).to.deep.equal([{ create: 1, reject: 1 }, 2, null])
    const [short] = letters.filter(it => it.source.key === 'B')
    expect([short?.from, short?.would, short?.diedOf.code]).to.deep.equal(['source', 'create', 'RUN_FIELD_LENGTH'])
    const differences = short?.records[0]?.differences.filter(it => it.field === 'Vendor_Name')
    // biome-ignore lint/suspicious/noThenProperty: the view is named so; it is never awaited by itself
    expect(differences).to.deep.equal([{ field: 'Vendor_Name', now: null, then: 'Short' }])
    const [still] = letters.filter(it => it.source.key === 'C')
    expect([still?.isSameFailure, still?.records[0]?.failure?.code]).to.deep.equal([true, 'RUN_FIELD_LENGTH'])
    expect((await open()).sort()).to.deep.equal(['A', 'B', 'C'])
    expect((await served.zoho.records('Vendors')).filter(it => it['ERP_ID'] === 'B')).to.deep.equal([])
  })

  it('looks at an edited record as it would be taken', async () => {
    const body = { VENDORID: 'A', NAME: 'Edited' }
    const { letters } = await look({ ids: [ids['A']], body })
    expect(letters.map(it => [it.would, it.records[0]?.mapped?.['Vendor_Name']])).to.deep.equal([['create', 'Edited']])
    const other = await post('/preview', { ids: [ids['A']], body: { VENDORID: 'Z', NAME: 'Edited' } })
    expect(brief(other)).to.deep.equal([400, 'RUN_EDITED_KEY'])
  })

  it('looks at the newest ones only, and says how many there are', async () => {
    const { letters, chosen } = await look({ flow: 'vendors', all: true, limit: 1 })
    expect([letters.length, chosen]).to.deep.equal([1, 3])
  })

  it('refuses what cannot be chosen, to look as much as to do', async () => {
    const wrong: readonly (readonly [object, number])[] = [
      [{}, 400],
      [{ flow: 'vendors' }, 400],
      [{ ids: [ids['A']], all: true }, 400],
      [{ ids: [ids['A']], since: second }, 400],
      [{ all: true }, 400],
      [{ flow: 'vendors', since: '2026-05-02T00:00:00Z', until: '2026-05-01T00:00:00Z' }, 400],
      [{ flow: 'vendors', since: 'yesterday' }, 400],
      [{ flow: 'vendors', keys: [] }, 400],
      [{ ids: ['999'] }, 404],
    ]
    for (const path of ['', '/preview'])
      for (const [wish, status] of wrong) expect((await post(path, wish)).status, JSON.stringify(wish)).to.equal(status)
  })
})

import { expect } from 'chai'
import { AT, awaited, type Bench, known, NO_COUNTS, RUN, settlement, started } from './records.ts'

export function knowledgeContract(bench: () => Bench): void {
  describe('a known record', () => {
    it('is found by source key, match value and sink key', async () => {
      const { ledger } = bench()
      const whole = known('V1')
      await ledger.settle(settlement({ known: [whole, known('V2')] }))
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', ['V1', 'V9'])).to.deep.equal([whole])
      expect(await ledger.knownByMatch('vendors', 'vendor', ['V1'])).to.deep.equal([whole])
      expect(await ledger.knownBySink('zoho', 'Vendors', ['5725767V1'])).to.deep.equal([whole])
      expect(await ledger.known('vendors', 'intacct', 'BILL', ['V1'])).to.deep.equal([])
      expect(await ledger.known('customers', 'intacct', 'VENDOR', ['V1'])).to.deep.equal([])
    })

    it('is replaced by the next one of its flow, step, item and source record', async () => {
      const { ledger } = bench()
      await ledger.startRun(started({ id: 'elsewhere', flow: 'customers' }))
      await ledger.settle(settlement({ known: [known('V1')] }))
      const next = known('V1', {
        sinkKey: 'other',
        fieldHashes: { Phone: 'cccc' },
        sinkVersion: null,
        matchValue: null,
      })
      const others = [known('V1', { step: 'contact' }), known('V1', { item: '2' })]
      await ledger.settle(settlement({ known: [next, ...others] }))
      const found = await ledger.known('vendors', 'intacct', 'VENDOR', ['V1'])
      expect(found).to.have.deep.members([next, ...others])
    })

    it('is forgotten alone', async () => {
      const { ledger } = bench()
      const item = known('V1', { item: '2' })
      await ledger.settle(settlement({ known: [known('V1'), item, known('V2')] }))
      await ledger.settle(settlement({ forgotten: [known('V1'), known('V9')] }))
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', ['V1', 'V2'])).to.have.deep.members([item, known('V2')])
    })

    it('keeps keys as they are printed', async () => {
      const { ledger } = bench()
      const keys = ['0000010', '10', '1E5', "O'Brien", '{"a":[1]}', 'ключ', ' ', 'V\u0000x', '💶']
      await ledger.settle(settlement({ known: keys.map(key => known(key)) }))
      const found = await ledger.known('vendors', 'intacct', 'VENDOR', keys)
      expect(found.map(it => it.sourceKey)).to.have.members(keys)
    })
  })

  describe('an awaited link', () => {
    it('resolves to every sink key that is known for it', async () => {
      const { ledger } = bench()
      const twice = known('V1', { flow: 'vendors', step: 'second', sinkKey: 'another' })
      await ledger.settle(settlement({ known: [known('V1'), twice, known('V2'), known('V2', { step: 'same' })] }))
      const [one, two, unknown] = [awaited('V1'), awaited('V2'), awaited('V3')]
      const elsewhere = awaited('V1', { sinkConnection: 'never-heard-of' })
      expect(await ledger.resolveLinks([one, unknown, elsewhere, two])).to.deep.equal([
        { link: one, sinkKeys: ['5725767V1', 'another'] },
        { link: two, sinkKeys: ['5725767V2'] },
      ])
    })

    it('heeds the source entity when it names one', async () => {
      const { ledger } = bench()
      const records = [known('1'), known('1', { sourceEntity: 'CUSTOMER', sinkKey: 'customer' })]
      await ledger.settle(settlement({ known: records }))
      const links = [awaited('1', { sourceEntity: 'CUSTOMER' }), awaited('1'), awaited('1', { sourceEntity: 'ITEM' })]
      expect((await ledger.resolveLinks(links)).map(it => it.sinkKeys)).to.deep.equal([
        ['customer'],
        ['57257671', 'customer'],
      ])
    })
  })

  describe('what a flow has seen', () => {
    const track = (...keys: string[]) => keys.map(key => ({ entity: 'VENDOR', key, sourceHash: `hash-${key}` }))

    it('is remembered by key until it is untracked', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ tracked: track('V1', 'V2', 'V3') }))
      const again = [{ entity: 'VENDOR', key: 'V2', sourceHash: 'changed' }]
      await ledger.settle(settlement({ tracked: again, untracked: [{ entity: 'VENDOR', key: 'V3' }] }))
      const hashes = await ledger.tracked('vendors', 'VENDOR', ['V1', 'V2', 'V3', 'V4'])
      expect([...hashes].sort()).to.deep.equal([
        ['V1', 'hash-V1'],
        ['V2', 'changed'],
      ])
      expect(await ledger.tracked('vendors', 'BILL', ['V1'])).to.deep.equal(new Map())
    })

    it('is told apart from what a run has not met, page by page in key order', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ tracked: track('a', 'B', 'c', 'D', 'e', 'é') }))
      await ledger.startRun(started({ id: 'run-2' }))
      await ledger.settle(settlement({ runId: 'run-2', tracked: track('c') }))
      await ledger.touch('vendors', 'VENDOR', ['a', 'unheard'], 'run-2')
      const unseen = (after: string) => ledger.unseenSince('vendors', 'VENDOR', 'run-2', { after, limit: 2 })
      expect(await unseen('')).to.deep.equal(['B', 'D'])
      expect(await unseen('D')).to.deep.equal(['e', 'é'])
      expect(await unseen('é')).to.deep.equal([])
    })

    it('does not count what a later run has met as gone', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ tracked: track('V1', 'V2') }))
      await ledger.acquireLease('vendors', 'run-2', new Date(0), 8.64e15)
      await ledger.startRun(started({ id: 'run-2' }))
      await ledger.startRun(started({ id: 'run-3' }))
      await ledger.touch('vendors', 'VENDOR', ['V1'], 'run-3')
      expect(await ledger.unseenSince('vendors', 'VENDOR', 'run-2', { after: '', limit: 9 })).to.deep.equal(['V2'])
    })

    it('keeps its hash when it is only touched', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ tracked: track('V1') }))
      await ledger.touch('vendors', 'VENDOR', ['V1'], RUN)
      expect(await ledger.tracked('vendors', 'VENDOR', ['V1'])).to.deep.equal(new Map([['V1', 'hash-V1']]))
    })

    it('is not met by what is only noted', async () => {
      const { ledger } = bench()
      const seen = (key: string, isUnmet?: true) => ({
        ...{ entity: 'VENDOR', key, sourceHash: 'h' },
        ...(isUnmet ? { isUnmet } : {}),
      })
      await ledger.settle(settlement({ tracked: [seen('A')] }))
      await ledger.finishRun(RUN, { state: 'succeeded', endedAt: AT, counts: NO_COUNTS, failure: null })
      await ledger.startRun(started({ id: 'run-2' }))
      await ledger.settle(settlement({ runId: 'run-2', tracked: [seen('A', true), seen('B', true), seen('C')] }))
      const unseen = () => ledger.unseenSince('vendors', 'VENDOR', 'run-2', { after: '', limit: 9 })
      expect(await unseen()).to.deep.equal(['A', 'B'])
      await ledger.finishRun('run-2', { state: 'succeeded', endedAt: AT, counts: NO_COUNTS, failure: null })
      expect(await unseen(), 'since a run that has ended').to.deep.equal(['A', 'B'])
    })
  })

  describe('how far a flow is verified', () => {
    const tally = { compared: 3, healed: 1, left: 2 }
    const walk = { flowHash: 'f', runId: RUN, startedAt: AT, cursor: { at: 7 }, tally }
    const verified = { until: AT, at: AT, runId: RUN, flowHash: 'f', tally }

    it('settles with its records, entity by entity, and keeps what was verified until it is verified anew', async () => {
      const { ledger } = bench()
      expect(await ledger.verifications()).to.deep.equal([])
      await ledger.settle(settlement({ verification: { entity: 'VENDOR', walk: null, verified } }))
      await ledger.settle(settlement({ verification: { entity: 'VENDOR', walk } }))
      await ledger.settle(settlement({ verification: { entity: 'CLASS', walk } }))
      expect(await ledger.verifications('vendors')).to.deep.equal([
        { flow: 'vendors', entity: 'CLASS', walk, verified: null },
        { flow: 'vendors', entity: 'VENDOR', walk, verified },
      ])
      expect(await ledger.verifications('customers')).to.deep.equal([])
      await ledger.settle(settlement({ verification: { entity: 'CLASS', walk: null } }))
      expect((await ledger.verifications())[0]).to.deep.equal({
        ...{ flow: 'vendors', entity: 'CLASS', walk: null, verified: null },
      })
    })

    it('does not settle when its records do not', async () => {
      const { ledger } = bench()
      const ended = settlement({ runId: 'nobody', verification: { entity: 'VENDOR', walk } })
      await ledger.settle(ended).catch(() => undefined)
      expect(await ledger.verifications()).to.deep.equal([])
    })
  })
}

import { expect } from 'chai'
import type { PreflightRequest } from '../../engine/sdk/connector.ts'
import { openRig, type Rig, type Subject } from './rig.ts'
import { samplesOf } from './samples.ts'

const UNKNOWN = 'No_Such_Field'

/** Is an entity there for an account, before any record is sent? */
export function preflightContract(subject: Subject): void {
  const { connector, fixture } = subject

  describe('the check before a run', () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await openRig(subject)
    })
    afterEach(() => rig.close())

    const wishFor = async (entity: string, use: 'read' | 'write'): Promise<PreflightRequest> => {
      const { mandatory, textField, uniqueField } = await samplesOf(rig, subject, entity)
      const fields = [...new Set([...mandatory, textField, uniqueField])]
      return { entity, use, fields, optional: [], ...(use === 'write' ? { match: uniqueField } : {}) }
    }

    it('finds every declared entity available for what it declares', async () => {
      for (const [entity, { read, write }] of Object.entries(connector.entities))
        for (const use of [...(read ? (['read'] as const) : []), ...(write ? (['write'] as const) : [])])
          expect([entity, use, await rig.connection.preflight(await wishFor(entity, use))]).to.deep.equal([
            entity,
            use,
            { is: 'available' },
          ])
    })

    it('tells an entity that the account has not, and what a person does about it', async () => {
      const { entity, use, knobs } = fixture.unavailable
      const wish = await wishFor(entity, use)
      await rig.at.knobs(knobs)
      const other = await rig.again()
      const answer = await other.connection.preflight(wish)
      if (answer.is !== 'unavailable') throw new Error(`answered ${answer.is}`)
      expect(answer.error.kind).to.equal('unavailable')
      expect(answer.error.message).to.include(entity)
      expect(answer.error.remedy).to.be.a('string').and.not.equal('')
    })

    it('names a field that the account lacks, and lets a flow go on that can do without it', async () => {
      for (const [entity, { write, customFields }] of Object.entries(connector.entities)) {
        if (!write || !customFields) continue
        const wish = await wishFor(entity, 'write')
        const fields = [...wish.fields, UNKNOWN]
        const refused = await rig.connection.preflight({ ...wish, fields })
        if (refused.is !== 'unavailable') throw new Error(`${entity}: answered ${refused.is}`)
        expect(refused.error.message).to.include(UNKNOWN)
        expect(refused.error.remedy).to.be.a('string').and.not.equal('')
        const allowed = await rig.connection.preflight({ ...wish, fields, optional: [UNKNOWN] })
        expect([entity, allowed]).to.deep.equal([entity, { is: 'available', absent: [UNKNOWN] }])
      }
    })

    it('sends nothing that changes the account', async () => {
      const before = await Promise.all(Object.keys(connector.entities).map(it => rig.at.records(it)))
      for (const [entity, { write }] of Object.entries(connector.entities))
        if (write) await rig.connection.preflight(await wishFor(entity, 'write'))
      expect(await Promise.all(Object.keys(connector.entities).map(it => rig.at.records(it)))).to.deep.equal(before)
    })

    it('describes every entity, its declared fields among them', async () => {
      for (const [entity, { fields }] of Object.entries(connector.entities)) {
        const described = await rig.connection.describe(entity)
        if (described === undefined) continue
        const missing = Object.keys(fields).filter(name => !Object.hasOwn(described.fields, name))
        expect([entity, missing]).to.deep.equal([entity, []])
      }
    })
  })
}

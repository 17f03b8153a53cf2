import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { type Rig, withRig } from './sandbox.support.ts'

describe('Sage 100 sandbox: its clock', () => {
  const stampAt = async (rig: Rig, now: string) => {
    await rig.at.clock({ now })
    const { DateUpdated, TimeUpdated } = (await rig.at.put('AR_Customer', { key: '01-ABF', City: now })) as JsonObject
    return [DateUpdated, Number(TimeUpdated)]
  }

  it('is that of a zone: an hour comes twice in autumn, and is missing in spring', () =>
    withRig({}, 2, async rig => {
      expect([
        await stampAt(rig, '2026-11-01T06:30:00Z'),
        await stampAt(rig, '2026-11-01T07:30:00Z'),
        await stampAt(rig, '2026-11-01T08:30:00Z'),
      ]).to.deep.equal([
        ['20261101', 1.5],
        ['20261101', 1.5],
        ['20261101', 2.5],
      ])
      expect([await stampAt(rig, '2026-03-08T07:30:00Z'), await stampAt(rig, '2026-03-08T08:30:00Z')]).to.deep.equal([
        ['20260308', 1.5],
        ['20260308', 3.5],
      ])
      await rig.at.knobs({ timeZone: 'Asia/Kolkata' })
      expect(await stampAt(rig, '2026-03-08T20:00:00Z')).to.deep.equal(['20260309', 1.5])
    }))

  it('is wrong where it is told to', () =>
    withRig({ clockSkewMs: '-3600000', timeZone: 'UTC' }, 2, async rig => {
      expect(await stampAt(rig, '2026-03-08T12:00:00Z')).to.deep.equal(['20260308', 11])
      await rig.at.knobs({ clockSkewMs: 90_000 })
      expect((await rig.agent('health')).body).to.include({ localDate: '20260308', localTime: '12.02500' })
    }))

  it('is written as decimal hours of one form or of all', () =>
    withRig({ timeZone: 'UTC' }, 2, async rig => {
      const written: unknown[] = []
      for (const timeFormat of ['padded', 'plain', 'short']) {
        await rig.at.knobs({ timeFormat })
        await rig.at.clock({ now: '2026-03-08T09:30:00Z' })
        written.push(
          ((await rig.at.put('AR_Customer', { key: '01-ABF', City: timeFormat })) as JsonObject)['TimeUpdated'],
        )
      }
      expect(written).to.deep.equal(['09.50000', '9.50000', '9.5'])
    }))
})

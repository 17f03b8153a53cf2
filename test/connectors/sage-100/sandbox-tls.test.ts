import { expect } from 'chai'
import { sage100 } from '../../../connectors/sage-100/index.ts'
import { connect } from '../../support/connect.ts'
import { errorOf } from './open.ts'
import { type Rig, withRig } from './sandbox.support.ts'

/** Both paths, as the connector calls them. */
const ping = async ({ sandbox }: Rig, settings: Readonly<Record<string, string>> = {}) => {
  const { caCertificate: _trusted, ...plain } = sandbox.settings
  const { connection } = await connect(sage100, { ...sandbox, settings: plain }, { settings })
  try {
    return (await connection.ping()).account
  } finally {
    await connection.close()
  }
}

describe('Sage 100 sandbox: certificates', () => {
  for (const tls of ['own', 'authority'])
    for (const paths of ['soap', 'agent'])
      it(`are trusted by those who were given the voucher or the fingerprint, and by no others: ${tls}, ${paths}`, () =>
        withRig({ tls, paths }, 2, async rig => {
          const { soapUrl, agentUrl, caCertificate, allowPlainHttp } = rig.sandbox.settings
          expect([String(soapUrl ?? agentUrl).slice(0, 8), allowPlainHttp]).to.deep.equal(['https://', undefined])
          const fingerprint = String((await rig.at.facts())['certificateFingerprint'])
          expect(await ping(rig, { caCertificate: String(caCertificate) })).to.include('ABC')
          expect(await ping(rig, { certificateFingerprint: fingerprint })).to.include('ABC')
          await rig.at.resetCalls()
          await withRig({ tls }, 2, async other => {
            const strange = String(other.sandbox.settings['caCertificate'])
            for (const settings of [{}, { caCertificate: strange }, { certificateFingerprint: '00'.repeat(32) }]) {
              const { kind, remedy } = await errorOf(() => ping(rig, settings))
              expect([kind, /caCertificate/.test(remedy ?? '')]).to.deep.equal(['configuration', true])
            }
          })
          // nothing was sent to a stranger
          expect((await rig.at.calls()).total).to.equal(0)
        }))
})

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'
import type { Connector } from '../../engine/sdk/connector.ts'
import { loadSettings, propertiesOf, secretNames } from '../../engine/sdk/settings.ts'
import { type Subject, startSandbox } from './rig.ts'

const SAYS_SECRET = /password|secret|token|apikey|credential/i
// names of what is told beside a secret, not secrets themselves
const SAYS_OTHERWISE = /url|lifetime|seconds|name$/i

/** A connection's settings: one schema feeds vault, redaction, editor and forms. */
export function settingsContract(subject: Subject): void {
  const { connector } = subject
  const properties = Object.entries(propertiesOf(connector.settings))

  describe('the settings', () => {
    it('have a strict schema of JSON Schema 2020-12 that takes no unknown names', () => {
      const ajv = new Ajv2020({ strict: true, allErrors: true })
      addFormats.default(ajv)
      expect(ajv.validateSchema(connector.settings), JSON.stringify(ajv.errors)).to.equal(true)
      const validate = ajv.compile(connector.settings)
      expect(validate({ noSuchSetting: 1 })).to.equal(false)
      expect(validate.errors?.map(it => it.keyword)).to.include('additionalProperties')
    })

    it('each say in words what they are', () => {
      const silent = properties.filter(([, it]) => !it.title?.trim() || !it.description?.trim())
      expect(silent.map(([name]) => name)).to.deep.equal([])
    })

    it('mark every secret as such, and nothing that has a default', () => {
      const looks = properties
        // a switch holds no secret, whatever it is about
        .filter(([name, it]) => it.type !== 'boolean' && SAYS_SECRET.test(name) && !SAYS_OTHERWISE.test(name))
        .map(([it]) => it)
      expect(secretNames(connector.settings)).to.include.members(looks).and.to.not.be.empty
      expect(properties.filter(([, it]) => it.writeOnly && 'default' in it)).to.deep.equal([])
    })

    it('that the sandbox announces are valid, with the secrets apart, and each missing one is named', async () => {
      const sandbox = await startSandbox(subject)
      try {
        const names = secretNames(connector.settings)
        expect(Object.keys(sandbox.settings).filter(it => names.includes(it))).to.deep.equal([])
        expect(Object.keys(sandbox.secrets).filter(it => !names.includes(it))).to.deep.equal([])
        const secret = async (name: string) => secretOf(sandbox.secrets[name])
        const loaded = await loadSettings(connector, 'here', sandbox.settings, secret)
        for (const name of Object.keys(sandbox.secrets)) expect(String(loaded[name])).to.equal('[secret]')
        for (const left of requiredOf(connector).filter(it => it in sandbox.secrets)) {
          const error = await failure(() =>
            loadSettings(connector, 'here', sandbox.settings, async name => (name === left ? undefined : secret(name))),
          )
          expect(error).to.include({ kind: 'configuration', code: 'CONNECTION_SECRET_MISSING' })
        }
      } finally {
        await sandbox.close()
      }
    })
  })
}

const secretOf = (value: string | undefined) => (value === undefined ? undefined : new Secret(value))

const requiredOf = (connector: Connector): readonly string[] => {
  const { required } = connector.settings
  return Array.isArray(required) ? required.map(String) : []
}

async function failure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { is: 'no failure', was: await work() }
  } catch (thrown) {
    return thrown
  }
}

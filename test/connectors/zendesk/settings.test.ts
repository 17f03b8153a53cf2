import { expect } from 'chai'
import { zendesk } from '../../../connectors/zendesk/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { Secret } from '../../../engine/core/secret.ts'
import { loadSettings } from '../../../engine/sdk/settings.ts'
import { connect } from '../../support/connect.ts'
import { codeOf, failureOf } from './open.ts'

const SECRETS = { clientSecret: 's', refreshToken: 'r', apiToken: 't' } as const
type SecretName = keyof typeof SECRETS

const load = (given: JsonObject, ...names: readonly SecretName[]) =>
  loadSettings(zendesk, 'here', given, async name => {
    const held = names.find(it => it === name)
    return held === undefined ? undefined : new Secret(SECRETS[held])
  })

const OAUTH = { subdomain: 'acme', clientId: 'acme_sync' }

describe('the settings of zendesk', () => {
  it('sign in by client credentials unless told otherwise, with a scope in any case', async () => {
    const loaded = await load(OAUTH, 'clientSecret')
    expect(loaded).to.include({
      auth: 'client-credentials',
      scope: 'read organizations:write users:write webhooks:write',
    })
    expect(String(loaded['clientSecret'])).to.equal('[secret]')
  })

  it('name what the chosen way of signing in lacks', async () => {
    const cases: readonly (readonly [JsonObject, readonly SecretName[], string])[] = [
      [{ subdomain: 'acme' }, ['clientSecret'], 'clientId is missing'],
      [OAUTH, [], 'clientSecret is missing'],
      [{ ...OAUTH, auth: 'refresh-token' }, ['clientSecret'], 'refreshToken is missing'],
      [{ subdomain: 'acme', auth: 'api-token', email: 'a@b.example' }, [], 'apiToken is missing'],
      [{ subdomain: 'acme', auth: 'api-token' }, ['apiToken'], 'email is missing'],
    ]
    for (const [given, names, expected] of cases)
      expect(String(await failureOf(() => load(given, ...names)))).to.include(expected)
  })

  it('of one way of signing in are enough', async () => {
    await load({ ...OAUTH, auth: 'refresh-token' }, 'clientSecret', 'refreshToken')
    await load({ subdomain: 'acme', auth: 'api-token', email: 'a@b.example' }, 'apiToken')
  })

  it('take no subdomain that is more than one', async () => {
    for (const subdomain of ['acme.example', 'acme/x', 'acme@evil', 'ACME', '-acme', ''])
      expect(codeOf(await failureOf(() => load({ ...OAUTH, subdomain }, 'clientSecret')))).to.equal(
        'configuration CONNECTION_SETTINGS',
      )
  })

  it('send credentials to the account of the subdomain only', async () => {
    const sandbox = { url: '', settings: OAUTH, secrets: { clientSecret: 's' }, close: async () => undefined }
    for (const url of [
      'https://evil.example',
      'http://acme.zendesk.com',
      'https://other.zendesk.com',
      'https://acme.zendesk.com.evil.example',
    ])
      expect(codeOf(await failureOf(() => connect(zendesk, sandbox, { settings: { url } })))).to.equal(
        'configuration URL_REFUSED',
      )
    await connect(zendesk, sandbox)
  })
})

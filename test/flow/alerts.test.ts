import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadWorkspace } from '../../engine/flow/index.ts'

const EMAIL = 'to: ops@example.com, from: mlc@example.com'
const SERVER = 'smtp: "smtps://mailer:${env:PASSWORD}@mail.example.com"'

describe('alerts in ml-connector.yaml', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alerts-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const load = (alerts: string, { loopback = false, env = {} } = {}) => {
    const development = loopback ? 'development: { loopback: true }\n' : ''
    writeFileSync(
      join(folder, 'ml-connector.yaml'),
      `workspace: acme\nconnections: {}\n${development}alerts: ${alerts}\n`,
    )
    return loadWorkspace(folder, { registry: new Map(), env: { PASSWORD: 's3cret', ...env }, library: folder })
  }
  const said = (alerts: string, options = {}) =>
    load(alerts, options).diagnostics.map(it => `${it.code} ${it.line}:${it.column}`)

  it('have defaults', () => {
    expect(load('{}').workspace?.alerts).to.deep.equal({ deadLetters: 100, repeatMs: 24 * 3_600_000 })
  })

  const MISTAKES: readonly (readonly [string, string, string])[] = [
    ['a webhook that is no address', '{ webhook: here }', 'WORKSPACE_ALERTS 3:20'],
    ['a webhook without TLS', '{ webhook: "http://chat.example.com" }', 'WORKSPACE_ALERTS 3:20'],
    ['a webhook on this machine', '{ webhook: "http://127.0.0.1:9" }', 'WORKSPACE_ALERTS 3:20'],
    ['a time that is none', '{ lag: soon }', 'WORKSPACE_ALERTS 3:16'],
    ['a time that is too short', '{ repeat: 10s }', 'WORKSPACE_ALERTS 3:19'],
    ['a receiver without an @', `{ email: { to: [ops], from: a@b.example, ${SERVER} } }`, 'WORKSPACE_ALERTS 3:24'],
    ['a sender without an @', `{ email: { to: a@b.example, from: us, ${SERVER} } }`, 'WORKSPACE_ALERTS 3:43'],
    [
      'a server that speaks something else',
      `{ email: { ${EMAIL}, smtp: "https://mail.example.com" } }`,
      'WORKSPACE_ALERTS 3:70',
    ],
    [
      'a password in the file',
      `{ email: { ${EMAIL}, smtp: "smtps://u:hunter2@mail.example.com" } }`,
      'WORKSPACE_SECRET_IN_FILE 3:70',
    ],
    [
      'a password half in the file',
      `{ email: { ${EMAIL}, smtp: "smtps://u:x\${env:PASSWORD}@mail.example.com" } }`,
      'WORKSPACE_SECRET_IN_FILE 3:70',
    ],
    ['a variable that is not set', '{ webhook: "${env:NOT_SET}" }', 'FLOW_ENV_MISSING 3:20'],
    ['no number of dead letters', '{ deadLetters: 0 }', 'FLOW_BAD_VALUE 3:24'],
    ['a misspelt key', '{ webhok: x }', 'FLOW_UNKNOWN_KEY 3:11'],
  ]
  for (const [what, alerts, expected] of MISTAKES)
    it(`are refused for ${what}`, () => {
      expect(said(alerts)).to.deep.equal([expected])
    })

  it('may go to this machine where development may', () => {
    expect(said('{ webhook: "http://127.0.0.1:9" }', { loopback: true })).to.deep.equal([])
  })

  it('never show what came from the environment, nor a password that was written', () => {
    const bad = '{ webhook: "${env:HOOK}", email: { to: x, from: y, smtp: "smtp://u:hunter2@mail.example.com" } }'
    const { diagnostics } = load(bad, { env: { HOOK: 'ftp://t0ken.example' } })
    expect(diagnostics.map(it => it.code)).to.deep.equal(['WORKSPACE_ALERTS', 'WORKSPACE_SECRET_IN_FILE'])
    expect(JSON.stringify(diagnostics)).not.to.match(/hunter2|t0ken/)
    const { workspace } = load(`{ webhook: "https://t0ken.example", email: { ${EMAIL}, ${SERVER} } }`)
    expect(JSON.stringify(workspace?.alerts)).not.to.match(/t0ken|s3cret/)
  })
})

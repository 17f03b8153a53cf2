import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { jsonOf } from './support/cli.ts'
import { createSpace, type Space } from './support/space.ts'

describe('secrets and connections', () => {
  let space: Space
  before(async () => {
    space = await createSpace()
  })
  after(() => space.close())

  it('pings every connection', async () => {
    const answer = jsonOf(await space.run('ping --json'))
    expect(answer.ok).to.equal(true)
    expect(answer['connections']).to.have.length(2)
    expect((await space.run('ping zoho')).out)
      .to.contain('✓')
      .and.to.not.contain('intacct')
  })

  it('shows which secrets and tokens are held, never what they are', async () => {
    const { out } = await space.run('connections')
    expect(out)
      .to.match(/refreshToken +vault, set /)
      .and.to.match(/token +\S+ +until /)
    const listed = await space.run('secret list --json')
    const file = readFileSync(join(space.folder, '.ml-connector', 'vault.json'), 'utf8')
    for (const text of [out, listed.out, file]) expect(text).to.not.contain('sandboxrefresh').and.not.contain('s&nder')
  })

  it('refuses a secret that the connector does not have', async () => {
    const { code, err } = await space.run('secret set zoho refreshTokn', { stdin: 'x' })
    expect(code).to.equal(2)
    expect(err).to.contain('Did you mean refreshToken?')
  })

  it('refuses an empty secret', async () => {
    expect((await space.run('secret set zoho refreshToken', { stdin: '\n' })).err).to.contain('is empty')
  })

  it('prefers a secret of the environment', async () => {
    const text = readFileSync(join(space.folder, 'ml-connector.yaml'), 'utf8')
    const line = 'clientId: 1000.SANDBOXCLIENT0'
    space.write('ml-connector.yaml', text.replace(line, `${line}\n      clientSecret: \${env:ZOHO_SECRET}`))
    const answer = await space.run('connections --json', { env: { ZOHO_SECRET: 'from outside' } })
    space.write('ml-connector.yaml', text)
    const [, zoho] = jsonOf(answer)['connections'] as { secrets: unknown[] }[]
    expect(zoho?.secrets).to.deep.include({ name: 'clientSecret', from: 'environment' })
  })

  it('opens everything again after its key was rotated', async () => {
    expect(jsonOf(await space.run('secret rotate-key --json'))['resealed']).to.be.above(3)
    expect((await space.run('ping')).code).to.equal(0)
  })

  it('says what to do about a key that is missing', async () => {
    const other = await createSpace()
    const { code, err } = await other.run('connections', { env: { ML_CONNECTOR_KEY: 'another passphrase entirely' } })
    await other.close()
    expect(code).to.equal(2)
    expect(err).to.contain('VAULT_KEY_WRONG').and.to.contain('→')
  })

  it('saves what an account says about an entity, and checks flows against it', async () => {
    const { out } = await space.run('describe zoho Vendors --save')
    expect(out).to.contain('saved to metadata/zoho/Vendors.json')
    expect((await space.run('validate')).code).to.equal(0)
    const path = join(space.folder, 'metadata/zoho/Vendors.json')
    const saved = JSON.parse(readFileSync(path, 'utf8'))
    delete saved.fields.Category
    space.write('metadata/zoho/Vendors.json', JSON.stringify(saved))
    const { code, out: said } = await space.run('validate')
    expect(code).to.equal(2)
    expect(said).to.contain('Category')
  })
})

import { expect } from 'chai'
import { at, createStage, type Stage, watched } from './dashboard.support.ts'

describe('signing in to the dashboard', () => {
  let stage: Stage
  before(async () => {
    stage = await createStage({ hasSecond: true, vendors: 1 })
  })
  after(() => stage.close())

  /** Without a session. */
  async function stranger(path: string) {
    const { context, page: first } = await stage.open(at(''))
    await first.close()
    await context.clearCookies()
    const page = await context.newPage()
    const seen = watched(page)
    await page.goto(path)
    return { page, context, ...seen }
  }

  it('lets in with a token, to where one wanted to go, and out again', async () => {
    const { page, context } = await stranger(at('/runs'))
    await page.getByLabel('Token').fill('mlc_nobody')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').filter({ hasText: 'API_SIGN_IN' }).waitFor()
    await page.getByLabel('Token').fill(await stage.token('viewer'))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).to.equal('/w/test/runs')
    expect(await page.evaluate('document.cookie')).to.equal('')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to ml-connector' }).waitFor()
    await page.goto(at(''))
    await page.getByRole('heading', { name: 'Sign in to ml-connector' }).waitFor()
    await context.close()
  })

  it('says so at a workspace that the token does not open', async () => {
    const { page, context } = await stage.open('/w/nowhere')
    await page.getByText('There is no workspace “nowhere” for you').waitFor()
    await context.close()
  })

  it('goes from one workspace to the other', async () => {
    const { page, context } = await stage.open(at('/runs'))
    await page.getByLabel('Workspace').selectOption('globex')
    await page.getByText('This workspace has no flows yet').waitFor()
    expect(new URL(page.url()).pathname).to.equal('/w/globex')
    await page.getByRole('link', { name: 'Connections' }).click()
    await page.getByText('This workspace has no connections yet').waitFor()
    await context.close()
  })

  it('asks to sign in again as soon as the token is revoked, and goes on where one was', async () => {
    const { page, context } = await stage.open(at('/runs'))
    await page.getByText('Live', { exact: true }).waitFor()
    for (const { ledger } of stage.running.service.workspaces.all())
      for (const { id, revokedAt } of await ledger.apiTokens())
        if (revokedAt === null) await ledger.revokeToken(id, new Date().toISOString())
    await page.getByRole('link', { name: 'Connections' }).click()
    await page.getByLabel('Token').fill(await stage.token('viewer'))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Connections', level: 1 }).waitFor()
    await context.close()
  })
})

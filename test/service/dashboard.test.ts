import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { at, createStage, type Stage } from './dashboard.support.ts'

const FLOW = 'Vendors become vendors of the CRM'

describe('flows on the dashboard', () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
  })
  after(() => stage.close())

  const lineOf = (page: Page) => page.getByRole('row').filter({ hasText: FLOW })

  it('runs a flow and shows how far it is, without being reloaded', async () => {
    // the first page of the target's answers takes its time: somebody is watching
    await stage.crm.fault({ path: '^POST ', action: 'delay', delayMs: 900 })
    const { page, context } = await stage.open(at(''))
    await lineOf(page)
      .getByRole('button', { name: `Run ${FLOW}` })
      .click()
    await lineOf(page).getByText('running', { exact: true }).waitFor()
    await lineOf(page).getByText('ready', { exact: true }).waitFor()
    await lineOf(page)
      .getByRole('img', { name: /Last 1 run: 1 succeeded/ })
      .waitFor()
    await lineOf(page).getByRole('link', { name: FLOW }).click()
    await page.getByRole('heading', { name: FLOW, level: 1 }).waitFor()
    const runs = page.getByRole('table', { name: 'Runs, newest first' })
    await runs.getByText('24 written').waitFor()
    await page.getByRole('img', { name: /Records read, written and dead/ }).waitFor()
    await page.getByRole('textbox', { name: 'Text of vendors' }).getByText('Vendor_Name').waitFor()
    await runs.getByRole('link').first().click()
    await page.getByRole('heading', { name: /^Run of / }).waitFor()
    await page.getByText('24 read').waitFor()
    await context.close()
  })

  it('follows a run that somebody else started, and cancels it', async () => {
    await stage.crm.fault({ path: '^(GET|POST) ', action: 'delay', delayMs: 700, times: 30 })
    const { page, context } = await stage.open(at('/runs'))
    await page.getByText('Live', { exact: true }).waitFor()
    const ended = stage.run('sage-intacct-customers-to-zoho-crm')
    const row = page.getByRole('row').filter({ hasText: 'sage-intacct-customers' })
    await row.getByText('running').waitFor()
    await row.getByRole('link').first().click()
    await page.getByRole('button', { name: 'Cancel this run' }).click()
    await page.getByText('cancelled', { exact: true }).waitFor()
    await ended
    await stage.crm.clearFaults()
    await context.close()
  })

  it('pauses a flow with a reason, by the keyboard alone, and resumes it', async () => {
    const { page, context } = await stage.open(at(''))
    await lineOf(page).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).to.equal('Skip to content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('/')
    await page.keyboard.type('vendors become')
    expect(await page.getByRole('row').count()).to.equal(2)
    await tabTo(page, `Pause ${FLOW}`)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).to.equal(`Pause ${FLOW}`)
    await page.keyboard.press('Enter')
    await page.keyboard.type('the ERP is being closed')
    await page.keyboard.press('Enter')
    await lineOf(page).getByText('paused').first().waitFor()
    await page.getByRole('region', { name: 'Needs attention' }).getByText('the ERP is being closed').waitFor()
    await tabTo(page, `Resume ${FLOW}`)
    await page.keyboard.press('Enter')
    await lineOf(page)
      .getByRole('button', { name: `Pause ${FLOW}` })
      .waitFor()
    await context.close()
  })

  it('goes to a flow by some letters of its name', async () => {
    const { page, context } = await stage.open(at('/runs'))
    await page.getByText('Live', { exact: true }).waitFor()
    await page.keyboard.press('Control+K')
    await page.keyboard.type('vendors bec')
    await page.getByRole('option', { name: FLOW, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: FLOW, level: 1 }).waitFor()
    await page.keyboard.press('Control+K')
    await page.keyboard.type('V-1')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Records', level: 1 }).waitFor()
    expect(await page.getByLabel('Key at the source').inputValue()).to.equal('V-1')
    await context.close()
  })

  it('shows a viewer everything and lets them change nothing', async () => {
    const { page, context } = await stage.open(at(''), { role: 'viewer' })
    await lineOf(page).waitFor()
    expect(await page.getByRole('button', { name: /^(Run|Pause|Cancel) / }).count()).to.equal(0)
    expect(await page.getByRole('link', { name: /Tokens|Actions/ }).count()).to.equal(0)
    await context.close()
  })
})

/** On and on by Tab, as somebody without a mouse does. */
async function tabTo(page: Page, label: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    const here = await page.evaluate('document.activeElement.getAttribute("aria-label")')
    if (here === label) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${label}`)
}

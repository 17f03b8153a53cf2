import { expect } from 'chai'
import type { BrowserContext, Page } from 'playwright-core'
import { at, createStage, LONG, type Stage, watched } from './dashboard.support.ts'

/** Path → what is there once the page has all its data. */
const PAGES: Readonly<Record<string, string>> = {
  '': 'Vendors become vendors of the CRM',
  '/flows/vendors': 'Its text',
  '/runs': 'Started by',
  '/records': 'V-LONG',
  '/lineage?flow=vendors&key=V-LONG': 'It has not reached a target',
  '/dead-letters': 'By cause',
  '/connections': 'calls at a time in use',
  '/playground?flow=vendors': 'no mistakes',
  '/actions': 'Who started, stopped',
  '/tokens': 'in force',
  '/nothing': 'There is no such page',
}

const [LIGHT, DARK] = ['rgb(244, 246, 247)', 'rgb(15, 21, 24)']

describe('every page of the dashboard', () => {
  let stage: Stage
  let context: BrowserContext
  before(async () => {
    stage = await createStage()
    await stage.erp.put('VENDOR', { VENDORID: 'V-LONG', NAME: LONG, STATUS: 'active' })
    await stage.run()
    const first = await stage.open(at(''))
    context = first.context
    await first.page.close()
  })
  after(() => stage.close())

  for (const [path, there] of Object.entries(PAGES))
    it(`is whole: ${path === '' ? '/' : path}`, async () => {
      const page = await context.newPage()
      const { requests, complaints } = watched(page)
      await page.goto(at(path))
      await page.getByText(there).first().waitFor()
      // nobody but the service is asked, and the browser complains of nothing, its content security policy included
      expect(requests.filter(it => !it.startsWith(`${stage.url}/`) && !it.startsWith('data:'))).to.deep.equal([])
      expect(complaints).to.deep.equal([])
      expect(await page.locator('h1').count()).to.equal(1)
      expect(await unnamed(page)).to.deep.equal([])
      // a telephone in the dark
      await page.setViewportSize({ width: 360, height: 740 })
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(360)
      expect(await ground(page)).to.equal(DARK)
      expect(await page.locator('h1').isVisible()).to.equal(true)
      await page.close()
    })

  it('is dark or light as the person chose, also after the next visit', async () => {
    const page = await context.newPage()
    await page.goto(at(''))
    const light = await ground(page)
    await page.getByRole('button', { name: 'Theme: system' }).click()
    await page.getByRole('button', { name: 'Theme: light' }).click()
    const dark = await ground(page)
    await page.reload()
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
    expect([light, dark, await ground(page)]).to.deep.equal([LIGHT, DARK, DARK])
    await page.close()
  })

  it('has its navigation behind a button on a narrow screen', async () => {
    const page = await context.newPage()
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto(at(''))
    const runs = page.getByRole('link', { name: 'Runs', exact: true })
    await page.getByRole('button', { name: 'Menu', expanded: false }).click()
    await runs.click()
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
    await runs.waitFor({ state: 'hidden' })
    await page.close()
  })
})

const ground = (page: Page) => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')

/** Controls that a screen reader could not name. */
function unnamed(page: Page): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll('button, a, input, select, textarea, dialog, [role=img], meter')]
    .filter(it => !(it.textContent.trim() || it.ariaLabel || it.labels?.length || it.getAttribute('aria-labelledby')))
    .map(it => it.outerHTML)`)
}

import { expect } from 'chai'
import { at, createStage, LONG, type Stage } from './dashboard.support.ts'

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

describe('every page of the dashboard', () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
    await stage.erp.put('VENDOR', { VENDORID: 'V-LONG', NAME: LONG, STATUS: 'active' })
    await stage.run()
  })
  after(() => stage.close())

  for (const [path, there] of Object.entries(PAGES)) {
    const name = path === '' ? '/' : path
    it(`${name} asks nobody but the service, and the browser complains of nothing`, async () => {
      const { page, context, requests, complaints } = await stage.open(at(path))
      await page.getByText(there).first().waitFor()
      expect(requests.filter(it => !it.startsWith(`${stage.url}/`) && !it.startsWith('data:'))).to.deep.equal([])
      expect(complaints).to.deep.equal([])
      expect(await page.locator('h1').count()).to.equal(1)
      expect(await unnamed(page)).to.deep.equal([])
      await context.close()
    })

    it(`${name} fits a screen of 360 pixels, dark as the system wishes`, async () => {
      const { page, context } = await stage.open(at(path), { width: 360, scheme: 'dark' })
      await page.getByText(there).first().waitFor()
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(360)
      expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).to.equal(
        'rgb(15, 21, 24)',
      )
      await context.close()
    })
  }

  it('is dark or light as the person chose, also after the next visit', async () => {
    const { page, context } = await stage.open(at(''))
    const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    const light = await ground()
    await page.getByRole('button', { name: 'Theme: system' }).click()
    await page.getByRole('button', { name: 'Theme: light' }).click()
    const dark = await ground()
    await page.reload()
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
    expect([light, dark, await ground()]).to.deep.equal(['rgb(244, 246, 247)', 'rgb(15, 21, 24)', 'rgb(15, 21, 24)'])
    await context.close()
  })

  it('has its navigation behind a button on a narrow screen', async () => {
    const { page, context } = await stage.open(at(''), { width: 360 })
    const runs = page.getByRole('link', { name: 'Runs', exact: true })
    await page.getByRole('button', { name: 'Menu', expanded: false }).click()
    await runs.click()
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
    await runs.waitFor({ state: 'hidden' })
    await context.close()
  })
})

/** Controls that a screen reader could not name. */
function unnamed(page: { evaluate(script: string): Promise<unknown> }): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll('button, a, input, select, textarea, dialog, [role=img], meter')]
    .filter(it => !(it.textContent.trim() || it.ariaLabel || it.labels?.length || it.getAttribute('aria-labelledby')))
    .map(it => it.outerHTML)`)
}

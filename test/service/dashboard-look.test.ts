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

/** How many stretches of columns of the picture have the colour of what is dead. */
const RED_BARS = `(() => {
  const canvas = document.querySelector('.plot canvas')
  const { width, height } = canvas
  const context = canvas.getContext('2d')
  const { data } = context.getImageData(0, 0, width, height)
  context.fillStyle = getComputedStyle(canvas).getPropertyValue('--bad').trim()
  const [red, green, blue] = [1, 3, 5].map(it => Number.parseInt(context.fillStyle.slice(it, it + 2), 16))
  const isRed = (x, y) => {
    const at = (y * width + x) * 4
    return data[at] === red && data[at + 1] === green && data[at + 2] === blue
  }
  const columns = Array.from({ length: width }, (_, x) => Array.from({ length: height }, (_, y) => y).some(y => isRed(x, y)))
  return columns.filter((it, x) => it && !columns[x - 1]).length
})()`

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

  it('draws dead records of the runs that had some, and nothing for those that had none', async () => {
    await stage.erp.put('VENDOR', { VENDORID: 'V-FINE', NAME: 'Fine', STATUS: 'active' })
    const wish = { is: 'keys', trigger: 'manual', actor: 'anna', keys: ['V-FINE'] } as const
    const { counts } = await stage.running.service.dispatcher.request({ workspace: 'test', flow: 'vendors' }, wish)
    expect([counts.read, counts.dead]).to.deep.equal([1, 0])
    const page = await context.newPage()
    await page.goto(at('/flows/vendors'))
    await page.locator('.plot canvas').waitFor()
    expect(await page.evaluate(RED_BARS)).to.equal(1)
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

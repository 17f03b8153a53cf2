import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { at, createStage, LONG, type Stage } from './dashboard.support.ts'

describe('the mapping playground', () => {
  let stage: Stage
  before(async () => {
    stage = await createStage({ vendors: 6 })
    await stage.erp.put('VENDOR', { VENDORID: 'V-LONG', NAME: LONG, STATUS: 'active' })
    await stage.run()
    await stage.erp.put('VENDOR', { VENDORID: 'V-NEW', NAME: 'Not yet in the CRM', STATUS: 'active' })
  })
  after(() => stage.close())

  const editor = (page: Page) => page.getByRole('textbox', { name: /^Flow vendors/ })
  const mapped = (page: Page) => page.getByRole('region', { name: 'Mapped record' }).first()
  const diagnostics = (page: Page) => page.getByRole('list', { name: 'Diagnostics' })
  /** Puts the cursor behind this text, by the editor's own search. */
  async function behind(page: Page, text: string) {
    await editor(page).getByText(text, { exact: true }).last().click()
    await page.keyboard.press('End')
  }

  it('says what is wrong as it is written, where and what to do, and maps once it is put right', async () => {
    const { page, context, complaints } = await stage.open(at('/playground?flow=vendors'), { role: 'operator' })
    await page.getByText('no mistakes').waitFor()
    await page.getByRole('button', { name: 'Read from the source' }).click()
    await page.getByRole('button', { name: /^V-NEW/ }).click()
    await mapped(page).getByText('would be created').waitFor()
    await mapped(page).getByRole('row').filter({ hasText: 'Vendor_Name' }).getByText('Not yet in the CRM').waitFor()

    await behind(page, 'NAME')
    await page.keyboard.type('X')
    await page.keyboard.press('Escape')
    await diagnostics(page).getByText(/NAMEX/).first().waitFor()
    await page.getByText('1 mistake').waitFor()
    await diagnostics(page)
      .getByRole('button', { name: /^line 8, column 16/ })
      .click()
    expect(await page.evaluate('document.activeElement.closest(".editor") !== null')).to.equal(true)

    await page.keyboard.press('End')
    await page.keyboard.press('Backspace')
    await page.keyboard.type(' & "!"')
    await page.getByText('no mistakes').waitFor()
    await mapped(page).getByText('Not yet in the CRM!').waitFor()
    expect((await stage.crm.records('Vendors')).filter(it => it['ERP_ID'] === 'V-NEW')).to.deep.equal([])
    expect(complaints).to.deep.equal([])
    await context.close()
  })

  it('completes keys, values, fields and functions', async () => {
    const { page, context } = await stage.open(at('/playground?flow=vendors'), { role: 'operator' })
    await page.getByText('no mistakes').waitFor()
    const offered = page.getByRole('listbox').getByRole('option')
    await behind(page, 'upsert')
    for (let letter = 0; letter < 'upsert'.length; letter++) await page.keyboard.press('Backspace')
    await page.keyboard.press('Control+Space')
    await offered.first().waitFor()
    expect(await offered.allTextContents()).to.have.members(['create', 'update', 'upsert', 'delete'])
    await page.keyboard.type('upd')
    await page.keyboard.press('Enter')
    await editor(page).getByText('update').waitFor()
    await behind(page, 'NAME')
    await page.keyboard.type(' & $upperc')
    await offered.filter({ hasText: '$uppercase' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+Space')
    await page.keyboard.type('ase(VENDT')
    await offered.filter({ hasText: 'VENDTYPE' }).waitFor()
    await context.close()
  })

  it('shows per field how the target would change', async () => {
    const { page, context } = await stage.open(at('/playground?flow=vendors'), { role: 'operator' })
    await page.getByText('no mistakes').waitFor()
    const [first] = (await stage.crm.records('Vendors')).filter(it => it['ERP_ID'] !== 'V-LONG')
    await page.getByLabel(/^Key/).fill(String(first?.['ERP_ID']))
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: new RegExp(`^${first?.['ERP_ID']}`) }).click()
    await mapped(page).getByText('the target has all of it').waitFor()
    await behind(page, 'NAME')
    await page.keyboard.type(' & " Ltd"')
    await mapped(page).getByText('would be updated').waitFor()
    const name = mapped(page).getByRole('row').filter({ hasText: 'Vendor_Name' })
    await name.getByText(String(first?.['Vendor_Name']), { exact: true }).waitFor()
    await name.getByText(`${first?.['Vendor_Name']} Ltd`, { exact: true }).waitFor()
    await context.close()
  })

  it('tries a mapping with a dead letter, and hands the text out', async () => {
    const { page, context } = await stage.open(at('/dead-letters'), { role: 'operator' })
    await page.getByRole('link', { name: 'V-LONG', exact: true }).click()
    await page.getByRole('link', { name: 'Try a mapping with it' }).click()
    await mapped(page).getByText('would be rejected').waitFor()
    await behind(page, 'NAME')
    for (let letter = 0; letter < 'NAME'.length; letter++) await page.keyboard.press('Backspace')
    await page.keyboard.insertText('$truncateTo(NAME, 20)')
    await mapped(page).getByText(LONG.slice(0, 19)).first().waitFor()
    await mapped(page).getByText('would be created').waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    expect((await download).suggestedFilename()).to.equal('vendors.yaml')
    await context.close()
  })
})

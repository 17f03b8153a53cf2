import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { at, createStage, LONG, type Stage } from './dashboard.support.ts'

describe('the work of an operator at the dashboard', () => {
  let stage: Stage
  before(async () => {
    stage = await createStage()
    await stage.erp.put('VENDOR', [
      { VENDORID: 'V-LONG', NAME: LONG, STATUS: 'active' },
      { VENDORID: 'V-LONGER', NAME: `${LONG}!`, STATUS: 'active' },
      { VENDORID: 'V-GONE', NAME: `${LONG}?`, STATUS: 'active' },
    ])
    await stage.run()
  })
  after(() => stage.close())

  const vendors = async () =>
    (await stage.crm.records('Vendors'))
      .map(it => `${it['ERP_ID']} ${it['Vendor_Name']}`)
      .filter(it => it.startsWith('V-'))

  it('edits a dead letter and replays it', async () => {
    const { page, context } = await stage.open(at('/dead-letters'), { role: 'operator' })
    await page.getByRole('region', { name: 'Causes' }).getByText('3', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'V-LONG', exact: true }).click()
    await page.getByText('Where this field is mapped').waitFor()
    await page.getByText('flows/vendors.yaml:8:').waitFor()
    await write(page, 'Record as JSON', '{ "VENDORID": "V-LONG", "NAME": ')
    await page.getByText('This is no JSON object').waitFor()
    expect(await page.getByRole('button', { name: 'Replay as edited' }).isEnabled()).to.equal(false)
    await write(page, 'Record as JSON', '{ "VENDORID": "V-LONG", "NAME": "Short enough", "STATUS": "active" }')
    await page.getByRole('button', { name: 'Replay as edited' }).click()
    await page.getByText('resolved', { exact: true }).waitFor()
    expect(await vendors()).to.include('V-LONG Short enough')
    await context.close()
  })

  it('discards one with a reason', async () => {
    const { page, context } = await stage.open(at('/dead-letters?key=V-GONE'), { role: 'operator' })
    await page.getByRole('link', { name: 'V-GONE', exact: true }).click()
    await page.getByRole('button', { name: 'Discard' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Discard' }).isEnabled()).to.equal(false)
    await dialog.getByLabel('Reason').fill('a duplicate')
    await page.keyboard.press('Enter')
    await page.getByText('a duplicate').waitFor()
    await page.getByText('discarded', { exact: true }).waitFor()
    await context.close()
  })

  it('replays all of a cause, read again from the source', async () => {
    await stage.erp.put('VENDOR', { VENDORID: 'V-LONGER', NAME: 'Put right at the source', STATUS: 'active' })
    const { page, context } = await stage.open(at('/dead-letters'), { role: 'operator' })
    await page.getByRole('button', { name: 'Replay all 1' }).click()
    await page.getByRole('dialog').getByLabel('Take the records').selectOption('source')
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()
    await page.getByText('No record waits here').waitFor()
    expect(await vendors()).to.include('V-LONGER Put right at the source')
    await context.close()
  })

  it('compares a flow with its target, looking only, and then puts it right', async () => {
    const { page, context } = await stage.open(at('/flows/vendors'), { role: 'operator' })
    const verified = page.getByText(/compared, .* put right/)
    const [vendor] = (await stage.crm.records('Vendors')).filter(it => !String(it['ERP_ID']).startsWith('V-'))
    await stage.crm.put('Vendors', { id: String(vendor?.['id']), Vendor_Name: 'By hand' })
    const verify = async (heals: boolean) => {
      await page.getByRole('button', { name: 'Verify' }).click()
      await page
        .getByRole('dialog')
        .getByLabel('What differs')
        .selectOption(heals ? 'heal' : 'report')
      await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click()
    }
    await page.getByText('not yet').waitFor()
    await verify(false)
    await page.getByText(/[1-9]\d* left/).waitFor()
    const before = await verified.textContent()
    await verify(true)
    await page.getByText(before ?? '', { exact: true }).waitFor({ state: 'detached' })
    expect((await stage.crm.records('Vendors')).map(it => it['Vendor_Name'])).to.not.include('By hand')
    await context.close()
  })

  it('finds a record and follows it from source to target, with live values', async () => {
    const { page, context } = await stage.open(at('/records'), { role: 'operator' })
    await page.getByText('Live', { exact: true }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('V-LONGER')
    await page.getByRole('row').filter({ hasText: 'written' }).getByRole('link', { name: 'V-LONGER' }).first().click()
    const way = page.getByRole('list', { name: 'Way of the record' }).getByRole('listitem')
    await way.first().waitFor()
    expect((await way.allTextContents()).map(it => /^(Source|Mapping|Request|Target)/.exec(it)?.[0])).to.deep.equal([
      'Source',
      'Mapping',
      'Request',
      'Target',
    ])
    const name = page.getByRole('row').filter({ hasText: 'Vendor_Name' })
    await name.getByText('flows/vendors.yaml:8:').waitFor()
    await page.getByRole('button', { name: 'Compare with both systems now' }).click()
    await page.getByRole('columnheader', { name: 'At the target now' }).waitFor()
    expect(await name.getByText('Put right at the source').count()).to.equal(2)
    await page.getByRole('region', { name: 'History' }).getByText('dead').first().waitFor()
    await context.close()
  })

  it('pings a connection, pauses it and resumes it', async () => {
    const { page, context } = await stage.open(at('/connections'))
    const intacct = page.getByRole('region', { name: 'intacct' })
    await intacct.getByRole('button', { name: 'Ping intacct' }).click()
    await intacct.getByText('answers').waitFor()
    await intacct.getByRole('button', { name: 'Pause intacct' }).click()
    await page.getByLabel('Reason').fill('they are closing the year')
    await page.keyboard.press('Enter')
    await intacct.getByText('they are closing the year').waitFor()
    await intacct.getByRole('button', { name: 'Resume intacct' }).click()
    await intacct.getByText('they are closing the year').waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'Actions of people' }).click()
    await page.getByRole('row').filter({ hasText: 'connection.pause' }).getByText('they are closing the year').waitFor()
    await context.close()
  })

  it('makes a token, shows it once, and revokes it', async () => {
    const { page, context } = await stage.open(at('/tokens'))
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByLabel('Whose it is').fill('bob')
    await page.keyboard.press('Enter')
    const text = await page.locator('.secret-once').textContent()
    expect(text).to.match(/^mlc_/)
    await page.getByRole('button', { name: 'Done' }).click()
    const bob = page.getByRole('row').filter({ hasText: 'bob' })
    await bob.getByText('in force').waitFor()
    await bob.getByRole('button', { name: 'Revoke bob' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await bob.getByText('revoked').waitFor()
    const answer = await fetch(`${stage.url}/api/v1/me`, { headers: { authorization: `Bearer ${text}` } })
    expect(answer.status).to.equal(401)
    await context.close()
  })
})

/** Types into an editor in place of what is there. */
async function write(page: Page, label: string, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: label })
  await editor.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  // as if pasted: nothing is closed or completed by the editor
  await page.keyboard.insertText(text)
}

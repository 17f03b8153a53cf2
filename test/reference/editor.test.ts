import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { getLanguageService } from 'yaml-language-server'
import { SettingsState } from 'yaml-language-server/out/server/src/yamlSettings.js'

const ROOT = resolve(import.meta.dirname, '../..')
const FOLDER = pathToFileURL(resolve(ROOT, 'flows/sage-intacct-to-zoho-crm')).href
const SCHEMA = pathToFileURL(resolve(ROOT, 'schemas/flow.schema.json')).href
const CURSOR = '⟦'

/** The language service that editors run, given the committed schema. */
const settings = new SettingsState()
const service = getLanguageService({
  schemaRequestService: async uri => readFileSync(new URL(uri), 'utf8'),
  workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).href },
  yamlSettings: settings,
})
service.configure({ validate: true, completion: true, hover: true, schemas: [{ uri: SCHEMA, fileMatch: ['*.yaml'] }] })

let opened = 0

/** Opens a text as a file of its own: the service remembers what it parsed. */
function open(text: string): { readonly document: TextDocument; readonly at: { line: number; character: number } } {
  const offset = Math.max(0, text.indexOf(CURSOR))
  const document = TextDocument.create(`${FOLDER}/opened-${++opened}.yaml`, 'yaml', 1, text.replace(CURSOR, ''))
  Object.assign(settings, { documents: { get: () => document, all: () => [document] } })
  return { document, at: document.positionAt(offset) }
}

async function completions(text: string): Promise<readonly string[]> {
  const { document, at } = open(text)
  return (await service.doComplete(document, at, false)).items.map(it => it.label)
}

async function problems(text: string): Promise<readonly string[]> {
  const { document } = open(text)
  return (await service.doValidation(document, false)).map(it => `${it.range.start.line + 1}: ${it.message}`)
}

const VENDORS = readFileSync(resolve(ROOT, 'flows/sage-intacct-to-zoho-crm/vendors.yaml'), 'utf8')

describe('an editor with YAML schema support', () => {
  it('completes connectors', async () => {
    expect(await completions(`flow: x\nsource:\n  connector: ${CURSOR}`)).to.include.members([
      'sage-intacct',
      'zoho-crm',
    ])
  })

  it('completes the entities of the chosen connector, and no others', async () => {
    const found = await completions(`flow: x\nsource:\n  connector: sage-intacct\n  entity: ${CURSOR}`)
    expect(found).to.include.members(['VENDOR', 'CUSTOMER', 'GLACCOUNT'])
    expect(found).not.to.include('Vendors')
  })

  it("completes the sink entity's fields as keys of the mapping", async () => {
    const head = 'flow: x\nsource:\n  connector: sage-intacct\n  entity: VENDOR\n'
    const text = `${head}sink:\n  connector: zoho-crm\n  entity: Vendors\nmap:\n  ${CURSOR}\n`
    expect(await completions(text)).to.include.members(['Vendor_Name', 'Email'])
  })

  it('completes keys', async () => {
    expect(await completions(`flow: x\n${CURSOR}`)).to.include.members(['source', 'schedule', 'onDelete'])
  })

  it('finds nothing in a flow of the library', async () => {
    expect(await problems(VENDORS)).to.deep.equal([])
  })

  it('takes a parameter where one of some words belongs', async () => {
    const text = VENDORS.replace('operation: upsert', 'operation: ${how}').replace(
      'whenUnavailable: skip',
      'whenUnavailable: ${how}',
    )
    expect(text.split('${how}')).to.have.length(3)
    expect((await problems(text)).filter(it => /not accepted|pattern/.test(it))).to.deep.equal([])
  })

  it('marks a misspelt key and a wrong entity', async () => {
    const text = VENDORS.replace('filter:', 'fitler:').replace('entity: VENDOR', 'entity: VENDORS')
    const found = await problems(text)
    expect(found.length).to.equal(2)
    expect(found.join('\n'))
      .to.match(/fitler is not allowed/)
      .and.to.match(/Valid values: "VENDOR"/)
  })

  it('explains a key on hover', async () => {
    const { document } = open(VENDORS)
    const hover = await service.doHover(document, document.positionAt(VENDORS.indexOf('whenUnavailable') + 2))
    expect(JSON.stringify(hover?.contents)).to.include('not in this edition')
  })
})

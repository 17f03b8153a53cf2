import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { stringify } from 'yaml'
import type { Product } from '../../engine/cli/context.ts'
import { inOrder } from '../../engine/cli/demo/in-order.ts'
import { readScenarios } from '../../engine/cli/demo/read-scenarios.ts'
import { libraryFlows } from '../../engine/flow/index.ts'
import { type Answer, cli, jsonOf, PRODUCT, temporaryFolder } from './support/cli.ts'

const scenarios = readScenarios(PRODUCT)

interface Run {
  readonly round: number
  readonly flow: string
  readonly state: string
  readonly written: number
  readonly dead: number
  readonly expectedDead: number
}
const runsOf = (answer: Answer) => jsonOf(answer)['runs'] as readonly Run[]

/** The library, with scenarios of the test's own. */
function library(): { readonly product: Product; write(scenario: unknown): void; remove(): void } {
  const { path, remove } = temporaryFolder()
  mkdirSync(join(path, 'demo'))
  for (const name of readdirSync(PRODUCT.library).filter(it => it.includes('-to-')))
    cpSync(join(PRODUCT.library, name), join(path, name), { recursive: true })
  return {
    product: { ...PRODUCT, library: path },
    write: scenario =>
      writeFileSync(join(path, 'demo/1-own.yaml'), typeof scenario === 'string' ? scenario : stringify(scenario)),
    remove,
  }
}

/** A pair with one flow, which goes well. */
const OWN = {
  pair: 'own',
  title: 'Own',
  connections: {
    intacct: { connector: 'sage-intacct', records: 20 },
    zoho: { connector: 'zoho-crm', records: 0 },
  },
  flows: [
    {
      use: 'sage-intacct-to-zoho-crm/gl-accounts',
      source: { GLACCOUNT: { key: 'ACCOUNTNO' } },
      targets: [{ entity: 'GL_Accounts', key: 'ERP_ID', gone: 'ERP_Status = "inactive"' }],
      meanwhile: [{ change: 'GLACCOUNT', set: { TITLE: 'TITLE & " (new)"' } }] as unknown[],
    },
  ],
}
const [OWN_FLOW = OWN.flows[0]] = OWN.flows
const withFlow = (more: Readonly<Record<string, unknown>>) => ({ ...OWN, flows: [{ ...OWN_FLOW, ...more }] })

describe('the scenarios of the demo', () => {
  it('play every flow of the library but those of a pair that nobody planned for', () => {
    const played = scenarios.flatMap(it => it.flows.map(({ use }) => use))
    const left = libraryFlows(PRODUCT.library).filter(it => !played.includes(it))
    expect(left).to.deep.equal(['acumatica-to-zendesk/customers'])
    expect(new Set(played)).to.have.length(played.length)
  })

  it('make one record die on purpose, and say why', () => {
    const dead = scenarios.flatMap(it => it.flows.flatMap(({ dead = [] }) => dead))
    expect(dead.map(it => it.why)).to.have.length.greaterThan(0)
  })

  it('are no flows: neither for "validate" and "test", nor for a workspace', async () => {
    const { out, code } = await cli(['validate', 'flows', '--json'])
    expect(code).to.equal(0)
    expect(out).to.not.contain('demo')
    expect((await cli(['test', 'flows/demo'])).err).to.contain('holds no flow files')
    const { path, remove } = temporaryFolder()
    writeFileSync(
      join(path, 'ml-connector.yaml'),
      'workspace: w\nconnections: {}\nflows: [{ use: demo/1-sage-intacct-zoho-crm }]\n',
    )
    const used = await cli(['validate'], { cwd: path })
    remove()
    expect(used.out).to.contain('WORKSPACE_LIBRARY_FLOW').and.to.not.contain('demo/3-')
  })

  const { product, write, remove } = library()
  after(remove)
  const text = stringify(OWN)
  for (const [what, scenario, says] of [
    [
      'a key that is misspelt',
      text.replace('targets:', 'target:'),
      '1-own.yaml:15:5  flows[0] has no key "target". Did you mean "targets"?',
    ],
    [
      'a connector that is not there',
      text.replace('zoho-crm', 'zoho-cmr'),
      '1-own.yaml:8:16  there is no connector "zoho-cmr". Did you mean zoho-crm?',
    ],
    [
      'a flow that is not in the library',
      text.replace('/gl-accounts', '/gl-acounts'),
      'there is no flow in the library "sage-intacct-to-zoho-crm/gl-acounts". Did you mean sage-intacct-to-zoho-crm/gl-accounts?',
    ],
    [
      'a connection that is not there',
      withFlow({ meanwhile: [{ remove: 'GLACCOUNT', at: 'zohoo' }] }),
      'there is no connection "zohoo". Did you mean zoho?',
    ],
    [
      'an action that nobody knows',
      withFlow({ meanwhile: [{ removes: 'GLACCOUNT' }] }),
      'flows[0].meanwhile[0] has no key "removes". Did you mean "remove"?',
    ],
    [
      'an action with the key of another one',
      withFlow({ meanwhile: [{ find: 'A', where: 'x', as: 'a', count: 2 }] }),
      'flows[0].meanwhile[0] has no key "count"',
    ],
    [
      'an expression that is none',
      withFlow({ targets: [{ entity: 'GL_Accounts', key: 'ERP_ID &' }] }),
      'not valid JSONata',
    ],
    [
      'a formula that is none',
      withFlow({ meanwhile: [{ put: 'GLACCOUNT', record: { A: { B: '=$x(' } } }] }),
      'not valid JSONata',
    ],
    ['what is no YAML', 'pair: [', '1-own.yaml:1:'],
  ] as const)
    it(`are refused with their place: ${what}`, () => {
      write(scenario)
      expect(() => readScenarios(product)).to.throw(says)
    })
})

describe('demo', () => {
  for (const edition of ['professional', 'standard'])
    it(`plays all pairs in the ${edition} edition: every flow writes, and writes what was changed, and comes to rest`, async () => {
      const answer = await cli(['demo', '--json', '--discard', '--records', '25', '--edition', edition])
      const { checks, pairs, unavailable, workspace, dead, ...rest } = jsonOf(answer)
      expect((checks as { ok: boolean }[]).filter(it => !it.ok)).to.deep.equal([])
      expect([answer.code, answer.err, rest.ok, workspace]).to.deep.equal([0, '', true, null])
      expect((pairs as { pair: string; ok: boolean }[]).map(it => [it.pair, it.ok])).to.deep.equal(
        scenarios.map(it => [it.pair, true]),
      )
      const flows = scenarios.flatMap(it => it.flows)
      const runs = runsOf(answer)
      expect(runs).to.have.length(3 * flows.length)
      const lacking = unavailable as readonly string[]
      expect(lacking).to.have.length(flows.filter(it => it.lackedBy?.includes(edition)).length)
      const written = (round: number) =>
        runs.filter(it => it.round === round && !lacking.includes(it.flow)).map(it => it.written)
      expect([...written(1), ...written(2)].filter(it => it === 0)).to.deep.equal([])
      expect(written(3).filter(it => it > 0)).to.deep.equal([])
      expect(runs.filter(it => it.state === 'unavailable').map(it => it.flow)).to.have.members(
        lacking.flatMap(it => [it, it, it]),
      )
      expect(runs.reduce((sum, it) => sum + it.expectedDead, 0)).to.equal((dead as unknown[]).length)
    }).timeout(120_000)

  it('plays one pair, and tells it in tables that end with one line', async () => {
    const [{ pair } = { pair: '' }] = scenarios
    const { code, out, err } = await cli(['demo', '--pair', pair, '--records', '20', '--discard'])
    expect([code, err]).to.deep.equal([0, ''])
    expect(out.match(/^✓ Round \d: .*\nflow +read +written +deleted +unchanged +dead +calls$/gm)).to.have.length(3)
    expect(out).to.contain('! planted to die: ').and.to.contain('$ ml-connector why ')
    expect(out.trimEnd().split('\n').at(-1)).to.match(/^✓ one pair, \d+ checks: /)
  }).timeout(60_000)

  for (const [words, says] of [
    ['--pair sage-300-zoho', 'Did you mean sage-300-zoho-crm?'],
    ['--edition profesional', 'Did you mean professional?'],
    ['--pair sage-intacct-zendesk --edition standard', 'no system of this pair comes in editions'],
  ] as const)
    it(`says what there is to "${words}"`, async () => {
      const { code, err } = await cli(['demo', ...words.split(' ')])
      expect(code).to.equal(2)
      expect(err).to.contain(says)
    })

  it('leaves a workspace for each pair that can be looked at afterwards', async () => {
    const answer = await cli(['demo', '--json', '--pair', 'acumatica-zoho-crm', '--records', '20'])
    const [pair] = jsonOf(answer)['pairs'] as readonly { workspace: string }[]
    const { runs } = jsonOf(await cli(['runs', '--json', '--workspace', pair?.workspace ?? '']))
    expect(runs, 'four flows, three rounds and a comparison each').to.have.length(16)
    const yaml = readFileSync(join(pair?.workspace ?? '', 'ml-connector.yaml'), 'utf8')
    rmSync(String(jsonOf(answer)['workspace']), { recursive: true })
    expect(yaml).to.contain('use: acumatica-to-zoho-crm/customers')
  }).timeout(60_000)
})

describe('the checks of the demo', () => {
  const { product, write, remove } = library()
  after(remove)
  const wrong = async (scenario: unknown) => {
    write(scenario)
    const answer = await cli(['demo', '--json', '--discard'], { product })
    const failed = (jsonOf(answer)['checks'] as { ok: boolean; what: string; detail: string }[]).filter(it => !it.ok)
    expect(answer.code).to.equal(failed.length === 0 ? 0 : 1)
    return failed.map(it => `${it.what}: ${it.detail}`)
  }
  const at = 'zoho'
  const where = 'ERP_ID = "1000"'
  const FLOW = 'sage-intacct-gl-accounts-to-zoho-crm'
  const change = { change: 'GLACCOUNT', set: { TITLE: 'TITLE & " (new)"' } }
  const [first] = ['1000']

  it('hold when all is well', async () => {
    expect(await wrong(OWN)).to.deep.equal([])
  })
  for (const [what, flow, says] of [
    ['nothing was changed', { meanwhile: undefined }, [`round 2: ${FLOW}: nothing to write was planted`]],
    [
      'somebody made a record at the target',
      { meanwhile: [change, { put: 'GL_Accounts', at, record: { Name: 'Stray', ERP_ID: 'STRAY' } }] },
      [2, 3].map(it => `round ${it}: ${FLOW}: GL_Accounts at the target are those of the source: 1 too many: STRAY`),
    ],
    [
      'somebody removed a record at the target',
      { meanwhile: [change, { remove: 'GL_Accounts', at, key: 'id', where }] },
      [2, 3].flatMap(it => [
        `round ${it}: ${FLOW}: GL_Accounts at the target are those of the source: 1 missing: ${first}`,
        `round ${it}: ${FLOW}: the same, field by field: 1 differ, the first is ${first}: create `,
      ]),
    ],
    [
      'somebody wrote into a field at the target',
      { meanwhile: [change, { change: 'GL_Accounts', at, key: 'id', where, set: { Category: '"By hand"' } }] },
      [2, 3].map(
        it =>
          `round ${it}: ${FLOW}: the same, field by field: 1 differ, the first is ${first}: update Category "By hand"`,
      ),
    ],
    [
      'a record that was to die lives',
      { dead: [{ key: '1000', why: 'it does not' }] },
      [`round 1: ${FLOW}: state succeeded, not partial`],
    ],
    [
      'a record dies that was not to',
      { meanwhile: [change, { put: 'GLACCOUNT', record: { ACCOUNTNO: '9', TITLE: '=$pad("x", 300, "x")' } }] },
      [
        `round 2: ${FLOW}: state partial, not succeeded`,
        `dead are only the records that were planted to be: 9 is dead`,
      ],
    ],
    ['a quiet run makes too many calls', { quietCalls: 1 }, [`round 3: ${FLOW}: 2 calls, more than 1`]],
  ] as const)
    it(`see that ${what}`, async () => {
      const failed = await wrong(withFlow(flow))
      for (const it of says) expect(failed.join('\n')).to.contain(it)
      expect(failed).to.have.length.greaterThan(0)
    }).timeout(30_000)
})

describe('output of works that go on at the same time', () => {
  it('comes in the order of the works, as soon as those before are finished', () => {
    const written: string[] = []
    const { say, finish } = inOrder(text => void (text === '' || written.push(text)))
    say(1, 'b1 ')
    say(0, 'a1 ')
    say(1, 'b2 ')
    say(2, 'c1 ')
    expect(written).to.deep.equal(['a1 '])
    finish(1)
    finish(0)
    expect(written).to.deep.equal(['a1 ', 'b1 b2 ', 'c1 '])
    say(2, 'c2 ')
    expect(written.at(-1)).to.equal('c2 ')
  })
})

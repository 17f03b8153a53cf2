import { expect } from 'chai'
import type { Page } from '../../../engine/core/record.ts'
import { type Opened, openAcumatica } from './open.ts'

const MINUTE = 60_000
const sorted = (keys: Iterable<string>) => [...keys].sort()

const liveOf = async (erp: Opened) => sorted((await erp.at.records('Customer')).map(it => String(it['CustomerID'])))

const edit = (erp: Opened, CustomerID: string, CustomerName: string) =>
  erp.at.put('Customer', { CustomerID, CustomerName })

/** A page that looks ordered and lacks the records that stand before its last one. */
const OUT_OF_ORDER = { records: 4, options: { order: 'shuffled', items: '0', invoices: '0' } } as const

/** Walks all customers in pages of two; `meanwhile` is told what the first page gave, and what it lacked. */
async function walkAll(
  erp: Opened,
  meanwhile: (given: readonly string[], missed: readonly string[]) => Promise<unknown>,
) {
  const live = await liveOf(erp)
  const keys: string[] = []
  let last: Page | undefined
  for await (const page of erp.connection.read('Customer', { select: [], deletes: false, full: true, pageSize: 2 })) {
    last = page
    keys.push(...page.records.map(it => it.key))
    const missed = live.filter(it => !keys.includes(it) && it < (keys.at(-1) ?? ''))
    if (keys.length === page.records.length) await meanwhile([...keys], missed)
  }
  return { live, keys, isComplete: last?.complete }
}

describe('acumatica: what a list leaves out', () => {
  let erp: Opened
  afterEach(() => erp.close())

  const editAll = async (keys: readonly string[]) => {
    for (const it of keys) await edit(erp, it, 'changed')
  }
  const MEANWHILE: Readonly<Record<string, (given: readonly string[], missed: readonly string[]) => Promise<unknown>>> =
    {
      'what was given is deleted': async given => {
        for (const it of given) await erp.at.remove('Customer', it)
      },
      'what was given is edited': given => editAll(given),
      'it is edited': (_, missed) => editAll(missed),
    }
  for (const [what, act] of Object.entries(MEANWHILE))
    it(`is found though ${what} meanwhile, and nothing comes twice`, async () => {
      erp = await openAcumatica(OUT_OF_ORDER)
      const { live, keys, isComplete } = await walkAll(erp, async (given, missed) => {
        expect([given, missed.length > 0]).to.deep.equal([given.toSorted(), true])
        await erp.advance(MINUTE)
        await act(given, missed)
      })
      expect([sorted(keys), isComplete]).to.deep.equal([live, true])
    })

  it('is nothing when one that was given gets a stamp from before the walk', async () => {
    erp = await openAcumatica({ records: 5, options: { items: '0', invoices: '0' } })
    await erp.advance(20 * MINUTE)
    await edit(erp, (await liveOf(erp))[0] ?? '', 'just now')
    const { live, keys } = await walkAll(erp, async ([first = '']) => {
      await erp.at.clock({ advanceMs: -MINUTE })
      await edit(erp, first, 'late')
      await erp.at.clock({ advanceMs: MINUTE })
    })
    expect([keys, erp.logged.filter(it => it.includes('in ranges'))]).to.deep.equal([live, []])
  })

  it('is given as well when it was made meanwhile, which says nothing against the order', async () => {
    erp = await openAcumatica({ records: 5, options: { customerNumbering: 'manual', items: '0', invoices: '0' } })
    const made = '00-FIRST'
    const { live, keys } = await walkAll(erp, async () => {
      await erp.advance(MINUTE)
      await edit(erp, made, 'new')
    })
    expect(sorted(keys)).to.deep.equal(sorted([...live, made]))
    expect(erp.logged.filter(it => it.includes('in ranges'))).to.deep.equal([])
  })
})

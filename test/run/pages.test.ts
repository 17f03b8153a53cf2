import { expect } from 'chai'
import type { Page } from '../../engine/core/record.ts'
import { ahead, type Chunk } from '../../engine/run/pages.ts'

const page = (from: number, count: number, complete?: boolean): Page => ({
  records: Array.from({ length: count }, (_, n) => ({ key: String(from + n), change: 'upsert', fields: {} })),
  next: { after: from + count },
  ...(complete ? { complete } : {}),
})

async function* of(...pages: Page[]): AsyncGenerator<Page> {
  yield* pages
}

async function all(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const got: Chunk[] = []
  for await (const chunk of chunks) got.push(chunk)
  return got
}

describe('reading ahead', () => {
  it('merges pages until there is enough, with the cursor of the last one', async () => {
    const chunks = await all(ahead(of(page(0, 3), page(3, 3), page(6, 2)), 5))
    expect(chunks.map(it => [it.records.length, it.next])).to.deep.equal([
      [6, { after: 6 }],
      [2, { after: 8 }],
    ])
  })

  it('passes an empty page on, since its cursor may have moved', async () => {
    const chunks = await all(ahead(of(page(0, 0)), 5))
    expect(chunks.map(it => it.next)).to.deep.equal([{ after: 0 }])
  })

  it('says when the walk was complete', async () => {
    const chunks = await all(ahead(of(page(0, 2), page(2, 1, true)), 2))
    expect(chunks.map(it => it.isComplete)).to.deep.equal([false, true])
  })

  it('hands over what it has before the error that ended the read', async () => {
    async function* failing(): AsyncGenerator<Page> {
      yield page(0, 5)
      throw new Error('gone')
    }
    const got: Chunk[] = []
    let message = ''
    try {
      for await (const chunk of ahead(failing(), 5)) got.push(chunk)
    } catch (thrown) {
      message = String(thrown)
    }
    expect([got.length, message]).to.deep.equal([1, 'Error: gone'])
  })

  it('reads no further than one chunk ahead of a slow writer', async () => {
    let read = 0
    async function* counting(): AsyncGenerator<Page> {
      for (;;) {
        read += 1
        yield page(read, 1)
      }
    }
    for await (const _chunk of ahead(counting(), 1)) {
      await new Promise(resolve => setImmediate(resolve))
      if (read >= 2) break
    }
    expect(read).to.be.at.most(3)
  })

  it('lets go of the source when the caller stops early', async () => {
    let closed = false
    async function* closing(): AsyncGenerator<Page> {
      try {
        for (;;) yield page(0, 1)
      } finally {
        closed = true
      }
    }
    for await (const _chunk of ahead(closing(), 1)) break
    expect(closed).to.equal(true)
  })
})

/** What was found out about a chunk, and what of it may turn out otherwise once the others have been looked at. */
export interface Turn<C, D> {
  readonly done: D
  readonly waiting?: { readonly chunk: C; readonly count: number; readonly asItIs: D }
}

/** As a replay ends: what waited for something that came after it is taken up again, round by round, until nothing more moves. */
export async function* inRounds<C, D>(
  chunks: AsyncIterable<C> | Iterable<C>,
  lookAt: (chunk: C) => Promise<Turn<C, D>>,
): AsyncGenerator<D> {
  let open = chunks
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const waiting: NonNullable<Turn<C, D>['waiting']>[] = []
    for await (const chunk of open) {
      const turn = await lookAt(chunk)
      yield turn.done
      if (turn.waiting) waiting.push(turn.waiting)
    }
    const count = waiting.reduce((sum, it) => sum + it.count, 0)
    if (count === 0 || count >= before) {
      yield* waiting.map(it => it.asItIs)
      return
    }
    before = count
    open = waiting.map(it => it.chunk)
  }
}

/** Output of works that go on at the same time, in the order of their numbers: each waits until those before it are finished. */
export interface InOrder {
  say(at: number, text: string): void
  finish(at: number): void
}

export function inOrder(write: (text: string) => void): InOrder {
  const waiting = new Map<number, string>()
  const finished = new Set<number>()
  let turn = 0
  const flush = () => {
    write(waiting.get(turn) ?? '')
    waiting.delete(turn)
  }
  return {
    say: (at, text) => {
      waiting.set(at, `${waiting.get(at) ?? ''}${text}`)
      if (at === turn) flush()
    },
    finish: at => {
      finished.add(at)
      while (finished.has(turn)) {
        turn += 1
        flush()
      }
    },
  }
}

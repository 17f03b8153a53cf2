const SIMPLE = /^(?:[*+]|\{\d+,(?:\d{2,})?\})/

/** Does a group that is repeated without a small bound hold such a repetition itself? Then some texts take exponential time. */
export function isUnsafeRegex(source: string): boolean {
  const repeats: boolean[] = [false]
  for (let at = 0; at < source.length; ) {
    const letter = source[at]
    if (letter === '\\') {
      at += 2
    } else if (letter === '[') {
      at = classEnd(source, at)
    } else if (letter === '(') {
      repeats.push(false)
      at++
    } else if (letter === ')') {
      const inside = repeats.pop() ?? false
      at++
      const repeated = SIMPLE.test(source.slice(at))
      if (inside && repeated) return true
      const outer = repeats.length - 1
      if (outer >= 0) repeats[outer] = repeats[outer] === true || inside || repeated
    } else {
      if (SIMPLE.test(source.slice(at))) repeats[repeats.length - 1] = true
      at++
    }
  }
  return false
}

function classEnd(source: string, from: number): number {
  let at = from + 1
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1
  return at + 1
}

import { distance } from 'fastest-levenshtein'

/** Which of the valid names was probably meant: at most three, best first. Case and separators count little. */
export function suggest(written: string, valid: Iterable<string>): readonly string[] {
  const target = plain(written)
  const ranked: { readonly name: string; readonly far: number }[] = []
  for (const name of valid) {
    const far = typingDistance(target, plain(name))
    if (far <= Math.max(1, Math.min(target.length, name.length) * 0.4))
      ranked.push({ name, far: far + 0.1 * distance(written, name) })
  }
  return ranked
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(it => it.name)
}

const plain = (text: string) => text.toLowerCase().replace(/[\s_.-]/g, '')

/** Levenshtein's, but two letters in the wrong order are one mistake, and so is a name that was cut short. */
function typingDistance(written: string, name: string): number {
  if (written.length >= 3 && name.startsWith(written)) return 1
  let least = distance(written, name)
  for (let at = 0; at + 1 < Math.min(written.length, 40) && least > 1; at++) {
    const swapped = `${written.slice(0, at)}${written[at + 1]}${written[at]}${written.slice(at + 2)}`
    least = Math.min(least, distance(swapped, name) + 1)
  }
  return least
}

/** Remedy and suggestions for a name that is not there. */
export function hint(written: string, valid: readonly string[]): { remedy: string; suggestions: readonly string[] } {
  const suggestions = suggest(written, valid)
  return { remedy: remedyFor(suggestions, valid), suggestions }
}

function remedyFor(suggestions: readonly string[], valid: readonly string[]): string {
  const [best] = suggestions
  const list = listValues(valid)
  if (best === undefined) return valid.length === 0 ? 'There are none.' : `Valid: ${list}.`
  return valid.length > 1 ? `Did you mean "${best}"? Valid: ${list}.` : `Did you mean "${best}"?`
}

export function listValues(values: readonly string[], most = 12): string {
  const shown = values.slice(0, most).join(', ')
  return values.length > most ? `${shown} … (${values.length} in all)` : shown
}

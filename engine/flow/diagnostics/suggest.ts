import { distance } from 'fastest-levenshtein'

/** Which of the valid names was probably meant: at most three, best first. Case and separators count little. */
export function suggest(written: string, valid: Iterable<string>): readonly string[] {
  const plain = (text: string) => text.toLowerCase().replace(/[\s_.-]/g, '')
  const target = plain(written)
  const ranked: { readonly name: string; readonly far: number }[] = []
  for (const name of valid) {
    const far = distance(target, plain(name)) + (name === written ? 0 : 0.1 * distance(written, name))
    const allowed = Math.max(1.9, Math.min(target.length, name.length) * 0.4)
    if (far <= allowed) ranked.push({ name, far })
  }
  return ranked
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(it => it.name)
}

/** ` – did you mean "x"?` or a list of the valid values when there are few. */
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

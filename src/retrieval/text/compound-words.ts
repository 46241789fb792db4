import type { TextSnapshot } from './text-snapshot.ts'

const SHORTEST_HEAD = 3
const SHORTEST_TAIL = 4
/** What stands between the parts of a compound, such as the s of `Arbeitsschuhe`. */
const LINKS = ['s', 'es', 'n', 'en', 'er', 'e'] as const
/** Of words with the tail the most frequent are looked at. */
const MOST_LOOKED_AT = 200
const MOST_COMPOUNDS = 16

/**
 * The compounds of the documents that end with a word, in any of its forms, and begin with another: `Damenschuh` for
 * `Schuhe`.
 *
 * @returns the most frequent first, at most sixteen
 * @remarks O(words that share the rarest three letters of the stem), of which there are at most 20,000.
 */
export function compoundsWith(snapshot: TextSnapshot, word: string): string[] {
  const { analysis, spelling } = snapshot
  const term = analysis.termOf(word)
  if (term === undefined) return []
  const stem = word.startsWith(term) ? term : word
  if (stem.length < SHORTEST_TAIL) return []
  const counts = new Map<string, number>()
  for (const other of spelling.parts.mayHave(stem)) {
    if (other.lastIndexOf(stem) >= SHORTEST_HEAD) counts.set(other, snapshot.wordCount(other))
  }
  const order = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_LOOKED_AT)
  const found: string[] = []
  for (const [other, count] of order) {
    const place = other.lastIndexOf(stem)
    if (count === 0 || found.length === MOST_COMPOUNDS) break
    if (analysis.termOf(other.slice(place)) === term && headOf(snapshot, other.slice(0, place))) found.push(other)
  }
  return found
}

/** The word that a compound begins with, as documents have it: with what links it to the next one, or without. */
export function headOf(snapshot: TextSnapshot, head: string): string | undefined {
  if (isKnown(snapshot, head)) return head
  for (const link of LINKS) {
    const word = head.endsWith(link) ? head.slice(0, -link.length) : ''
    if (word.length >= SHORTEST_HEAD && isKnown(snapshot, word)) return word
  }
  return undefined
}

function isKnown(snapshot: TextSnapshot, word: string): boolean {
  const term = snapshot.analysis.termOf(word)
  return term !== undefined && snapshot.frequency(term) > 0
}

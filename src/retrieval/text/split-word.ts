import { headOf } from './compound-words.ts'
import { guessWords, type KnownWords } from './guess-words.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/** Shorter parts are mostly endings. */
const SHORTEST_PART = 3
const LONGEST = 24

interface Split {
  readonly parts: readonly string[]
  /** Of the parts together, the logarithm. */
  readonly likelihood: number
}

/**
 * The words that a word is made of, such as `running` and `shoes` for `runningshoes`: two or three that the documents
 * have, the fewest and then the likeliest if they were drawn by how often they stand there.
 *
 * @param mostParts - 2 or 3
 * @returns nothing when there are none
 * @remarks O(length ^ (parts - 1)) look-ups of words.
 */
export function splitWord(snapshot: TextSnapshot, word: string, mostParts: number): readonly string[] {
  if (word.length > LONGEST || word.length < 2 * SHORTEST_PART) return []
  const counts = new Map<string, number>()
  const countOf = (part: string): number => {
    // Of two parts each is looked up once.
    if (mostParts === 2) return usableCount(snapshot, part)
    const known = counts.get(part) ?? usableCount(snapshot, part)
    counts.set(part, known)
    return known
  }
  const { compounds } = snapshot.analysis
  const headAt = (head: string): string => (compounds && countOf(head) === 0 ? (headOf(snapshot, head) ?? head) : head)
  const best = (rest: string, parts: number): Split | undefined => {
    if (parts === 1) {
      const count = countOf(rest)
      return count > 0 ? { parts: [rest], likelihood: Math.log(count) } : undefined
    }
    let found: Split | undefined
    for (let end = SHORTEST_PART; end <= rest.length - SHORTEST_PART * (parts - 1); end++) {
      const head = headAt(rest.slice(0, end))
      const count = countOf(head)
      const others = count > 0 ? best(rest.slice(end), parts - 1) : undefined
      const likelihood = Math.log(count) + (others?.likelihood ?? 0)
      if (others && (found === undefined || likelihood > found.likelihood)) {
        found = { parts: [head, ...others.parts], likelihood }
      }
    }
    return found
  }
  for (let parts = 2; parts <= mostParts; parts++) {
    const found = best(word, parts)
    if (found) return found.parts
  }
  return []
}

/** How often a word stands in the documents that one can search for. */
function usableCount(snapshot: TextSnapshot, word: string): number {
  const term = snapshot.analysis.termOf(word)
  if (term === undefined) return 0
  const count = snapshot.wordCount(word)
  // The end of a compound need not stand anywhere in just this form.
  return count === 0 && snapshot.analysis.compounds && snapshot.frequency(term) > 0 ? 1 : count
}

/**
 * The same with two parts, one of which has a slip: `runnigshoes`.
 *
 * @remarks O(length) guesses.
 */
export function splitWordWithSlip(snapshot: TextSnapshot, word: string, known: KnownWords): readonly string[] {
  if (word.length > LONGEST) return []
  let best: Split | undefined
  for (let end = SHORTEST_PART; end <= word.length - SHORTEST_PART; end++) {
    const [head, tail] = [word.slice(0, end), word.slice(end)]
    for (const [right, wrong] of [
      [head, tail],
      [tail, head],
    ] as const) {
      const count = usableCount(snapshot, right)
      const guess =
        count > 0 ? guessWords(known, wrong, 0).find((one) => usableCount(snapshot, one.word) > 0) : undefined
      if (guess === undefined || guess.slips > 1) continue
      const likelihood = Math.log(count) + Math.log(usableCount(snapshot, guess.word))
      const parts = right === head ? [head, guess.word] : [guess.word, tail]
      if (best === undefined || likelihood > best.likelihood) best = { parts, likelihood }
    }
  }
  return best?.parts ?? []
}

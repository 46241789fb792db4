import { DeleteForms } from './delete-forms.ts'
import { type Slips, slipsBetween } from './slip-probability.ts'

/** Shorter words have too many neighbours for a guess, and longer ones are no words. */
const SHORTEST = 4
const LONGEST = 32
/** Words from here on may have two slips. */
const LONG = 8
const LETTERS = /^\p{L}+$/u
/** Of a larger vocabulary the most frequent words are learnt: a word that hardly anybody writes is hardly meant. */
const MOST_WORDS = 300_000
/** Forms that share a bucket, on average: what is compared is mostly one slip away even so. */
const FORMS_OF_A_BUCKET = 2

/** A word that is few slips away from what was written. */
export interface SpellingNeighbour {
  readonly word: string
  readonly slips: Slips
}

/**
 * The words of a corpus by their forms with letters left out: finds those that are few slips away from what was written,
 * without comparing many that are not. Words of eight letters or more may have two slips, others of four or more have one.
 */
export class SpellingDictionary {
  readonly #words: readonly string[]
  readonly #forms = new DeleteForms()
  /** Words by the hash of each of their forms: those of bucket b are from starts[b] to starts[b + 1]. */
  readonly #starts: Uint32Array
  readonly #bucketWords: Uint32Array

  /**
   * @param words - shape (n,), different, folded
   * @param counts - shape (n,), how often each stands in the corpus
   * @remarks O(letters of all words); some 100 bytes a word.
   */
  constructor(words: readonly string[], counts: Uint32Array) {
    this.#words = words
    const learnt = mostFrequent(
      words.flatMap((word, number) => (isSpelt(word) ? [number] : [])),
      counts,
    )
    let forms = 0
    for (const number of learnt) forms += this.#forms.fill(words[number]!, deletionsOf(words[number]!))
    const buckets = 2 ** Math.max(4, Math.ceil(Math.log2((forms + 1) / FORMS_OF_A_BUCKET)))
    this.#starts = new Uint32Array(buckets + 1)
    this.#bucketWords = new Uint32Array(forms)
    this.#eachForm(learnt, (bucket) => {
      this.#starts[bucket + 1]!++
    })
    for (let bucket = 0; bucket < buckets; bucket++) this.#starts[bucket + 1]! += this.#starts[bucket]!
    const next = this.#starts.slice()
    this.#eachForm(learnt, (bucket, number) => {
      this.#bucketWords[next[bucket]!++] = number
    })
  }

  /**
   * The words that so few slips turn into what was written, in no order; itself is not among them.
   *
   * @param written - folded; one that is too short or has a digit has none
   * @param most - slips, however long a word is
   * @remarks O(forms of the word * words of a bucket): some 10 to 100 microseconds.
   */
  neighbours(written: string, most: 1 | 2 = 2): SpellingNeighbour[] {
    if (!isSpelt(written)) return []
    const found: SpellingNeighbour[] = []
    for (const number of this.#sharingForms(written, most)) {
      const word = this.#words[number]!
      const slips = word === written ? undefined : slipsBetween(word, written, Math.min(most, deletionsOf(word)))
      if (slips !== undefined) found.push({ word, slips })
    }
    return found
  }

  /** The words that share a form with the written one, and some that only share a bucket. */
  #sharingForms(written: string, most: 1 | 2): Set<number> {
    const found = new Set<number>()
    this.#eachFormOf(written, most === 2 && written.length >= LONG - 2 ? 2 : 1, (bucket) => {
      for (let place = this.#starts[bucket]!; place < this.#starts[bucket + 1]!; place++) {
        const number = this.#bucketWords[place]!
        if (Math.abs(this.#words[number]!.length - written.length) <= most) found.add(number)
      }
    })
    return found
  }

  #eachForm(numbers: readonly number[], visit: (bucket: number, number: number) => void): void {
    for (const number of numbers) {
      const word = this.#words[number]!
      this.#eachFormOf(word, deletionsOf(word), (bucket) => visit(bucket, number))
    }
  }

  #eachFormOf(word: string, deletions: 1 | 2, visit: (bucket: number) => void): void {
    const count = this.#forms.fill(word, deletions)
    for (let form = 0; form < count; form++) visit((this.#forms.hashes[form]! & (this.#starts.length - 2)) >>> 0)
  }
}

/** How many slips a word may have. */
function deletionsOf(word: string): 1 | 2 {
  return word.length >= LONG ? 2 : 1
}

function isSpelt(word: string): boolean {
  return word.length >= SHORTEST && word.length <= LONGEST && LETTERS.test(word)
}

function mostFrequent(numbers: number[], counts: Uint32Array): number[] {
  if (numbers.length <= MOST_WORDS) return numbers
  return numbers.sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, MOST_WORDS)
}

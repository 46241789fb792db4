import type { DeleteForms } from './delete-forms.ts'

/** Bits of the place of a word in its block; the rest of an entry are bits of the form's hash. */
const PLACE_BITS = 14
/** Words of a block. */
export const MOST_OF_BLOCK = 1 << PLACE_BITS
/** Words of a step of making one. */
const STEP = 4096
/** Forms that share a bucket, on average. */
const FORMS_OF_A_BUCKET = 4

/** Letters are told apart by so many bits; those of one alphabet have a bit each. */
const LETTER_BITS = 26
const LETTER_MASK = (1 << LETTER_BITS) - 1

/** Some words by the hashes of their forms; it does not change. */
export class FormBlock {
  readonly #first: number
  /** The number behind that of its last word. */
  readonly end: number
  /** Entries by bucket: those of bucket b are from starts[b] to starts[b + 1]. */
  readonly #starts: Uint32Array
  /** The place of a word, and above it bits of the hash which the bucket does not have. */
  readonly #entries: Uint32Array
  /** By place, as {@link signatureOf} has them. */
  readonly #signatures: Uint32Array

  private constructor(
    [first, end]: readonly [number, number],
    starts: Uint32Array,
    entries: Uint32Array,
    signatures: Uint32Array,
  ) {
    this.#first = first
    this.end = end
    this.#starts = starts
    this.#entries = entries
    this.#signatures = signatures
  }

  /**
   * Makes a block in steps, each of some thousands of words.
   *
   * @param words - of which those from `first` on are taken, up to `end`
   * @param deletionsOf - how many letters are left out of a word
   * @remarks O(letters of the words): some 20 nanoseconds and 5 bytes a form, of which a word has up to 29.
   */
  static *steps(
    words: readonly string[],
    [first, end]: readonly [number, number],
    forms: DeleteForms,
    deletionsOf: (word: string) => 1 | 2,
  ): Generator<undefined, FormBlock> {
    const ends = new Uint32Array(end - first)
    const signatures = Uint32Array.from(ends, (_, place) => signatureOf(words[first + place]!))
    const hashes = new Uint32Array((end - first) * forms.hashes.length)
    let count = 0
    for (let word = first; word < end; word++) {
      const own = forms.fill(words[word]!, deletionsOf(words[word]!))
      for (let form = 0; form < own; form++) hashes[count++] = forms.hashes[form]!
      ends[word - first] = count
      if ((word - first) % STEP === STEP - 1) yield
    }
    const buckets = 2 ** Math.max(4, Math.ceil(Math.log2((count + 1) / FORMS_OF_A_BUCKET)))
    const starts = new Uint32Array(buckets + 1)
    for (let form = 0; form < count; form++) starts[(hashes[form]! & (buckets - 1)) + 1]!++
    for (let bucket = 0; bucket < buckets; bucket++) starts[bucket + 1]! += starts[bucket]!
    const next = starts.slice()
    const entries = new Uint32Array(count)
    for (let form = 0, place = 0; form < count; form++) {
      while (form >= ends[place]!) {
        place++
        if (place % STEP === 0) yield
      }
      const hash = hashes[form]!
      entries[next[hash & (buckets - 1)]!++] = ((hash >>> PLACE_BITS) << PLACE_BITS) | place
    }
    return new FormBlock([first, end], starts, entries, signatures)
  }

  /** Adds the numbers of the words with a form of this hash, without those that are certainly more slips away. */
  find(hash: number, { signature, slips, first }: SharedForm, found: Set<number>): void {
    const bucket = hash & (this.#starts.length - 2)
    const end = this.#starts[bucket + 1]!
    for (let at = this.#starts[bucket]!; at < end; at++) {
      const entry = this.#entries[at]!
      if ((entry ^ hash) >>> PLACE_BITS !== 0) continue
      const place = entry & (MOST_OF_BLOCK - 1)
      const number = this.#first + place
      if (number >= first && mayBeNear(this.#signatures[place]!, signature, slips)) found.add(number)
    }
  }
}

/** What is looked for by a form. */
interface SharedForm {
  /** Of the written word. */
  readonly signature: number
  readonly slips: number
  /** Words of a smaller number are left out. */
  readonly first: number
}

/** Which letters a word has, and above these how many, at most 63. */
export function signatureOf(word: string): number {
  let letters = 0
  for (let place = 0; place < word.length; place++) letters |= 1 << (word.charCodeAt(place) % LETTER_BITS)
  return ((word.length << LETTER_BITS) | letters) >>> 0
}

/** A slip changes the length by one at most, and takes away and adds one letter at most. */
function mayBeNear(one: number, other: number, slips: number): boolean {
  if (Math.abs((one >>> LETTER_BITS) - (other >>> LETTER_BITS)) > slips) return false
  let different = (one ^ other) & LETTER_MASK
  for (let left = 2 * slips; left > 0 && different !== 0; left--) different &= different - 1
  return different === 0
}

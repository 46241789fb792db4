import { DeleteForms } from './delete-forms.ts'
import { FormBlock, MOST_OF_BLOCK, signatureOf } from './form-block.ts'
import { PartDictionary } from './part-dictionary.ts'
import { ShardedMap } from './sharded-map.ts'
import { type Slips, slipsBetween } from './slip-probability.ts'
import { isCodeOfVocabulary, writtenWord } from './vocabulary-word.ts'

/** Shorter words have too many neighbours for a guess, and longer ones are no words. */
const SHORTEST = 4
const LONGEST = 32
/** Shorter words are not made of two. */
const SHORTEST_COMPOUND = 7
/** Words from here on may have two slips. */
const LONG = 8
const LETTERS = /^\p{L}+$/u
const SMALL_A = 97
const SMALL_Z = 122
/** Words that become a block, and are later put into one that is full. */
const SMALL_BLOCK = 2048
const SMALL_OF_FULL = MOST_OF_BLOCK / SMALL_BLOCK
/** With so many small blocks a full one is finished, however much was learnt at once. */
const MOST_SMALL = 2 * SMALL_OF_FULL

/** Written words whose neighbours are remembered. */
const MOST_REMEMBERED = 20_000

/** A word that is few slips away from what was written. */
export interface SpellingNeighbour {
  readonly word: string
  readonly slips: Slips
}

/**
 * Words by their forms with letters left out: finds those that are few slips away from what was written, without comparing
 * many that are not. Words of eight letters or more may have two slips, others of four or more have one.
 *
 * Words are learnt at any time and never forgotten; what is found of words that were learnt hangs on these alone, not on
 * when or in which order. No word makes more work than that of a block, so nothing takes long at once.
 */
export class SpellingDictionary {
  /** What is looked for by its parts, since nobody remembers it whole. */
  readonly codes = new PartDictionary()
  /** The words themselves by their parts, where languages write several as one; else none. */
  readonly parts = new PartDictionary()
  readonly #hasCompounds: boolean
  readonly #known = new ShardedMap<true>()
  /** Those that may have slips, in the order in which they came. */
  readonly #words: string[] = []
  readonly #forms = new DeleteForms()
  readonly #full: FormBlock[] = []
  readonly #small: FormBlock[] = []
  /** The next full block, as far as it is made; until then its words are in small ones. */
  #making: Generator<undefined, FormBlock> | undefined
  /** Of the words behind all blocks, and how many words there were when it was made. */
  #rest: FormBlock | undefined
  #restEnd = 0
  /** By written word and number of slips: its neighbours among so many of the words. */
  readonly #remembered = new Map<string, { readonly among: number; readonly found: readonly SpellingNeighbour[] }>()

  /**
   * @param words - folded
   * @param hasCompounds - whether words are also found by what they end with
   */
  constructor(words: Iterable<string> = [], hasCompounds = false) {
    this.#hasCompounds = hasCompounds
    this.learn(words)
  }

  /**
   * Learns what it does not know yet.
   *
   * @param words - folded, as vocabularies have them
   * @remarks O(words + letters of the new ones): some 0.1 microseconds a word, 1 a new one, and 200 bytes for it.
   */
  learn(words: Iterable<string>): void {
    for (const entry of words) {
      const word = writtenWord(entry)
      if (isCodeOfVocabulary(entry)) this.codes.learn(word)
      if (this.#known.has(word) || !isWord(word)) continue
      this.#known.set(word, true)
      if (word.length >= SHORTEST) this.#words.push(word)
      if (this.#hasCompounds && word.length >= SHORTEST_COMPOUND) this.parts.learn(word)
    }
    while (this.#words.length - this.#blocksEnd >= SMALL_BLOCK) this.#addBlock()
    do this.#makeFull()
    while (this.#small.length > MOST_SMALL)
  }

  /** Whether a word can be one that was learnt; of what is no word, as it has digits or is very long, nothing is known. */
  mayKnow(word: string): boolean {
    return this.#known.has(word) || !isWord(word)
  }

  /**
   * The words that so few slips turn into what was written, in no order; itself is not among them.
   *
   * @param written - folded; one that is too short or has a digit has none
   * @param most - slips, however long a word is
   * @remarks O(forms of the word * blocks): some 10 to 100 microseconds, and less than one for words that were asked for
   * lately; a few milliseconds the first time after words were learnt.
   */
  neighbours(written: string, most: 1 | 2 = 2): readonly SpellingNeighbour[] {
    if (written.length < SHORTEST || !isWord(written)) return []
    const name = most === 1 ? written : ` ${written}`
    const known = this.#remembered.get(name)
    if (known?.among === this.#words.length) return known.found
    const found = [...(known?.found ?? []), ...this.#neighboursFrom(known?.among ?? 0, written, most)]
    if (this.#remembered.size === MOST_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(name, { among: this.#words.length, found })
    return found
  }

  /** @param first - words that were learnt earlier are left out */
  #neighboursFrom(first: number, written: string, most: 1 | 2): SpellingNeighbour[] {
    const found: SpellingNeighbour[] = []
    for (const number of this.#sharingForms(first, written, most)) {
      const word = this.#words[number]!
      const slips = word === written ? undefined : slipsBetween(word, written, Math.min(most, deletionsOf(word)))
      if (slips !== undefined) found.push({ word, slips })
    }
    return found
  }

  /** The words that share a form with the written one, without those that have quite other letters. */
  #sharingForms(first: number, written: string, most: 1 | 2): Set<number> {
    const blocks = [...this.#full, ...this.#small, this.#restBlock()].filter(({ end }) => end > first)
    const found = new Set<number>()
    const count = this.#forms.fill(written, most === 2 && written.length >= LONG - 2 ? 2 : 1)
    const query = { signature: signatureOf(written), slips: most, first }
    for (const block of blocks) {
      for (let form = 0; form < count; form++) block.find(this.#forms.hashes[form]!, query, found)
    }
    return found
  }

  get #blocksEnd(): number {
    return this.#full.length * MOST_OF_BLOCK + this.#small.length * SMALL_BLOCK
  }

  #addBlock(): void {
    const end = this.#blocksEnd
    const isMuch = this.#small.length === 0 && this.#words.length - end >= MOST_OF_BLOCK
    if (isMuch) this.#full.push(this.#blockOf(end, end + MOST_OF_BLOCK))
    else this.#small.push(this.#blockOf(end, end + SMALL_BLOCK))
  }

  /** Puts the first small blocks into a full one, a step at a time. */
  #makeFull(): void {
    if (this.#small.length < SMALL_OF_FULL) return
    const first = this.#full.length * MOST_OF_BLOCK
    this.#making ??= FormBlock.steps(this.#words, [first, first + MOST_OF_BLOCK], this.#forms, deletionsOf)
    const step = this.#making.next()
    if (step.done !== true) return
    this.#making = undefined
    this.#full.push(step.value)
    this.#small.splice(0, SMALL_OF_FULL)
  }

  #restBlock(): FormBlock {
    if (this.#rest === undefined || this.#restEnd !== this.#words.length) {
      this.#rest = this.#blockOf(this.#blocksEnd, this.#words.length)
      this.#restEnd = this.#words.length
    }
    return this.#rest
  }

  #blockOf(first: number, end: number): FormBlock {
    const steps = FormBlock.steps(this.#words, [first, end], this.#forms, deletionsOf)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  }
}

/** How many slips a word may have. */
function deletionsOf(word: string): 1 | 2 {
  return word.length >= LONG ? 2 : 1
}

function isWord(word: string): boolean {
  if (word.length > LONGEST) return false
  for (let place = 0; place < word.length; place++) {
    const letter = word.charCodeAt(place)
    if (letter < SMALL_A || letter > SMALL_Z) return LETTERS.test(word)
  }
  return word.length > 0
}

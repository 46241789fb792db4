/** Forms are of this many first letters: a slip behind them leaves them as they are. */
const FORM_LETTERS = 7
/** Odd, so that no letter is lost in multiplying. */
const BASE = 0x01000193
const MOST_FORMS = 1 + FORM_LETTERS + (FORM_LETTERS * (FORM_LETTERS - 1)) / 2

/**
 * Hashes of the beginning of a word and of its forms with one or two letters left out, without making any of them: two
 * words that are so many slips apart share a form.
 *
 * @see Garbe 2012, SymSpell, for forms of beginnings; Mor & Fraenkel 1982, CACM 25(12), for deletions.
 */
export class DeleteForms {
  readonly #powers = new Int32Array(FORM_LETTERS + 1)
  /** The hash of the first so many letters. */
  readonly #heads = new Int32Array(FORM_LETTERS + 1)
  /** Shape (MOST_FORMS,), unsigned; those of the word given last, some of them alike. */
  readonly hashes = new Uint32Array(MOST_FORMS)

  constructor() {
    this.#powers[0] = 1
    for (let n = 1; n <= FORM_LETTERS; n++) this.#powers[n] = Math.imul(this.#powers[n - 1]!, BASE)
  }

  /**
   * Fills {@link hashes}.
   *
   * @param deletions - 1 or 2
   * @returns how many there are
   * @remarks O(letters ^ deletions).
   */
  fill(word: string, deletions: 1 | 2): number {
    const length = Math.min(word.length, FORM_LETTERS)
    for (let n = 0; n < length; n++) {
      this.#heads[n + 1] = (Math.imul(this.#heads[n]!, BASE) + word.charCodeAt(n)) | 0
    }
    let count = 0
    this.hashes[count++] = mixed(this.#heads[length]!)
    for (let first = 0; first < length; first++) {
      const one = this.#joined(this.#heads[first]!, first + 1, length)
      this.hashes[count++] = mixed(one)
      for (let second = first + 1; deletions === 2 && second < length; second++) {
        const head = this.#joined(this.#heads[first]!, first + 1, second)
        this.hashes[count++] = mixed(this.#joined(head, second + 1, length))
      }
    }
    return count
  }

  /** The hash of a head with the letters from one place to another behind it. */
  #joined(head: number, from: number, to: number): number {
    const power = this.#powers[to - from]!
    const middle = (this.#heads[to]! - Math.imul(this.#heads[from]!, power)) | 0
    return (Math.imul(head, power) + middle) | 0
  }
}

/** Spreads the bits, so that the lowest are as good as any. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16)
  bits = Math.imul(bits, 0x85ebca6b)
  bits ^= bits >>> 13
  bits = Math.imul(bits, 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

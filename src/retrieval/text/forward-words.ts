import { GrowingArray } from './growing-array.ts'

/** A count and a rank are one number, the rank times this and the count. */
const COUNTS = 2 ** 22
/** Up to so many numbers are sorted by insertion. */
const FEW = 24

/** The words of documents, field by field: what feedback reads, and what impacts are made of. */
export interface ForwardWords {
  /** Shape (documents + 1,): where the bytes of a document begin. */
  readonly starts: Uint32Array
  readonly bytes: Uint8Array
}

/**
 * Writes the words of documents. Each field of a document: how many words it has, and for each, by ascending rank, twice
 * the distance to the rank before (less 1), one more when it stands there more than once, and then how often; all in
 * groups of seven bits. Ranks are by falling frequency, so that most distances are small.
 */
export class ForwardWriter {
  readonly #starts = new GrowingArray(new Uint32Array())
  readonly #bytes = new GrowingArray(new Uint8Array())
  #keys = new Float64Array(256)
  #used = 0

  constructor() {
    this.#starts.push(0)
  }

  /** A word of the field at hand; one that was there before is counted with it. */
  word(rank: number, count: number): void {
    if (this.#used === this.#keys.length) {
      const larger = new Float64Array(2 * this.#used)
      larger.set(this.#keys)
      this.#keys = larger
    }
    this.#keys[this.#used++] = rank * COUNTS + count
  }

  endField(): void {
    const keys = this.#keys
    sortKeys(keys, this.#used)
    let different = 0
    for (let from = 0; from < this.#used; different++) {
      const rank = Math.floor(keys[from]! / COUNTS)
      let count = 0
      for (; from < this.#used && Math.floor(keys[from]! / COUNTS) === rank; from++) count += keys[from]! % COUNTS
      keys[different] = rank * COUNTS + count
    }
    this.#write(different)
    let before = -1
    for (let place = 0; place < different; place++) {
      const rank = Math.floor(keys[place]! / COUNTS)
      const count = keys[place]! % COUNTS
      this.#write(2 * (rank - before - 1) + (count > 1 ? 1 : 0))
      if (count > 1) this.#write(count)
      before = rank
    }
    this.#used = 0
  }

  endDocument(): void {
    this.#starts.push(this.#bytes.length)
  }

  /** The words; the writer is of no use afterwards. */
  finish(): ForwardWords {
    return { starts: this.#starts.view().slice(), bytes: this.#bytes.view().slice() }
  }

  #write(value: number): void {
    let rest = value
    for (; rest > 127; rest >>>= 7) this.#bytes.push((rest & 127) | 128)
    this.#bytes.push(rest)
  }
}

function sortKeys(keys: Float64Array, length: number): void {
  if (length > FEW) {
    keys.subarray(0, length).sort()
    return
  }
  for (let place = 1; place < length; place++) {
    const key = keys[place]!
    let at = place
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!
    keys[at] = key
  }
}

/** Reads the words of documents: first of which field, then each of it. */
export class ForwardReader {
  readonly #bytes: Uint8Array
  readonly #starts: Uint32Array
  #at = 0
  /** Of the word at hand. */
  rank = -1
  count = 0

  constructor({ starts, bytes }: ForwardWords) {
    this.#bytes = bytes
    this.#starts = starts
  }

  /** Goes to the first field of a document. */
  open(document: number): void {
    this.#at = this.#starts[document]!
  }

  /** Goes to the next field and says how many words it has; {@link next} is to be called as often before the one after. */
  field(): number {
    this.rank = -1
    return this.#read()
  }

  next(): void {
    const value = this.#read()
    this.rank += (value >>> 1) + 1
    this.count = (value & 1) === 0 ? 1 : this.#read()
  }

  #read(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++]!
    if (byte < 128) return byte
    let value = byte & 127
    for (let shift = 7; ; shift += 7) {
      byte = bytes[this.#at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
}

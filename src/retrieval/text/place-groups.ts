import type { GrowingArray } from './growing-array.ts'
import type { Bytes } from './posting-chunks.ts'

/** Postings of a term whose places are packed together. */
export const GROUP = 64

/** How many bits of a byte are 0. */
const ZEROS = Uint8Array.from(
  { length: 256 },
  (_, byte) => [...byte.toString(2).padStart(8, '0')].filter((bit) => bit === '0').length,
)

/**
 * Writes the places of up to 64 postings: a byte with the bits of a gap, how many places there are (seven bits a byte), for
 * each place a bit that says whether another of the same posting follows, and the gaps from place to place (the first from
 * -1), all in as many bits.
 *
 * @param gaps - above 0
 * @param ends - where the gaps of each posting end
 */
export function writePlaceGroup(gaps: Uint32Array, ends: Uint32Array, out: Bytes): void {
  const count = gaps.length
  let widest = 1
  for (let at = 0; at < count; at++) widest = Math.max(widest, gaps[at]!)
  const width = 32 - Math.clz32(widest)
  out.push(width)
  let rest = count
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128)
  out.push(rest)
  const bits = new BitWriter(out)
  let from = 0
  for (let posting = 0; posting < ends.length; posting++) {
    const to = ends[posting]!
    for (; from < to - 1; from++) bits.write(1, 1)
    bits.write(0, 1)
    from = to
  }
  bits.finish()
  for (let at = 0; at < count; at++) bits.write(gaps[at]!, width)
  bits.finish()
}

class BitWriter {
  readonly #out: Bytes
  #byte = 0
  #used = 0

  constructor(out: Bytes) {
    this.#out = out
  }

  write(value: number, width: number): void {
    let rest = value
    for (let left = width; left > 0; ) {
      const taken = Math.min(left, 8 - this.#used)
      this.#byte |= (rest & ((1 << taken) - 1)) << this.#used
      rest >>>= taken
      left -= taken
      this.#used += taken
      if (this.#used === 8) this.finish()
    }
  }

  finish(): void {
    if (this.#used > 0) this.#out.push(this.#byte)
    this.#byte = 0
    this.#used = 0
  }
}

/** Reads groups of places, posting by posting. */
export class PlaceGroupReader {
  readonly #bytes: Uint8Array
  #width = 0
  #flags = 0
  #gaps = 0
  /** The place in the group that comes next. */
  #next = 0
  /** Where the next group begins. */
  end = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Goes to the group that begins there. */
  open(at: number): void {
    let place = at
    this.#width = this.#bytes[place++]!
    let count = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[place++]!
      count |= (byte & 127) << shift
      if (byte < 128) break
    }
    this.#flags = place
    this.#gaps = place + ((count + 7) >>> 3)
    this.end = this.#gaps + Math.ceil((count * this.#width) / 8)
    this.#next = 0
  }

  /** Leaves out postings. */
  skip(postings: number): void {
    let left = postings
    // The last place of a posting has a bit that is 0: whole bytes of them are counted at once.
    while ((this.#next & 7) !== 0 && left > 0) {
      if (!this.#follows()) left--
      this.#next++
    }
    for (;;) {
      const ended = ZEROS[this.#bytes[this.#flags + (this.#next >>> 3)]!]!
      if (ended >= left) break
      left -= ended
      this.#next += 8
    }
    for (; left > 0; this.#next++) if (!this.#follows()) left--
  }

  /** Calls with the places of the next posting, ascending. */
  each(visit: (place: number) => void): void {
    let place = -1
    for (let more = true; more; this.#next++) {
      more = this.#follows()
      place += this.#gapAt(this.#next)
      visit(place)
    }
  }

  /** The places of the next posting, ascending, behind what is in a list. */
  read(out: GrowingArray<Int32Array>): void {
    let place = -1
    for (let more = true; more; this.#next++) {
      more = this.#follows()
      place += this.#gapAt(this.#next)
      out.push(place)
    }
  }

  #follows(): boolean {
    return ((this.#bytes[this.#flags + (this.#next >>> 3)]! >>> (this.#next & 7)) & 1) === 1
  }

  #gapAt(index: number): number {
    const bit = index * this.#width
    let at = this.#gaps + Math.floor(bit / 8)
    let used = bit & 7
    if (this.#width + used <= 16) {
      const both = this.#bytes[at]! | (this.#bytes[at + 1]! << 8)
      return (both >>> used) & ((1 << this.#width) - 1)
    }
    let value = 0
    for (let got = 0; got < this.#width; ) {
      const taken = Math.min(this.#width - got, 8 - used)
      value |= ((this.#bytes[at++]! >>> used) & ((1 << taken) - 1)) << got
      got += taken
      used = 0
    }
    return value
  }
}

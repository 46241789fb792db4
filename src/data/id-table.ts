const MIN_SLOTS = 1024

/** 64 bits of an id, as two unsigned halves. */
export interface Fingerprint {
  low: number
  high: number
}

/** Whether the record at an offset has this id. */
export type Holds = (offset: number, id: string) => boolean

/**
 * Places by the fingerprint of an id: an open-addressed table with linear probing.
 *
 * Two ids may have one fingerprint: a {@link Holds} settles whether a place is that of the id that is looked for.
 *
 * @remarks O(1) a call; 12 bytes a slot, 24 to 48 bytes an id.
 */
export class IdTable {
  #low: Uint32Array
  #high: Uint32Array
  /** 0 marks a free slot: places begin at 1. */
  #places: Uint32Array
  #count = 0

  /** @param slots - a power of two, so that a table that will grow as large as another need not grow step by step */
  constructor(slots = MIN_SLOTS) {
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
    this.#places = new Uint32Array(slots)
  }

  get size(): number {
    return this.#count
  }

  get slots(): number {
    return this.#places.length
  }

  /** Whether the id is known: `holds` is asked about every place of its fingerprint, counted from `origin`. */
  has({ low, high }: Fingerprint, id: string, origin: number, holds: Holds): boolean {
    const mask = this.#places.length - 1
    for (let slot = low & mask; this.#places[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#low[slot] !== low || this.#high[slot] !== high) continue
      if (holds(origin + (this.#places[slot] ?? 0), id)) return true
    }
    return false
  }

  /** @param place - from 1 to 2^32 - 1 */
  add({ low, high }: Fingerprint, place: number): void {
    if (this.#count * 2 >= this.#places.length) this.#grow()
    this.#put(low, high, place)
    this.#count++
  }

  /** Takes one entry out again; without effect when it is not there. */
  remove({ low, high }: Fingerprint, place: number): void {
    const mask = this.#places.length - 1
    let slot = low & mask
    while (this.#places[slot] !== 0 && !(this.#places[slot] === place && this.#high[slot] === high)) {
      slot = (slot + 1) & mask
    }
    if (this.#places[slot] === 0) return
    this.#count--
    this.#close(slot)
  }

  /** Frees a slot and moves up what stands behind it (Knuth, volume 3, 6.4, algorithm R). */
  #close(freed: number): void {
    const mask = this.#places.length - 1
    let hole = freed
    for (let slot = (hole + 1) & mask; this.#places[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (this.#low[slot] ?? 0) & mask
      // It may move to the hole unless its home lies behind the hole.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      this.#low[hole] = this.#low[slot] ?? 0
      this.#high[hole] = this.#high[slot] ?? 0
      this.#places[hole] = this.#places[slot] ?? 0
      hole = slot
    }
    this.#places[hole] = 0
  }

  #put(low: number, high: number, place: number): void {
    const mask = this.#places.length - 1
    let slot = low & mask
    while (this.#places[slot] !== 0) slot = (slot + 1) & mask
    this.#low[slot] = low
    this.#high[slot] = high
    this.#places[slot] = place
  }

  #grow(): void {
    const [low, high, places] = [this.#low, this.#high, this.#places]
    const slots = places.length * 2
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
    this.#places = new Uint32Array(slots)
    for (let from = 0; from < places.length; from++) {
      if (places[from] !== 0) this.#put(low[from] ?? 0, high[from] ?? 0, places[from] ?? 0)
    }
  }
}

/** Writes the fingerprint of an id into `into`, so that a lookup allocates nothing. */
export function fingerprintOf(id: string, into: Fingerprint): Fingerprint {
  into.low = hash(id, 0x811c9dc5)
  into.high = hash(id, 0x9747b28c)
  return into
}

/** MurmurHash3's rounds over UTF-16 code units, unsigned. */
function hash(id: string, seed: number): number {
  let h = seed ^ id.length
  for (let index = 0; index < id.length; index++) {
    h = Math.imul(h ^ id.charCodeAt(index), 0xcc9e2d51)
    h = (h << 13) | (h >>> 19)
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

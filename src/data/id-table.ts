const MIN_SLOTS = 1024

/** 64 bits of an id, as two unsigned halves. */
export interface Fingerprint {
  low: number
  high: number
}

/** Whether the record at an offset has this id. */
export type Holds = (offset: number, id: string) => boolean

/** A slot is three neighbouring numbers, so that a look at it is one look at the memory: place, low, high. */
const STRIDE = 3

/**
 * Places by the fingerprint of an id: an open-addressed table with linear probing.
 *
 * Two ids may have one fingerprint: a {@link Holds} settles whether a place is that of the id that is looked for.
 *
 * @remarks O(1) a call; 12 bytes a slot, 24 to 48 bytes an id.
 */
export class IdTable {
  /** A place of 0 marks a free slot: places begin at 1. */
  #slots: Uint32Array
  #count = 0

  /** @param slots - a power of two, so that a table that will grow as large as another need not grow step by step */
  constructor(slots = MIN_SLOTS) {
    this.#slots = new Uint32Array(slots * STRIDE)
  }

  get size(): number {
    return this.#count
  }

  get slots(): number {
    return this.#slots.length / STRIDE
  }

  /** The place of an id, 0 when it is not known: `holds` is asked about every place of its fingerprint, counted from `origin`. */
  find({ low, high }: Fingerprint, id: string, origin: number, holds: Holds): number {
    const table = this.#slots
    const mask = table.length / STRIDE - 1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * STRIDE
      const place = table[at] ?? 0
      if (place === 0) return 0
      if (table[at + 1] === low && table[at + 2] === high && holds(origin + place, id)) return place
    }
  }

  /** @param place - from 1 to 2^32 - 1 */
  add({ low, high }: Fingerprint, place: number): void {
    if (this.#count * 2 >= this.slots) this.#grow()
    put(this.#slots, low, high, place)
    this.#count++
  }

  /** Takes one entry out again; without effect when it is not there. */
  remove({ low, high }: Fingerprint, place: number): void {
    const table = this.#slots
    const mask = this.slots - 1
    let slot = low & mask
    while (table[slot * STRIDE] !== 0 && !(table[slot * STRIDE] === place && table[slot * STRIDE + 2] === high)) {
      slot = (slot + 1) & mask
    }
    if (table[slot * STRIDE] === 0) return
    this.#count--
    closeSlot(table, slot)
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 2)
    for (let at = 0; at < before.length; at += STRIDE) {
      if (before[at] !== 0) put(this.#slots, before[at + 1] ?? 0, before[at + 2] ?? 0, before[at] ?? 0)
    }
  }
}

function put(table: Uint32Array, low: number, high: number, place: number): void {
  const mask = table.length / STRIDE - 1
  let slot = low & mask
  while (table[slot * STRIDE] !== 0) slot = (slot + 1) & mask
  table[slot * STRIDE] = place
  table[slot * STRIDE + 1] = low
  table[slot * STRIDE + 2] = high
}

/** Frees a slot and moves up what stands behind it (Knuth, volume 3, 6.4, algorithm R). */
function closeSlot(table: Uint32Array, freed: number): void {
  const mask = table.length / STRIDE - 1
  let hole = freed
  for (let slot = (hole + 1) & mask; table[slot * STRIDE] !== 0; slot = (slot + 1) & mask) {
    const home = (table[slot * STRIDE + 1] ?? 0) & mask
    // It may move to the hole unless its home lies behind the hole.
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue
    table.copyWithin(hole * STRIDE, slot * STRIDE, slot * STRIDE + STRIDE)
    hole = slot
  }
  table[hole * STRIDE] = 0
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

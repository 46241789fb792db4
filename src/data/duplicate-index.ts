import { SluiceError } from '../foundation/index.ts'
import { type Fingerprint, fingerprintOf, type Holds, IdTable } from './id-table.ts'

/** Records within which a repeated id is known, unless the log is opened with another number. */
export const DEFAULT_HORIZON = 4_000_000
const MAX_HORIZON = 100_000_000

/** @throws SluiceError `OUT_OF_RANGE` when it is not a whole number from 1 to 100,000,000 */
export function requireHorizon(events: number): number {
  if (Number.isInteger(events) && events >= 1 && events <= MAX_HORIZON) return events
  throw new SluiceError(
    'OUT_OF_RANGE',
    `deduplication.events: expected a whole number from 1 to ${MAX_HORIZON}, got ${events}; ${DEFAULT_HORIZON} is the default`,
  )
}

/**
 * Which ids the newest part of the log holds. Offsets are divided into generations of `horizon` each; the ids of the
 * current one and of the one before are known, so that an id is known within at least `horizon` and less than twice
 * as many records, and what is known is a function of the log alone: a log that is opened again gives the same answers.
 *
 * A fingerprint is a hint; `holds(offset, id)` settles it against the log itself, so that the answer is exact.
 *
 * @remarks O(1) a call; 24 to 48 bytes an id, at most twice the horizon of them: 200 MB for 4 million.
 */
export class DuplicateIndex {
  readonly #horizon: number
  readonly #holds: Holds
  readonly #generations = new Map<number, IdTable>()
  readonly #fingerprint: Fingerprint = { low: 0, high: 0 }

  constructor(horizon: number, holds: Holds) {
    this.#horizon = horizon
    this.#holds = holds
  }

  /** The offset from which on ids are known when `next` is the offset to be given. */
  static firstKnown(horizon: number, next: number): number {
    return Math.max(0, generationOf(next, horizon) - 1) * horizon + 1
  }

  /** Ids in memory. */
  get size(): number {
    return [...this.#generations.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Records that `id` stands at `offset`, unless it is known there; says whether it was new. */
  addIfNew(id: string, offset: number): boolean {
    const generation = generationOf(offset, this.#horizon)
    const fingerprint = fingerprintOf(id, this.#fingerprint)
    if (this.#find(generation, fingerprint, id) || this.#find(generation - 1, fingerprint, id)) return false
    this.#tableOf(generation).add(fingerprint, offset - generation * this.#horizon)
    return true
  }

  /** Where the record of an id stands, when it is among those known at a head of the log; undefined when it is not. */
  offsetOf(id: string, head: number): number | undefined {
    const generation = generationOf(head + 1, this.#horizon)
    const fingerprint = fingerprintOf(id, this.#fingerprint)
    const offset = this.#find(generation, fingerprint, id) || this.#find(generation - 1, fingerprint, id)
    return offset === 0 ? undefined : offset
  }

  /** Takes back what {@link addIfNew} recorded, when the record did not reach the log after all. */
  remove(id: string, offset: number): void {
    const generation = generationOf(offset, this.#horizon)
    const place = offset - generation * this.#horizon
    this.#generations.get(generation)?.remove(fingerprintOf(id, this.#fingerprint), place)
  }

  /** Drops what can no longer be asked for once the log has reached `head`. */
  forgetBefore(head: number): void {
    const oldest = generationOf(head + 1, this.#horizon) - 1
    for (const generation of this.#generations.keys()) {
      if (generation < oldest) this.#generations.delete(generation)
    }
  }

  /** The offset of an id in a generation, 0 when it is not there. */
  #find(generation: number, fingerprint: Fingerprint, id: string): number {
    const origin = generation * this.#horizon
    const place = this.#generations.get(generation)?.find(fingerprint, id, origin, this.#holds) ?? 0
    return place === 0 ? 0 : origin + place
  }

  #tableOf(generation: number): IdTable {
    const known = this.#generations.get(generation)
    if (known !== undefined) return known
    const table = new IdTable(this.#generations.get(generation - 1)?.slots)
    this.#generations.set(generation, table)
    return table
  }
}

/** Generation g holds the offsets from g * horizon + 1 to (g + 1) * horizon. */
function generationOf(offset: number, horizon: number): number {
  return Math.floor((offset - 1) / horizon)
}

import { assert } from '../foundation/index.ts'
import { batchCount } from './batch-codec.ts'
import type { JournaledWrites, NumberedWrites } from './journal-frame.ts'
import { LAST_COMMIT } from './log-facts.ts'

/**
 * Commits that stand in the journal and not yet in the store, by what they write: what is read of a log is read here
 * first.
 */
export class PendingCommits {
  readonly #commits: NumberedWrites[] = []
  /** First offsets of the batches, rising. */
  #keys: number[] = []
  readonly #batches = new Map<number, Buffer>()
  readonly #rows = new Map<number, Buffer>()
  #facts = new Map<string, unknown>()
  #bytes = 0

  get isEmpty(): boolean {
    return this.#commits.length === 0
  }

  /** The number of the last commit; 0 without one. */
  get last(): number {
    return this.#commits.at(-1)?.number ?? 0
  }

  /** Bytes of their frames. */
  get bytes(): number {
    return this.#bytes
  }

  /** First offsets of the batches, rising. */
  get keys(): readonly number[] {
    return this.#keys
  }

  get facts(): ReadonlyMap<string, unknown> {
    return this.#facts
  }

  /** The last offset of the batches; 0 without one. */
  get lastOffset(): number {
    const key = this.#keys.at(-1)
    return key === undefined ? 0 : key + batchCount(this.#batches.get(key)!) - 1
  }

  /** Adds the commit that follows the last. */
  add(commit: NumberedWrites): void {
    assert(this.isEmpty || commit.number === this.last + 1, 'commits follow each other')
    this.#commits.push(commit)
    this.#bytes += commit.bytes
    for (const [key, bytes] of commit.writes.batches) {
      this.#keys.push(key)
      this.#batches.set(key, bytes)
    }
    for (const [key, row] of commit.writes.subjects) this.#rows.set(key, row)
    for (const [name, value] of commit.writes.facts) this.#facts.set(name, value)
  }

  /** Lets go of the commits up to a number: the store has them. */
  dropUpTo(number: number): void {
    const count = this.#commits.findLastIndex((commit) => commit.number <= number) + 1
    if (count === 0) return
    let batches = 0
    for (const { writes, bytes } of this.#commits.splice(0, count)) {
      this.#bytes -= bytes
      for (const [key] of writes.batches) this.#batches.delete(key)
      for (const [key] of writes.subjects) this.#rows.delete(key)
      batches += writes.batches.length
    }
    this.#keys = this.#keys.slice(batches)
    this.#facts = new Map(this.#commits.flatMap(({ writes }) => [...writes.facts]))
  }

  batchAt(key: number): Buffer | undefined {
    return this.#batches.get(key)
  }

  rowAt(key: number): Buffer | undefined {
    return this.#rows.get(key)
  }

  /** First offset of the batch that holds an offset, or would hold it; undefined before the first batch. O(log n). */
  keyFor(offset: number): number | undefined {
    return this.#keys[this.#firstAbove(offset) - 1]
  }

  /** First offsets from one on, both ends included. */
  keysBetween(start: number, end: number, limit: number): readonly number[] {
    const from = this.#firstAbove(start - 1)
    return this.#keys.slice(from, Math.min(from + limit, this.#firstAbove(end)))
  }

  #firstAbove(offset: number): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#keys[middle]! <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** All of them as one commit. */
  merged(): JournaledWrites {
    return mergeWrites(this.#commits.map(({ writes }) => writes))
  }
}

/** Commits that follow each other as one: of a fact the last value holds, but its records begin where the first's do. */
export function mergeWrites(commits: readonly JournaledWrites[]): JournaledWrites {
  const facts = new Map<string, unknown>()
  for (const commit of commits) {
    for (const [name, value] of commit.facts) if (name !== LAST_COMMIT || !facts.has(name)) facts.set(name, value)
  }
  return {
    batches: commits.flatMap(({ batches }) => batches),
    subjects: commits.flatMap(({ subjects }) => subjects),
    facts: [...facts],
  }
}

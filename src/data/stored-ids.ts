import { decodeBatch } from './batch-codec.ts'
import type { LogStorage } from './log-storage.ts'

/** Batches whose ids stay in memory; repetitions are mostly of late, or come in the order of the first time. */
const KEPT_BATCHES = 64

/** Tells which id stands at an offset of the log, keeping the ids of the batches that were asked for last. */
export class StoredIds {
  readonly #storage: LogStorage
  /** Ids by first offset of their batch, least recently used first. */
  readonly #kept = new Map<number, readonly (string | undefined)[]>()
  /** The batch that was asked for last: repetitions in their first order need no search. */
  #lastKey = 0
  #lastIds: readonly (string | undefined)[] = []

  constructor(storage: LogStorage) {
    this.#storage = storage
  }

  /** O(1) when the batch is kept, otherwise one batch is read. */
  idAt(offset: number): string | undefined {
    if (offset < this.#lastKey || offset >= this.#lastKey + this.#lastIds.length) {
      const key = this.#storage.batchKeyFor(offset)
      if (key === undefined) return undefined
      this.#lastKey = key
      this.#lastIds = this.#idsOf(key)
    }
    return this.#lastIds[offset - this.#lastKey]
  }

  #idsOf(key: number): readonly (string | undefined)[] {
    const ids = this.#kept.get(key) ?? this.#readIds(key)
    this.#kept.delete(key)
    this.#kept.set(key, ids)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_BATCHES) break
      this.#kept.delete(oldest)
    }
    return ids
  }

  #readIds(key: number): readonly (string | undefined)[] {
    const bytes = this.#storage.batchAt(key)
    return bytes === undefined ? [] : decodeBatch(key, bytes).map((record) => record?.id)
  }
}

import { decodeBatch } from './batch-codec.ts'
import type { LogStorage } from './log-storage.ts'

/** Batches whose ids stay in memory; repetitions are mostly of late, or come in the order of the first time. */
const KEPT_BATCHES = 64

/** Tells which id stands at an offset of the log, keeping the ids of the batches that were asked for last. */
export class StoredIds {
  readonly #storage: LogStorage
  /** Ids by first offset of their batch, least recently used first. */
  readonly #kept = new Map<number, readonly string[]>()

  constructor(storage: LogStorage) {
    this.#storage = storage
  }

  /** O(1) when the batch is kept, otherwise one batch is read. */
  idAt(offset: number): string | undefined {
    const key = this.#storage.batchKeyFor(offset)
    return key === undefined ? undefined : this.#idsOf(key)[offset - key]
  }

  #idsOf(key: number): readonly string[] {
    const ids = this.#kept.get(key) ?? this.#readIds(key)
    this.#kept.delete(key)
    this.#kept.set(key, ids)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_BATCHES) break
      this.#kept.delete(oldest)
    }
    return ids
  }

  #readIds(key: number): readonly string[] {
    const bytes = this.#storage.batchAt(key)
    return bytes === undefined ? [] : decodeBatch(key, bytes).map(({ id }) => id)
  }
}

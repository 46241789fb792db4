/** As many maps as there are numbers of six bits. */
const SHARDS = 64
/** So many letters of the end of a key choose its map; ids differ at their ends. */
const HASHED = 8

/**
 * A map from text that never stops to make room for all of its entries at once, as one of a million takes 70 milliseconds
 * to: its entries are in several.
 */
export class ShardedMap<Value> {
  readonly #shards: readonly Map<string, Value>[] = Array.from({ length: SHARDS }, () => new Map())
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: string): Value | undefined {
    return this.#shardOf(key).get(key)
  }

  has(key: string): boolean {
    return this.#shardOf(key).has(key)
  }

  set(key: string, value: Value): void {
    const shard = this.#shardOf(key)
    const before = shard.size
    shard.set(key, value)
    this.#size += shard.size - before
  }

  /** @returns whether there was one */
  delete(key: string): boolean {
    if (!this.#shardOf(key).delete(key)) return false
    this.#size--
    return true
  }

  #shardOf(key: string): Map<string, Value> {
    let hash = key.length
    for (let place = Math.max(0, key.length - HASHED); place < key.length; place++) {
      hash = Math.imul(hash, 31) + key.charCodeAt(place)
    }
    return this.#shards[(hash ^ (hash >>> 6) ^ (hash >>> 12)) & (SHARDS - 1)]!
  }
}

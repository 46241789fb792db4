/** A map that forgets its oldest entry when it grows beyond a size. */
export class BoundedMap<Key, Value> {
  readonly #size: number
  readonly #entries = new Map<Key, Value>()
  /** Goes on from entry to entry as they are forgotten: a new iterator would pass all that were deleted before. */
  readonly #oldest = this.#entries.keys()

  constructor(size: number) {
    this.#size = size
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  has(key: Key): boolean {
    return this.#entries.has(key)
  }

  /** Sets an entry, which becomes the newest. */
  set(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#size) return
    const oldest = this.#oldest.next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }

  keys(): Iterable<Key> {
    return this.#entries.keys()
  }

  /** Oldest first. */
  entries(): Iterable<[Key, Value]> {
    return this.#entries.entries()
  }

  values(): Iterable<Value> {
    return this.#entries.values()
  }
}

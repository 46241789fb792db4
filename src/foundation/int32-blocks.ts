/**
 * Blocks of 32-bit whole numbers in one arena, each of a power of two; a block that is given back is used again.
 * The same memory can be read as bytes. A block moves only by being taken anew, but {@link words} and {@link bytes}
 * are other arrays after every {@link take}.
 */
export class Int32Blocks {
  words: Int32Array = new Int32Array(1024)
  bytes: Uint8Array = new Uint8Array(this.words.buffer)
  #used = 0
  /** Starts of free blocks by the logarithm of their length. */
  readonly #free: number[][] = []

  /** The start of a block of zeros. */
  take(length: number): number {
    const reused = this.#free[31 - Math.clz32(length)]?.pop()
    if (reused !== undefined) {
      this.words.fill(0, reused, reused + length)
      return reused
    }
    const start = this.#used
    this.#used += length
    if (this.#used > this.words.length) {
      const grown = new Int32Array(Math.max(this.#used, this.words.length * 2))
      grown.set(this.words)
      this.words = grown
      this.bytes = new Uint8Array(grown.buffer)
    }
    return start
  }

  giveBack(start: number, length: number): void {
    const size = 31 - Math.clz32(length)
    const list = this.#free[size]
    if (list) list.push(start)
    else {
      while (this.#free.length <= size) this.#free.push([])
      this.#free[size]!.push(start)
    }
  }
}

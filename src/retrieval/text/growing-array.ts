type Numbers = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array

/** Numbers that are added one by one; grows by half as it must. */
export class GrowingArray<Kind extends Numbers> {
  #values: Kind
  length = 0

  /** @param empty - an array of the kind that is wanted */
  constructor(empty: Kind) {
    this.#values = empty
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow()
    this.#values[this.length++] = value
  }

  get(place: number): number {
    return this.#values[place]!
  }

  /** Replaces what was added before. */
  set(place: number, value: number): void {
    this.#values[place] = value
  }

  /** A view of what was added; of no use once more is added. */
  view(): Kind {
    return this.#values.subarray(0, this.length) as Kind
  }

  /** Holds other values from now on: a copy of bytes that a view had. */
  take(bytes: Uint8Array): void {
    const Kind = this.#values.constructor as new (buffer: ArrayBuffer) => Kind
    this.#values = new Kind(bytes.slice().buffer)
    this.length = this.#values.length
  }

  #grow(): void {
    const grown = new (this.#values.constructor as new (length: number) => Kind)(
      Math.max(1024, Math.ceil(this.#values.length * 1.5)),
    )
    grown.set(this.#values)
    this.#values = grown
  }
}

import { assert } from './sluice-error.ts'

const encoder = new TextEncoder()

/** A growing little-endian buffer; {@link ByteReader} reads it back. Typed arrays are aligned to 8 bytes. */
export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(initialBytes = 1024) {
    this.#bytes = new Uint8Array(initialBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** A copy of what was written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  uint32(value: number): this {
    const start = this.#reserve(4)
    this.#view.setUint32(start, value, true)
    return this
  }

  float64(value: number): this {
    const start = this.#reserve(8)
    this.#view.setFloat64(start, value, true)
    return this
  }

  /** UTF-8 with its length before it. Half a surrogate pair has no UTF-8: use {@link json} for text from outside. */
  text(value: string): this {
    assert(value.isWellFormed(), 'text is well-formed UTF-16')
    return this.bytes(encoder.encode(value))
  }

  /** Raw bytes with their length before them. */
  bytes(value: Uint8Array): this {
    this.uint32(value.length)
    const start = this.#reserve(value.length)
    this.#bytes.set(value, start)
    return this
  }

  /** Any value that JSON can hold. */
  json(value: unknown): this {
    return this.text(JSON.stringify(value))
  }

  float64s(values: Float64Array): this {
    return this.#array(values)
  }

  float32s(values: Float32Array): this {
    return this.#array(values)
  }

  int32s(values: Int32Array): this {
    return this.#array(values)
  }

  uint32s(values: Uint32Array): this {
    return this.#array(values)
  }

  #array(values: Float64Array | Float32Array | Int32Array | Uint32Array): this {
    this.uint32(values.length)
    this.#reserve((8 - (this.#length % 8)) % 8)
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    const start = this.#reserve(bytes.length)
    this.#bytes.set(bytes, start)
    return this
  }

  /** Makes room; the buffer may be another one afterwards. */
  #reserve(count: number): number {
    const start = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, start))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return start
  }
}

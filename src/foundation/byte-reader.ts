import { SluiceError } from './sluice-error.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads what {@link ByteWriter} wrote, in the same order. Arrays are copies.
 *
 * @throws SluiceError with the code given at construction when the bytes end too soon or are not what is read
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #code: 'MODEL_CORRUPT' | 'DIRECTORY_CORRUPT'
  #position = 0

  constructor(bytes: Uint8Array, code: 'MODEL_CORRUPT' | 'DIRECTORY_CORRUPT') {
    // Not as it comes: the "slice" of a Node Buffer is no copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#code = code
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  text(): string {
    const bytes = this.bytes()
    try {
      return decoder.decode(bytes)
    } catch (cause) {
      throw this.#corrupt('text that is not UTF-8', cause)
    }
  }

  bytes(): Uint8Array {
    const length = this.uint32()
    const start = this.#advance(length)
    return this.#bytes.slice(start, start + length)
  }

  /** Everything that was not read yet; a view, not a copy. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#advance(this.#bytes.length - this.#position))
  }

  json(): unknown {
    const text = this.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw this.#corrupt('text that is not JSON', cause)
    }
  }

  float64s(): Float64Array {
    return new Float64Array(this.#array(8))
  }

  float32s(): Float32Array {
    return new Float32Array(this.#array(4))
  }

  int32s(): Int32Array {
    return new Int32Array(this.#array(4))
  }

  uint32s(): Uint32Array {
    return new Uint32Array(this.#array(4))
  }

  #array(bytesEach: number): ArrayBuffer {
    const length = this.uint32() * bytesEach
    this.#advance((8 - (this.#position % 8)) % 8)
    const start = this.#advance(length)
    return this.#bytes.slice(start, start + length).buffer
  }

  #advance(count: number): number {
    const start = this.#position
    if (start + count > this.#bytes.length) throw this.#corrupt('an end that comes too soon')
    this.#position = start + count
    return start
  }

  #corrupt(what: string, cause?: unknown): SluiceError {
    return new SluiceError(
      this.#code,
      `stored bytes: expected ${this.#bytes.length} whole bytes, got ${what} at byte ${this.#position}; restore the file or rebuild it`,
      { cause },
    )
  }
}

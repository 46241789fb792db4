import { assert, SluiceError } from '../sluice-error.ts'

const PAGE_BYTES = 65_536
/** Every allocation starts on a cache line. */
const ALIGNMENT = 64

/**
 * Typed arrays inside the memory of the kernels, handed out one after the other. What is no longer needed goes all
 * together: everything since a mark, or everything.
 *
 * Views stay valid when the memory grows, and are zero when they are handed out.
 */
export class KernelArena {
  readonly #memory: WebAssembly.Memory
  readonly #start: number
  readonly #maximumBytes: number
  readonly #buffers = new WeakSet<ArrayBufferLike>()
  #next: number
  /** Nothing beyond was ever handed out: it is zero as it is, and stays untouched until it is used. */
  #touched: number

  constructor(memory: WebAssembly.Memory, start: number, maximumBytes: number) {
    this.#memory = memory
    this.#start = alignUp(start)
    this.#maximumBytes = maximumBytes
    this.#next = this.#start
    this.#touched = this.#start
  }

  /** How many bytes are handed out. */
  get usedBytes(): number {
    return this.#next - this.#start
  }

  float64s(length: number): Float64Array {
    return new Float64Array(...this.#place(length, 8))
  }

  float32s(length: number): Float32Array {
    return new Float32Array(...this.#place(length, 4))
  }

  int32s(length: number): Int32Array {
    return new Int32Array(...this.#place(length, 4))
  }

  uint32s(length: number): Uint32Array {
    return new Uint32Array(...this.#place(length, 4))
  }

  int16s(length: number): Int16Array {
    return new Int16Array(...this.#place(length, 2))
  }

  int8s(length: number): Int8Array {
    return new Int8Array(...this.#place(length, 1))
  }

  uint8s(length: number): Uint8Array {
    return new Uint8Array(...this.#place(length, 1))
  }

  /** A place to {@link release} to. */
  mark(): number {
    return this.#next
  }

  /** Takes back everything handed out since the mark; views onto it must not be used any more. */
  release(mark: number): void {
    assert(mark >= this.#start && mark <= this.#next, 'a mark lies within what is handed out')
    this.#next = mark
  }

  /** Takes back everything. */
  reset(): void {
    this.#next = this.#start
  }

  /** The byte offset of a view that this arena handed out, as the compiled functions want it. */
  offsetOf(view: ArrayBufferView): number {
    assert(this.#buffers.has(view.buffer), 'a kernel reads and writes arrays of its own arena alone')
    return view.byteOffset
  }

  #place(length: number, bytesEach: number): [SharedArrayBuffer, number, number] {
    const offset = this.#next
    const end = alignUp(offset + length * bytesEach)
    this.#require(end)
    this.#next = end
    const buffer = this.#memory.buffer as unknown as SharedArrayBuffer
    this.#buffers.add(buffer)
    const used = Math.min(end, this.#touched)
    if (used > offset) new Uint8Array(buffer, offset, used - offset).fill(0)
    this.#touched = Math.max(end, this.#touched)
    return [buffer, offset, length]
  }

  #require(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength
    if (missing <= 0) return
    if (bytes > this.#maximumBytes) throw tooLarge(bytes, this.#maximumBytes)
    try {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES))
    } catch (cause) {
      throw tooLarge(bytes, this.#maximumBytes, cause)
    }
  }
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

function tooLarge(bytes: number, maximumBytes: number, cause?: unknown): SluiceError {
  return new SluiceError(
    'LIMIT_EXCEEDED',
    `kernel memory: expected at most ${maximumBytes} bytes, got a need of ${bytes}; use less data or a smaller model`,
    { cause },
  )
}

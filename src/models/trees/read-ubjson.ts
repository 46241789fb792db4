import { SluiceError } from '../../foundation/index.ts'

/** What Universal Binary JSON holds, as JSON would. */
export type UbjsonValue = null | boolean | number | string | UbjsonValue[] | { [name: string]: UbjsonValue }

const MAX_DEPTH = 64

/** Bytes of one number, and how it is read. */
const NUMBERS: Readonly<Record<string, { bytes: number; read(view: DataView, at: number): number }>> = {
  i: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U: { bytes: 1, read: (view, at) => view.getUint8(at) },
  I: { bytes: 2, read: (view, at) => view.getInt16(at) },
  l: { bytes: 4, read: (view, at) => view.getInt32(at) },
  L: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at)) },
  d: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  D: { bytes: 8, read: (view, at) => view.getFloat64(at) },
}

/**
 * Reads one value of Universal Binary JSON (draft 12), the binary form of XGBoost's models: all types but numbers of
 * arbitrary precision, and arrays with a count and a type.
 *
 * @throws SluiceError `MODEL_CORRUPT` when the bytes end too soon, go on after the value, or are something else
 * @remarks O(bytes).
 * @see https://ubjson.org
 */
export function readUbjson(bytes: Uint8Array): UbjsonValue {
  const reader = new UbjsonReader(bytes)
  const value = reader.value(reader.marker(), 0)
  reader.requireEnd()
  return value
}

class UbjsonReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The next type; `N` says nothing and is passed over. */
  marker(): string {
    for (;;) {
      const marker = String.fromCharCode(this.#bytes[this.#advance(1)]!)
      if (marker !== 'N') return marker
    }
  }

  value(marker: string, depth: number): UbjsonValue {
    if (depth > MAX_DEPTH) throw this.#corrupt(`at most ${MAX_DEPTH} levels`, 'more')
    if (marker in NUMBERS) return this.#number(marker)
    switch (marker) {
      case 'Z':
        return null
      case 'T':
        return true
      case 'F':
        return false
      case 'C':
        return String.fromCharCode(this.#bytes[this.#advance(1)]!)
      case 'S':
        return this.#text()
      case '[':
        return this.#array(depth)
      case '{':
        return this.#object(depth)
      default:
        throw this.#corrupt('a value', `the type "${marker}"`)
    }
  }

  requireEnd(): void {
    if (this.#position !== this.#bytes.length) throw this.#corrupt('the end', 'more bytes')
  }

  #array(depth: number): UbjsonValue[] {
    const { type, count } = this.#header()
    const values: UbjsonValue[] = []
    if (count !== undefined) {
      for (let index = 0; index < count; index++) values.push(this.value(type ?? this.marker(), depth + 1))
      return values
    }
    for (let marker = this.marker(); marker !== ']'; marker = this.marker()) values.push(this.value(marker, depth + 1))
    return values
  }

  #object(depth: number): { [name: string]: UbjsonValue } {
    const { type, count } = this.#header()
    const entries: [string, UbjsonValue][] = []
    const readEntry = () => {
      const name = this.#text()
      entries.push([name, this.value(type ?? this.marker(), depth + 1)])
    }
    if (count !== undefined) {
      for (let index = 0; index < count; index++) readEntry()
    } else {
      while (!this.#take('}')) readEntry()
    }
    return Object.fromEntries(entries)
  }

  /** The optional `$type#count` or `#count` of a container. */
  #header(): { type: string | undefined; count: number | undefined } {
    const type = this.#take('$') ? this.marker() : undefined
    // A type without bytes of its own would make a few bytes claim any number of values.
    if (type !== undefined && !(type in NUMBERS || 'CS[{'.includes(type))) throw this.#corrupt('a typed array', type)
    if (!this.#take('#')) {
      if (type !== undefined) throw this.#corrupt('a count after the type', 'none')
      return { type, count: undefined }
    }
    return { type, count: this.#length() }
  }

  #length(): number {
    const marker = this.marker()
    const length = marker in NUMBERS && marker !== 'd' && marker !== 'D' ? this.#number(marker) : -1
    if (length < 0 || length > this.#bytes.length - this.#position) throw this.#corrupt('a length', String(length))
    return length
  }

  #text(): string {
    const length = this.#length()
    const start = this.#advance(length)
    try {
      return this.#decoder.decode(this.#bytes.subarray(start, start + length))
    } catch (cause) {
      throw this.#corrupt('UTF-8', 'other bytes', cause)
    }
  }

  #number(marker: string): number {
    const { bytes, read } = NUMBERS[marker]!
    return read(this.#view, this.#advance(bytes))
  }

  #take(marker: string): boolean {
    if (this.#bytes[this.#position] !== marker.charCodeAt(0)) return false
    this.#position++
    return true
  }

  #advance(count: number): number {
    const start = this.#position
    if (start + count > this.#bytes.length) throw this.#corrupt('more bytes', 'the end')
    this.#position = start + count
    return start
  }

  #corrupt(expected: string, got: string, cause?: unknown): SluiceError {
    return new SluiceError(
      'MODEL_CORRUPT',
      `UBJSON: expected ${expected} at byte ${this.#position}, got ${got}; save the model again`,
      { cause },
    )
  }
}

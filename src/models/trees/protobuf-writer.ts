const encoder = new TextEncoder()

/**
 * Builds one message of Protocol Buffers, field by field. Fields stand in the order of the calls; repeated ones are
 * called once an item, but for numbers, which are packed.
 *
 * @see https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = []

  /** A whole number from 0. */
  integer(field: number, value: number): this {
    return this.#add(varint(field << 3), varint(value))
  }

  float(field: number, value: number): this {
    return this.#add(varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer))
  }

  text(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value))
  }

  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.finish())
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint((field << 3) | 2), varint(value.length), value)
  }

  /** Whole numbers from 0. */
  integers(field: number, values: readonly number[]): this {
    return this.bytes(field, joined(values.map(varint)))
  }

  floats(field: number, values: readonly number[]): this {
    const bytes = new Uint8Array(values.length * 4)
    const view = new DataView(bytes.buffer)
    values.forEach((value, index) => {
      view.setFloat32(index * 4, value, true)
    })
    return this.bytes(field, bytes)
  }

  finish(): Uint8Array {
    return joined(this.#parts)
  }

  #add(...parts: Uint8Array[]): this {
    this.#parts.push(...parts)
    return this
  }
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

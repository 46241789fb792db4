import { type ByteReader, type ByteWriter, SluiceError } from '../../foundation/index.ts'

const ZEROS = 0
const WHOLE_NUMBERS = 1
const SINGLES = 2
const DOUBLES = 3

type NumberColumn = Float64Array | Int32Array | Uint32Array | Uint8Array

/**
 * Writes numbers in the smallest of four ways that keeps every bit: as nothing when all are 0, as whole numbers of 7
 * bits a byte, as singles or as doubles.
 */
export function writeColumn(writer: ByteWriter, values: NumberColumn): void {
  const kind = smallestKind(values)
  writer.uint32(kind).uint32(values.length)
  if (kind === WHOLE_NUMBERS) writer.bytes(wholeNumbers(values))
  else if (kind === SINGLES) writer.float32s(Float32Array.from(values))
  else if (kind === DOUBLES) writer.float64s(Float64Array.from(values))
}

/** Reads what {@link writeColumn} wrote. @throws SluiceError `MODEL_CORRUPT` */
export function readColumn(reader: ByteReader): Float64Array {
  const kind = reader.uint32()
  const length = reader.uint32()
  const values = readValues(reader, kind, length)
  if (values?.length === length) return values
  throw new SluiceError(
    'MODEL_CORRUPT',
    `tree ensemble: expected ${length} numbers of kind ${kind}, got others; train it again`,
  )
}

function readValues(reader: ByteReader, kind: number, length: number): Float64Array | undefined {
  // Zeros take no bytes: a false length must not take all memory.
  if (kind === ZEROS) return length < 2 ** 28 ? new Float64Array(length) : undefined
  if (kind === WHOLE_NUMBERS) return fromWholeNumbers(reader.bytes())
  if (kind === SINGLES) return Float64Array.from(reader.float32s())
  return kind === DOUBLES ? reader.float64s() : undefined
}

function smallestKind(values: NumberColumn): number {
  const all = (holds: (value: number) => boolean): boolean => values.every((value: number) => holds(value))
  if (all((value) => Object.is(value, 0))) return ZEROS
  if (all((value) => value >= 0 && value < 2 ** 32 && Number.isInteger(value) && !Object.is(value, -0)))
    return WHOLE_NUMBERS
  return all((value) => Object.is(Math.fround(value), value)) ? SINGLES : DOUBLES
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function wholeNumbers(values: NumberColumn): Uint8Array {
  const bytes = new Uint8Array(values.length * 5)
  let next = 0
  for (const value of values) {
    let rest = value >>> 0
    for (; rest > 127; rest >>>= 7) bytes[next++] = (rest & 127) | 128
    bytes[next++] = rest
  }
  return bytes.subarray(0, next)
}

function fromWholeNumbers(bytes: Uint8Array): Float64Array {
  const values = new Float64Array(bytes.length)
  let count = 0
  let factor = 1
  for (const byte of bytes) {
    values[count]! += (byte & 127) * factor
    factor *= 128
    if (byte > 127) continue
    count++
    factor = 1
  }
  return values.slice(0, count)
}

import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { fromHalves, toHalves } from './half-precision.ts'

/** A large table of a model: computed with in single precision, kept in single or in half precision. */
export class SingleTable {
  readonly values: Float32Array
  /** The common power of two of a table in half precision; undefined in single. */
  readonly halfScale: number | undefined

  constructor(values: Float32Array, halfScale?: number) {
    this.values = values
    this.halfScale = halfScale
  }

  /** About how many bytes {@link write} takes. */
  get byteLength(): number {
    return this.values.byteLength / (this.halfScale === undefined ? 1 : 2)
  }

  /** The table rounded to half precision, in which it is kept from then on. */
  inHalves(): SingleTable {
    const table = toHalves(this.values)
    const values = new Float32Array(this.values.length)
    fromHalves(table, values)
    return new SingleTable(values, table.scale)
  }

  write(writer: ByteWriter): void {
    if (this.halfScale === undefined) {
      writer.float32s(this.values)
      return
    }
    const { scale, halves } = toHalves(this.values, this.halfScale)
    writer.float64(scale).bytes(new Uint8Array(halves.buffer))
  }
}

/** Reads what {@link SingleTable.write} wrote. @throws SluiceError `MODEL_CORRUPT` */
export function readSingleTable(reader: ByteReader, precision: 'single' | 'half'): SingleTable {
  if (precision === 'single') return new SingleTable(reader.float32s())
  const scale = reader.float64()
  const halves = new Uint16Array(reader.bytes().buffer)
  const values = new Float32Array(halves.length)
  fromHalves({ scale, halves }, values)
  return new SingleTable(values, scale)
}

import { ByteWriter } from '../../foundation/index.ts'
import { readSingleTable, SingleTable } from '../compression/single-table.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import type { FeatureFields } from './feature-fields.ts'
import { expandSharedRows, type SharedRows } from './shared-rows.ts'

/** Version 1 holds factors in single precision, 2 in half, 3 rows that features share, in either. */
const NEWEST_VERSION = 3

/** What a file of a machine holds; see `FittedFactors`. */
interface StoredFactors {
  readonly featureCount: number
  readonly factorCount: number
  readonly fields?: FeatureFields | undefined
  readonly linear: Float32Array
  readonly factors: Float32Array
  /** Of factors in half precision; see `SingleTable`. */
  readonly halfScale?: number | undefined
  readonly shared?: SharedRows | undefined
  readonly epochs: number
  readonly validationLosses: Float64Array
}

export function writeFactorFile(kind: string, stored: StoredFactors): Uint8Array {
  const { featureCount, factorCount, fields, linear, shared, epochs, validationLosses } = stored
  const table = shared?.table ?? new SingleTable(stored.factors, stored.halfScale)
  const payload = new ByteWriter(linear.byteLength + table.byteLength + 4096)
    .uint32(featureCount)
    .uint32(factorCount)
    .uint32(epochs)
    .uint32(fields?.fieldCount ?? 0)
  if (fields !== undefined) payload.uint32s(fields.fields)
  payload.float64s(validationLosses).float32s(linear)
  const isHalf = table.halfScale !== undefined
  if (shared)
    payload
      .uint32(shared.ways)
      .float64(shared.seed)
      .uint32(isHalf ? 1 : 0)
  table.write(payload)
  return writeModelFile(kind, shared ? NEWEST_VERSION : isHalf ? 2 : 1, payload.finish())
}

/** @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function readFactorFile(kind: string, bytes: Uint8Array): StoredFactors {
  const { version, payload } = openModelFile(bytes, { kind, newestVersion: NEWEST_VERSION })
  const featureCount = payload.uint32()
  const factorCount = payload.uint32()
  const epochs = payload.uint32()
  const fieldCount = payload.uint32()
  const fields = fieldCount === 0 ? undefined : { fieldCount, fields: payload.uint32s() }
  const validationLosses = payload.float64s()
  const linear = payload.float32s()
  const stored = { featureCount, factorCount, epochs, fields, validationLosses, linear }
  if (version < NEWEST_VERSION) {
    const { values: factors, halfScale } = readSingleTable(payload, version === 1 ? 'single' : 'half')
    return { ...stored, factors, halfScale }
  }
  const [ways, seed] = [payload.uint32(), payload.float64()]
  const shared = { ways, seed, table: readSingleTable(payload, payload.uint32() === 1 ? 'half' : 'single') }
  const width = factorCount * Math.max(1, fieldCount)
  return { ...stored, shared, factors: expandSharedRows(shared, { featureCount, width, linear }) }
}

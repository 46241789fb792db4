import { ByteWriter } from '../../foundation/index.ts'
import { readSingleTable, SingleTable } from '../compression/single-table.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import type { FeatureFields } from './feature-fields.ts'

/** Of a machine in half precision; one in single precision is still written as version 1. */
const VERSION = 2

/** What a file of a machine holds; see `FittedFactors`. */
interface StoredFactors {
  readonly featureCount: number
  readonly factorCount: number
  readonly fields?: FeatureFields | undefined
  readonly linear: Float32Array
  readonly factors: Float32Array
  /** Of factors in half precision; see `SingleTable`. */
  readonly halfScale?: number | undefined
  readonly epochs: number
  readonly validationLosses: Float64Array
}

export function writeFactorFile(kind: string, stored: StoredFactors): Uint8Array {
  const { featureCount, factorCount, fields, linear, factors, halfScale, epochs, validationLosses } = stored
  const payload = new ByteWriter(linear.byteLength + factors.byteLength + 4096)
    .uint32(featureCount)
    .uint32(factorCount)
    .uint32(epochs)
    .uint32(fields?.fieldCount ?? 0)
  if (fields !== undefined) payload.uint32s(fields.fields)
  new SingleTable(factors, halfScale).write(payload.float64s(validationLosses).float32s(linear))
  return writeModelFile(kind, halfScale === undefined ? 1 : VERSION, payload.finish())
}

/** @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function readFactorFile(kind: string, bytes: Uint8Array): StoredFactors {
  const { version, payload } = openModelFile(bytes, { kind, newestVersion: VERSION })
  const featureCount = payload.uint32()
  const factorCount = payload.uint32()
  const epochs = payload.uint32()
  const fieldCount = payload.uint32()
  const fields = fieldCount === 0 ? undefined : { fieldCount, fields: payload.uint32s() }
  const validationLosses = payload.float64s()
  const linear = payload.float32s()
  const { values: factors, halfScale } = readSingleTable(payload, version === 1 ? 'single' : 'half')
  return { featureCount, factorCount, epochs, fields, validationLosses, linear, factors, halfScale }
}

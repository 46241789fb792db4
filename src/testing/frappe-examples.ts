import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { SparseExamples } from '../models/index.ts'

/** Clicks on apps in context: one-hot rows of ten fields. */
export interface FrappeExamples extends SparseExamples {
  /** Shape (featureCount,): the field of every feature. */
  readonly fields: Uint32Array
  readonly fieldCount: number
}

const FEATURES = 5_382
const FIELDS = 10

/**
 * The Frappe rows of a folder with `train.libfm.gz`: a line a row, the label (1 or -1), then one `feature:1` a field.
 *
 * @returns `undefined` when the file is not there
 */
export function readFrappe(directory: string): FrappeExamples | undefined {
  const file = `${directory}/train.libfm.gz`
  if (!existsSync(file)) return undefined
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  const indices = new Uint32Array(lines.length * FIELDS)
  const fields = new Uint32Array(FEATURES)
  lines.forEach((line, row) => {
    const features = line.split(' ').slice(1)
    features.forEach((feature, field) => {
      const index = Number.parseInt(feature, 10)
      indices[row * FIELDS + field] = index
      fields[index] = field
    })
  })
  return {
    rowCount: lines.length,
    featureCount: FEATURES,
    starts: Uint32Array.from({ length: lines.length + 1 }, (_, row) => row * FIELDS),
    indices,
    values: new Float64Array(indices.length).fill(1),
    labels: Float64Array.from(lines, (line) => (line.startsWith('1') ? 1 : 0)),
    fields,
    fieldCount: FIELDS,
  }
}

/** Some of the rows, in the order given. */
export function frappeRows(examples: FrappeExamples, rows: Uint32Array): FrappeExamples {
  const indices = new Uint32Array(rows.length * FIELDS)
  rows.forEach((row, place) => {
    indices.set(examples.indices.subarray(row * FIELDS, (row + 1) * FIELDS), place * FIELDS)
  })
  return {
    ...examples,
    rowCount: rows.length,
    starts: Uint32Array.from({ length: rows.length + 1 }, (_, row) => row * FIELDS),
    indices,
    values: new Float64Array(indices.length).fill(1),
    labels: Float64Array.from(rows, (row) => examples.labels[row]!),
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** Models of LightGBM's own command line and their data, which lie beside the repository and not in it. */
const SHARED = new URL('../../../shared/', import.meta.url)

/** The reason to skip what compares with LightGBM's files; `false` when they are there. */
export const lightgbmAbsent: false | string =
  existsSync(new URL('conformance/lightgbm/', SHARED)) && existsSync(new URL('data/lightgbm-examples/', SHARED))
    ? false
    : 'the models of LightGBM (../shared/conformance/lightgbm) or their data (../shared/data) are not there'

/** Of every model: the rows it was trained on, the rows it was tested on. */
export const LIGHTGBM_CASES = {
  binary: exampleFiles('binary_classification/binary'),
  regression: exampleFiles('regression/regression'),
  lambdarank: exampleFiles('lambdarank/rank'),
  multiclass: exampleFiles('multiclass_classification/multiclass'),
  'categorical-missing': caseFiles('conformance/lightgbm/categorical-missing', '.tsv.gz'),
} as const

/** Rows as they stand in a file, dense. */
export interface LightgbmRows {
  /** Shape (rowCount * featureCount,), row-major. */
  readonly rows: Float64Array
  /** Shape (rowCount,). */
  readonly labels: Float64Array
  readonly rowCount: number
  readonly featureCount: number
}

/** Where a file is. */
export function lightgbmPath(path: string): string {
  return fileURLToPath(new URL(path, SHARED))
}

/** The file of query sizes that belongs to a file of rows. */
export function lightgbmQueries(path: string): string {
  return path.replace(/\.gz$/, '.query.gz')
}

/** The text of a packed file. */
export function readLightgbmFile(path: string): string {
  return gunzipSync(readFileSync(lightgbmPath(path))).toString('utf8')
}

/** The first number of every line: labels, sizes of queries, scores. */
export function readLightgbmColumn(path: string): Float64Array {
  return Float64Array.from(linesOf(path), (line) => Number.parseFloat(line))
}

/** All numbers, line by line. */
export function readLightgbmNumbers(path: string): Float64Array {
  return Float64Array.from(linesOf(path).flatMap((line) => line.split('\t').map(Number)))
}

/**
 * The rows of a file: the label first, then cells with tabs between, or LibSVM with what is not named being 0.
 *
 * @param featureCount - absent: as many as the first row has cells, which LibSVM does not say
 */
export function readLightgbmRows(path: string, featureCount?: number): LightgbmRows {
  const lines = linesOf(path)
  const width = featureCount ?? lines[0]!.split('\t').length - 1
  const rows = new Float64Array(lines.length * width)
  for (const [row, line] of lines.entries()) {
    for (const [column, cell] of line.split(/\s+/).slice(1).entries()) {
      const [feature, value] = cell.includes(':') ? cell.split(':') : [column, cell]
      rows[row * width + Number(feature)] = Number(value)
    }
  }
  return { rows, labels: readLightgbmColumn(path), rowCount: lines.length, featureCount: width }
}

/** What LightGBM printed of a model's test rows after every iteration, by metric, in six digits. */
export function readLightgbmMetrics(model: keyof typeof LIGHTGBM_CASES): Readonly<Record<string, readonly number[]>> {
  const text = readFileSync(lightgbmPath(`conformance/lightgbm/${model}/training.json`), 'utf8')
  return (JSON.parse(text) as { test_metric_by_iteration: Record<string, number[]> }).test_metric_by_iteration
}

function linesOf(path: string): string[] {
  return readLightgbmFile(path).trimEnd().split('\n')
}

function exampleFiles(name: string): { train: string; test: string } {
  const start = `data/lightgbm-examples/${name}`
  return { train: `${start}.train.gz`, test: `${start}.test.gz` }
}

function caseFiles(folder: string, ending: string): { train: string; test: string } {
  return { train: `${folder}/train${ending}`, test: `${folder}/test${ending}` }
}

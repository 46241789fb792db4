import { closeSync, existsSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { type Random, randomFrom } from '../../src/foundation/index.ts'

/** A made-up table, written as LightGBM reads it: tabs, label first. */
export interface TreeDataShape {
  readonly rowCount: number
  readonly featureCount: number
  /** Share of the cells that are missing, in every second column. */
  readonly missing?: number | undefined
  /** Categories of the first column; absent: it is a number as the others. */
  readonly categories?: number | undefined
  /** Rows of a query, with grades from 0 to 4 as labels; absent: labels of 0 and 1. */
  readonly groupRows?: number | undefined
  readonly seed: number
}

const PIECE_ROWS = 2000
/** Grades of equal steps in the score. */
const GRADE_EDGES = [0.3, 1.2, 2, 2.8]

/**
 * Writes a table unless it is there already; with queries also `<file>.query`. A label hangs on some ten columns, by
 * slopes, products and waves, with noise: the best AUC is about .9. Parts of one shape that differ in `part` alone are
 * drawn from one law.
 */
export function writeTreeData(file: string, shape: TreeDataShape, part: string): void {
  if (existsSync(file)) return
  const random = randomFrom(shape.seed, 'tree data', part)
  const effects = categoryEffects(shape)
  const aside = `${file}.part`
  const handle = openSync(aside, 'w')
  for (let row = 0; row < shape.rowCount; row += PIECE_ROWS) {
    const count = Math.min(PIECE_ROWS, shape.rowCount - row)
    writeSync(handle, Array.from({ length: count }, () => line(shape, effects, random)).join(''))
  }
  closeSync(handle)
  if (shape.groupRows) writeFileSync(`${file}.query`, `${shape.groupRows}\n`.repeat(shape.rowCount / shape.groupRows))
  renameSync(aside, file)
}

function categoryEffects({ categories = 0, seed }: TreeDataShape): Float64Array {
  const random = randomFrom(seed, 'effects')
  return Float64Array.from({ length: categories }, () => random.normal())
}

function line(shape: TreeDataShape, effects: Float64Array, random: Random): string {
  const values = Float64Array.from({ length: shape.featureCount }, () => random.normal())
  const cells = Array.from(values, (value, column) => {
    const isMissing = shape.missing !== undefined && column % 2 === 1 && random.uniform() < shape.missing
    return isMissing ? 'nan' : value.toFixed(4)
  })
  let score = signal(values)
  if (effects.length > 0) {
    const category = Math.floor(random.uniform() ** 2 * effects.length)
    cells[0] = String(category)
    score += effects[category]!
  }
  return `${label(shape, score, random)}\t${cells.join('\t')}\n`
}

function signal(x: Float64Array): number {
  const at = (column: number): number => x[column % x.length]!
  return (
    Math.tanh(4 * (at(1) - 0.5)) +
    at(2) * at(3) +
    Math.sin(2 * at(4)) +
    0.8 * at(5) -
    0.5 * at(6) ** 2 +
    1.2 * smooth(at(7)) * smooth(at(8)) +
    0.4 * Math.abs(at(9)) +
    0.3 * at(10)
  )
}

/** A step that is no cliff: with one, a model would be as good as a bound of its bins happens to be near. */
function smooth(value: number): number {
  return 1 / (1 + Math.exp(-4 * value))
}

function label({ groupRows }: TreeDataShape, score: number, random: Random): number {
  if (groupRows === undefined) return random.uniform() < 1 / (1 + Math.exp(-2 * score)) ? 1 : 0
  const noisy = score + random.normal()
  return GRADE_EDGES.reduce((grade, edge) => grade + (noisy > edge ? 1 : 0), 0)
}

import { SluiceError } from '../../../foundation/index.ts'
import { malformedRow, type NumberedLine, readLines } from '../read-lines.ts'

/**
 * Reads LightGBM's file of weights: a number of at least 0 a line, one line a row.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`; `MALFORMED_ROW` with file and line; `SHAPE_MISMATCH` when
 * there are not `rowCount` lines
 */
export async function readWeights(file: string, rowCount: number): Promise<Float64Array> {
  const expected = 'a weight of at least 0'
  const weights = (await readRowLines(file, rowCount)).map((line) => {
    const weight = numberIn(file, line, line.text, expected)
    if (weight >= 0) return weight
    throw malformedRow(file, line.number, expected, line.text)
  })
  return Float64Array.from(weights)
}

/**
 * Reads LightGBM's file of initial scores: a raw score a line, or one of every class with tabs between.
 *
 * @returns shape (classes * rowCount,), class-major
 * @throws SluiceError as {@link readWeights}
 */
export async function readInitialScores(file: string, rowCount: number): Promise<Float64Array> {
  const lines = await readRowLines(file, rowCount)
  const classCount = lines[0]?.text.split('\t').length ?? 1
  const scores = new Float64Array(classCount * rowCount)
  lines.forEach((line, row) => {
    const cells = line.text.split('\t')
    if (cells.length !== classCount) {
      throw malformedRow(file, line.number, `${classCount} scores, as in the first line`, String(cells.length))
    }
    cells.forEach((cell, index) => {
      scores[index * rowCount + row] = numberIn(file, line, cell, 'a score')
    })
  })
  return scores
}

/**
 * Reads LightGBM's file of positions: what a line says is the name of where the row was shown.
 *
 * @returns shape (rowCount,), the names numbered as they first come up
 * @throws SluiceError as {@link readWeights}
 */
export async function readPositions(file: string, rowCount: number): Promise<Int32Array> {
  const numbers = new Map<string, number>()
  return Int32Array.from(await readRowLines(file, rowCount), ({ text }) => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  })
}

async function readRowLines(file: string, rowCount: number): Promise<NumberedLine[]> {
  const lines = await readLines(file)
  if (lines.length === rowCount) return lines
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `${file}: expected a line for each of ${rowCount} rows, got ${lines.length}; name the file that belongs to the rows`,
  )
}

function numberIn(file: string, { number }: NumberedLine, text: string, expected: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw malformedRow(file, number, expected, JSON.stringify(text.slice(0, 40)))
}

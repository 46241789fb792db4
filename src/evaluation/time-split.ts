import { SluiceError } from '../foundation/index.ts'
import { requireFinite, requireRows, requireShare } from './checked-inputs.ts'
import type { RowSplit } from './row-split.ts'

/**
 * Rows by time: part `i` has those from boundary `i - 1` (included) to boundary `i` (excluded); the first has all that
 * come before, the last all from the last boundary on. A gap between train and test, such as the days that a label
 * needs to arrive, is a part that nobody uses: `const [, train, , test] = splitAtTimes(times, [from, to, testFrom, testTo])`.
 *
 * @param timesMs - shape (n,), in any order
 * @param boundariesMs - ascending
 * @returns `boundariesMs.length + 1` arrays of row numbers, each ascending
 * @throws SluiceError `NOT_FINITE` at a time that is no number, `INVALID_ARGUMENT` when boundaries descend
 * @remarks O(n * boundaries).
 */
export function splitAtTimes(timesMs: Float64Array, boundariesMs: readonly number[]): Uint32Array[] {
  requireFinite('times', timesMs)
  requireAscending(boundariesMs)
  const partOfRow = Uint32Array.from(timesMs, (time) => boundariesMs.filter((boundary) => time >= boundary).length)
  const rows = Uint32Array.from(timesMs, (_, row) => row)
  return Array.from({ length: boundariesMs.length + 1 }, (_, part) => rows.filter((row) => partOfRow[row] === part))
}

/**
 * One moment for everybody: what came before trains, what came from then on tests. Rows of the same time stay together,
 * on the side of the test.
 *
 * @param timesMs - shape (n,), in any order
 * @param options.trainShare - between 0 and 1: train has at most this share of the rows
 * @returns the split and the moment, in the unit of the times
 * @throws SluiceError `NOT_FINITE`, `INVALID_ARGUMENT` (no row, or a share that is not between 0 and 1)
 * @remarks O(n log n).
 */
export function globalTimeSplit(
  timesMs: Float64Array,
  { trainShare }: { readonly trainShare: number },
): RowSplit & { readonly cutMs: number } {
  requireShare('train share', trainShare)
  requireRows('global time split', timesMs)
  const cutMs = timesMs.slice().sort()[Math.floor(trainShare * timesMs.length)]!
  const [train, test] = splitAtTimes(timesMs, [cutMs])
  return { train: train!, test: test!, cutMs }
}

function requireAscending(boundariesMs: readonly number[]): void {
  if (boundariesMs.every((boundary, index) => boundary >= (boundariesMs[index - 1] ?? Number.NEGATIVE_INFINITY))) return
  throw new SluiceError('INVALID_ARGUMENT', `boundaries: expected ascending times, got ${boundariesMs.join(', ')}`)
}

import { SluiceError } from '../../foundation/index.ts'
import type { RuleRows } from '../rules/rule-blocks.ts'
import type { RuleProgram } from '../rules/rule-program.ts'

/** Events of the past as they were when they were decided, and what is known of them by now. Arrays of shape (count,). */
export interface BacktestRows extends RuleRows {
  /** When each was, in milliseconds since 1970. */
  readonly at: Float64Array
  /** At least 0. */
  readonly amounts: Float64Array
  /** 1 for a fraud, 0 for none, `NaN` where it is not known; none is known when it is not given. */
  readonly labels?: Float64Array
  /** What the model said, in [0, 1]; `NaN` where no model could score. Rules alone decide when it is not given. */
  readonly probabilities?: Float64Array
  /** What a list said: {@link LISTED}; nothing when it is not given. */
  readonly listed?: Uint8Array
}

/** What a list said of an event. */
export const LISTED = { no: 0, allow: 1, block: 2 } as const

/** Refuses rows that do not belong together. @throws SluiceError `SHAPE_MISMATCH`, `OUT_OF_RANGE` */
export function requireBacktestRows(rows: BacktestRows, program: RuleProgram): void {
  const { count, numbers, texts, at, amounts, labels, probabilities, listed } = rows
  const { vocabulary } = program
  const perRow = { at, amounts, labels, probabilities, listed }
  requireLength('numbers', numbers, count * vocabulary.numbers.length)
  requireLength('texts', texts, count * vocabulary.texts.length)
  for (const [name, array] of Object.entries(perRow)) if (array !== undefined) requireLength(name, array, count)
  requireEach('at', at, (value) => Number.isSafeInteger(value) && value >= 0, 'whole milliseconds since 1970')
  requireEach('amounts', amounts, (value) => value >= 0 && value <= Number.MAX_VALUE, 'finite numbers of at least 0')
  requireEach('labels', labels, (value) => value === 0 || value === 1 || Number.isNaN(value), '0, 1 or NaN')
  requireEach('probabilities', probabilities, (value) => !(value < 0 || value > 1), 'from 0 to 1 or NaN')
  requireEach('listed', listed, (value) => value <= LISTED.block, '0, 1 or 2')
}

function requireLength(name: string, array: { readonly length: number }, expected: number): void {
  if (array.length === expected) return
  throw new SluiceError('SHAPE_MISMATCH', `backtest, ${name}: expected ${expected} values, got ${array.length}`)
}

function requireEach(
  name: string,
  values: Float64Array | Uint8Array | undefined,
  isSound: (value: number) => boolean,
  expected: string,
): void {
  for (let row = 0; values !== undefined && row < values.length; row++) {
    if (isSound(values[row]!)) continue
    const message = `backtest, ${name}: expected ${expected}, got ${values[row]} in row ${row}; leave such rows out`
    throw new SluiceError('OUT_OF_RANGE', message)
  }
}

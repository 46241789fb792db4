import { randomFrom, SluiceError } from '../../foundation/index.ts'
import { requireTwoClasses } from '../row-examples.ts'
import { requireSparseExamples, type SparseExamples } from '../sparse-rows.ts'
import type { FtrlOptions } from './ftrl-options.ts'
import { type FtrlProximal, startFtrlProximal } from './ftrl-proximal.ts'

export interface FtrlFitOptions extends FtrlOptions {
  /** Passes over the examples; 1 by default. */
  readonly epochs?: number | undefined
  /** Shuffles the examples anew for every pass; absent means their own order, which is right for a log. */
  readonly seed?: number | undefined
}

/**
 * Learns from a batch of examples with steps of FTRL-Proximal. Rows of weight 0 change nothing. The progressive loss is
 * that of the first pass.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `ONE_CLASS_ONLY`, `SHAPE_MISMATCH`, `NOT_FINITE`, `OUT_OF_RANGE` (a label
 * outside [0, 1], a negative weight), `INVALID_ARGUMENT` for an option
 * @remarks O(entries) a pass.
 */
export function fitFtrlProximal(examples: SparseExamples, options: FtrlFitOptions = {}): FtrlProximal {
  const { epochs = 1, seed } = options
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new SluiceError('INVALID_ARGUMENT', `FTRL-Proximal, epochs: expected a whole number from 1, got ${epochs}`)
  }
  requireSparseExamples(examples)
  requireTwoClasses(examples.labels, examples.weights)
  const model = startFtrlProximal(examples.featureCount, options)
  const { labels, weights, rowCount } = examples
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = Uint32Array.from({ length: rowCount }, (_, row) => row)
    if (seed !== undefined) randomFrom(seed, 'ftrl-proximal', epoch).shuffle(order)
    for (const row of order) model.learnRow(examples, row, labels[row]!, weights?.[row] ?? 1, epoch === 0)
  }
  return model
}

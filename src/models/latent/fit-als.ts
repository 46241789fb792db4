import { SluiceError } from '../../foundation/index.ts'
import { distinctRows, type SparseRows } from '../interaction-rows.ts'
import type { Interactions } from '../item-model.ts'
import { Als } from './als.ts'
import { type AlsOptions, alsOptions } from './als-options.ts'
import { AlsTraining } from './als-training.ts'
import { rowPenalties } from './row-penalties.ts'

const MOST_THREADS = 16

/**
 * Learns from who met what. Deterministic; the order within a user does not matter beyond the last bits.
 *
 * @throws SluiceError `NO_TRAINING_DATA` without any weight above 0, `INVALID_ARGUMENT` at an option out of range,
 * `NOT_FINITE` when single precision is left, `LIMIT_EXCEEDED` beyond 4 GiB; what {@link distinctRows} refuses
 * @remarks O(entries * factors + (users + items) * factors^2) an iteration; 16 bytes an entry and 4 a factor and row.
 */
export function fitAls(interactions: Interactions, options: Partial<AlsOptions> = {}): Als {
  const complete = alsOptions(options)
  const rows = distinctRows(interactions)
  return iterate(new AlsTraining(rows, complete), rows, complete)
}

/**
 * As {@link fitAls}, on several threads, with the same bytes. The caller's thread is one of them and is busy until the
 * model is done.
 *
 * @param threads - from 1 to 16; 2 by default
 * @throws SluiceError as {@link fitAls}
 */
export async function fitAlsOnWorkers(
  interactions: Interactions,
  options: Partial<AlsOptions> = {},
  threads = 2,
): Promise<Als> {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `als threads: expected a whole number from 1 to ${MOST_THREADS}, got ${threads}`,
    )
  }
  const complete = alsOptions(options)
  const rows = distinctRows(interactions)
  const training = new AlsTraining(rows, complete, threads)
  try {
    await training.open()
    return iterate(training, rows, complete)
  } finally {
    await training.close()
  }
}

function iterate(training: AlsTraining, rows: SparseRows, options: AlsOptions): Als {
  for (let iteration = 0; iteration < options.iterations; iteration++) training.iterate()
  const objective = training.objective()
  if (!Number.isFinite(objective)) {
    throw new SluiceError(
      'NOT_FINITE',
      'als: expected vectors that stay finite in single precision, got others; scale the weights down or lower alpha',
    )
  }
  const { vectors, gram } = training.memory.items
  return new Als({ options, vectors, gram, meanConfidence: rowPenalties(rows, options).mean, objective })
}

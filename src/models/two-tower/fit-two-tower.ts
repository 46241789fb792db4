import { hashInteger, type Kernels, openKernels, randomFrom, SluiceError } from '../../foundation/index.ts'
import { BatchSoftmax } from './batch-softmax.ts'
import { TowerTraining } from './tower-training.ts'
import { type FittedTowers, TwoTower } from './two-tower.ts'
import { requireTwoTowerExamples } from './two-tower-checks.ts'
import {
  requireTwoTowerSettings,
  type TwoTowerExamples,
  type TwoTowerOptions,
  type TwoTowerSettings,
} from './two-tower-options.ts'
import { recallOver } from './validation-recall.ts'

/**
 * Learns two towers from who met what: in every batch each person ought to choose its own item among those of all,
 * with the logarithm of an item's frequency taken off its logit, because popular items stand in a batch more often.
 * AdaGrad from seeded vectors, in a seeded order. Deterministic.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `SHAPE_MISMATCH`, `NOT_FINITE`, `INVALID_ARGUMENT`
 * @remarks A pass costs O(examples * (batchSize + features) * dimensions); 8 bytes a weight of memory.
 * @see Yi et al. 2019, "Sampling-bias-corrected neural modeling for large corpus item recommendations", RecSys; of it
 * the frequencies are counted and not estimated from a stream.
 */
export function fitTwoTower(examples: TwoTowerExamples, options: TwoTowerOptions = {}): TwoTower {
  const settings = requireTwoTowerSettings(options)
  const { validation } = options
  requireTwoTowerExamples(examples, validation)
  const kernels = openKernels()
  const fit = new TwoTowerFit(kernels, examples, settings)
  if (!validation) {
    const losses = Float64Array.from({ length: settings.epochs }, (_, epoch) => fit.runEpoch(epoch))
    return new TwoTower({ ...fit.towers(), epochs: settings.epochs, losses, recalls: new Float64Array(0) })
  }
  return new TwoTower(fitUntilWorse(fit, recallOver(kernels, examples.items, validation, settings), settings))
}

type Towers = Pick<FittedTowers, 'users' | 'items'>

function fitUntilWorse(
  fit: TwoTowerFit,
  recall: (towers: Towers) => number,
  { epochs, patience }: TwoTowerSettings,
): FittedTowers {
  const losses: number[] = []
  const recalls: number[] = []
  let best = { towers: fit.towers(), epochs: 0, recall: -1 }
  for (let epoch = 0; epoch < epochs && epoch - best.epochs < patience; epoch++) {
    losses.push(fit.runEpoch(epoch))
    const towers = fit.towers()
    const reached = recall(towers)
    recalls.push(reached)
    if (reached > best.recall) best = { towers, epochs: epoch + 1, recall: reached }
  }
  const course = { losses: Float64Array.from(losses), recalls: Float64Array.from(recalls) }
  return { ...best.towers, epochs: best.epochs, ...course }
}

class TwoTowerFit {
  readonly #examples: TwoTowerExamples
  readonly #settings: TwoTowerSettings
  readonly #users: TowerTraining
  readonly #items: TowerTraining
  readonly #softmax: BatchSoftmax
  /** Examples of a weight above 0. */
  readonly #rows: Uint32Array
  /** By example; their mean over {@link #rows} is 1. */
  readonly #weights: Float32Array
  /** By item. */
  readonly #logFrequencies: Float32Array

  constructor(kernels: Kernels, examples: TwoTowerExamples, settings: TwoTowerSettings) {
    const { users, items, targets, weights } = examples
    const { dimensions, hidden, seed, popularityCorrection } = settings
    this.#examples = examples
    this.#settings = settings
    this.#rows = Uint32Array.from(targets.keys()).filter((row) => !weights || weights[row]! > 0)
    const capacity = 4 * Math.ceil(Math.min(settings.batchSize, this.#rows.length) / 4)
    const shape = { dimensions, hidden, capacity }
    const userFeatures = occurring(users, this.#rows)
    const itemFeatures = occurring(
      items,
      Array.from(this.#rows, (row) => targets[row]!),
    )
    this.#users = new TowerTraining(kernels, users, userFeatures, shape, randomFrom(seed, 'users'))
    this.#items = new TowerTraining(kernels, items, itemFeatures, shape, randomFrom(seed, 'items'))
    this.#softmax = new BatchSoftmax(kernels, shape)
    this.#weights = scaledWeights(examples, this.#rows)
    this.#logFrequencies = logFrequencies(examples, this.#rows).map((log) => popularityCorrection * log)
  }

  /** One pass in an order drawn for it; the mean loss. */
  runEpoch(epoch: number): number {
    const order = randomFrom(this.#settings.seed, 'epoch', epoch).shuffle(this.#rows.slice())
    const { batchSize } = this.#settings
    const lot = hashInteger(epoch, this.#settings.seed)
    let loss = 0
    for (let start = 0; start < order.length; start += batchSize) {
      loss += this.#runBatch(order.subarray(start, start + batchSize), lot)
    }
    if (Number.isFinite(loss)) return loss / order.length
    throw new SluiceError(
      'NOT_FINITE',
      'two towers: expected steps that stay finite, got a loss that is not; lower learningRate or scale the values',
    )
  }

  towers(): Towers {
    return { users: this.#users.tower(), items: this.#items.tower() }
  }

  #runBatch(batch: Uint32Array, lot: number): number {
    const { targets } = this.#softmax
    batch.forEach((example, row) => {
      const item = this.#examples.targets[example]!
      const exampleLot = hashInteger(example, lot)
      this.#putUser(row, example, exampleLot)
      this.#putItem(row, item, exampleLot)
      targets.items[row] = item
      targets.logFrequencies[row] = this.#logFrequencies[item]!
      targets.weights[row] = this.#weights[example]!
    })
    this.#users.forwards(batch.length)
    this.#items.forwards(batch.length)
    const { temperature, learningRate } = this.#settings
    const loss = this.#softmax.gradients(this.#users, this.#items, batch.length, 1 / temperature)
    this.#users.backwards(batch.length, learningRate)
    this.#items.backwards(batch.length, learningRate)
    return loss
  }

  #putUser(row: number, example: number, lot: number): void {
    const limit = this.#settings.userDropout * 2 ** 32
    this.#users.lists.put(row, example, (entry) => hashInteger(entry, lot) >>> 0 < limit)
  }

  /** The item without the feature that stands for it alone, if the lot of this example and pass says so. */
  #putItem(row: number, item: number, lot: number): void {
    const { items, itemIds } = this.#examples
    const isDrawn = lot >>> 0 < this.#settings.idDropout * 2 ** 32
    const leftOut = isDrawn ? (itemIds?.[item] ?? -1) : -1
    this.#items.lists.put(row, item, (entry) => items.indices[entry] === leftOut)
  }
}

/** Which features stand in any of the rows. */
function occurring(source: TwoTowerExamples['users'], rows: Iterable<number>): Uint8Array {
  const occurs = new Uint8Array(source.featureCount)
  for (const row of rows) {
    for (let entry = source.starts[row]!; entry < source.starts[row + 1]!; entry++) occurs[source.indices[entry]!] = 1
  }
  return occurs
}

function scaledWeights({ targets, weights }: TwoTowerExamples, rows: Uint32Array): Float32Array {
  const scaled = new Float32Array(targets.length).fill(1)
  if (!weights) return scaled
  let sum = 0
  for (const row of rows) sum += weights[row]!
  return scaled.map((_, row) => (weights[row]! * rows.length) / sum)
}

/** The logarithm of each item's share of the examples; 0 for an item without any. */
function logFrequencies({ items, targets }: TwoTowerExamples, rows: Uint32Array): Float32Array {
  const counts = new Float32Array(items.rowCount)
  for (const row of rows) counts[targets[row]!]! += 1
  return counts.map((count) => (count === 0 ? 0 : Math.log(count / rows.length)))
}

import {
  type FactorArrays,
  type Kernels,
  openKernels,
  type Random,
  randomFrom,
  SluiceError,
  scoreFactorRows,
  trainFactorRows,
} from '../../foundation/index.ts'
import { logisticLoss, logOdds } from '../logistic-function.ts'
import { requireTwoClasses } from '../row-examples.ts'
import { requireSparseExamples, type SparseExamples } from '../sparse-rows.ts'
import type { FactorSettings } from './factor-options.ts'
import type { FeatureFields } from './feature-fields.ts'
import { copyInto, placeSparseRows } from './place-sparse-rows.ts'

export interface TrainedFactors {
  /** Shape (featureCount + 1,), the intercept last. */
  readonly linear: Float32Array
  readonly factors: Float32Array
  /** How many passes the weights have seen. */
  readonly epochs: number
  /** The log loss of the validation examples after every pass, in nats; empty without validation. */
  readonly validationLosses: Float64Array
}

/** A running sum of squared gradients starts here, so that the first steps are no longer than the learning rate. */
const FIRST_SQUARE = 1

/**
 * Fits the weights of a machine by AdaGrad on the logistic loss, a step an example; see `fitFactorisationMachine`.
 *
 * @throws SluiceError as the fits
 */
export function trainFactors(
  examples: SparseExamples,
  fields: FeatureFields | undefined,
  settings: FactorSettings,
  validation: SparseExamples | undefined,
): TrainedFactors {
  requireSparseExamples(examples)
  const baseRate = requireTwoClasses(examples.labels, examples.weights)
  if (validation) requireValidation(validation, examples.featureCount)
  const kernels = openKernels()
  const machine = startMachine(kernels, examples, fields, settings)
  machine.linear[examples.featureCount] = logOdds(baseRate)
  const runEpoch = epochOver(kernels, machine, examples, settings)
  if (validation === undefined) {
    for (let epoch = 0; epoch < settings.epochs; epoch++) runEpoch(epoch)
    requireFinite(machine)
    return { ...copyOf(machine), epochs: settings.epochs, validationLosses: new Float64Array(0) }
  }
  return trainUntilWorse(machine, runEpoch, lossOver(kernels, machine, validation), settings)
}

function trainUntilWorse(
  machine: FactorArrays,
  runEpoch: (epoch: number) => void,
  validationLoss: () => number,
  { epochs, patience }: FactorSettings,
): TrainedFactors {
  const losses: number[] = []
  let best = { ...copyOf(machine), epochs: 0, loss: Number.POSITIVE_INFINITY }
  for (let epoch = 0; epoch < epochs && epoch - best.epochs < patience; epoch++) {
    runEpoch(epoch)
    requireFinite(machine)
    const loss = validationLoss()
    losses.push(loss)
    if (loss < best.loss) best = { ...copyOf(machine), epochs: epoch + 1, loss }
  }
  const { linear, factors } = best
  return { linear, factors, epochs: best.epochs, validationLosses: Float64Array.from(losses) }
}

function startMachine(
  { arena }: Kernels,
  { featureCount, indices }: SparseExamples,
  fields: FeatureFields | undefined,
  { factorCount, initialDeviation, seed }: FactorSettings,
): FactorArrays {
  const fieldCount = fields?.fieldCount ?? 1
  const linear = arena.float32s(featureCount + 1)
  const factors = arena.float32s(featureCount * fieldCount * factorCount)
  drawVectors(factors, featureCount, indices, initialDeviation, randomFrom(seed, 'factors'))
  if (fields === undefined) return { factorCount, fieldCount, linear, factors }
  return { factorCount, fieldCount, fields: copyInto(arena.uint32s(featureCount), fields.fields), linear, factors }
}

/** Features without an example keep the vector 0: what was drawn for them would be noise in every pair they meet. */
function drawVectors(
  factors: Float32Array,
  featureCount: number,
  indices: Uint32Array,
  deviation: number,
  random: Random,
): void {
  const occurs = new Uint8Array(featureCount)
  for (const index of indices) occurs[index] = 1
  const width = factors.length / featureCount
  for (let feature = 0; feature < featureCount; feature++) {
    if (occurs[feature] === 0) continue
    for (let at = feature * width; at < (feature + 1) * width; at++) factors[at] = deviation * random.normal()
  }
}

/** A function that makes one pass in an order drawn for it. */
function epochOver(
  kernels: Kernels,
  machine: FactorArrays,
  examples: SparseExamples,
  settings: FactorSettings,
): (epoch: number) => void {
  const { arena } = kernels
  const { rowCount } = examples
  const squares = {
    linear: arena.float32s(machine.linear.length).fill(FIRST_SQUARE),
    factors: arena.float32s(machine.factors.length).fill(FIRST_SQUARE),
  }
  const placed = {
    ...placeSparseRows(kernels, examples),
    labels: copyInto(arena.float64s(rowCount), examples.labels),
    weights: copyInto(arena.float64s(rowCount), examples.weights ?? new Float64Array(rowCount).fill(1)),
  }
  const order = arena.uint32s(rowCount)
  const { learningRate, linearL2, l2: factorL2 } = settings
  return (epoch) => {
    for (let row = 0; row < rowCount; row++) order[row] = row
    randomFrom(settings.seed, 'epoch', epoch).shuffle(order)
    trainFactorRows(kernels, machine, squares, placed, order, { learningRate, linearL2, factorL2 })
  }
}

function lossOver(kernels: Kernels, machine: FactorArrays, examples: SparseExamples): () => number {
  const placed = placeSparseRows(kernels, examples)
  const scores = kernels.arena.float64s(examples.rowCount)
  return () => {
    scoreFactorRows(kernels, machine, placed, scores)
    let loss = 0
    let weight = 0
    for (let row = 0; row < scores.length; row++) {
      const each = examples.weights?.[row] ?? 1
      loss += each * logisticLoss(scores[row]!, examples.labels[row]!)
      weight += each
    }
    return loss / weight
  }
}

/** Out of the arena, which goes on being written. */
function copyOf({ linear, factors }: FactorArrays): { linear: Float32Array; factors: Float32Array } {
  return { linear: Float32Array.from(linear), factors: Float32Array.from(factors) }
}

function requireValidation(validation: SparseExamples, featureCount: number): void {
  requireSparseExamples(validation)
  if (validation.featureCount === featureCount) return
  throw new SluiceError(
    'SHAPE_MISMATCH',
    `validation examples: expected ${featureCount} features, got ${validation.featureCount}; number both alike`,
  )
}

function requireFinite({ linear, factors }: FactorArrays): void {
  if (allFinite(linear) && allFinite(factors)) return
  throw new SluiceError(
    'NOT_FINITE',
    'factorisation machine: expected steps that stay finite, got a weight that is not; lower learningRate or scale the values',
  )
}

function allFinite(values: Float32Array): boolean {
  let zeros = 0
  for (let index = 0; index < values.length; index++) zeros += 0 * values[index]!
  return zeros === 0
}

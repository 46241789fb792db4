import { requireParameter } from './objective-data.ts'

/** How places draw attention by themselves, learnt beside the trees. */
export interface PositionBiasOptions {
  /** Shape (rows,): where each row was shown, numbered from 0. */
  readonly positions: Int32Array
  /** Pulls every bias towards 0; 0 when absent, as LightGBM's `lambdarank_position_bias_regularization`. */
  readonly regularization?: number | undefined
  /** The learning rate of the trees; 0.1 when absent. */
  readonly learningRate?: number | undefined
}

const LEARNING_RATE = 0.1
/** Keeps a Newton step finite where nothing bends. */
const LEAST_CURVATURE = 0.001

/**
 * A bias in units of the score for every position, so that labels are explained by what was shown *and* where: pairs
 * are compared by score plus bias, trees learn the score alone. After every round each bias takes a
 * Newton step, as LightGBM's do in `lambdarank` with positions.
 */
export class PositionBias {
  readonly #positions: Int32Array
  readonly #regularization: number
  readonly #learningRate: number
  readonly #biases: Float64Array

  /** @throws SluiceError `OUT_OF_RANGE`, `SHAPE_MISMATCH` is the caller's to check */
  constructor({ positions, regularization = 0, learningRate = LEARNING_RATE }: PositionBiasOptions) {
    const negative = positions.find((position) => position < 0)
    requireParameter(negative === undefined, 'position', 'a number of at least 0', negative)
    requireParameter(regularization >= 0, 'position bias regularization', 'a number of at least 0', regularization)
    requireParameter(learningRate > 0, 'learning rate', 'a number above 0', learningRate)
    this.#positions = positions
    this.#regularization = regularization
    this.#learningRate = learningRate
    this.#biases = new Float64Array(positions.reduce((largest, position) => Math.max(largest, position), -1) + 1)
  }

  /** Shape (positions,): what each position adds to a score at the moment. */
  get biases(): Float64Array {
    return this.#biases.slice()
  }

  /** Writes score plus bias of every row. */
  addTo(scores: Float64Array, out: Float64Array): void {
    for (let row = 0; row < out.length; row++) out[row] = scores[row]! + this.#biases[this.#positions[row]!]!
  }

  /** One Newton step of every bias on the derivatives of this round. */
  step(gradients: Float32Array, hessians: Float32Array): void {
    const first = new Float64Array(this.#biases.length)
    const second = new Float64Array(this.#biases.length)
    const counts = new Float64Array(this.#biases.length)
    this.#positions.forEach((position, row) => {
      first[position]! -= gradients[row]!
      second[position]! += hessians[row]!
      counts[position]! += 1
    })
    for (let position = 0; position < first.length; position++) {
      const pull = first[position]! - this.#biases[position]! * this.#regularization * counts[position]!
      const curvature = second[position]! + this.#regularization * counts[position]! + LEAST_CURVATURE
      this.#biases[position]! += (this.#learningRate * pull) / curvature
    }
  }
}

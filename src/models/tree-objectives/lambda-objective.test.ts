import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { type LambdaOptions, lambdaObjective } from './lambda-objective.ts'

/** A query with its scores; the objective sees several of them one after the other. */
interface Query {
  readonly labels: readonly number[]
  readonly scores: readonly number[]
}

type Parameters = Pick<LambdaOptions, 'truncation' | 'sigmoid' | 'normalise'> & {
  readonly labelGains?: readonly number[]
}

const row = fc.record({
  label: fc.integer({ min: 0, max: 4 }),
  score: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -6, max: 6, noNaN: true })),
})
const query = fc
  .array(row, { minLength: 1, maxLength: 40 })
  .map((rows): Query => ({ labels: rows.map(({ label }) => label), scores: rows.map(({ score }) => score) }))
/** At least one list has rows of different relevance. */
const queries = fc.array(query, { minLength: 1, maxLength: 5 }).map((list) => [...list, SEPARATED])
const parameters: fc.Arbitrary<Parameters> = fc.record({
  truncation: fc.integer({ min: 1, max: 50 }),
  sigmoid: fc.double({ min: 0.2, max: 4, noNaN: true }),
  normalise: fc.boolean(),
  labelGains: fc.constantFrom([0, 1, 3, 7, 15], [0, 0, 1, 1, 2]),
})
const SEPARATED: Query = { labels: [2, 0], scores: [0, 1] }

describe('the lambdas of lists', () => {
  it('are those of the sum over pairs, whatever labels, ties, scores and parameters', () => {
    fc.assert(
      fc.property(queries, parameters, (list, options) => {
        const { gradients, hessians } = lambdasOf(list, options)
        const naive = list.map((each) => naiveLambdas(each, options))
        assertNear(
          gradients,
          naive.flatMap((each) => each.gradients),
        )
        assertNear(
          hessians,
          naive.flatMap((each) => each.hessians),
        )
      }),
      { seed: 21, numRuns: 400 },
    )
  })

  it('are those of the sum over pairs for lists of hundreds of rows, round after round', () => {
    const random = randomFrom(8, 'long-lists')
    const labels = [700, 1, 333, 64].map((size) => Array.from({ length: size }, () => random.integer(5)))
    const objective = lambdaObjective({ labels: Float64Array.from(labels.flat()), groups: labels.map((l) => l.length) })
    const scores = new Float64Array(objective.rowCount)
    for (let round = 0; round < 4; round++) {
      const [gradients, hessians] = [new Float32Array(scores.length), new Float32Array(scores.length)]
      objective.gradients(scores, gradients, hessians)
      let start = 0
      for (const ofList of labels) {
        const end = start + ofList.length
        const naive = naiveLambdas({ labels: ofList, scores: Array.from(scores.subarray(start, end)) }, {})
        assertNear(gradients.subarray(start, end), naive.gradients)
        assertNear(hessians.subarray(start, end), naive.hessians)
        start = end
      }
      for (let at = 0; at < scores.length; at++) scores[at]! += random.normal()
    }
  })

  it('sum to nothing in every list, and hessians are never negative', () => {
    fc.assert(
      fc.property(queries, parameters, (list, options) => {
        const { gradients, hessians } = lambdasOf(list, options)
        let start = 0
        for (const { labels } of list) {
          const ofList = gradients.subarray(start, start + labels.length)
          const size = ofList.reduce((sum, value) => sum + Math.abs(value), 0)
          assert.ok(Math.abs(ofList.reduce((sum, value) => sum + value, 0)) <= 1e-6 * size)
          start += labels.length
        }
        assert.ok(hessians.every((value) => value >= 0))
      }),
      { seed: 22, numRuns: 200 },
    )
  })

  it('push the most relevant row up and the least relevant down, even in the perfect order', () => {
    const { gradients } = lambdasOf([{ labels: [3, 2, 1, 0], scores: [4, 3, 2, 1] }])
    assert.ok(gradients[0]! < 0 && gradients[3]! > 0)
    const wrong = lambdasOf([{ labels: [3, 2, 1, 0], scores: [1, 2, 3, 4] }])
    assert.ok(wrong.gradients[0]! < gradients[0]! && wrong.gradients[3]! > gradients[3]!)
  })

  it('are 0 in a list of one row and where all rows are equally relevant', () => {
    const { gradients, hessians } = lambdasOf([
      { labels: [2], scores: [1] },
      { labels: [1, 1, 1], scores: [3, 2, 1] },
      { labels: [0, 0], scores: [0, 0] },
      SEPARATED,
    ])
    assert.deepEqual(Array.from(gradients.subarray(0, 6)), [0, 0, 0, 0, 0, 0])
    assert.deepEqual(Array.from(hessians.subarray(0, 6)), [0, 0, 0, 0, 0, 0])
    assert.ok(gradients[6]! < 0)
  })

  it('carry the weights of the rows', () => {
    const lists = [{ labels: [0, 2, 1, 0], scores: [1, 2, 3, 4] }]
    const plain = lambdasOf(lists)
    const weighted = lambdasOf(lists, {}, Float64Array.of(0, 1, 2, 4))
    const times = (values: Float32Array): number[] => Array.from(values, (value, at) => value * [0, 1, 2, 4][at]!)
    assert.deepEqual(Array.from(weighted.gradients), times(plain.gradients))
    assert.deepEqual(Array.from(weighted.hessians), times(plain.hessians))
  })

  it('are the same where labels are themselves what rows are worth, of whatever fraction', () => {
    const table = lambdasOf([{ labels: [0, 2, 1, 3], scores: [1, 2, 3, 4] }], { labelGains: [0, 0.125, 0.5, 2.25] })
    const [gradients, hessians] = [new Float32Array(4), new Float32Array(4)]
    const labels = Float64Array.of(0, 0.5, 0.125, 2.25)
    lambdaObjective({ labels, groups: [4], labelGains: 'linear' }).gradients(
      Float64Array.of(1, 2, 3, 4),
      gradients,
      hessians,
    )
    assert.deepEqual({ gradients, hessians }, table)
    refuses('OUT_OF_RANGE', { labels: Float64Array.of(0, -0.5), groups: [2], labelGains: 'linear' })
  })

  it('stay finite however far the scores lie apart', () => {
    const { gradients, hessians } = lambdasOf([{ labels: [0, 1, 4], scores: [1e6, -1e6, -1e300] }])
    assert.ok([...gradients, ...hessians].every(Number.isFinite))
    assert.ok(gradients[0]! > 0)
  })

  it('may be asked for list by list, here or elsewhere, and come out the same to the bit', () => {
    const random = randomFrom(9, 'ranges')
    const labels = Float64Array.from({ length: 90 }, () => random.integer(5))
    const scores = labels.map(() => random.normal())
    const options: LambdaOptions = { labels, groups: Uint16Array.of(40, 7, 1, 42) }
    const [gradients, hessians] = [new Float32Array(90), new Float32Array(90)]
    const objective = lambdaObjective(options)
    assert.deepEqual(objective.cuts, Int32Array.of(0, 40, 47, 48, 90))
    objective.gradients(scores, gradients, hessians)
    const inParts = { gradients: new Float32Array(90), hessians: new Float32Array(90) }
    const recipe = structuredClone(objective.recipe) as unknown as LambdaOptions
    for (const range of [
      { from: 47, to: 90 },
      { from: 0, to: 47 },
    ]) {
      lambdaObjective(recipe).gradients(scores, inParts.gradients, inParts.hessians, range)
    }
    assert.deepEqual(inParts, { gradients, hessians })
  })
})

describe('positions that draw by themselves', () => {
  const labels = Float64Array.of(1, 0, 1, 0, 0, 1)
  const groups = [2, 2, 2]
  const positions = Int32Array.of(0, 1, 0, 1, 0, 1)

  it('take a Newton step a round, as LightGBM has it, and then count in the comparison of pairs', () => {
    const options = { labels, groups, normalise: false }
    const position = { positions, regularization: 0.5, learningRate: 0.2 }
    const biased = lambdaObjective({ ...options, position })
    const plain = lambdaObjective(options)
    const scores = Float64Array.of(0.1, 0.2, 0.3, -0.4, 0, 1)
    const biases = [0, 0]
    for (let round = 0; round < 5; round++) {
      const expected = [new Float32Array(6), new Float32Array(6)] as const
      const got = [new Float32Array(6), new Float32Array(6)] as const
      plain.gradients(
        scores.map((score, at) => score + biases[positions[at]!]!),
        ...expected,
      )
      biased.gradients(scores, ...got)
      assertNear(got[0], Array.from(expected[0]))
      assertNear(got[1], Array.from(expected[1]))
      for (const place of [0, 1]) {
        const at = [...positions.keys()].filter((index) => positions[index] === place)
        const pull = at.reduce((sum, index) => sum - expected[0][index]!, 0) - biases[place]! * 0.5 * at.length
        const bend = at.reduce((sum, index) => sum + expected[1][index]!, 0) + 0.5 * at.length
        biases[place]! += (0.2 * pull) / (bend + 0.001)
      }
    }
    assert.ok(biases[0]! > 0 && biases[1]! < 0, 'the first position is clicked more')
  })

  it('are computed in one piece, on the thread that asks', () => {
    const objective = lambdaObjective({ labels, groups, position: { positions } })
    assert.deepEqual(objective.cuts, Int32Array.of(0, 6))
    assert.equal(objective.recipe, undefined)
  })

  it('are one a row, and not negative', () => {
    refuses('SHAPE_MISMATCH', { labels, groups, position: { positions: positions.slice(1) } })
    refuses('OUT_OF_RANGE', { labels, groups, position: { positions: positions.with(2, -1) } })
    refuses('OUT_OF_RANGE', { labels, groups, position: { positions, regularization: -1 } })
    refuses('OUT_OF_RANGE', { labels, groups, position: { positions, learningRate: 0 } })
  })
})

describe('lists that cannot be ranked', () => {
  const labels = Float64Array.of(0, 1, 2, 0)

  it('are refused: groups that are not the rows, empty groups, no groups', () => {
    refuses('SHAPE_MISMATCH', { labels, groups: [2, 1] })
    refuses('SHAPE_MISMATCH', { labels, groups: [2, 3] })
    refuses('OUT_OF_RANGE', { labels, groups: [2, 0, 2] })
    refuses('OUT_OF_RANGE', { labels, groups: [5, -1] })
    refuses('OUT_OF_RANGE', { labels, groups: [1.5, 2.5] })
    refuses('NO_TRAINING_DATA', { labels, groups: [] })
    refuses('NO_TRAINING_DATA', { labels: new Float64Array(0), groups: [] })
  })

  it('are refused: labels without a gain, gains that are no order', () => {
    refuses('OUT_OF_RANGE', { labels: Float64Array.of(0, 31), groups: [2] })
    refuses('OUT_OF_RANGE', { labels: Float64Array.of(0, 0.5), groups: [2] })
    refuses('OUT_OF_RANGE', { labels: Float64Array.of(0, -1), groups: [2] })
    refuses('OUT_OF_RANGE', { labels, groups: [4], labelGains: [0, 1] })
    refuses('OUT_OF_RANGE', { labels, groups: [4], labelGains: [0, 2, 1] })
    refuses('OUT_OF_RANGE', { labels, groups: [4], labelGains: [-1, 0, 1] })
    refuses('OUT_OF_RANGE', { labels, groups: [4], truncation: 0 })
    refuses('OUT_OF_RANGE', { labels, groups: [4], sigmoid: 0 })
  })

  it('are refused when no list has anything to tell apart', () => {
    refuses('ONE_CLASS_ONLY', { labels: Float64Array.of(1, 1, 0, 0), groups: [2, 2] })
    refuses('ONE_CLASS_ONLY', { labels, groups: [1, 1, 1, 1] })
    refuses('ONE_CLASS_ONLY', { labels: Float64Array.of(0, 1), groups: [2], labelGains: [3, 3] })
  })
})

function refuses(code: ErrorCode, options: LambdaOptions): void {
  assert.throws(
    () => lambdaObjective(options),
    (error) => isSluiceError(error, code),
  )
}

function lambdasOf(
  list: readonly Query[],
  options: Parameters = {},
  weights?: Float64Array,
): { gradients: Float32Array; hessians: Float32Array } {
  const labels = Float64Array.from(list.flatMap((each) => each.labels))
  const groups = list.map((each) => each.labels.length)
  const [gradients, hessians] = [new Float32Array(labels.length), new Float32Array(labels.length)]
  const objective = lambdaObjective({ ...options, labels, groups, weights })
  objective.gradients(Float64Array.from(list.flatMap((each) => each.scores)), gradients, hessians)
  return { gradients, hessians }
}

/** LightGBM's `GetGradientsForOneQuery`, step by step, with the logistic function in place of its table. */
function naiveLambdas(
  { labels, scores }: Query,
  { truncation = 30, sigmoid = 1, normalise = true, labelGains = [0, 1, 3, 7, 15] }: Parameters,
): { gradients: number[]; hessians: number[] } {
  const gradients = labels.map(() => 0)
  const hessians = labels.map(() => 0)
  const order = [...labels.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b)
  const gains = labels.map((label) => labelGains[label]!)
  const discount = (place: number): number => 1 / Math.log2(2 + place)
  const bestFirst = gains.toSorted((a, b) => b - a).slice(0, truncation)
  const ideal = bestFirst.reduce((sum, gain, place) => sum + gain * discount(place), 0)
  const spread = scores[order[0]!]! - scores[order.at(-1)!]!
  let total = 0
  for (let i = 0; i < Math.min(truncation, order.length - 1); i++) {
    for (let j = i + 1; j < order.length; j++) {
      if (gains[order[i]!] === gains[order[j]!]) continue
      const [high, low] = gains[order[i]!]! > gains[order[j]!]! ? [order[i]!, order[j]!] : [order[j]!, order[i]!]
      const distance = scores[high]! - scores[low]!
      let weight = ((gains[high]! - gains[low]!) * Math.abs(discount(i) - discount(j))) / ideal
      if (normalise && spread !== 0) weight /= 0.01 + Math.abs(distance)
      const probability = 1 / (1 + Math.exp(sigmoid * distance))
      const lambda = sigmoid * weight * probability
      const hessian = sigmoid * sigmoid * weight * probability * (1 - probability)
      gradients[high]! -= lambda
      gradients[low]! += lambda
      hessians[high]! += hessian
      hessians[low]! += hessian
      total += 2 * lambda
    }
  }
  const factor = normalise && total > 0 ? Math.log2(1 + total) / total : 1
  return { gradients: gradients.map((each) => each * factor), hessians: hessians.map((each) => each * factor) }
}

function assertNear(values: Float32Array, expected: readonly number[]): void {
  assert.equal(values.length, expected.length)
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  expected.forEach((value, at) => {
    const allowed = 1e-6 * Math.abs(value) + 1e-7 * scale
    assert.ok(Math.abs(values[at]! - value) <= allowed, `row ${at}: expected ${value}, got ${values[at]}`)
  })
}

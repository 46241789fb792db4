import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../foundation/index.ts'
import { fitLambdaMart } from './lambda-mart.ts'
import type { ListExamples } from './row-model.ts'
import { loadTreeModel } from './trees/tree-model.ts'

const LIST = 8
const WIDTH = 4

/**
 * Lists in which a product of two features decides what is positive, beside a feature of the list as a whole, a noise
 * and missing values.
 */
function examples(lists = 300, seed = 3): ListExamples {
  const random = randomFrom(seed, 'lambda-mart')
  const rowCount = lists * LIST
  const rows = new Float64Array(rowCount * WIDTH)
  const labels = new Float64Array(rowCount)
  for (let list = 0; list < lists; list++) {
    const mood = random.normal()
    for (let row = list * LIST; row < (list + 1) * LIST; row++) {
      const [a, b] = [random.normal(), random.normal()]
      rows.set([a, b, mood, random.uniform() < 0.2 ? Number.NaN : random.normal()], row * WIDTH)
      labels[row] = random.uniform() < 1 / (1 + Math.exp(1.5 - mood - 3 * Math.sign(a * b))) ? 1 : 0
    }
  }
  return { rows, rowCount, featureCount: WIDTH, labels, starts: startsOf(lists) }
}

function startsOf(lists: number): Uint32Array {
  return Uint32Array.from({ length: lists + 1 }, (_, list) => list * LIST)
}

const MODEL = fitLambdaMart(examples(), { seed: 1 })

describe('LambdaMART over lists', () => {
  it('puts positive rows of new lists before negative ones, where a sum of features could not', () => {
    const fresh = examples(200, 4)
    const scores = scoresOf(fresh)
    let [right, pairs] = [0, 0]
    for (let list = 0; list < 200; list++) {
      for (let i = list * LIST; i < (list + 1) * LIST; i++) {
        for (let j = list * LIST; j < (list + 1) * LIST; j++) {
          if (fresh.labels[i]! <= fresh.labels[j]!) continue
          pairs++
          if (scores[i]! > scores[j]!) right++
        }
      }
    }
    assert.ok(right / pairs > 0.85, `${right} of ${pairs} pairs`)
  })

  it('says probabilities: their mean is the share of positive rows, and they never decrease with the score', () => {
    const fresh = examples(400, 5)
    const probabilities = scoresOf(fresh).map((score) => MODEL.response(score))
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    assert.ok(Math.abs(mean(probabilities) - mean(fresh.labels)) < 0.03)
    assert.ok(MODEL.response(-3) < 0.1 && MODEL.response(3) > 0.9)
  })

  it('explains every score: baseline and contributions sum to it within 1e-9', () => {
    const fresh = examples(20, 6)
    scoresOf(fresh).forEach((score, row) => {
      const { baseline, contributions } = MODEL.explain(fresh.rows.slice(row * WIDTH, (row + 1) * WIDTH))
      assert.ok(Math.abs(contributions.reduce((sum, part) => sum + part, baseline) - score) < 1e-9)
    })
  })

  it('is the same to the byte for the same seed, and comes back from its bytes', () => {
    const saved = MODEL.save()
    assert.deepEqual(fitLambdaMart(examples(), { seed: 1 }).save(), saved)
    assert.notDeepEqual(fitLambdaMart(examples(), { seed: 2 }).save(), saved)
    assert.deepEqual(loadTreeModel(saved).save(), saved)
  })

  it('learns nothing from lists that weigh nothing', () => {
    const { rows, labels, rowCount, ...rest } = examples(200)
    const more = examples(210, 9)
    rows.forEach((value, at) => {
      more.rows[at] = value
    })
    more.labels.set(labels)
    const weights = new Float64Array(more.rowCount).fill(1, 0, rowCount)
    const plain = fitLambdaMart({ rows, labels, rowCount, ...rest }, { seed: 1 })
    assert.deepEqual(fitLambdaMart({ ...more, weights }, { seed: 1 }).save(), plain.save())
  })

  it('learns from a handful of lists, though there is nothing to hold out', () => {
    const model = fitLambdaMart(examples(2), { seed: 1 })
    assert.ok(Number.isFinite(model.response(0)))
  })
})

describe('LambdaMART over clicks with propensities', () => {
  const clicks = clickedLists(1500, 11)
  const fresh = clickedLists(500, 12)
  const { propensities } = clicks
  const corrected = fitLambdaMart(clicks, { seed: 1, propensities })
  const asTheyAre = fitLambdaMart(clicks, { seed: 1 })
  const responses = (model: typeof MODEL): Float64Array => {
    const scores = new Float64Array(fresh.rowCount)
    model.scoreRows(fresh.rows, fresh.rowCount, scores)
    return scores.map((score) => model.response(score))
  }

  it('learn what is clicked at the top and not what stood there', () => {
    const share = (chances: Float64Array) => rightPairs(chances, fresh.chances)
    const [ours, naive] = [share(responses(corrected)), share(responses(asTheyAre))]
    assert.ok(ours > 0.88 && ours > naive + 0.1, `${ours} beside ${naive}`)
  })

  it('say the chance of a click at the top, wherever rows stood', () => {
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    assert.ok(Math.abs(mean(responses(corrected)) - mean(fresh.chances)) < 0.02)
    const low = responses(corrected).filter((_, row) => fresh.chances[row]! < 0.1)
    assert.ok(Math.abs(mean(low) - mean(fresh.chances.filter((chance) => chance < 0.1))) < 0.03)
  })

  it('refuse propensities that are none', () => {
    refuses('SHAPE_MISMATCH', clicks, propensities.slice(1))
    refuses('OUT_OF_RANGE', clicks, propensities.with(3, 0))
    refuses('OUT_OF_RANGE', clicks, propensities.with(3, Number.NaN))
  })
})

describe('lists that LambdaMART cannot learn from', () => {
  const good = examples(10)

  it('are refused with a code', () => {
    refuses('ONE_CLASS_ONLY', { ...good, labels: new Float64Array(good.rowCount) })
    refuses('ONE_CLASS_ONLY', { ...good, labels: good.labels.map((_, row) => (row < 40 ? 1 : 0)) })
    refuses('NO_TRAINING_DATA', { ...good, weights: new Float64Array(good.rowCount) })
    refuses('NO_TRAINING_DATA', { ...good, rows: new Float64Array(0), rowCount: 0, labels: new Float64Array(0) })
    refuses('SHAPE_MISMATCH', { ...good, starts: startsOf(9) })
    refuses('SHAPE_MISMATCH', { ...good, starts: Uint32Array.of(0, 50, 40, 80) })
    refuses('SHAPE_MISMATCH', { ...good, labels: good.labels.slice(1) })
    refuses('NOT_FINITE', { ...good, rows: good.rows.with(7, Number.POSITIVE_INFINITY) })
    refuses('OUT_OF_RANGE', { ...good, labels: good.labels.with(0, 0.5) })
  })
})

function scoresOf({ rows, rowCount }: ListExamples): Float64Array {
  const scores = new Float64Array(rowCount)
  MODEL.scoreRows(rows, rowCount, scores)
  return scores
}

/**
 * Lists of which a former ranker put high what has a large second feature; people click by the first one, and look at place
 * `k` with chance `1 / k`.
 */
function clickedLists(lists: number, seed: number) {
  const random = randomFrom(seed, 'clicked lists')
  const rowCount = lists * LIST
  const rows = new Float64Array(rowCount * 3)
  const found = { labels: new Float64Array(rowCount), chances: new Float64Array(rowCount) }
  const propensities = Float64Array.from({ length: rowCount }, (_, row) => 1 / (1 + (row % LIST)))
  for (let row = 0; row < rowCount; row++) {
    const place = row % LIST
    const wish = random.normal()
    rows.set([wish, 2 - place + random.normal(), random.normal()], row * 3)
    found.chances[row] = 1 / (1 + Math.exp(1.5 - 1.5 * wish))
    found.labels[row] = random.uniform() < propensities[row]! * found.chances[row]! ? 1 : 0
  }
  return { rows, rowCount, featureCount: 3, starts: startsOf(lists), propensities, ...found }
}

/** The share of pairs of a list that two ways to score put in the same order. */
function rightPairs(ours: Float64Array, truth: Float64Array): number {
  let [right, pairs] = [0, 0]
  for (let row = 0; row < ours.length; row++) {
    for (let other = row + 1; other < ours.length && other % LIST !== 0; other++) {
      if (ours[row] === ours[other] && truth[row] === truth[other]) continue
      pairs++
      if ((ours[row]! - ours[other]!) * (truth[row]! - truth[other]!) > 0) right++
    }
  }
  return right / pairs
}

function refuses(code: ErrorCode, lists: ListExamples, propensities?: Float64Array): void {
  assert.throws(
    () => fitLambdaMart(lists, { seed: 1, propensities }),
    (error) => isSluiceError(error, code),
  )
}

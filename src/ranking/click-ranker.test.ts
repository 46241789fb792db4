import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../foundation/index.ts'
import { clickRanker } from './click-ranker.ts'
import { fitRanker, loadRanker } from './column-selection.ts'
import { lambdaMart } from './lambda-mart.ts'
import { exposures } from './logistic-ranker.ts'
import type { RankerExamples } from './ranker.ts'
import { valueRanker } from './value-ranker.ts'

const NAMES = ['wish', 'noise', 'exposure.position']
const PLACES = 6
const examplesOf = exposures('impression', { group: 'decision', position: 'position' })
const options = { label: { event: 'click', within: '1h' }, examples: examplesOf } as const
const ranker = clickRanker({ ...options, model: { maxTrees: 20 } })

/** Pages of six; place `k` is looked at with chance `1 / k`. */
function examples(): RankerExamples {
  const random = randomFrom(5, 'click-ranker')
  const rowCount = 300 * PLACES
  const places = Float64Array.from({ length: rowCount }, (_, row) => 1 + (row % PLACES))
  const rows = Float64Array.from({ length: 3 * rowCount }, (_, at) =>
    at % 3 === 2 ? places[Math.floor(at / 3)]! : random.normal(),
  )
  const propensities = places.map((place) => 1 / place)
  const labels = propensities.map((seen, row) =>
    random.uniform() < seen / (1 + Math.exp(1 - 2 * rows[3 * row]!)) ? 1 : 0,
  )
  const starts = Uint32Array.from({ length: rowCount / PLACES + 1 }, (_, list) => PLACES * list)
  return { rows, rowCount, featureCount: 3, labels, starts, propensities }
}

describe('the ranker from clicks', () => {
  it('learns nothing of places: the same bytes wherever the column says that rows stood', () => {
    const all = examples()
    const elsewhere = { ...all, rows: all.rows.map((value, at) => (at % 3 === 2 ? 7 - value : value)) }
    const model = fitRanker(ranker, NAMES, all, 1)
    assert.deepEqual(fitRanker(ranker, NAMES, elsewhere, 1).save(), model.save())
    assert.notDeepEqual(fitRanker(lambdaMart(options), NAMES, all, 1).save(), model.save())
    assert.equal(model.explain(Float64Array.of(1, 0, 1)).contributions[2], 0)
    assert.deepEqual(loadRanker(ranker, NAMES, model.save()).save(), model.save())
  })

  it('learns from how often places are looked at, and refuses to without', () => {
    const { propensities, ...all } = examples()
    const alike = { ...all, propensities: propensities?.map(() => 1) }
    const model = fitRanker(ranker, NAMES, { ...all, propensities }, 1)
    assert.notDeepEqual(fitRanker(ranker, NAMES, alike, 1).save(), model.save())
    assert.throws(
      () => fitRanker(ranker, NAMES, all, 1),
      (error) => isSluiceError(error, 'NO_TRAINING_DATA'),
    )
  })

  it('is plain data but for fitting and loading, and no objective of a value', () => {
    const { spec, label } = structuredClone({ spec: ranker.spec, label: ranker.label })
    assert.deepEqual(label, { event: 'click', where: undefined, withinMs: 3_600_000 })
    assert.notDeepEqual(clickRanker(options).spec, spec)
    assert.throws(
      () => valueRanker({ objectives: { click: ranker }, value: { click: 1 }, main: 'click' }),
      /a position is a feature/,
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { describeRowModel, randomEnsemble, randomRows } from '../../testing/index.ts'
import { fitLogisticRegression } from '../logistic-regression.ts'
import { writeModelFile } from '../model-file.ts'
import { requireRowExamples, requireTwoClasses } from '../row-examples.ts'
import type { RowModel } from '../row-model.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import { fitTrees } from '../tree-training/fit-trees.ts'
import { leavesOf } from '../trees/predict-trees.ts'
import { requireSoundEnsemble, type TreeEnsemble } from '../trees/tree-ensemble.ts'
import { TreeModel } from '../trees/tree-model.ts'
import { compactTrees, loadCompactTrees } from './compact-trees.ts'
import { compressionReport } from './compression-report.ts'
import { distillationExamples } from './distil.ts'
import { fromHalves, toHalves } from './half-precision.ts'
import { pruneTrees } from './prune-trees.ts'

const WIDTH = 5
const ROWS = 2000
const examples = seededExamples(3)
const fresh = seededExamples(4)
const { categorical, ...rest } = examples
const ensemble = fitTrees({ ...rest, categorical }, treeObjective({ kind: 'binary', labels: examples.labels }), {
  iterations: 40,
  leaves: 16,
})
const teacher = new TreeModel(ensemble)

describeRowModel('an ensemble in small tables', {
  fit(examples) {
    requireRowExamples(examples)
    requireTwoClasses(examples.labels, examples.weights)
    const { labels, weights } = examples
    const objective = treeObjective({ kind: 'binary', labels, ...(weights === undefined ? {} : { weights }) })
    return compactTrees(fitTrees(examples, objective, { iterations: 20, leaves: 8 }))
  },
  load: loadCompactTrees,
  // Bins and the least rows of a leaf count rows, not weights.
  weightTolerance: 0.3,
})

describe('a pruned ensemble', () => {
  it('undoes the split that changes the scores of the training rows least, and then the next', () => {
    const tree = fitTrees(examples, treeObjective({ kind: 'regression', labels: examples.labels }), {
      iterations: 2,
      leaves: 6,
    })
    const before = scoresOf(new TreeModel(tree), examples.rows)
    let last = tree
    for (let leafCount = tree.leafValues.length - 1; leafCount >= 2; leafCount--) {
      const pruned = pruneTrees(tree, { leafCount })
      requireSoundEnsemble(pruned)
      assert.equal(pruned.leafValues.length, leafCount)
      // The naive way: of all trees with one split less than the last, the nearest to it.
      const naive = Math.min(
        ...singlePrunings(last).map((other) => squaredDistance(scoresByTree(other), scoresByTree(last))),
      )
      const got = squaredDistance(scoresByTree(pruned), scoresByTree(last))
      assert.ok(Math.abs(got - naive) <= 1e-6 * naive + 1e-12, `${got} where ${naive} was to be had`)
      last = pruned
    }
    const mean = (scores: Float64Array) => scores.reduce((sum, score) => sum + score, 0) / scores.length
    assert.ok(Math.abs(mean(scoresOf(new TreeModel(last), examples.rows)) - mean(before)) < 1e-9)
  })

  it('is the same when nothing is to be undone, and one leaf a tree at the least', () => {
    const all = pruneTrees(ensemble, { leafCount: 1e6 })
    assert.deepEqual(scoresOf(new TreeModel(all), fresh.rows), scoresOf(teacher, fresh.rows))
    const least = pruneTrees(ensemble, { leafCount: ensemble.treeCount })
    assert.equal(least.splitFeatures.length, 0)
    const scores = scoresOf(new TreeModel(least), fresh.rows)
    const { baseline } = teacher.explain(fresh.rows.slice(0, WIDTH))
    assert.ok(scores.every((score) => Math.abs(score - baseline) < 1e-9))
  })

  it('loses little at half the leaves', () => {
    const half = new TreeModel(pruneTrees(ensemble, { leafCount: ensemble.leafValues.length / 2 }))
    assert.ok(lossOf(half, fresh) < lossOf(teacher, fresh) + 0.003)
    assert.ok(half.save().length < 0.6 * teacher.save().length)
  })

  it('keeps sets of categories and is sound, whatever the ensemble', () => {
    for (let seed = 0; seed < 30; seed++) {
      const grown = randomEnsemble({ ...SHAPE, missing: seed % 2 === 0 }, seed)
      for (const leafCount of [9, 20, 71, 72]) requireSoundEnsemble(pruneTrees(grown, { leafCount }))
    }
  })

  it('is refused below one leaf a tree', () => {
    refuses('INVALID_ARGUMENT', () => pruneTrees(ensemble, { leafCount: ensemble.treeCount - 1 }))
    refuses('INVALID_ARGUMENT', () => pruneTrees(ensemble, { leafCount: 60.5 }))
    refuses('MODEL_CORRUPT', () => pruneTrees({ ...ensemble, featureCount: 1 }, { leafCount: 50 }))
  })
})

describe('an ensemble in small tables', () => {
  const compact = compactTrees(ensemble)

  it('ends in the leaves of the ensemble with its thresholds in single precision, whatever the trees', () => {
    for (let seed = 0; seed < 30; seed++) {
      const grown = randomEnsemble({ ...SHAPE, missing: seed % 2 === 0 }, seed)
      const isSet = (node: number) => ((grown.decisions[node] ?? 0) & 1) === 1
      const rounded = {
        ...grown,
        thresholds: grown.thresholds.map((value, node) => (isSet(node) ? value : Math.fround(value))),
      }
      const expanded = compactTrees(grown, { thresholdBits: 16 }).model.ensemble
      const rows = randomRows(100, SHAPE.featureCount, seed)
      const values = (of: TreeEnsemble) =>
        Array.from(leavesOf(of, rows, 100), (leaf, index) => of.leafValues[(of.leafStarts[index % 9] ?? 0) + leaf] ?? 0)
      const [got, wanted] = [values(expanded), values(rounded)]
      // A leaf is known by its value, which moves by half a step at most.
      got.forEach((value, index) => {
        assert.ok(Math.abs(value - (wanted[index] ?? Number.NaN)) <= stepOf(grown, index % 9, 65_535))
      })
    }
  })

  it('moves scores by at most half a step a tree', () => {
    for (const [leafBits, steps] of [
      [8, 255],
      [16, 65_535],
    ] as const) {
      const allowed = Array.from({ length: ensemble.treeCount }, (_, tree) => stepOf(ensemble, tree, steps))
      const model = compactTrees(ensemble, { leafBits, thresholdBits: 16 })
      const [before, after] = [scoresOf(teacher, fresh.rows), scoresOf(model, fresh.rows)]
      const worst = Math.max(...before.map((score, row) => Math.abs(score - (after[row] ?? Number.NaN))))
      assert.ok(worst <= allowed.reduce((sum, step) => sum + step, 0), `${worst} with ${leafBits} bits`)
    }
  })

  it('takes less than a fifth of the bytes and loses next to nothing', () => {
    const small = compactTrees(ensemble, { leafBits: 8, thresholdBits: 8 })
    assert.ok(small.save().length < 0.2 * teacher.save().length, `${small.save().length / teacher.save().length}`)
    assert.ok(Math.abs(lossOf(compact, fresh) - lossOf(teacher, fresh)) < 1e-5)
    assert.ok(Math.abs(lossOf(small, fresh) - lossOf(teacher, fresh)) < 1e-3)
  })

  it('keeps the thresholds used most where a feature has more of them than the bits allow', () => {
    const random = randomFrom(5, 'many-thresholds')
    const count = 20_000
    const rows = Float64Array.from({ length: count }, () => random.normal())
    const labels = rows.map((value) => Math.sin(40 * value))
    const given = { rows, rowCount: count, featureCount: 1 }
    const fine = fitTrees(given, treeObjective({ kind: 'regression', labels }), { iterations: 3, leaves: 100 })
    const many = { ...fine, thresholds: fine.thresholds.map((value, node) => value + node * 1e-4) }
    assert.ok(new Set(many.thresholds).size > 256, `${new Set(many.thresholds).size}`)
    const model = compactTrees(many, { thresholdBits: 8 })
    const [before, after] = [scoresOf(new TreeModel(many), rows), scoresOf(model, rows)]
    const shareMoved = squaredDistance(before, after) / squaredDistance(before, new Float64Array(count))
    assert.ok(shareMoved < 0.03, `${shareMoved}`)
  })

  it('explains its own scores, near to those of the ensemble', () => {
    const [before, scores] = [teacher, scoresOf(compact, fresh.rows)]
    for (let row = 0; row < 50; row++) {
      const values = fresh.rows.slice(row * WIDTH, (row + 1) * WIDTH)
      const { baseline, contributions } = compact.explain(values)
      const sum = contributions.reduce((total, value) => total + value, baseline)
      assert.ok(Math.abs(sum - (scores[row] ?? Number.NaN)) < 1e-9)
      const wanted = before.explain(values).contributions
      contributions.forEach((value, feature) => {
        assert.ok(Math.abs(value - (wanted[feature] ?? Number.NaN)) < 0.05)
      })
    }
  })

  it('comes back from its bytes, of several classes and with sets of categories too', () => {
    for (const each of [ensemble, randomEnsemble(SHAPE, 8), pruneTrees(ensemble, { leafCount: ensemble.treeCount })]) {
      const model = compactTrees(each, { leafBits: 8 })
      const loaded = loadCompactTrees(model.save())
      assert.deepEqual(loaded.model.ensemble, model.model.ensemble)
      assert.deepEqual(loaded.save(), model.save())
    }
  })

  it('refuses bytes that are cut short or changed, and bits that it does not have', () => {
    const saved = compact.save()
    for (let at = 0; at < saved.length; at += 211) {
      const changed = saved.slice()
      changed[at] = (changed[at] ?? 0) ^ 0x41
      assert.throws(() => loadCompactTrees(changed), isSluiceError)
    }
    refuses('MODEL_CORRUPT', () => loadCompactTrees(saved.subarray(0, -1)))
    refuses('MODEL_MISMATCH', () => loadCompactTrees(teacher.save()))
    refuses('MODEL_CORRUPT', () => loadCompactTrees(writeModelFile('compact-trees', 1, new Uint8Array(8))))
    refuses('INVALID_ARGUMENT', () => compactTrees(ensemble, { leafBits: 4 as 8 }))
  })
})

describe('a table in half precision', () => {
  it('keeps a number to 2^-11 of itself, or 2^-39 of the largest', () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(numbers, (values) => {
        const given = Float64Array.from(values, (value) => (Math.abs(value) < 1e-290 ? 0 : value))
        const largest = Math.max(...given.map(Math.abs))
        const out = new Float64Array(given.length)
        fromHalves(toHalves(given), out)
        out.forEach((value, index) => {
          const wanted = given[index] ?? Number.NaN
          assert.ok(Math.abs(value - wanted) <= Math.max(Math.abs(wanted) * 2 ** -11, largest * 2 ** -39))
        })
      }),
      { seed: 9, numRuns: 500 },
    )
  })

  it('is exact for every number that binary16 has', () => {
    const all = new Float32Array(65_536)
    fromHalves({ scale: 1, halves: Uint16Array.from({ length: 65_536 }, (_, bits) => bits) }, all)
    assert.deepEqual(
      [all[0x3c00], all[0xc000], all[0x7bff], all[0x0001], all[0x3555]],
      [1, -2, 65_504, 2 ** -24, 0.333251953125],
    )
    const small = all.filter((value) => Math.abs(value) < 2 ** 15).map((value) => value / 4)
    const back = new Float32Array(small.length)
    fromHalves(toHalves(small), back)
    assert.ok(small.length > 60_000 && small.every((value, index) => Object.is(value, back[index])))
  })

  it('refuses what is no number', () => {
    refuses('NOT_FINITE', () => toHalves(Float32Array.of(1, Number.NaN)))
    refuses('NOT_FINITE', () => toHalves(Float64Array.of(Number.NEGATIVE_INFINITY)))
  })
})

describe('distillation', () => {
  it('teaches a few trees more than the labels do, and a linear model what it can hold', () => {
    const unlabelled = seededExamples(5)
    const taught = distillationExamples(teacher, { ...unlabelled, labels: undefined })
    const student = new TreeModel(
      fitTrees(taught, treeObjective({ kind: 'cross_entropy', labels: taught.labels }), {
        iterations: 10,
        leaves: 16,
        learningRate: 0.4,
      }),
    )
    assert.ok(student.save().length < 0.3 * teacher.save().length, `${student.save().length / teacher.save().length}`)
    assert.ok(
      lossOf(student, fresh) < lossOf(teacher, fresh) + 0.02,
      `${lossOf(student, fresh)} ${lossOf(teacher, fresh)}`,
    )
    const linear = fitLogisticRegression(taught, { basis: 'piecewise' })
    assert.ok(lossOf(linear, fresh) < 0.68, `${lossOf(linear, fresh)}`)
  })

  it('gives responses, scores, or responses mixed with the labels', () => {
    const { rows, rowCount, featureCount, labels } = examples
    const scores = scoresOf(teacher, rows)
    assert.deepEqual(
      distillationExamples(teacher, { rows, rowCount, featureCount }, { target: 'score' }).labels,
      scores,
    )
    const mixed = distillationExamples(teacher, examples, { trust: 0.25 }).labels
    mixed.forEach((value, row) => {
      const wanted = 0.25 * teacher.response(scores[row] ?? 0) + 0.75 * (labels[row] ?? 0)
      assert.ok(Math.abs(value - wanted) < 1e-15)
    })
  })

  it('refuses a teacher without probabilities, other rows, and trust that has no meaning', () => {
    const { rows, rowCount, featureCount } = examples
    const ranker = new TreeModel({ ...ensemble, objective: 'lambdarank' })
    refuses('OUT_OF_RANGE', () => distillationExamples(ranker, examples))
    refuses('SHAPE_MISMATCH', () => distillationExamples(teacher, { ...examples, rowCount: 3 }))
    for (const trust of [0, 1.5, Number.NaN]) {
      refuses('INVALID_ARGUMENT', () => distillationExamples(teacher, examples, { trust }))
    }
    refuses('INVALID_ARGUMENT', () => distillationExamples(teacher, { rows, rowCount, featureCount }, { trust: 0.5 }))
  })
})

describe('the report of a compression', () => {
  it('gives bytes, changes of scores, and every metric before and after, by segment too', () => {
    const mean = (scores: Float64Array, rows: Uint32Array) =>
      rows.reduce((sum, row) => sum + (scores[row] ?? Number.NaN), 0) / rows.length
    const report = compressionReport({
      bytesBefore: 1000,
      bytesAfter: 250,
      scoresBefore: Float64Array.of(1, 2, 3, 4),
      scoresAfter: Float64Array.of(1, 2, 2, 2),
      metrics: { mean },
      segments: { names: ['new', 'none', 'old'], ofRow: [0, 2, 0, 2] },
    })
    assert.deepEqual(report, {
      bytesBefore: 1000,
      bytesAfter: 250,
      sizeRatio: 0.25,
      largestChange: 2,
      meanSquareChange: 1.25,
      overall: { mean: { before: 2.5, after: 1.75, loss: 0.75 } },
      segments: {
        new: { mean: { before: 2, after: 1.5, loss: 0.5 } },
        old: { mean: { before: 3, after: 2, loss: 1 } },
      },
    })
  })

  it('refuses scores or segments of other rows', () => {
    const [one, two] = [new Float64Array(1), new Float64Array(2)]
    const question = { bytesBefore: 1, bytesAfter: 1, scoresBefore: two, scoresAfter: two, metrics: {} }
    refuses('SHAPE_MISMATCH', () => compressionReport({ ...question, scoresAfter: one }))
    refuses('SHAPE_MISMATCH', () => compressionReport({ ...question, segments: { names: ['all'], ofRow: [0] } }))
  })
})

const SHAPE = { treeCount: 9, leafCount: 8, featureCount: 4, classCount: 3, categoricalShare: 0.3, missing: true }

/** Two curves, an interaction, a column of categories; some values are missing. */
function seededExamples(seed: number) {
  const random = randomFrom(seed, 'compression')
  const rows = new Float64Array(ROWS * WIDTH)
  const labels = new Float64Array(ROWS)
  for (let row = 0; row < ROWS; row++) {
    const values = [random.normal(), random.normal(), random.normal(), random.integer(12), random.normal()]
    const [a = 0, b = 0, c = 0, category = 0] = values
    const score = Math.sin(2 * a) + b * c + (category % 3 === 1 ? 1 : -0.5)
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0
    if (random.uniform() < 0.1) values[1] = Number.NaN
    rows.set(values, row * WIDTH)
  }
  return { rows, rowCount: ROWS, featureCount: WIDTH, labels, categorical: [3] }
}

function scoresOf(model: RowModel, rows: Float64Array): Float64Array {
  const out = new Float64Array(rows.length / model.featureCount)
  model.scoreRows(rows, out.length, out)
  return out
}

function lossOf(model: RowModel, { rows, labels }: ReturnType<typeof seededExamples>): number {
  const losses = scoresOf(model, rows).map((score, row) => {
    const probability = model.response(score)
    return -Math.log(labels[row] === 1 ? probability : 1 - probability)
  })
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}

/** The score that each tree alone gives each training row: shape (trees * rows,). */
function scoresByTree(of: TreeEnsemble): Float64Array {
  const leaves = leavesOf(of, examples.rows, ROWS)
  return Float64Array.from(leaves, (leaf, index) => {
    const tree = index % of.treeCount
    return of.leafValues[(of.leafStarts[tree] ?? 0) + leaf] ?? Number.NaN
  })
}

/** Every ensemble with one pair of leaves made one, by hand: both get the mean of the rows that reach them. */
function singlePrunings(of: TreeEnsemble): TreeEnsemble[] {
  const prunings: TreeEnsemble[] = []
  const leaves = leavesOf(of, examples.rows, ROWS)
  for (let node = 0; node < of.splitFeatures.length; node++) {
    const [left, right] = [of.leftChildren[node] ?? 0, of.rightChildren[node] ?? 0]
    if (left >= 0 || right >= 0) continue
    const tree = of.nodeStarts.findLastIndex((start) => start <= node)
    const places = [~left, ~right].map((leaf) => (of.leafStarts[tree] ?? 0) + leaf)
    const counts = [~left, ~right].map(
      (leaf) => leaves.filter((at, index) => index % of.treeCount === tree && at === leaf).length,
    )
    const [a = 0, b = 0] = places.map((place) => of.leafValues[place] ?? 0)
    const [m = 0, n = 0] = counts
    const leafValues = of.leafValues.slice()
    for (const place of places) leafValues[place] = (a * m + b * n) / (m + n)
    prunings.push({ ...of, leafValues })
  }
  return prunings
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + (value - (b[index] ?? Number.NaN)) ** 2, 0)
}

/** Half a step of a tree's leaves, and what single precision adds. */
function stepOf(of: TreeEnsemble, tree: number, steps: number): number {
  const values = of.leafValues.subarray(of.leafStarts[tree], of.leafStarts[tree + 1])
  const largest = Math.max(...values.map(Math.abs))
  return (0.5 * (Math.max(...values) - Math.min(...values))) / steps + 2e-7 * largest
}

function refuses(code: ErrorCode, action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}

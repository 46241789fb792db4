import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { factorCholesky, solveCholesky } from '../cholesky.ts'
import { distinctRows, type SparseRows, transpose } from '../interaction-rows.ts'
import type { Interactions } from '../item-model.ts'
import { type Als, loadAls } from './als.ts'
import type { AlsSide } from './als-memory.ts'
import { type AlsOptions, alsOptions } from './als-options.ts'
import { AlsTraining } from './als-training.ts'
import { fitAls, fitAlsOnWorkers } from './fit-als.ts'

const EXACT = { solver: 'cholesky' } as const

describe('alternating least squares', () => {
  it('solves every row as dense matrices in double precision do, whatever the data and options', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 70 }), fc.nat(2), (seed, factors, exponent) => {
        const rows = distinctRows(randomInteractions(seed))
        const options = alsOptions({ ...EXACT, factors, l2: 3, alpha: 4, frequencyExponent: exponent / 2, seed })
        const training = new AlsTraining(rows, options)
        const { users, items, width } = training.memory
        const start = Float64Array.from(items.vectors)
        training.iterate()
        const wantedUsers = naiveHalf(rows, start, width, options)
        close(users.vectors, wantedUsers)
        close(items.vectors, naiveHalf(transpose(rows), wantedUsers, width, options))
      }),
      { seed: 31, numRuns: 25 },
    )
  })

  it('comes to the same by enough steps of conjugate gradient as by Cholesky', () => {
    for (const factors of [4, 20, 36, 64]) {
      const [exact, steps] = [EXACT, { steps: 3 * factors }].map((solver) => {
        const training = new AlsTraining(rowsWithLongOne(), alsOptions({ ...solver, factors, l2: 5 }))
        training.iterate()
        return training.memory
      })
      assert.ok(exact && steps)
      close(steps.users.vectors, exact.users.vectors)
      close(steps.items.vectors, exact.items.vectors)
    }
  })

  it('says the objective that a sum over all pairs gives', () => {
    for (const frequencyExponent of [0, 1]) {
      const training = new AlsTraining(
        rowsWithLongOne(),
        alsOptions({ factors: 6, l2: 2, alpha: 3, frequencyExponent }),
      )
      training.iterate()
      const wanted = naiveObjective(training)
      assert.ok(Math.abs(training.objective() - wanted) < 1e-5 * wanted)
    }
  })

  it('never raises the objective, by either solver', () => {
    for (const options of [EXACT, { steps: 2 }, { frequencyExponent: 1 }]) {
      const training = new AlsTraining(
        distinctRows(randomInteractions(7)),
        alsOptions({ ...options, factors: 8, l2: 2 }),
      )
      const objectives = Array.from({ length: 8 }, () => {
        training.iterate()
        return training.objective()
      })
      objectives.slice(1).forEach((value, index) => {
        assert.ok(value <= objectives[index]! * (1 + 1e-6), `${value} after ${objectives[index]}`)
      })
    }
  })

  it('learns the same bytes on one thread, two and three', async () => {
    for (const solver of ['conjugate-gradient', 'cholesky'] as const) {
      const options = { factors: 12, iterations: 3, solver }
      const alone = fitAls(randomInteractions(3, 900), options).save()
      for (const threads of [1, 2, 3]) {
        const together = await fitAlsOnWorkers(randomInteractions(3, 900), options, threads)
        assert.deepEqual(together.save(), alone)
      }
    }
  })

  it('leaves the vectors of items that nobody met at zero', () => {
    const model = fitAls(interactions([[0, 1], [1]], 4), { factors: 4 })
    assert.ok(model.itemVectors.subarray(0, 8).some((value) => value !== 0))
    assert.ok(model.itemVectors.subarray(8).every((value) => value === 0))
  })

  it('refuses options out of their range and more threads than it has', async () => {
    const wrong: Partial<AlsOptions>[] = [
      ...[{ factors: 0 }, { factors: 2.5 }, { factors: 1025 }, { l2: 0 }, { l2: Number.NaN }, { alpha: 0 }],
      ...[{ iterations: 0 }, { steps: 0 }, { seed: Number.NaN }, { frequencyExponent: Number.POSITIVE_INFINITY }],
      { solver: 'gauss' as 'cholesky' },
    ]
    for (const options of wrong) {
      assert.throws(() => fitAls(randomInteractions(1), options), { code: 'INVALID_ARGUMENT' })
    }
    for (const threads of [0, 1.5, 17]) {
      await assert.rejects(fitAlsOnWorkers(randomInteractions(1), {}, threads), { code: 'INVALID_ARGUMENT' })
    }
  })

  it('refuses weights that single precision does not hold', () => {
    const data = { ...interactions([[0, 1], [1]], 4), weights: Float64Array.of(1e300, 1, 1) }
    for (const solver of ['conjugate-gradient', 'cholesky'] as const) {
      assert.throws(
        () => fitAls(data, { solver }),
        (error) => isSluiceError(error, 'NOT_FINITE'),
      )
    }
  })
})

describe('folding in', () => {
  it('gives a person the vector that training solves for a user of that history', () => {
    const data = { ...randomInteractions(11), weights: undefined }
    for (const frequencyExponent of [0, 1]) {
      const options = alsOptions({ ...EXACT, factors: 10, l2: 3, frequencyExponent, iterations: 2 })
      const model = fitAls(data, options)
      const rows = distinctRows(data)
      const wanted = naiveHalf(rows, Float64Array.from(model.itemVectors), model.dimensions, options)
      const got = new Float32Array(model.dimensions)
      for (let user = 0; user < rows.rowCount; user++) {
        model.foldIn(rows.columns.slice(rows.starts[user], rows.starts[user + 1]), undefined, got)
        close(got, wanted.subarray(user * model.dimensions, (user + 1) * model.dimensions))
      }
    }
  })

  it('scores items by the dot product with the person', () => {
    const model = fitAls(randomInteractions(4), { factors: 7 })
    const history = Int32Array.of(1, 5, 1)
    const weights = Float64Array.of(0.5, 2, 1)
    const person = new Float32Array(model.dimensions)
    model.foldIn(history, weights, person)
    const wanted = Float64Array.from({ length: model.itemCount }, (_, item) =>
      person.reduce((sum, value, factor) => sum + value * model.itemVectors[item * model.dimensions + factor]!, 0),
    )
    close(scores(model, history, weights), wanted)
  })

  it('counts an item of weight 0 as one that was not met', () => {
    const model = fitAls(randomInteractions(4), { factors: 7, frequencyExponent: 1 })
    const without = scores(model, Int32Array.of(2, 9))
    assert.deepEqual(scores(model, Int32Array.of(2, 3, 9), Float64Array.of(1, 0, 1)), without)
    assert.ok(scores(model, Int32Array.of(3), Float64Array.of(0)).every((score) => score === 0))
  })

  it('gives a stranger who met one item the others that go with it', () => {
    const random = randomFrom(8)
    // Users meet half of the even items or half of the odd ones.
    const rows = Array.from({ length: 60 }, (_, user) =>
      Array.from({ length: 20 }, (_, item) => item).filter((item) => item % 2 === user % 2 && random.uniform() < 0.5),
    )
    const model = fitAls(interactions(rows, 20), { factors: 2, alpha: 3 })
    const found = scores(model, Int32Array.of(6))
    const [even, odd] = [0, 1].map((side) => Array.from(found).filter((_, item) => item % 2 === side))
    assert.ok(Math.min(...(even ?? [])) > Math.max(...(odd ?? [])))
    assert.ok(model.neighbours(6, 9).items.every((item) => item % 2 === 0 && item !== 6))
    assert.equal(model.neighbours(6, 9).items.length, 9)
    assert.throws(() => model.neighbours(20, 1), { code: 'INVALID_ARGUMENT' })
  })

  it('refuses room for another number of factors', () => {
    const model = fitAls(randomInteractions(4), { factors: 7 })
    assert.equal(model.dimensions, 8)
    assert.throws(() => model.foldIn(Int32Array.of(1), undefined, new Float32Array(7)), { code: 'SHAPE_MISMATCH' })
  })

  it('is the same after saving and loading, and so is what is known of the training', () => {
    const model = fitAls(randomInteractions(4), { factors: 7, iterations: 2 })
    const loaded = loadAls(model.save())
    assert.deepEqual(loaded.options, model.options)
    assert.equal(loaded.objective, model.objective)
    const [before, after] = [new Float32Array(8), new Float32Array(8)]
    model.foldIn(Int32Array.of(3, 4), undefined, before)
    loaded.foldIn(Int32Array.of(3, 4), undefined, after)
    assert.deepEqual(after, before)
  })
})

/** Every row's vector by (Y'Y + sum (c - 1) y y' + l I)^-1 sum c y, in double precision. */
function naiveHalf(rows: SparseRows, fixed: Float64Array, width: number, options: AlsOptions): Float64Array {
  const out = new Float64Array(rows.rowCount * width)
  const confidence = (entry: number): number => 1 + options.alpha * rows.values[entry]!
  const all = Array.from({ length: rows.rowCount }, (_, row) => {
    let sum = rows.columnCount
    for (let entry = rows.starts[row]!; entry < rows.starts[row + 1]!; entry++) sum += confidence(entry) - 1
    return sum
  })
  const mean = all.reduce((sum, value) => sum + value, 0) / rows.rowCount
  for (let row = 0; row < rows.rowCount; row++) {
    const own = new Map<number, number>()
    for (let entry = rows.starts[row]!; entry < rows.starts[row + 1]!; entry++) {
      own.set(rows.columns[entry]!, confidence(entry))
    }
    if (own.size === 0) continue
    const matrix = new Float64Array(width * width)
    const x = out.subarray(row * width, (row + 1) * width)
    for (let column = 0; column < rows.columnCount; column++) {
      const c = own.get(column)
      for (let i = 0; i < width; i++) {
        const value = fixed[column * width + i]!
        x[i]! += (c ?? 0) * value
        for (let j = 0; j < width; j++) matrix[i * width + j]! += (c ?? 1) * value * fixed[column * width + j]!
      }
    }
    const penalty = options.l2 * (all[row]! / mean) ** options.frequencyExponent
    for (let i = 0; i < width; i++) matrix[i * width + i]! += penalty
    factorCholesky(matrix, width)
    solveCholesky(matrix, width, x)
  }
  return out
}

function naiveObjective({ memory }: AlsTraining): number {
  const { users, items, width } = memory
  const penalty = (side: AlsSide): number =>
    side.vectors.reduce((sum, value, at) => sum + side.penalties[Math.floor(at / width)]! * value ** 2, 0)
  let sum = penalty(users) + penalty(items)
  for (let user = 0; user < users.rowCount; user++) {
    const own = new Map<number, number>()
    for (let entry = users.starts[user]!; entry < users.starts[user + 1]!; entry++) {
      own.set(users.columns[entry]!, users.confidences[entry]!)
    }
    for (let item = 0; item < items.rowCount; item++) {
      let score = 0
      for (let f = 0; f < width; f++) score += users.vectors[user * width + f]! * items.vectors[item * width + f]!
      sum += (own.get(item) ?? 1) * ((own.has(item) ? 1 : 0) - score) ** 2
    }
  }
  return sum
}

function interactions(rows: readonly (readonly number[])[], itemCount: number): Interactions {
  const starts = new Uint32Array(rows.length + 1)
  rows.forEach((row, user) => {
    starts[user + 1] = starts[user]! + row.length
  })
  return { userCount: rows.length, itemCount, starts, items: Int32Array.from(rows.flat()) }
}

function randomInteractions(seed: number, users = 30): Interactions {
  const random = randomFrom(seed)
  const rows = Array.from({ length: users }, () => Array.from({ length: random.integer(9) }, () => random.integer(25)))
  const data = interactions([...rows, [1]], 25)
  return { ...data, weights: Float64Array.from(data.items, () => random.integer(4) / 2 + 0.5) }
}

/** A user who met more items than the kernels copy together. */
function rowsWithLongOne(): SparseRows {
  const random = randomFrom(9)
  const long = Array.from({ length: 700 }, (_, item) => item).filter((item) => item % 5 !== 0)
  const rows = Array.from({ length: 12 }, () => Array.from({ length: 30 }, () => random.integer(700)))
  return distinctRows(interactions([...rows, long], 700))
}

function scores(model: Als, history: Int32Array, weights?: Float64Array): Float64Array {
  const out = new Float64Array(model.itemCount)
  model.scoreItems(history, weights, out)
  return out
}

/** To 1e-3 of the largest value, as single precision allows. */
function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length)
  const scale = Math.max(...Array.from(expected, Math.abs), 1e-6)
  for (let index = 0; index < actual.length; index++) {
    const [got, wanted] = [actual[index]!, expected[index]!]
    assert.ok(Math.abs(got - wanted) <= 1e-3 * scale, `at ${index}: ${got} is not ${wanted}`)
  }
}

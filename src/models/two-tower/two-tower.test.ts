import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../../foundation/index.ts'
import { readModelKind, writeModelFile } from '../model-file.ts'
import type { SparseRows } from '../sparse-rows.ts'
import { fitTwoTower } from './fit-two-tower.ts'
import type { TowerFeatures } from './tower.ts'
import { loadTwoTower, type TwoTower } from './two-tower.ts'
import type { TwoTowerExamples, TwoTowerOptions } from './two-tower-options.ts'

const CLUSTERS = 6
const ITEMS = 120
const HISTORY = 5
/** Item features: the item alone, then its words; every cluster has 4 words. User features: the items of a history. */
const WORDS = 4
const ITEM_FEATURES = ITEMS + CLUSTERS * WORDS
const OPTIONS: TwoTowerOptions = { dimensions: 16, batchSize: 128, epochs: 8, seed: 5 }

describe('two towers', () => {
  const world = plantedWorld(3000)
  const model = fitTwoTower(world, OPTIONS)

  it('find an item that nobody ever met for the people whom its content suits, and popularity does not', () => {
    const newItems = Array.from({ length: CLUSTERS }, (_, cluster) => itemFeatures(cluster, [0, 2]))
    const popular = popularItems(world, 30)
    const people = plantedWorld(300, 'others')
    let found = 0
    let foundByOthers = 0
    for (let row = 0; row < people.users.rowCount; row++) {
      const cluster = people.targets[row]! % CLUSTERS
      const ranks = newItems.map((features) => rankAmongItems(model, rowOf(people.users, row), features))
      if (ranks[cluster]! < 30) found++
      foundByOthers += ranks.filter((rank, other) => other !== cluster && rank < 30).length / (CLUSTERS - 1)
    }
    assert.ok(found / 300 > 0.8, `found for ${found} of 300`)
    assert.ok(foundByOthers / 300 < 0.1, `shown to ${foundByOthers} of 300 others`)
    assert.ok(
      popular.every((item) => item < ITEMS),
      'a list of popular items has no place for a new one',
    )
  })

  it('put what a person meets next above chance and above the most popular', () => {
    const people = plantedWorld(300, 'others')
    const popular = new Set(popularItems(world, 20))
    let found = 0
    let foundByPopularity = 0
    for (let row = 0; row < people.users.rowCount; row++) {
      const target = people.targets[row]!
      const rank = rankAmongItems(model, rowOf(people.users, row), rowOf(people.items, target))
      if (rank < 20) found++
      if (popular.has(target)) foundByPopularity++
    }
    assert.ok(found > 1.3 * foundByPopularity, `${found} and ${foundByPopularity} of 300`)
  })

  it('rank by how much likelier an item is for a person than for all, when popularity is taken off', () => {
    const meanRankOfPopular = (popularityCorrection: number): number => {
      const fitted = fitTwoTower(world, { ...OPTIONS, popularityCorrection })
      const popular = popularItems(world, 10)
      const people = plantedWorld(100, 'others')
      let sum = 0
      for (let row = 0; row < 100; row++) {
        for (const item of popular) sum += rankAmongItems(fitted, rowOf(people.users, row), rowOf(people.items, item))
      }
      return sum / (100 * popular.length)
    }
    // A logit that carries log Q itself need not learn that popular items are popular: taken off, the vectors learn it.
    assert.ok(meanRankOfPopular(1) < meanRankOfPopular(0))
  })

  it('give vectors of length 1, and zeros for what training never met', () => {
    const vector = new Float32Array(model.dimensions)
    model.userVector(rowOf(world.users, 3), vector)
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6)
    model.itemVector({ indices: new Uint32Array(0), values: new Float64Array(0) }, vector)
    assert.deepEqual(Array.from(vector), new Array(model.dimensions).fill(0))
  })

  it('learn: the loss of a pass falls', () => {
    const { losses } = model
    assert.equal(losses.length, 8)
    assert.ok(losses[7]! < losses[0]!)
  })

  it('stop by the recall on other examples and keep the best pass', () => {
    const { users, targets } = plantedWorld(200, 'validation')
    const options = { ...OPTIONS, epochs: 30, recallAt: 10, patience: 3, validation: { users, targets } }
    const stopped = fitTwoTower(world, options)
    const best = Math.max(...stopped.recalls)
    assert.equal(stopped.recalls.indexOf(best), stopped.epochs - 1)
    const same = fitTwoTower(world, { ...OPTIONS, epochs: stopped.epochs })
    assert.deepEqual(vectorOf(stopped, rowOf(users, 0)), vectorOf(same, rowOf(users, 0)))
  })

  it('take a weight of 0 for no example, and equal weights for none', () => {
    const weights = new Float64Array(world.targets.length).fill(2)
    const vector = (fitted: TwoTower): Float32Array => vectorOf(fitted, rowOf(world.users, 0))
    assert.deepEqual(vector(fitTwoTower({ ...world, weights }, OPTIONS)), vector(model))
    const half = plantedWorld(1500)
    const masked = weights.map((weight, row) => (row < 1500 ? weight : 0))
    assert.deepEqual(vector(fitTwoTower({ ...world, weights: masked }, OPTIONS)), vector(fitTwoTower(half, OPTIONS)))
  })

  it('fitted twice equal themselves fitted once, to the byte, and another seed gives others', () => {
    assert.deepEqual(fitTwoTower(world, OPTIONS).save(), model.save())
    assert.notDeepEqual(fitTwoTower(world, { ...OPTIONS, seed: 6 }).save(), model.save())
  })

  it('do not touch what they learn from', () => {
    fitTwoTower(world, { ...OPTIONS, epochs: 1, hidden: 8 })
    assert.deepEqual(world, plantedWorld(3000))
  })

  it('are to the bit the same after saving and loading, with a hidden layer and without', () => {
    for (const hidden of [0, 8]) {
      const fitted = fitTwoTower(world, { ...OPTIONS, epochs: 1, hidden })
      const saved = fitted.save()
      const loaded = loadTwoTower(saved)
      assert.equal(readModelKind(saved), 'two-tower')
      assert.deepEqual(loaded.save(), saved)
      assert.deepEqual(vectorOf(loaded, rowOf(world.users, 1)), vectorOf(fitted, rowOf(world.users, 1)))
      assert.deepEqual(loaded.losses, fitted.losses)
    }
  })

  it('refuse bytes that end too soon, that changed, or that are another model', () => {
    const saved = model.save()
    const changed = saved.slice()
    changed[saved.length - 1]! ^= 1
    for (const bytes of [saved.slice(0, saved.length / 2), changed, new Uint8Array(0)]) {
      refuses('MODEL_CORRUPT', () => loadTwoTower(bytes))
    }
    refuses('MODEL_MISMATCH', () => loadTwoTower(writeModelFile('another', 1, new Uint8Array(0))))
    refuses('MODEL_MISMATCH', () => loadTwoTower(writeModelFile('two-tower', 2, new Uint8Array(0))))
  })

  it('refuse features and room that do not fit', () => {
    const room = new Float32Array(model.dimensions)
    const feature = (index: number, value: number): TowerFeatures => ({
      indices: Uint32Array.of(index),
      values: Float64Array.of(value),
    })
    refuses('SHAPE_MISMATCH', () => model.userVector(feature(ITEMS, 1), room))
    refuses('NOT_FINITE', () => model.itemVector(feature(0, Number.NaN), room))
    refuses('SHAPE_MISMATCH', () => model.itemVector(feature(0, 1), new Float32Array(3)))
  })

  it('refuse examples that contradict themselves, and options out of range', () => {
    const { targets, users } = world
    refuses('SHAPE_MISMATCH', () => fitTwoTower({ ...world, targets: targets.slice(1) }))
    refuses('INVALID_ARGUMENT', () => fitTwoTower({ ...world, targets: targets.map(() => ITEMS) }))
    refuses('NO_TRAINING_DATA', () => fitTwoTower({ ...world, weights: new Float64Array(targets.length) }))
    refuses('INVALID_ARGUMENT', () => fitTwoTower({ ...world, weights: new Float64Array(targets.length).fill(-1) }))
    refuses('SHAPE_MISMATCH', () => fitTwoTower({ ...world, itemIds: Int32Array.of(0) }))
    refuses('SHAPE_MISMATCH', () => fitTwoTower({ ...world, itemIds: new Int32Array(ITEMS).fill(ITEM_FEATURES) }))
    const validation = { users: { ...users, featureCount: 1000 }, targets }
    refuses('SHAPE_MISMATCH', () => fitTwoTower(world, { validation }))
    for (const options of [
      { dimensions: 6 },
      { temperature: 0 },
      { idDropout: 1.1 },
      { batchSize: 1 },
      { epochs: 0 },
    ]) {
      refuses('INVALID_ARGUMENT', () => fitTwoTower(world, options))
    }
  })
})

/** People have a cluster each; they meet its items, the smaller numbers more often, and a few others. */
function plantedWorld(people: number, name = 'training'): TwoTowerExamples {
  const random = randomFrom(17, name)
  const draw = (cluster: number): number => {
    const own = random.uniform() < 0.9 ? cluster : random.integer(CLUSTERS)
    return own + CLUSTERS * Math.floor((ITEMS / CLUSTERS) * random.uniform() ** 2)
  }
  const histories: number[][] = []
  const targets: number[] = []
  for (let person = 0; person < people; person++) {
    const cluster = random.integer(CLUSTERS)
    histories.push(Array.from({ length: HISTORY }, () => draw(cluster)))
    targets.push(draw(cluster))
  }
  const things = Array.from({ length: ITEMS }, (_, item) => {
    const { indices } = itemFeatures(item % CLUSTERS, [item % WORDS, (item * 7 + 1) % WORDS])
    return [item, ...indices]
  })
  return {
    users: sparse(histories, ITEMS),
    items: sparse(things, ITEM_FEATURES),
    targets: Int32Array.from(targets),
    itemIds: Int32Array.from({ length: ITEMS }, (_, item) => item),
  }
}

function itemFeatures(cluster: number, words: readonly number[]): TowerFeatures {
  const indices = Uint32Array.from(new Set(words), (word) => ITEMS + cluster * WORDS + word)
  return { indices, values: new Float64Array(indices.length).fill(1) }
}

function sparse(rows: readonly (readonly number[])[], featureCount: number): SparseRows {
  const starts = new Uint32Array(rows.length + 1)
  rows.forEach((row, index) => {
    starts[index + 1] = starts[index]! + row.length
  })
  const indices = Uint32Array.from(rows.flat())
  return { rowCount: rows.length, featureCount, starts, indices, values: new Float64Array(indices.length).fill(1) }
}

function rowOf({ starts, indices, values }: SparseRows, row: number): TowerFeatures {
  const [start, end] = [starts[row]!, starts[row + 1]!]
  return { indices: indices.subarray(start, end), values: values.subarray(start, end) }
}

function vectorOf(model: TwoTower, user: TowerFeatures): Float32Array {
  const vector = new Float32Array(model.dimensions)
  model.userVector(user, vector)
  return vector
}

const known = plantedWorld(1).items

/** How many of the items that training met are closer to the person. */
function rankAmongItems(model: TwoTower, user: TowerFeatures, features: TowerFeatures): number {
  const person = vectorOf(model, user)
  const closeness = (item: TowerFeatures): number => {
    const vector = new Float32Array(model.dimensions)
    model.itemVector(item, vector)
    return vector.reduce((sum, value, d) => sum + value * person[d]!, 0)
  }
  const own = closeness(features)
  let rank = 0
  for (let item = 0; item < ITEMS; item++) if (closeness(rowOf(known, item)) > own) rank++
  return rank
}

function popularItems({ targets }: TwoTowerExamples, limit: number): number[] {
  const counts = new Float64Array(ITEMS)
  for (const item of targets) counts[item]! += 1
  return Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, limit)
}

function refuses(code: ErrorCode, call: () => unknown): void {
  assert.throws(call, (error) => isSluiceError(error, code) || assert.fail(`expected ${code}, got ${String(error)}`))
}

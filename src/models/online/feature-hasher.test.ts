import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { FeatureHasher, type HashedValue } from './feature-hasher.ts'
import { loadHashedFtrl, startHashedFtrl } from './hashed-ftrl.ts'

const COLUMNS = ['user', 'tags', 'price']

describe('hashing named columns', () => {
  it('gives an entry a category, a tag and a number, and one a cross of what is known', () => {
    const hasher = new FeatureHasher({ columns: COLUMNS, crosses: [['user', 'tags'], COLUMNS], bits: 24 })
    const row = hasher.hash(['ann', ['red', 'blue'], 2.5])
    assert.deepEqual([...row.values], [1, 1, 1, 2.5, 1, 1, 2.5, 2.5])
    assert.equal(new Set(row.indices).size, 8)
    assert.ok(row.indices.every((index) => index < 2 ** 24))
    for (const unknown of [null, undefined, []]) assert.deepEqual(lengthOf(hasher, ['ann', unknown, 2.5]), 2)
    assert.equal(lengthOf(hasher, [null, null, Number.NaN]), 0)
  })

  it('is the same everywhere: these slots are part of every stored model', () => {
    const hasher = new FeatureHasher({ columns: COLUMNS, crosses: [['user', 'price']], bits: 20 })
    assert.deepEqual([...hasher.hash(['ann', ['red'], 2.5]).indices], GOLDEN_SLOTS)
  })

  it('tells the same text in two columns apart, and a number from its text', () => {
    const hasher = new FeatureHasher({ columns: ['a', 'b'], bits: 28 })
    const [first, second] = hasher.hash(['x', 'x']).indices
    assert.notEqual(first, second)
    assert.notEqual(hasher.hash([1, null]).indices[0], hasher.hash(['1', null]).indices[0])
  })

  it('spreads 100,000 categories over a million slots like chance would', () => {
    const hasher = new FeatureHasher({ columns: ['id'], crosses: [], bits: 20 })
    const slots = new Set(Array.from({ length: 100_000 }, (_, id) => hasher.hash([`item-${id}`]).indices[0]))
    const expected = 2 ** 20 * (1 - Math.exp(-100_000 / 2 ** 20))
    assert.ok(Math.abs(slots.size - expected) < 300, `${slots.size} beside ${expected}`)
  })

  it('gives many rows the entries that it gives each', () => {
    const hasher = new FeatureHasher({ columns: COLUMNS, crosses: [['user', 'tags']] })
    const table: HashedValue[][] = [
      ['ann', ['red', 'blue'], 1],
      [null, null, null],
      ['bob', true, 3],
    ]
    const rows = hasher.hashRows(table)
    table.forEach((row, index) => {
      const { indices, values } = hasher.hash(row)
      assert.deepEqual(rows.indices.slice(rows.starts[index], rows.starts[index + 1]), indices)
      assert.deepEqual(rows.values.slice(rows.starts[index], rows.starts[index + 1]), values)
    })
  })

  it('refuses crosses of columns that are not there, names twice, rows of another length, infinity', () => {
    refuses('INVALID_ARGUMENT', () => new FeatureHasher({ columns: COLUMNS, crosses: [['user', 'item']] }))
    refuses('INVALID_ARGUMENT', () => new FeatureHasher({ columns: COLUMNS, crosses: [['user']] }))
    refuses('INVALID_ARGUMENT', () => new FeatureHasher({ columns: ['user', 'user'] }))
    refuses('INVALID_ARGUMENT', () => new FeatureHasher({ columns: COLUMNS, bits: 29 }))
    const hasher = new FeatureHasher({ columns: COLUMNS })
    refuses('SHAPE_MISMATCH', () => hasher.hash(['ann']))
    refuses('NOT_FINITE', () => hasher.hash(['ann', null, Number.POSITIVE_INFINITY]))
  })
})

describe('learning online from named columns', () => {
  it('learns what only a cross can say', () => {
    const [crossed, plain] = [[['left', 'right']], []].map((crosses) => learnExclusiveOr(crosses))
    assert.ok((crossed ?? 1) < 0.3, `${crossed}`)
    assert.ok((plain ?? 0) > 0.65, `${plain}`)
  })

  it('comes back from its bytes with its columns and learns on to the same bytes', () => {
    const model = startHashedFtrl({ columns: COLUMNS, crosses: [['user', 'tags']], bits: 12 }, { l1: 0.01 })
    model.learn(['ann', ['red'], 2], 1)
    const loaded = loadHashedFtrl(model.save())
    for (const each of [model, loaded]) each.learn(['bob', ['red', 'blue'], 3], 0)
    assert.deepEqual(loaded.save(), model.save())
    assert.equal(loaded.predict(['ann', null, 1]), model.predict(['ann', null, 1]))
  })
})

const GOLDEN_SLOTS = [478_232, 243_663, 166_671, 646_811]

/** The progressive loss over the last half of 4,000 rows whose label is the exclusive or of two columns. */
function learnExclusiveOr(crosses: readonly (readonly string[])[]): number {
  const model = startHashedFtrl({ columns: ['left', 'right'], crosses, bits: 16 }, { alpha: 0.5 })
  const random = randomFrom(1, 'exclusive-or')
  let loss = 0
  for (let step = 0; step < 4_000; step++) {
    const [left, right] = [random.integer(2), random.integer(2)]
    const label = left ^ right
    const probability = model.learn([`${left}`, `${right}`], label)
    if (step >= 2_000) loss -= Math.log(label === 1 ? probability : 1 - probability)
  }
  return loss / 2_000
}

function lengthOf(hasher: FeatureHasher, row: readonly HashedValue[]): number {
  return hasher.hash(row).indices.length
}

function refuses(code: Parameters<typeof isSluiceError>[1], action: () => void): void {
  assert.throws(action, (error) => isSluiceError(error, code))
}

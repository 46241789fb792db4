import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ExampleSet } from './example-set.ts'

/** A list of one-column rows whose value is their item's number. */
function list(items: readonly number[], at: number, group?: string) {
  return {
    subject: 7,
    at,
    items: Int32Array.from(items),
    rows: Float64Array.from(items),
    popularity: new Float64Array(items.length),
    group,
  }
}

describe('a set of examples', () => {
  it('puts the rows of one group into one list, whatever stood between them', () => {
    const set = new ExampleSet(['number'])
    set.addList(list([1], 10, 'a'))
    set.addList(list([5], 11, 'b'))
    const row = set.addList(list([2, 3], 12, 'a'))
    set.setPositive(row)
    const { rows, labels, items, starts } = set.finish(100)
    assert.deepEqual([...starts], [0, 3, 4])
    assert.deepEqual([...items], [1, 2, 3, 5])
    assert.deepEqual([...rows], [1, 2, 3, 5])
    assert.deepEqual([...labels], [0, 1, 0, 0])
  })

  it('keeps lists without a group apart', () => {
    const set = new ExampleSet(['number'])
    set.addList(list([1, 2], 10))
    set.addList(list([3], 10))
    assert.deepEqual([...set.finish(100).starts], [0, 2, 3])
    assert.equal(set.listCount, 2)
  })

  it('keeps what is positive of each objective apart', () => {
    const set = new ExampleSet(['number'], ['share', 'hide'])
    set.addList(list([1], 10, 'a'))
    set.addList(list([5], 11, 'b'))
    set.setPositive(set.addList(list([2], 12, 'a')), 'hide')
    set.setPositive(0)
    const { labels, objectiveLabels } = set.finish(100)
    assert.deepEqual([...labels], [1, 0, 0])
    assert.deepEqual(objectiveLabels, { share: Float64Array.of(0, 0, 0), hide: Float64Array.of(0, 1, 0) })
  })

  it('gives no weight to a list while one of its windows is open', () => {
    const set = new ExampleSet(['number'])
    set.addList(list([1], 10, 'a'))
    set.addList(list([2], 20, 'a'))
    set.addList(list([3], 15, 'b'))
    assert.deepEqual([...set.finish(15).weights], [0, 0, 1])
  })

  it('is empty arrays when nothing was added', () => {
    const { rowCount, starts } = new ExampleSet(['a', 'b', 'c']).finish(0)
    assert.equal(rowCount, 0)
    assert.deepEqual([...starts], [0])
  })
})

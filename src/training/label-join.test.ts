import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ExampleSet } from './example-set.ts'
import { LabelJoin } from './label-join.ts'

const NOW = 1_000_000
const WINDOW = 500

/** A set of one column with a list of these items at a moment, all waiting. */
function waitingRows(credit: 'latest' | 'every', lists: readonly { at: number; items: readonly number[] }[]) {
  const set = new ExampleSet(['number'])
  const join = new LabelJoin(WINDOW, credit)
  for (const { at, items } of lists) {
    const size = items.length
    const first = set.addList({
      subject: 1,
      at,
      items: Int32Array.from(items),
      rows: new Float64Array(size),
      popularity: new Float64Array(size),
    })
    for (const [index, item] of items.entries()) join.expect(1, item, set, first + index)
  }
  const labels = () => [...set.finish(Number.POSITIVE_INFINITY).labels]
  return { set, join, labels }
}

describe('joining labels to rows', () => {
  const cases = [
    ['at the moment of the row', 0, 1],
    ['at the last moment of the window', WINDOW, 1],
    ['one millisecond after the window', WINDOW + 1, 0],
    ['before the row', -1, 0],
  ] as const
  for (const [when, elapsed, label] of cases) {
    it(`${label === 1 ? 'makes a row positive' : 'leaves a row negative'} by a label ${when}`, () => {
      const { join, labels } = waitingRows('latest', [{ at: NOW, items: [7, 8] }])
      join.arrive(1, 7, NOW + elapsed)
      assert.deepEqual(labels(), [label, 0])
    })
  }

  it('lets a row wait on when a label of before it comes late', () => {
    const { join, labels } = waitingRows('latest', [{ at: NOW, items: [7] }])
    join.arrive(1, 7, NOW - 1)
    join.arrive(1, 7, NOW + 1)
    assert.deepEqual(labels(), [1])
  })

  it('does not mistake another subject or item for the one that is waited for', () => {
    const { join, labels } = waitingRows('latest', [{ at: NOW, items: [7] }])
    join.arrive(2, 7, NOW)
    join.arrive(1, 8, NOW)
    assert.deepEqual(labels(), [0])
  })

  it('credits the last exposure of a pair, or every row of it within the window', () => {
    const lists = [WINDOW + 1, 1, 0].map((before) => ({ at: NOW - before, items: [7] }))
    for (const [credit, expected] of [
      ['latest', [0, 0, 1]],
      ['every', [0, 1, 1]],
    ] as const) {
      const { join, labels } = waitingRows(credit, lists)
      join.arrive(1, 7, NOW)
      assert.deepEqual(labels(), expected)
    }
  })

  it('leaves rows whose window is still open without weight', () => {
    const { set } = waitingRows('latest', [
      { at: NOW - 1, items: [7] },
      { at: NOW, items: [7] },
      { at: NOW + 1, items: [7, 8] },
    ])
    assert.deepEqual([...set.finish(NOW).weights], [1, 1, 0, 0])
  })
})

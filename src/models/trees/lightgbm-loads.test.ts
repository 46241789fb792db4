import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { readLightgbmText } from './read-lightgbm-text.ts'
import { TreeModel } from './tree-model.ts'
import { writeLightgbmText } from './write-lightgbm-text.ts'

/** What LightGBM 4.7.0 predicts with random models that this project wrote; `golden/lightgbm-trees.py` asked it. */
interface GoldenCase {
  readonly name: string
  readonly model: readonly string[]
  readonly rows: readonly (readonly (number | null)[])[]
  readonly raw: readonly (number | readonly number[])[]
  readonly response: readonly (number | readonly number[])[]
  readonly leaves: readonly (readonly number[])[]
  readonly contributions: readonly (readonly number[])[]
  readonly 'second iteration': readonly (number | readonly number[])[]
}

const path = new URL('../golden/lightgbm-trees.json', import.meta.url)

for (const golden of JSON.parse(readFileSync(path, 'utf8')) as GoldenCase[]) {
  describe(`what this project wrote and LightGBM loaded: ${golden.name}`, () => {
    const model = new TreeModel(readLightgbmText(golden.model.join('\n')))
    const rowCount = golden.rows.length
    const rows = Float64Array.from(golden.rows.flat(), (value) => value ?? Number.NaN)
    const scoresOf = (scored: TreeModel): Float64Array => {
      const scores = new Float64Array(rowCount * model.classCount)
      scored.scoreClasses(rows, rowCount, scores)
      return scores
    }

    it('scores there as here, to the bit, and ends in the same leaves', () => {
      assert.deepEqual(Array.from(scoresOf(model)), golden.raw.flat())
      assert.deepEqual(Array.from(model.leaves(rows, rowCount)), golden.leaves.flat())
      const second = model.truncated({ firstIteration: 1, iterationCount: 1 })
      assert.deepEqual(Array.from(scoresOf(second)), golden['second iteration'].flat())
    })

    it('responds and explains there as here', () => {
      const scores = scoresOf(model)
      model.responses(scores, rowCount, scores)
      assertClose(scores, golden.response.flat())
      assertClose(model.contributions(rows, rowCount), golden.contributions.flat())
    })

    it('is written again as it was', () => {
      assert.equal(writeLightgbmText(model.ensemble), golden.model.join('\n'))
    })
  })
}

function assertClose(values: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(values.length, expected.length)
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs(values[index]! - value) < 1e-12 * Math.max(1, Math.abs(value)), `${values[index]} for ${value}`)
  }
}

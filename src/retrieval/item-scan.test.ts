import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { defineSchema } from '../problem/index.ts'
import type { RetrievalRequest } from './environment.ts'
import { scanItems } from './item-scan.ts'

const { schema } = new FeatureState(defineSchema({ entities: { video: {} }, events: {} }), [])

function requestFor(itemCount: number, accept: (item: number) => boolean): RetrievalRequest {
  return { frame: new RequestFrame(schema), subject: -1, itemCount, accept }
}

describe('a scan of all items', () => {
  it('finds the best that may be shown, as sorting everything does', () => {
    const score = fc.oneof(
      fc.integer({ min: -1, max: 4 }),
      fc.constantFrom(Number.NaN, 5e-324, Number.POSITIVE_INFINITY),
    )
    fc.assert(
      fc.property(
        fc.array(score, { maxLength: 200 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 5 }),
        (scores, limit, step) => {
          const accept = (item: number): boolean => item % step !== 1
          const { items, scores: found } = scanItems(
            requestFor(scores.length, accept),
            limit,
            Float64Array.from(scores),
          )
          const expected = [...scores.keys()]
            .filter((item) => scores[item]! > 0 && accept(item))
            .sort((left, right) =>
              scores[left] === scores[right] ? left - right : scores[right]! > scores[left]! ? 1 : -1,
            )
            .slice(0, limit)
          assert.deepEqual(Array.from(items), expected)
          assert.deepEqual(
            Array.from(found),
            expected.map((item) => scores[item]),
          )
        },
      ),
      { seed: 17, numRuns: 400 },
    )
  })

  it('judges no more items than it finds when all may be shown, in whatever order they are good', () => {
    for (const score of [(item: number) => item + 1, (item: number) => 20_000 - item, () => 1]) {
      let judged = 0
      const accept = (): boolean => ++judged > 0
      assert.equal(
        scanItems(
          requestFor(20_000, accept),
          50,
          Float64Array.from({ length: 20_000 }, (_, item) => score(item)),
        ).items.length,
        50,
      )
      assert.equal(judged, 50)
    }
  })
})

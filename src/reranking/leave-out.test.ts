import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { arrangeWithEach, CANDIDATE_KIND, type PageCandidates, rerank } from './index.ts'
import { randomPage } from './testing/random-pages.ts'

const SEED = 26

describe('pages with each of some candidates', () => {
  it('are those that are made of it and all others from the start, on 1,500 pages', () => {
    let different = 0
    for (let page = 0; page < 1_500; page++) {
      const random = randomPage(SEED, page, { mostCandidates: 40, longestPage: 12 })
      const { candidates, rules } = random
      const options = { ...random.options, vectors: { width: 4, of: vectorOf } }
      const alternatives = explored(candidates).filter((_, index) => index < 6)
      const arranged = arrangeWithEach(candidates, alternatives, rules, options)
      assert.equal(arranged.length, alternatives.length)
      for (const [index, own] of alternatives.entries()) {
        const alone = withoutPlaces(
          candidates,
          alternatives.filter((place) => place !== own),
        )
        const items = rerank(alone, rules, options).page.map(({ item }) => item)
        assert.deepEqual(arranged[index], items, `page ${page}: ${JSON.stringify(rules)}`)
        if (index > 0 && String(arranged[index]) !== String(arranged[0])) different++
      }
    }
    assert.ok(different > 200, `only ${different} pages hang on who it is`)
  })
})

/** By item, as rows in the order of the candidates would be others for each set of them. */
function vectorOf(item: number): Float32Array | undefined {
  return item % 7 === 0 ? undefined : Float32Array.of((item % 5) - 2, item % 3, 1, (item % 4) - 1.5)
}

function explored({ kinds }: PageCandidates): number[] {
  return [...(kinds ?? []).entries()].filter(([, kind]) => kind === CANDIDATE_KIND.exploration).map(([place]) => place)
}

function withoutPlaces({ items, scores, kinds }: PageCandidates, out: readonly number[]): PageCandidates {
  const stays = (_: number, place: number): boolean => !out.includes(place)
  return { items: items.filter(stays), scores: scores.filter(stays), kinds: kinds?.filter(stays) }
}

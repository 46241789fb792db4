import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { randomFrom } from '../../foundation/index.ts'
import { TextIndexBuilder } from './text-index-builder.ts'

describe('postings that no term has', () => {
  const random = randomFrom(3, 'weighted lists')
  const builder = new TextIndexBuilder({ fields: { text: { kind: 'text' } }, language: 'none' })
  const count = 9000
  for (let document = 0; document < count; document++)
    builder.add({ id: `${document}`, text: `w${random.integer(40)}` })
  const index = builder.build()

  it('are searched beside terms as if a term had them, sparse and dense ones', () => {
    for (let round = 0; round < 20; round++) {
      const share = [0.001, 0.02, 0.5, 1][round % 4]!
      const documents = Int32Array.from(
        Array.from({ length: count }, (_, number) => number).filter(() => random.uniform() < share),
      )
      const impacts = Uint8Array.from(documents, () => 1 + random.integer(255))
      const lists = [{ name: 'list', documents, impacts, weight: 0.5 + random.uniform() }]
      const terms = { terms: ['w1', 'w2'], weights: [1.5, 0.25], lists }
      const naive = new Map<number, number>()
      const add = (document: number, score: number) => naive.set(document, (naive.get(document) ?? 0) + score)
      for (const [place, term] of terms.terms.entries()) {
        const postings = index.postings(term)
        for (const [at, document] of postings.documents.entries())
          add(document, (terms.weights[place]! * postings.impacts[at]!) / 256)
      }
      for (const [at, document] of documents.entries()) add(document, (lists[0]!.weight * impacts[at]!) / 256)
      const best = [...naive.values()].sort((a, b) => b - a).slice(0, 50)
      const found = index.best(terms, 50)
      assert.equal(found.documents.length, best.length)
      for (const [place, score] of found.scores.entries()) {
        assert.ok(Math.abs(score - best[place]!) < 1e-6)
        assert.ok(Math.abs(score - naive.get(found.documents[place]!)!) < 1e-6)
        const parts = index.explain(terms, found.documents[place]!)
        assert.equal(
          parts.reduce((sum, part) => sum + part.score, 0),
          score,
        )
      }
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { latentVectors } from './latent-vectors.ts'
import { searchText, type TextSearchOptions } from './search-text.ts'
import { TextIndexBuilder } from './text-index-builder.ts'
import { textVectors } from './text-vectors.ts'

/** Two topics, each with words that seldom stand in the same document. */
const TOPICS = [
  ['car', 'engine', 'road', 'wheel', 'driver', 'petrol'],
  ['ship', 'sail', 'ocean', 'anchor', 'harbour', 'captain'],
] as const

const random = randomFrom(5, 'fused')
const builder = new TextIndexBuilder({ fields: { text: { kind: 'text' }, number: { kind: 'number' } } })
for (let number = 0; number < 60; number++) {
  const words = TOPICS[number % 2]!
  const text = Array.from({ length: 3 }, () => words[random.integer(words.length)]!).join(' ')
  builder.add({ id: `${number}`, text, number })
}
const index = builder.build()
const own = textVectors(index, {
  ...{ dimensions: 2, modelId: 'own' },
  vectorOf: (_, document) => Float32Array.of(Math.cos(document), Math.sin(document)),
})

describe('words and vectors together', () => {
  it('rank as the weighted mean of both scores, each as a share of its best', () => {
    const query = Float32Array.of(0.5, 0.5)
    for (const weight of [0, 0.3, 0.8, 1]) {
      const byWords = new Map(searchText(index, 'car road', { limit: 60 }).hits.map(({ id, score }) => [id, score]))
      const cosine = (document: number) => Math.max(0, (Math.cos(document) + Math.sin(document)) / Math.SQRT2)
      const nearest = Math.max(...Array.from({ length: 60 }, (_, document) => cosine(document)))
      const naive = Array.from({ length: 60 }, (_, document) => {
        const words = (byWords.get(`${document}`) ?? 0) / Math.max(...byWords.values())
        return { id: `${document}`, score: (1 - weight) * words + (weight * cosine(document)) / nearest }
      })
      const wanted = naive.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
      const { hits } = searchText(index, 'car road', { vectors: { of: own, query, weight }, limit: 20, explain: true })
      for (const [place, { id, score, parts = [] }] of hits.entries()) {
        assert.ok(Math.abs(score - wanted[place]!.score) < 1e-5, `${id} at ${place}: ${score}, ${wanted[place]!.score}`)
        assert.ok(Math.abs(parts.reduce((sum, part) => sum + part.score, 0) - score) < 1e-9)
      }
    }
  })

  it('weigh each side by what it promises when no weight is given', () => {
    const vectors: TextSearchOptions = { vectors: { of: own, query: Float32Array.of(1, 0) } }
    const [best] = searchText(index, 'car road', vectors).hits
    assert.ok(best && best.score > 0.5 && best.score <= 1)
    assert.equal(searchText(index, 'zzz', vectors).hits.length, 10)
  })

  it('find by learnt vectors what has none of the words, the same at every run', () => {
    const learnt = latentVectors(index, { dimensions: 2 })
    const ids = (of = learnt) => searchText(index, 'petrol', { vectors: { of }, limit: 30 }).hits.map(({ id }) => id)
    assert.ok(ids().length >= 25 && ids().every((id) => Number(id) % 2 === 0))
    assert.deepEqual(ids(latentVectors(index, { dimensions: 2 })), ids())
  })

  it('keep to filters', () => {
    const vectors = { of: own, query: Float32Array.of(1, 0) }
    const { hits } = searchText(index, 'car number:..9', { vectors, limit: 60 })
    assert.ok(hits.length > 3 && hits.every(({ id }) => Number(id) < 10))
  })

  it('refuse vectors that cannot be', () => {
    const refuses = (code: Parameters<typeof isSluiceError>[1], work: () => unknown) =>
      assert.throws(work, (error) => isSluiceError(error, code))
    const search = (vectors: TextSearchOptions['vectors']) => () => searchText(index, 'car', { vectors })
    refuses('INVALID_ARGUMENT', search({ of: own }))
    refuses('INVALID_ARGUMENT', search({ of: own, query: Float32Array.of(1, 0), weight: 2 }))
    refuses('SHAPE_MISMATCH', search({ of: own, query: Float32Array.of(1) }))
    refuses('NOT_FINITE', search({ of: own, query: Float32Array.of(1, Number.NaN) }))
    refuses('INVALID_ARGUMENT', () => latentVectors(index, { dimensions: 0 }))
    const empty = new TextIndexBuilder({ fields: { text: { kind: 'text' } } }).build()
    refuses('NO_TRAINING_DATA', () => latentVectors(empty))
  })
})

import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { Interner } from '../features/index.ts'
import { ByteReader, randomFrom } from '../foundation/index.ts'
import { type Als, fitAls, type Interactions, loadAls } from '../models/index.ts'
import { INDEXED_FROM, indexItems } from './person-search.ts'
import { CatalogueModel, fitRetrievalModel } from './retrieval-model.ts'

const ITEMS = INDEXED_FROM + 40
const GROUPS = 60
const USERS = 5000
const SPEC = { kind: 'als', event: 'watch', options: { factors: 8, iterations: 2, l2: 20 } } as const
/** The last items are met by nobody. */
const MET = ITEMS - 25

describe('items found for people by an index', () => {
  let alone: Als
  let catalogue: Interner
  let model: CatalogueModel
  before(() => {
    const interactions = someInteractions()
    const names = Array.from({ length: ITEMS }, (_, item) => `v${item}`)
    const bytes = fitRetrievalModel(SPEC, interactions, names)
    const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
    reader.json()
    alone = loadAls(reader.bytes())
    // Another numbering, with an item that the model does not know, and without the model's first.
    catalogue = new Interner()
    for (const name of ['other', ...names.slice(1).reverse()]) catalogue.intern(name)
    model = new CatalogueModel(bytes, catalogue)
  })

  it('are nearly those of a scan, in its order and with its scores', () => {
    assert.ok(model.isIndexed)
    let common = 0
    for (const [history, weights] of HISTORIES) {
      const wanted = scan(history, weights, () => true)
      const { items, scores } = nearest(history, weights, () => true)
      assert.equal(items.length, 100)
      assert.deepEqual(scores, scores.slice().sort().reverse())
      const names = new Map(wanted.map(({ name, score }) => [name, score]))
      items.forEach((item, place) => {
        const score = names.get(catalogue.name(item))
        if (score === undefined) return
        common++
        assert.ok(Math.abs(score - scores[place]!) < 1e-5)
      })
    }
    assert.ok(common >= 0.95 * 100 * HISTORIES.length, `${common} of ${100 * HISTORIES.length}`)
  })

  it('are all of those that may be shown, when that is few', () => {
    const [[history, weights] = assert.fail('no history')] = HISTORIES
    const accept = (name: string): boolean => Number(name.slice(1)) % 400 === 7
    const wanted = scan(history, weights, accept)
    const { items } = nearest(history, weights, accept)
    assert.ok(wanted.length > 20 && wanted.length < 100)
    assert.deepEqual(
      Array.from(items, (item) => catalogue.name(item)),
      wanted.map(({ name }) => name),
    )
  })

  it('are rated one by one as a scan rates them, found or not', () => {
    for (const [history, weights] of HISTORIES) {
      const asked = ['v5', 'other', `v${ITEMS - 1}`, 'v29000']
      const out = new Float64Array(asked.length)
      const items = asked.map((name) => catalogue.find(name))
      model.scoreSome(inCatalogue(history), weights, items, out)
      const scores = alsScores(history, weights)
      const wanted = [scores[5]!, Number.NaN, 0, scores[29000]!]
      wanted.forEach((score, place) => {
        assert.ok(Number.isNaN(score) ? Number.isNaN(out[place]) : Math.abs(score - out[place]!) < 1e-5)
      })
    }
  })

  it('are none for a history that the model does not know', () => {
    const unknown = Int32Array.of(catalogue.find('other'))
    assert.equal(model.nearest(unknown, undefined, 10, () => true).items.length, 0)
    const out = new Float64Array(1)
    model.scoreSome(unknown, undefined, [3], out)
    assert.ok(Number.isNaN(out[0]))
    assert.equal(model.nearest(inCatalogue([7]), undefined, 0, () => true).items.length, 0)
  })

  it('need no index when they are few', () => {
    const small = { userCount: 2, itemCount: 3, starts: Uint32Array.of(0, 2, 3), items: Int32Array.of(0, 1, 2) }
    assert.equal(indexItems(fitAls(small, { factors: 4 }), 'few', small), undefined)
  })

  function alsScores(history: readonly number[], weights: Float64Array | undefined): Float64Array {
    const out = new Float64Array(ITEMS)
    alone.scoreItems(Int32Array.from(history), weights, out)
    return out
  }

  function scan(history: readonly number[], weights: Float64Array | undefined, accept: (name: string) => boolean) {
    return Array.from(alsScores(history, weights), (score, item) => ({ name: `v${item}`, score }))
      .filter(({ name, score }) => score > 0 && name !== 'v0' && accept(name))
      .sort((left, right) => right.score - left.score)
      .slice(0, 100)
  }

  function nearest(history: readonly number[], weights: Float64Array | undefined, accept: (name: string) => boolean) {
    return model.nearest(inCatalogue(history), weights, 100, (item) => accept(catalogue.name(item)))
  }

  function inCatalogue(history: readonly number[]): Int32Array {
    return Int32Array.from(history, (item) => catalogue.find(`v${item}`))
  }
})

const HISTORIES: readonly [number[], Float64Array | undefined][] = [
  [[61, 121, 181], undefined],
  [[5, 29_000, 17], Float64Array.of(0.5, 1, 2)],
  [[777], undefined],
  [[10, 11, 12, 13, 14, 15], undefined],
]

/** Users who meet items of two groups, and every item but the last is met. */
function someInteractions(): Interactions {
  const random = randomFrom(6)
  const rows = Array.from({ length: USERS }, (_, user) => {
    const groups = [random.integer(GROUPS), random.integer(GROUPS)]
    const own = Array.from({ length: Math.ceil(MET / USERS) }, (_, place) => (user + place * USERS) % MET)
    return [...own, ...Array.from({ length: 12 }, (_, at) => memberOf(groups[at % 2]!, random.integer(MET / GROUPS)))]
  })
  const starts = new Uint32Array(USERS + 1)
  rows.forEach((row, user) => {
    starts[user + 1] = starts[user]! + row.length
  })
  return { userCount: USERS, itemCount: ITEMS, starts, items: Int32Array.from(rows.flat()) }
}

function memberOf(group: number, number: number): number {
  return (group + number * GROUPS) % MET
}

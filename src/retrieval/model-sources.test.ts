import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState, Interner, RequestFrame } from '../features/index.ts'
import { fitAls, fitEase } from '../models/index.ts'
import { defineSchema, ref } from '../problem/index.ts'
import type { CandidateSource } from './candidate-source.ts'
import { openRetrievalContext } from './open-context.ts'
import { CatalogueModel, fitRetrievalModel, type RetrievalModelSpec, retrievalModelName } from './retrieval-model.ts'
import { becauseYouWatched } from './sources/because-you-watched.ts'
import { factors } from './sources/factors.ts'
import { itemToItem } from './sources/item-to-item.ts'

const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') } },
})
const setting = { schema, subject: 'user', item: 'video' }

/** Who met what when the models were fitted, in the models' own numbers. */
const NAMES = ['a', 'b', 'c', 'd', 'e']
const ROWS = [
  [0, 1, 4],
  [1, 2],
  [0, 2, 3],
  [1, 3, 4],
]
const interactions = {
  userCount: ROWS.length,
  itemCount: NAMES.length,
  starts: Uint32Array.from([0, 3, 5, 8, 11]),
  items: Int32Array.from(ROWS.flat()),
}
const EASE: RetrievalModelSpec = { kind: 'ease', event: 'watch', options: { l2: 1 } }
const EASE_BYTES = fitRetrievalModel(EASE, interactions, NAMES)

function catalogue(...names: readonly string[]): Interner {
  const interner = new Interner()
  for (const name of names) interner.intern(name)
  return interner
}

/** EASE itself, in its own numbers, without any catalogue. */
function easeScores(...history: readonly number[]): number[] {
  const out = new Float64Array(NAMES.length)
  fitEase(interactions, { l2: 1 }).scoreItems(Int32Array.from(history), undefined, out)
  return Array.from(out)
}

/** A source over a catalogue in the given order; its user `ann` met `history`. */
function openSource(source: CandidateSource, videos: readonly string[], history: readonly string[], isTrained = true) {
  const state = new FeatureState(schema, source.aggregates(setting))
  const spec = source.model
  assert.ok(spec)
  const artifacts = new Map(isTrained ? [[retrievalModelName(spec), fitRetrievalModel(spec, interactions, NAMES)]] : [])
  const opened = source.open(openRetrievalContext(setting, state, artifacts))
  const keys = state.attributes.keys('video')
  const apply = (fields: object): void =>
    state.apply(state.offset + 1, { id: 'x', at: state.offset, type: 'video', ...fields })
  const watch = (user: string, video: string, at = state.offset): void => apply({ type: 'watch', user, video, at })
  for (const video of videos) apply({ video })
  for (const video of history) watch('ann', video)
  const request = (user: string, refused: readonly string[] = []) => {
    const subject = state.attributes.keys('user').find(user)
    const frame = new RequestFrame(schema).bind('user', subject)
    return { frame, subject, itemCount: keys.size, accept: (item: number) => !refused.includes(keys.name(item)) }
  }
  return {
    watch,
    async ask(limit = 10, refused: readonly string[] = [], user = 'ann') {
      const { items, scores, because } = await opened.retrieve(request(user, refused), limit)
      return Array.from(items, (item, rank) => ({
        name: keys.name(item),
        score: scores[rank],
        because: because && keys.name(because[rank] ?? -1),
      }))
    },
    score(names: readonly string[], user = 'ann'): number[] {
      const out = new Float64Array(names.length)
      opened.scoreItems?.(
        request(user),
        names.map((name) => keys.find(name)),
        out,
      )
      return Array.from(out)
    },
  }
}

describe('a catalogue model', () => {
  it('scores by name, whatever the numbering of the catalogue', () => {
    const expected = easeScores(0, 2)
    for (const order of ['abcde', 'edcba', 'xcyazbed']) {
      const names = catalogue(...order)
      const model = new CatalogueModel(EASE_BYTES, names)
      const scores = model.scoreHistory(Int32Array.of(names.find('a'), names.find('c')))
      assert.ok(scores)
      assert.deepEqual(
        NAMES.map((name) => model.scoreIn(scores, names.find(name))),
        expected,
      )
    }
  })

  it('leaves out what the catalogue or the model does not have', () => {
    const names = catalogue('x', 'b', 'a')
    const model = new CatalogueModel(EASE_BYTES, names)
    const alone = Array.from(model.scoreHistory(Int32Array.of(names.find('a'))) ?? [])
    assert.deepEqual(Array.from(model.scoreHistory(Int32Array.of(names.find('x'), names.find('a'))) ?? []), alone)
    assert.equal(model.scoreHistory(Int32Array.of(names.find('x'))), undefined)
    assert.equal(model.scoreHistory(new Int32Array(0)), undefined)
    assert.ok(Number.isNaN(model.scoreIn(new Float64Array(NAMES.length), names.find('x'))))
    assert.ok(model.neighbours(names.find('a'), 10).items.every((item) => item >= 0))
    assert.equal(model.neighbours(names.find('x'), 10).items.length, 0)
  })

  it('learns the numbers of items that the catalogue gets later', () => {
    const names = catalogue()
    const model = new CatalogueModel(EASE_BYTES, names)
    assert.equal(model.modelItem(0), -1)
    names.intern('b')
    assert.equal(model.modelItem(0), 1)
    names.intern('a')
    assert.equal(model.modelItem(1), 0)
  })

  it('gives a history its own scores, whichever history was scored before', () => {
    const names = catalogue(...NAMES)
    const model = new CatalogueModel(EASE_BYTES, names)
    for (const history of [[0], [0], [1, 2], [2, 1], [0], [0, 1]]) {
      assert.deepEqual(Array.from(model.scoreHistory(Int32Array.from(history)) ?? []), easeScores(...history))
    }
  })

  it('has a name for every item, or is refused', () => {
    assert.throws(() => fitRetrievalModel(EASE, interactions, ['a']), { code: 'SHAPE_MISMATCH' })
    assert.throws(() => new CatalogueModel(EASE_BYTES.subarray(0, 99), catalogue()), { code: 'MODEL_CORRUPT' })
  })

  it('is one file for equal specs and another for each other', () => {
    assert.equal(retrievalModelName(EASE), retrievalModelName({ ...EASE, where: undefined }))
    assert.notEqual(retrievalModelName(EASE), retrievalModelName({ ...EASE, event: 'click' }))
    assert.notEqual(retrievalModelName(EASE), retrievalModelName({ ...EASE, options: { l2: 2 } }))
  })
})

describe('itemToItem', () => {
  const source = itemToItem('watch', { model: { l2: 1 } })

  it('gives the best by EASE of what may be shown, in any numbering', async () => {
    const best = easeScores(0)
      .map((score, own) => ({ name: NAMES[own] ?? '', score, because: undefined }))
      .filter(({ name, score }) => score > 0 && name !== 'b')
      .sort((left, right) => right.score - left.score)
    assert.ok(best.length >= 2)
    for (const order of ['abcde', 'xedycbaz']) {
      assert.deepEqual(await openSource(source, [...order], ['a']).ask(10, ['b']), best)
    }
  })

  it('rates any item, and says NaN of those that the model does not know', () => {
    const opened = openSource(source, ['x', ...NAMES], ['a'])
    assert.deepEqual(opened.score(['b', 'x', 'e']), [easeScores(0)[1], Number.NaN, easeScores(0)[4]])
  })

  it('follows every new event', async () => {
    const opened = openSource(source, NAMES, ['a'])
    opened.watch('ann', 'd')
    assert.deepEqual(opened.score(NAMES), easeScores(0, 3))
  })

  it('has nothing without a model, without history and from a history of unknown items', async () => {
    const without = [
      openSource(source, NAMES, ['a'], false),
      openSource(source, NAMES, []),
      openSource(source, ['x', ...NAMES], ['x']),
    ]
    for (const opened of without) {
      assert.deepEqual(await opened.ask(), [])
      assert.deepEqual(opened.score(['a', 'b']), [Number.NaN, Number.NaN])
      assert.deepEqual(await opened.ask(10, [], 'stranger'), [])
    }
  })
})

describe('becauseYouWatched', () => {
  const source = becauseYouWatched('watch', { last: 2, model: { similarity: 'count' } })

  it('takes the neighbours of the last items in turn, the newest first, each with its reason', async () => {
    // By hand from the rows: near b are e (2), a, c, d (1 each); near c are a, b, d (1 each).
    const found = await openSource(source, NAMES, ['e', 'c', 'b']).ask(10, ['b', 'c'])
    assert.deepEqual(found, [
      { name: 'e', score: 2, because: 'b' },
      { name: 'a', score: 1, because: 'c' },
      { name: 'd', score: 1, because: 'c' },
    ])
  })

  it('goes on to further neighbours when the nearest may not be shown', async () => {
    const found = await openSource(source, NAMES, ['b']).ask(1, ['e', 'a'])
    assert.deepEqual(
      found.map(({ name }) => name),
      ['c'],
    )
  })

  it('has nothing without a model or history', async () => {
    assert.deepEqual(await openSource(source, NAMES, ['b'], false).ask(), [])
    assert.deepEqual(await openSource(source, NAMES, []).ask(), [])
  })
})

describe('factors', () => {
  const MODEL = { factors: 3, alpha: 5, l2: 0.5 }
  const source = factors('watch', { model: MODEL })

  /** The model itself, in its own numbers, without any catalogue. */
  function alsScores(history: readonly number[], weights?: readonly number[]): number[] {
    const out = new Float64Array(NAMES.length)
    fitAls(interactions, MODEL).scoreItems(Int32Array.from(history), weights && Float64Array.from(weights), out)
    return Array.from(out)
  }

  it('gives the nearest to the person folded in from the history, of what may be shown, in any numbering', async () => {
    const best = alsScores([0, 2])
      .map((score, own) => ({ name: NAMES[own] ?? '', score, because: undefined }))
      .filter(({ name, score }) => score > 0 && name !== 'b')
      .sort((left, right) => right.score - left.score)
    assert.ok(best.length >= 2)
    for (const order of ['abcde', 'xedycbaz']) {
      assert.deepEqual(await openSource(source, [...order], ['a', 'c']).ask(10, ['b']), best)
    }
  })

  it('rates any item, follows every new event, and says NaN of items that the model does not know', () => {
    const opened = openSource(source, ['x', ...NAMES], ['x', 'a'])
    assert.deepEqual(opened.score(['b', 'x', 'e']), [alsScores([0])[1], Number.NaN, alsScores([0])[4]])
    opened.watch('ann', 'd')
    assert.deepEqual(opened.score(NAMES), alsScores([0, 3]))
  })

  it('counts an item half for every half-life before the newest, whatever lies between in the catalogue', () => {
    const opened = openSource(factors('watch', { halfLife: '1h', model: MODEL }), ['x', ...NAMES], [])
    const HOUR = 3_600_000
    opened.watch('ann', 'b', 10 * HOUR)
    opened.watch('ann', 'x', 11 * HOUR)
    opened.watch('ann', 'e', 12 * HOUR)
    assert.deepEqual(opened.score(NAMES), alsScores([1, 4], [0.25, 1]))
    opened.watch('ann', 'x', 13 * HOUR)
    assert.deepEqual(opened.score(NAMES), alsScores([1, 4], [0.125, 0.5]))
  })

  it('hears only of the last so many items', () => {
    const opened = openSource(factors('watch', { history: 1, model: MODEL }), NAMES, ['a', 'b'])
    assert.deepEqual(opened.score(NAMES), alsScores([1]))
  })

  it('has nothing without a model, without history and from a history of unknown items', async () => {
    const without = [
      openSource(source, NAMES, ['a'], false),
      openSource(source, NAMES, []),
      openSource(source, ['x', ...NAMES], ['x']),
    ]
    for (const opened of without) {
      assert.deepEqual(await opened.ask(), [])
      assert.deepEqual(opened.score(['a', 'b']), [Number.NaN, Number.NaN])
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError, randomFrom } from '../foundation/index.ts'
import { type Interactions, type ItemModel, readModelKind, writeModelFile } from '../models/index.ts'

/** How the suite makes and restores the model under test. */
export interface ItemModelUnderTest {
  readonly kind: string
  fit(interactions: Interactions): ItemModel
  load(bytes: Uint8Array): ItemModel
}

/** What every {@link ItemModel} must hold; registers its tests with `node:test`. */
export function describeItemModel(name: string, subject: ItemModelUnderTest): void {
  describe(`${name}, as an item model,`, () => {
    describeFitting(subject)
    describeScoring(subject)
    describeSaving(subject)
    describeRefusals(subject)
  })
}

function describeFitting(subject: ItemModelUnderTest): void {
  it('fitted twice equals fitted once, to the byte', () => {
    assert.deepEqual(subject.fit(someInteractions()).save(), subject.fit(someInteractions()).save())
  })

  it('does not touch what it learns from', () => {
    const interactions = someInteractions()
    subject.fit(interactions)
    assert.deepEqual(interactions, someInteractions())
  })

  it('learns from absent weights what it learns from weights of 1', () => {
    const { weights: _, ...unweighted } = someInteractions()
    const ones = new Float64Array(unweighted.items.length).fill(1)
    assert.deepEqual(subject.fit(unweighted).save(), subject.fit({ ...unweighted, weights: ones }).save())
  })

  it('knows its kind and how many items there are', () => {
    const model = subject.fit(someInteractions())
    assert.equal(model.kind, subject.kind)
    assert.equal(model.itemCount, ITEMS)
  })
}

function describeScoring(subject: ItemModelUnderTest): void {
  const model = subject.fit(someInteractions())

  it('gives finite scores, whatever was in the array before', () => {
    const out = new Float64Array(ITEMS).fill(Number.NaN)
    model.scoreItems(HISTORY, undefined, out)
    assert.ok(out.every(Number.isFinite))
  })

  it('scores the same history the same again and does not touch it', () => {
    const history = HISTORY.slice()
    assert.deepEqual(scores(model, history), scores(model, history))
    assert.deepEqual(history, HISTORY)
  })

  it('takes absent weights for weights of 1', () => {
    assert.deepEqual(scores(model, HISTORY), scores(model, HISTORY, new Float64Array(HISTORY.length).fill(1)))
  })

  it('has an answer for a stranger and for a history of every item', () => {
    assert.ok(scores(model, new Int32Array(0)).every(Number.isFinite))
    assert.ok(
      scores(
        model,
        Int32Array.from({ length: ITEMS }, (_, item) => item),
      ).every(Number.isFinite),
    )
  })
}

function describeSaving(subject: ItemModelUnderTest): void {
  const model = subject.fit(someInteractions())
  const saved = model.save()

  it('scores to the bit the same after saving and loading', () => {
    const loaded = subject.load(saved)
    assert.deepEqual(scores(loaded, HISTORY), scores(model, HISTORY))
    assert.deepEqual(loaded.save(), saved)
  })

  it('is saved under its kind', () => {
    assert.equal(readModelKind(saved), subject.kind)
  })

  it('refuses bytes that end too soon, that changed, or that are no model', () => {
    const changed = saved.slice()
    changed[saved.length - 1] = (changed[saved.length - 1] ?? 0) ^ 1
    const foreign = new TextEncoder().encode('this is not a model at all')
    for (const bytes of [saved.slice(0, saved.length / 2), changed, foreign, new Uint8Array(0)]) {
      refuses('MODEL_CORRUPT', () => subject.load(bytes))
    }
  })

  it('refuses models of another kind and of a newer layout', () => {
    refuses('MODEL_MISMATCH', () => subject.load(writeModelFile('another-kind', 1, new Uint8Array(0))))
    refuses('MODEL_MISMATCH', () => subject.load(writeModelFile(subject.kind, 1_000_000, new Uint8Array(0))))
  })
}

function describeRefusals(subject: ItemModelUnderTest): void {
  const model = subject.fit(someInteractions())

  it('refuses a history with an item that does not exist', () => {
    refuses('INVALID_ARGUMENT', () => scores(model, Int32Array.of(ITEMS)))
    refuses('INVALID_ARGUMENT', () => scores(model, Int32Array.of(-1)))
  })

  it('refuses room for another number of scores, and weights of another length', () => {
    refuses('SHAPE_MISMATCH', () => model.scoreItems(HISTORY, undefined, new Float64Array(ITEMS + 1)))
    refuses('SHAPE_MISMATCH', () => scores(model, HISTORY, new Float64Array(HISTORY.length + 1)))
  })

  it('refuses weights of a history that are negative, infinite or not known', () => {
    refuses('INVALID_ARGUMENT', () => scores(model, Int32Array.of(0), Float64Array.of(-1)))
    refuses('NOT_FINITE', () => scores(model, Int32Array.of(0), Float64Array.of(Number.POSITIVE_INFINITY)))
    refuses('NOT_FINITE', () => scores(model, Int32Array.of(0), Float64Array.of(Number.NaN)))
  })

  it('refuses to learn from weights that are negative or not known', () => {
    refuses('INVALID_ARGUMENT', () => subject.fit({ ...oneUser(0, 1), weights: Float64Array.of(1, -1) }))
    refuses('NOT_FINITE', () => subject.fit({ ...oneUser(0, 1), weights: Float64Array.of(1, Number.NaN) }))
  })

  it('refuses to learn from items that do not exist and from rows that do not fit', () => {
    refuses('INVALID_ARGUMENT', () => subject.fit(oneUser(0, ITEMS)))
    refuses('SHAPE_MISMATCH', () => subject.fit({ ...oneUser(0, 1), userCount: 2 }))
    refuses('SHAPE_MISMATCH', () => subject.fit({ ...oneUser(0, 1), starts: Uint32Array.of(0, 3) }))
    refuses('SHAPE_MISMATCH', () => subject.fit({ ...oneUser(0, 1), weights: Float64Array.of(1) }))
  })

  it('refuses to learn from nothing', () => {
    refuses('NO_TRAINING_DATA', () => subject.fit(oneUser()))
    refuses('NO_TRAINING_DATA', () => subject.fit({ ...oneUser(0, 1), weights: new Float64Array(2) }))
  })
}

const ITEMS = 23
const HISTORY = Int32Array.of(3, 0, 7, 3, 12)

function scores(model: ItemModel, history: Int32Array, weights?: Float64Array): Float64Array {
  const out = new Float64Array(model.itemCount)
  model.scoreItems(history, weights, out)
  return out
}

function refuses(code: ErrorCode, call: () => unknown): void {
  assert.throws(call, (error) => isSluiceError(error, code) || assert.fail(`expected ${code}, got ${String(error)}`))
}

/** 40 users, of whom the first has met nothing, with repeats and weights; the last items are met by nobody. */
function someInteractions(): Interactions {
  const random = randomFrom(5, 'item model conformance')
  const rows = Array.from({ length: 40 }, (_, user) =>
    Array.from({ length: user === 0 ? 0 : 1 + random.integer(12) }, () =>
      random.integer(1 + random.integer(ITEMS - 3)),
    ),
  )
  const starts = new Uint32Array(rows.length + 1)
  rows.forEach((row, user) => {
    starts[user + 1] = (starts[user] ?? 0) + row.length
  })
  const items = Int32Array.from(rows.flat())
  const weights = Float64Array.from(items, () => random.integer(4) / 2)
  return { userCount: rows.length, itemCount: ITEMS, starts, items, weights }
}

function oneUser(...items: number[]): Interactions {
  return { userCount: 1, itemCount: ITEMS, starts: Uint32Array.of(0, items.length), items: Int32Array.from(items) }
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { QueryClasses } from './query-classes.ts'

const words = fc.array(fc.constantFrom('red', 'shoe', 'lamp', 'desk', 'tea'), { maxLength: 3 })
const click = fc.record({
  words,
  name: fc.constantFrom('shoes', 'lamps', 'desks', 'pots'),
  weight: fc.integer({ min: 1, max: 4 }),
})
type Click = { readonly words: readonly string[]; readonly name: string; readonly weight: number }

function learnt(clicks: readonly Click[]): QueryClasses {
  const model = new QueryClasses()
  for (const each of clicks) model.add(each.words, each.name, each.weight)
  return model
}

describe('what queries are about', () => {
  it('is the formula over every class, summed anew', () => {
    fc.assert(
      fc.property(fc.array(click, { maxLength: 30 }), words, (clicks, asked) => {
        const model = learnt(clicks)
        const expected = naive(clicks, asked)
        for (const [name, probability] of expected) {
          assert.ok(Math.abs(model.probability(asked, name) - probability) < 1e-12, name)
          assert.equal(model.about(asked)(name), model.probability(asked, name))
        }
        const best = model.likeliest(asked, 10)
        assert.equal(best.length, model.classes.length)
        assert.ok(best.every(({ probability }, place) => place === 0 || probability <= best[place - 1]!.probability))
        const sum = best.reduce((total, { probability }) => total + probability, 0)
        assert.ok(Math.abs(sum + model.probability(asked, 'never clicked') - 1) < 1e-12)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('is told by the query itself when many clicked after it, and by its words when few did', () => {
    const model = new QueryClasses()
    for (let time = 0; time < 50; time++) {
      model.add(['coffee', 'maker'], 'coffee makers')
      model.add(['coffee', 'table'], 'tables')
      model.add(['dining', 'table'], 'tables')
    }
    assert.ok(model.probability(['coffee', 'table'], 'tables') > 0.95)
    assert.equal(model.likeliest(['walnut', 'table'], 1)[0]!.name, 'tables')
    assert.ok(model.probability(['walnut', 'table'], 'tables') > model.probability(['walnut'], 'tables'))
    assert.equal(model.likeliest(['maker', 'of', 'coffee'], 1)[0]!.name, 'coffee makers')
  })

  it('is as if a click had never been when it is taken away, and the same in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(click, { maxLength: 20 }),
        fc.array(click, { maxLength: 10 }),
        words,
        (kept, gone, asked) => {
          const names = ['shoes', 'lamps', 'desks', 'pots']
          const model = learnt([...gone, ...kept])
          for (const { words: own, name, weight } of gone) model.add(own, name, -weight)
          const other = learnt(kept.toReversed())
          for (const name of names) assert.equal(model.probability(asked, name), other.probability(asked, name))
        },
      ),
      { seed: 2, numRuns: 200 },
    )
  })

  it('is the same after it was saved and read again', () => {
    fc.assert(
      fc.property(fc.array(click, { maxLength: 30 }), words, (clicks, asked) => {
        const model = learnt(clicks)
        const again = QueryClasses.load(model.save())
        assert.deepEqual(again.likeliest(asked, 9), model.likeliest(asked, 9))
        assert.equal(again.clicks, model.clicks)
        again.add(asked, 'pots')
        model.add(asked, 'pots')
        assert.deepEqual(again.likeliest(asked, 9), model.likeliest(asked, 9))
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it('refuses a weight that is no number, and bytes that are not its own', () => {
    assert.throws(
      () => new QueryClasses().add(['red'], 'shoes', Number.NaN),
      (error) => isSluiceError(error) && error.code === 'NOT_FINITE',
    )
    assert.throws(
      () => QueryClasses.load(new Uint8Array(3)),
      (error) => isSluiceError(error) && error.code === 'MODEL_CORRUPT',
    )
  })
})

/** The formula by the book: every class at once, and one more for all that were never clicked. */
function naive(clicks: readonly Click[], asked: readonly string[]): Map<string, number> {
  const names = [...new Set(clicks.map(({ name }) => name)), 'never clicked']
  const weigh = (list: readonly Click[], name?: string): number =>
    list.reduce((sum, each) => sum + (name === undefined || each.name === name ? each.weight : 0), 0)
  const share = (name: string): number => (weigh(clicks, name) + 0.5) / (weigh(clicks) + 0.5 * names.length)
  const byWords = names.map((name) =>
    [...new Set(asked)].reduce((product, word) => {
      const own = clicks.filter((each) => each.words.includes(word))
      return (product * ((weigh(own, name) + 10 * share(name)) / (weigh(own) + 10))) / share(name)
    }, share(name)),
  )
  const sum = byWords.reduce((total, one) => total + one, 0)
  const own = clicks.filter((each) => each.words.join(' ') === asked.join(' '))
  return new Map(
    names.map((name, place) => [name, (weigh(own, name) + (3 * byWords[place]!) / sum) / (weigh(own) + 3)]),
  )
}

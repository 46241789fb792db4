import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, isSluiceError } from '../../foundation/index.ts'
import {
  type AskedQuery,
  QuerySuggestions,
  type SuggestionOptions,
  type SuggestionRequest,
} from './query-suggestions.ts'

const NOW = 20_000 * DAY_MS

/** Suggestions after queries, each asked by as many people as said, a day before now. */
function after(counts: Readonly<Record<string, number>>, options: SuggestionOptions = {}): QuerySuggestions {
  const suggestions = new QuerySuggestions({ minimumPeople: 1, ...options })
  for (const [text, people] of Object.entries(counts)) {
    for (let person = 0; person < people; person++) suggestions.add({ text, person: `p${person}`, at: NOW - DAY_MS })
  }
  return suggestions
}

function texts(suggestions: QuerySuggestions, typed: string, request: Partial<SuggestionRequest> = {}): string[] {
  return suggestions.suggest({ typed, at: NOW, ...request }).map(({ text }) => text)
}

describe('suggestions', () => {
  it('complete what is typed by what most people asked', () => {
    const suggestions = after({ 'red shoes': 2, 'red dress': 5, 'red carpet': 3, 'blue shoes': 9 })
    assert.deepEqual(texts(suggestions, 'red'), ['red dress', 'red carpet', 'red shoes'])
    assert.deepEqual(texts(suggestions, 'RED  s'), ['red shoes'])
    assert.deepEqual(texts(suggestions, ''), ['blue shoes', 'red dress', 'red carpet', 'red shoes'])
    assert.deepEqual(texts(suggestions, 'red', { limit: 1 }), ['red dress'])
    assert.deepEqual(texts(suggestions, 'green'), [])
  })

  it('count a person once a query, by the last time, and fade by half in every half-life', () => {
    const suggestions = new QuerySuggestions({ minimumPeople: 1, halfLife: '1d' })
    for (let time = 0; time < 100; time++) suggestions.add({ text: 'tent', person: 'loud', at: NOW - DAY_MS })
    for (const person of ['a', 'b']) suggestions.add({ text: 'tennis', person, at: NOW - DAY_MS })
    suggestions.add({ text: 'temple', person: 'c', at: NOW })
    assert.deepEqual(
      suggestions.suggest({ typed: 'te', at: NOW }).map(({ text, people }) => [text, people]),
      [
        ['temple', 1],
        ['tennis', 1],
        ['tent', 0.5],
      ],
    )
    const [later] = suggestions.suggest({ typed: 'tent', at: NOW + DAY_MS, limit: 1 })
    assert.equal(later, undefined)
    assert.equal(suggestions.suggest({ typed: 'tenni', at: NOW + DAY_MS })[0]!.people, 0.5)
  })

  it('say to others only what enough people asked', () => {
    const suggestions = after({ 'tea pot': 2, 'tea cup': 3 }, { minimumPeople: 3 })
    assert.deepEqual(texts(suggestions, 'tea'), ['tea cup'])
    suggestions.add({ text: 'tea pot', person: 'p1', at: NOW })
    assert.deepEqual(texts(suggestions, 'tea'), ['tea cup'], 'the same person again is nobody else')
    suggestions.add({ text: 'Tea  Pot', person: 'p2', at: NOW })
    assert.deepEqual(texts(suggestions, 'tea'), ['tea pot', 'tea cup'], 'asked of late by more')
    suggestions.add({ text: 'tea bag', at: NOW })
    assert.equal(suggestions.size, 2, 'who is not signed in is nobody to count')
  })

  it('begin with what the person asked, latest first, and say it once', () => {
    const suggestions = after({ 'lamp shade': 5, 'lamp oil': 4, 'lamp post': 3, 'lamp stand': 2 }, { minimumPeople: 3 })
    const own: AskedQuery[] = [
      { text: 'lamp oil', person: 'me', at: NOW - 5000 },
      { text: 'lamp of my grandmother', person: 'me', at: NOW - 9000 },
      { text: 'Lamp post', person: 'me', at: NOW - 7000 },
    ]
    for (const query of own) suggestions.add(query)
    const all = suggestions.suggest({ typed: 'lamp', person: 'me', at: NOW })
    assert.deepEqual(
      all.map(({ text, source }) => [text, source]),
      [
        ['lamp oil', 'own'],
        ['lamp post', 'own'],
        ['lamp of my grandmother', 'own'],
        ['lamp shade', 'people'],
      ],
    )
    assert.deepEqual(texts(suggestions, 'lamp', { person: 'me', own: 1, limit: 2 }), ['lamp oil', 'lamp shade'])
    assert.deepEqual(texts(suggestions, 'lamp', { person: 'stranger' }), ['lamp oil', 'lamp shade', 'lamp post'])
  })

  it('never say a blocked word, in whatever form, unless the whole query is on the safe list', () => {
    const blocked = ['knife', 'hot dog']
    const counts = { knives: 9, 'knife block': 9, 'kitchen knife': 9, 'hot dogs': 9, 'hot plate': 9, 'dog hot': 9 }
    const options = { blocked, safe: ['Kitchen  Knife', 'hot pot'] }
    const suggestions = after({ ...counts, 'hot pot': 1 }, { ...options, minimumPeople: 3 })
    suggestions.add({ text: 'knife fight', person: 'me', at: NOW })
    assert.deepEqual(texts(suggestions, 'k', { person: 'me' }), ['kitchen knife', 'knives'])
    assert.deepEqual(texts(suggestions, 'hot'), ['hot plate', 'hot pot'])
    assert.deepEqual(texts(after(counts, { ...options, safeOnly: true }), ''), ['kitchen knife'])
  })

  it('never say what found nothing the last time, or finds nothing now', () => {
    const suggestions = after({ 'oil lamp': 4, 'oil paint': 3, 'oil drum': 2 })
    suggestions.add({ text: 'oil lamp', person: 'x', at: NOW, results: 0 })
    assert.deepEqual(texts(suggestions, 'oil'), ['oil paint', 'oil drum'])
    assert.deepEqual(texts(suggestions, 'oil', { person: 'x' }), ['oil paint', 'oil drum'])
    suggestions.add({ text: 'oil lamp', at: NOW, results: 7 })
    assert.deepEqual(texts(suggestions, 'oil'), ['oil lamp', 'oil paint', 'oil drum'])
    assert.deepEqual(texts(suggestions, 'oil', { finds: (query) => query !== 'oil paint' }), ['oil lamp', 'oil drum'])
  })

  it('say one of several that have the same stems, and not the slip of something far more popular', () => {
    const suggestions = after({ 'running shoes': 40, 'running shoe': 30, 'runing shoes': 4, 'running shorts': 2 })
    assert.deepEqual(texts(suggestions, 'run'), ['running shoes', 'running shorts'])
  })

  it('take what is typed for a slip only when what was meant is far more popular', () => {
    const suggestions = after({ 'sneakers white': 20, 'snack bowl': 1 })
    const [first] = suggestions.suggest({ typed: 'snekers', at: NOW })
    assert.deepEqual([first!.text, first!.corrected], ['sneakers white', true])
    assert.deepEqual(texts(suggestions, 'xneakers'), ['sneakers white'])
    assert.deepEqual(texts(suggestions, 'snacj'), ['snack bowl'], 'the last letter, when nothing goes on as typed')
    assert.deepEqual(texts(suggestions, 'snack x'), ['snack bowl'])
    assert.deepEqual(texts(suggestions, 'snack b'), ['snack bowl'])
    assert.deepEqual(texts(after({ 'shoes red': 1, 'shots set': 600 }), 'shoes'), ['shoes red', 'shots set'])
    assert.deepEqual(texts(after({ 'shoes red': 1, 'shots set': 1200 }), 'shoes'), ['shots set', 'shoes red'])
    assert.deepEqual(texts(after({ 'model 1200': 5 }), 'model 13'), [], 'a number is not another one')
  })

  it('forget a person: what only they asked is gone, and the rest is as if they had never been', () => {
    const names = fc.constantFrom('ann', 'ben', 'cem', 'dee')
    const query = fc.constantFrom('red shoe', 'red shoes', 'red sofa', 'reed', 'reef', 'old lamp', 'x')
    const event = fc.record({ text: query, person: names, at: fc.integer({ min: 0, max: 60 }) })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), names, names, (events, gone, asking) => {
        const asked = events.map(({ at, ...rest }) => ({ ...rest, at: NOW + at * DAY_MS }))
        const [whole, without] = [
          new QuerySuggestions({ minimumPeople: 2 }),
          new QuerySuggestions({ minimumPeople: 2 }),
        ]
        for (const one of asked) whole.add(one)
        for (const one of asked) if (one.person !== gone) without.add(one)
        const own = new Set(asked.filter(({ person }) => person === gone).map(({ text }) => text))
        assert.equal(whole.forget(gone), own.size)
        assert.equal(whole.size, without.size)
        for (const typed of ['', 'r', 're', 'red s', 'o']) {
          const request = { typed, person: asking, at: NOW + 70 * DAY_MS }
          assert.deepEqual(whole.suggest(request), without.suggest(request))
        }
        // Who comes back is somebody new.
        whole.add({ text: 'reef', person: gone, at: NOW })
        without.add({ text: 'reef', person: gone, at: NOW })
        assert.deepEqual(whole.suggest({ typed: 'r', at: NOW }), without.suggest({ typed: 'r', at: NOW }))
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('order queries as counting all people anew does', () => {
    const words = fc.array(fc.constantFrom('alpha', 'beta', 'gamma'), { minLength: 1, maxLength: 3 })
    // Moments that are whole half-lives apart have weights that are exact in every order.
    const event = fc.record({ words, person: fc.integer({ min: 0, max: 6 }), day: fc.integer({ min: 0, max: 8 }) })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), fc.integer({ min: 1, max: 3 }), (events, minimumPeople) => {
        const suggestions = new QuerySuggestions({ halfLife: '1d', minimumPeople })
        const last = new Map<string, Map<number, number>>()
        for (const one of events) {
          const text = one.words.join(' ')
          suggestions.add({ text, person: `${one.person}`, at: NOW + one.day * DAY_MS })
          const people = last.get(text) ?? new Map<number, number>()
          last.set(text, people.set(one.person, Math.max(people.get(one.person) ?? 0, one.day)))
        }
        for (const typed of ['', 'a', 'be', 'gam']) {
          const expected = [...last]
            .filter(([text, people]) => text.startsWith(typed) && people.size >= minimumPeople)
            .map(([text, people]) => ({
              text,
              people: [...people.values()].reduce((sum, day) => sum + 2 ** (day - 8), 0),
            }))
            .sort((a, b) => b.people - a.people || (a.text < b.text ? -1 : 1))
          const found = suggestions.suggest({ typed, at: NOW + 8 * DAY_MS, limit: 100 })
          assert.deepEqual(
            found.map(({ text }) => text),
            expected.map(({ text }) => text),
          )
          for (const [place, { people }] of expected.entries()) {
            assert.ok(Math.abs(found[place]!.people - people) < 1e-9 * people)
          }
        }
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  it('take whatever is typed', () => {
    const suggestions = after({ 'tea cup': 3, 'crème brûlée': 2, 東京: 2 })
    for (const typed of ['\0\u0007', '"', '😀', 'x'.repeat(100_000), '\ud800', ' '.repeat(1000), '((((']) {
      assert.ok(Array.isArray(suggestions.suggest({ typed, at: NOW })))
      suggestions.add({ text: typed, person: 'p', at: NOW })
    }
    assert.deepEqual(texts(suggestions, 'Crème b'), ['creme brulee'])
    assert.deepEqual(texts(suggestions, '東'), ['東京'])
    assert.ok(texts(suggestions, '').every((text) => text.length <= 80))
  })

  it('refuse options and limits out of their range', () => {
    const wrong: (() => unknown)[] = [
      () => new QuerySuggestions({ halfLife: '10s' }),
      () => new QuerySuggestions({ minimumPeople: 0 }),
      () => after({}).suggest({ typed: '', at: NOW, limit: 0 }),
      () => after({}).suggest({ typed: '', at: NOW, limit: 101 }),
      () => after({}).suggest({ typed: '', at: NOW, own: -1 }),
    ]
    for (const make of wrong) assert.throws(make, (error) => isSluiceError(error) && error.code === 'INVALID_ARGUMENT')
  })
})

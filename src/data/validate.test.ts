import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  boolean,
  categories,
  category,
  defineSchema,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from '../problem/index.ts'
import { Refusal } from './refusal.ts'
import { compileValidator } from './validate.ts'

const NOW = 1_800_000_000_000
const schema = defineSchema({
  entities: {
    user: { age: integer({ min: 0, max: 150 }) },
    video: { title: text(), genres: categories(), publishedAt: timestamp() },
  },
  events: {
    rating: { user: ref('user'), video: ref('video'), stars: number({ min: 0.5, max: 5 }), note: text().optional() },
    oddity: { constructor: category(), toString: boolean().optional(), decision: id().optional() },
  },
})
const validate = compileValidator(schema)
const rating = { id: 'r1', type: 'rating', at: NOW, user: 'u1', video: 'v1', stars: 4 }

/** Code and message of a refusal; fails when the input is taken. */
function refusal(input: unknown): { code: string; message: string } {
  const result = validate(input, NOW)
  assert.ok(result instanceof Refusal, `expected a refusal of ${JSON.stringify(input)}`)
  return { code: result.code, message: result.message }
}

describe('validation', () => {
  it('takes an event and leaves out optional fields that are null', () => {
    assert.deepEqual(validate({ ...rating, note: null }, NOW), rating)
    assert.deepEqual(validate({ ...rating, note: 'good' }, NOW), { ...rating, note: 'good' })
  })

  it('gives fields in the order of the schema, whatever order they came in', () => {
    const { id, type, at, ...fields } = rating
    const reversed = Object.fromEntries(Object.entries({ ...fields, at, type, id }).reverse())
    assert.equal(JSON.stringify(validate(reversed, NOW)), JSON.stringify(rating))
  })

  it("takes an entity's attributes in part", () => {
    const video = { id: 'x', type: 'video', at: NOW, video: 'v1', genres: ['a', 'b'] }
    assert.deepEqual(validate(video, NOW), video)
    assert.equal(refusal({ id: 'x', type: 'video', at: NOW, title: 'T' }).code, 'MISSING_FIELD')
  })

  it('names the code and the field of each fault', () => {
    const cases: [unknown, string, RegExp][] = [
      [null, 'WRONG_TYPE', /an object, got null/],
      [[], 'WRONG_TYPE', /an object/],
      [{ ...rating, type: undefined }, 'MISSING_FIELD', /^type/],
      [{ ...rating, type: 5 }, 'WRONG_TYPE', /^type/],
      [{ ...rating, type: 'raiting' }, 'UNKNOWN_EVENT_TYPE', /did you mean rating/],
      [{ ...rating, type: '__proto__' }, 'UNKNOWN_EVENT_TYPE', /known are/],
      [{ ...rating, type: '$decision' }, 'RESERVED_NAME', /\$/],
      [{ ...rating, id: undefined }, 'MISSING_FIELD', /^id/],
      [{ ...rating, id: 7 }, 'WRONG_TYPE', /^id.*send numbers as text/],
      [{ ...rating, id: '' }, 'WRONG_TYPE', /^id/],
      [{ ...rating, id: 'x'.repeat(257) }, 'ID_TOO_LONG', /got 257/],
      [{ ...rating, user: 'x'.repeat(10_000) }, 'ID_TOO_LONG', /^user/],
      [{ ...rating, user: null }, 'MISSING_FIELD', /^user/],
      [{ ...rating, stars: '4' }, 'WRONG_TYPE', /^stars: expected a finite number, got "4"/],
      [{ ...rating, stars: Number.NaN }, 'WRONG_TYPE', /got NaN/],
      [{ ...rating, stars: Number.POSITIVE_INFINITY }, 'WRONG_TYPE', /got Infinity/],
      [{ ...rating, stars: 6 }, 'OUT_OF_RANGE', /from 0.5 to 5, got 6/],
      [{ ...rating, star: 4 }, 'UNKNOWN_FIELD', /did you mean stars/],
      [
        JSON.parse('{"id":"r","type":"rating","at":1.7e12,"user":"u","video":"v","stars":1,"__proto__":{}}'),
        'UNKNOWN_FIELD',
        /__proto__/,
      ],
      [{ ...rating, at: undefined }, 'MISSING_FIELD', /^at/],
      [{ ...rating, at: '2024-01-01' }, 'WRONG_TYPE', /^at/],
      [{ ...rating, at: 1_700_000_000 }, 'TIMESTAMP_IN_SECONDS', /multiply by 1000/],
      [{ ...rating, at: NOW + 86_400_001 }, 'TIMESTAMP_IN_FUTURE', /clock/],
      [{ ...rating, at: NOW * 1000 }, 'TIMESTAMP_IN_FUTURE', /divide/],
      [{ id: 'x', type: 'user', at: NOW, user: 'u', age: 1.5 }, 'WRONG_TYPE', /^age/],
      [{ id: 'x', type: 'video', at: NOW, video: 'v', genres: ['a', 1] }, 'WRONG_TYPE', /^genres\[1\]/],
      [{ id: 'x', type: 'video', at: NOW, video: 'v', genres: 'a' }, 'WRONG_TYPE', /a list of strings/],
    ]
    for (const [input, code, message] of cases) {
      const found = refusal(input)
      assert.equal(found.code, code, found.message)
      assert.match(found.message, message)
    }
  })

  it('takes a moment up to 24 hours ahead', () => {
    assert.ok(!(validate({ ...rating, at: NOW + 86_400_000 }, NOW) instanceof Refusal))
  })

  it('does not mistake what every object inherits for a value', () => {
    const oddity = { id: 'o', type: 'oddity', at: NOW }
    assert.deepEqual(refusal(oddity).code, 'MISSING_FIELD')
    assert.deepEqual(validate({ ...oddity, constructor: 'c' }, NOW), { ...oddity, constructor: 'c' })
  })

  it('stores what JSON gives back, so that replay sees the same bits', () => {
    const stored = validate({ id: 'x', type: 'user', at: NOW, user: 'u', age: -0 }, NOW)
    assert.ok(!(stored instanceof Refusal) && Object.is(stored.age, 0))
  })

  it('never throws, and what it takes it takes again unchanged', () => {
    const value = fc.oneof(fc.constantFrom(NOW, 'u1', 4, null, 'rating', 'user', 'video'), fc.anything())
    const input = fc.oneof(
      fc.anything(),
      fc.record(
        {
          id: fc.string(),
          type: fc.constantFrom('rating', 'user', 'video', 'oddity'),
          at: value,
          user: value,
          video: value,
          stars: value,
        },
        { requiredKeys: ['id', 'type'] },
      ),
    )
    fc.assert(
      fc.property(input, (candidate) => {
        const result = validate(candidate, NOW)
        if (result instanceof Refusal) return
        assert.deepEqual(validate(JSON.parse(JSON.stringify(result)), NOW), result)
      }),
      { seed: 3, numRuns: 2000 },
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS } from '../../foundation/index.ts'
import { boolean, categories, category, defineSchema, integer, timestamp } from '../../problem/index.ts'
import { defineFeatures } from '../define-features.ts'
import type { Feature } from '../feature.ts'
import { FeatureRows } from '../feature-rows.ts'
import { FeatureState } from '../feature-state.ts'
import { RequestFrame } from '../request-frame.ts'
import type { FeatureBuilder } from './feature-builder.ts'

const schema = defineSchema({
  entities: {
    user: { birthYear: integer(), language: category(), isPaying: boolean(), joinedAt: timestamp() },
    video: { language: category(), genres: categories() },
  },
  events: {},
})
const NOW = Date.UTC(2026, 5, 1)
const UNKNOWN = Number.NaN

interface Description {
  readonly type: string
  readonly daysAgo: number
  readonly [attribute: string]: unknown
}

function applied(aggregates: Feature['aggregates'], descriptions: readonly Description[]): FeatureState {
  const state = new FeatureState(schema, aggregates)
  for (const { daysAgo, ...fields } of descriptions) {
    state.apply(state.offset + 1, { id: '', user: 'ada', video: 'v', ...fields, at: NOW - daysAgo * DAY_MS })
  }
  const copy = new FeatureState(schema, aggregates)
  copy.load(state.save())
  return copy
}

/** The columns of one feature for user `ada` and video `v` after descriptions, read from a snapshot. */
function valuesOf(
  define: (builder: FeatureBuilder<typeof schema>) => Feature,
  descriptions: readonly Description[],
): Record<string, number> {
  const set = defineFeatures(schema, (builder) => ({ f: define(builder) }))
  const state = applied(set.aggregates, descriptions)
  const frame = new RequestFrame(schema).bind('user', state.attributes.keys('user').find('ada'))
  frame.at = NOW
  const out = new Float64Array(set.columnNames.length)
  new FeatureRows(set, state, 'video').fill(frame, [state.attributes.keys('video').find('v')], out)
  return Object.fromEntries(set.columnNames.map((name, index) => [name, out[index]!]))
}

const ada = (daysAgo: number, attributes: object): Description => ({ type: 'user', daysAgo, ...attributes })

describe('a static feature with a freshness', () => {
  const born = (f: FeatureBuilder<typeof schema>) => f.attribute('user.birthYear', { freshness: '30d' })

  it('is the value and 0 while it is fresh, none and 1 when it is stale, and none twice when it was never known', () => {
    assert.deepEqual(valuesOf(born, [ada(29, { birthYear: 1990 })]), { f: 1990, 'f.stale': 0 })
    assert.deepEqual(valuesOf(born, [ada(30, { birthYear: 1990 })]), { f: 1990, 'f.stale': 0 })
    assert.deepEqual(valuesOf(born, [ada(31, { birthYear: 1990 })]), { f: UNKNOWN, 'f.stale': 1 })
    assert.deepEqual(valuesOf(born, [ada(1, { language: 'fi' })]), { f: UNKNOWN, 'f.stale': UNKNOWN })
    assert.deepEqual(valuesOf(born, []), { f: UNKNOWN, 'f.stale': UNKNOWN })
  })

  it('is as old as the attribute, and not as the last description of the entity', () => {
    const described = [ada(40, { birthYear: 1990 }), ada(1, { language: 'fi' })]
    assert.deepEqual(valuesOf(born, described), { f: UNKNOWN, 'f.stale': 1 })
    assert.deepEqual(valuesOf(born, [...described, ada(2, { birthYear: 1990 })]), { f: 1990, 'f.stale': 0 })
  })

  it('is fresh when it was set ahead of the request', () => {
    assert.deepEqual(valuesOf(born, [ada(-5, { birthYear: 1990 })]), { f: 1990, 'f.stale': 0 })
  })

  it('comes in every kind', () => {
    const described = [
      ada(40, { birthYear: 1990, isPaying: true, joinedAt: NOW - 3 * DAY_MS }),
      ada(2, { language: 'fi', joinedAt: NOW - 3 * DAY_MS }),
      { type: 'video', daysAgo: 9, language: 'fi', genres: ['sea', 'sky'] },
    ]
    const old = { freshness: '10d' } as const
    const young = { freshness: '5d' } as const
    assert.deepEqual(
      valuesOf((f) => f.attribute('user.birthYear', old).ageInYears(), described),
      { f: UNKNOWN, 'f.stale': 1 },
    )
    assert.deepEqual(
      valuesOf((f) => f.daysSince('user.joinedAt', young), described),
      { f: 3, 'f.stale': 0 },
    )
    assert.deepEqual(
      valuesOf((f) => f.same('user.language', 'video.language', old), described),
      { f: 1, 'f.stale': 0 },
    )
    assert.deepEqual(
      valuesOf((f) => f.same('user.language', 'video.language', young), described),
      { f: UNKNOWN, 'f.stale': 1 },
    )
    assert.deepEqual(
      valuesOf((f) => f.oneOf('video.genres', ['sea', 'land'], old), described),
      { 'f.sea': 1, 'f.land': 0, 'f.stale': 0 },
    )
    assert.deepEqual(
      valuesOf((f) => f.oneOf('video.genres', ['sea', 'land'], young), described),
      { 'f.sea': UNKNOWN, 'f.land': UNKNOWN, 'f.stale': 1 },
    )
  })

  it('is a function of the descriptions in their order, as a list of them says', () => {
    const description = fc.record(
      {
        daysAgo: fc.integer({ min: -3, max: 20 }),
        birthYear: fc.integer({ min: 1900, max: 2020 }),
        language: fc.constant('fi'),
      },
      { requiredKeys: ['daysAgo'] },
    )
    fc.assert(
      fc.property(fc.array(description, { maxLength: 12 }), fc.integer({ min: 1, max: 20 }), (list, days) => {
        const values = valuesOf(
          (f) => f.attribute('user.birthYear', { freshness: `${days}d` }),
          list.map(({ daysAgo, ...attributes }) => ada(daysAgo, attributes)),
        )
        const last = list.findLast(({ birthYear }) => birthYear !== undefined)
        const isStale = last !== undefined && last.daysAgo > days
        assert.deepEqual(values, {
          f: last === undefined || isStale ? UNKNOWN : last.birthYear,
          'f.stale': last === undefined ? UNKNOWN : Number(isStale),
        })
      }),
      { seed: 8, numRuns: 200 },
    )
  })

  it('has another identity than without, and is refused with an age that is none', () => {
    const hash = (define: (f: FeatureBuilder<typeof schema>) => Feature) =>
      defineFeatures(schema, (f) => ({ f: define(f) })).hash
    assert.notEqual(
      hash(born),
      hash((f) => f.attribute('user.birthYear')),
    )
    assert.notEqual(
      hash(born),
      hash((f) => f.attribute('user.birthYear', { freshness: '31d' })),
    )
    for (const freshness of ['a month', 0, undefined]) {
      const options = { freshness } as unknown as { freshness: '30d' }
      const refused = () => hash((f) => f.oneOf('user.language', ['fi'], options))
      assert.throws(refused, { code: 'INVALID_APPLICATION', message: /freshness: expected a duration such as "5m"/ })
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, type ErrorCode, isSluiceError } from '../../foundation/index.ts'
import { FieldDictionaries, type FieldFilter, FieldValues } from './field-values.ts'
import { distanceOf } from './fields/earth.ts'
import type { GeoPoint } from './fields/field-filter.ts'
import type { FilterField } from './text-fields.ts'

type Value = string | number | boolean | GeoPoint

const keyword = fc.constantFrom('acme', 'bolt', 'cog', 'Ünal', '7')
const number = fc.constantFrom(-3, -0.5, 0, 0.1, 1, 2, 1e9)
const point = fc.record({
  latitude: fc.constantFrom(-90, -89.9, -10, 0, 0.001, 52.5, 89.999, 90),
  longitude: fc.constantFrom(-180, -179.99, -20, 0, 0.001, 13.4, 179.99, 180),
})
const VALUES: Readonly<Record<FilterField['kind'], fc.Arbitrary<Value>>> = {
  keyword,
  number,
  date: number,
  boolean: fc.boolean(),
  geo: point,
}

const bounds = fc.record({ min: number, max: number, above: number, below: number }, { requiredKeys: [] })
const near = fc.record({ near: point, within: fc.constantFrom(0, 10, 200, 5e4, 1e6, 9e6, 2.1e7) })
const box = fc
  .record({ south: fc.constantFrom(-90, -10, 0), north: fc.constantFrom(0, 53, 90), west: point, east: point })
  .map(({ south, north, west, east }) => ({ box: { south, north, west: west.longitude, east: east.longitude } }))
const listOf = (value: fc.Arbitrary<string | number | boolean>) => fc.oneof(value, fc.array(value, { maxLength: 6 }))
const numberTests = fc.oneof(
  listOf(number),
  bounds.filter((one) => Object.keys(one).length > 0),
)
const TESTS: Readonly<Record<FilterField['kind'], fc.Arbitrary<FieldFilter>>> = {
  keyword: listOf(keyword),
  number: numberTests,
  date: numberTests,
  boolean: listOf(fc.boolean()),
  geo: fc.oneof(near, box),
}

function filterOf(kind: FilterField['kind']): fc.Arbitrary<FieldFilter> {
  return fc.letrec<{ filter: FieldFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(TESTS[kind], fc.record({ exists: fc.boolean() })),
      fc.record({ not: tie('filter') }),
      fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
    ),
  })).filter
}

/** What a filter means, said as plainly as it can be. */
function passes(values: readonly Value[], filter: FieldFilter): boolean {
  if (typeof filter !== 'object') return values.includes(filter)
  if ('exists' in filter) return filter.exists === values.length > 0
  if ('not' in filter) return !passes(values, filter.not)
  if ('all' in filter) return filter.all.every((one) => passes(values, one))
  if ('any' in filter) return filter.any.some((one) => passes(values, one))
  if ('near' in filter) return values.some((value) => distanceOf(value as GeoPoint, filter.near) <= filter.within)
  if ('box' in filter) return values.some((value) => inBox(value as GeoPoint, filter.box))
  if (Array.isArray(filter)) return values.some((value) => (filter as readonly Value[]).includes(value))
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = filter as Record<string, number>
  return (values as readonly number[]).some((value) => value >= min && value <= max && value > above && value < below)
}

function inBox({ latitude, longitude }: GeoPoint, { south, west, north, east }: Record<string, number>): boolean {
  if (latitude < south! || latitude > north!) return false
  return west! <= east! ? longitude >= west! && longitude <= east! : longitude >= west! || longitude <= east!
}

function valuesOf(kind: FilterField['kind'], documents: readonly (readonly Value[])[], shared: FieldDictionaries) {
  const values = new FieldValues('field', kind, shared.of('field'))
  for (const document of documents) values.append(values.check(document))
  return values
}

function passing(values: FieldValues, filter: FieldFilter): number[] {
  const accept = new Uint8Array(values.size).fill(1)
  values.narrow(accept, filter)
  return [...accept.keys()].filter((document) => accept[document] === 1)
}

describe('the values of a field that filters', () => {
  for (const kind of Object.keys(VALUES) as FilterField['kind'][]) {
    const documents = fc.array(fc.array(VALUES[kind], { maxLength: 3 }), { maxLength: 12 })

    it(`of kind ${kind} let pass what a plain look at each document does`, () => {
      fc.assert(
        fc.property(documents, filterOf(kind), (given, filter) => {
          const wanted = [...given.keys()].filter((document) => passes(given[document]!, filter))
          const values = valuesOf(kind, given, new FieldDictionaries())
          assert.deepEqual(passing(values, filter), wanted)
          assert.deepEqual(passing(values, filter), wanted, 'remembered')
        }),
        { seed: 5, numRuns: 400 },
      )
    })

    it(`of kind ${kind} are the same when saved, and when put together from parts`, () => {
      fc.assert(
        fc.property(documents, documents, filterOf(kind), fc.nat(0xffffff), (first, second, filter, chosen) => {
          const shared = new FieldDictionaries()
          const parts = [first, second].map((given) => valuesOf(kind, given, shared))
          const merged = new FieldValues('field', kind, shared.of('field'))
          const kept = [first, second].flatMap((given, part) => {
            const documents = [...given.keys()].filter((document) => ((chosen >> (document + 12 * part)) & 1) === 1)
            merged.appendFrom(parts[part]!, documents)
            return documents.map((document) => given[document]!)
          })
          const wanted = valuesOf(kind, kept, new FieldDictionaries())
          const opened = new FieldValues('field', kind, new FieldDictionaries().of('field'))
          const writer = new ByteWriter().uint32(1)
          merged.save(writer)
          const reader = new ByteReader(writer.finish(), 'MODEL_CORRUPT')
          reader.uint32()
          opened.load(reader)
          assert.ok(reader.atEnd)
          assert.equal(opened.size, kept.length)
          assert.deepEqual(passing(merged, filter), passing(wanted, filter))
          assert.deepEqual(passing(opened, filter), passing(wanted, filter))
        }),
        { seed: 6, numRuns: 200 },
      )
    })
  }

  it('of dates are moments or ISO text, in documents and in filters', () => {
    const values = valuesOf(
      'date',
      [['2026-01-05'], [Date.parse('2026-02-01')], []] as Value[][],
      new FieldDictionaries(),
    )
    assert.deepEqual(passing(values, { min: '2026-01-05', below: '2026-02-01' }), [0])
    assert.deepEqual(passing(values, { above: '2026-01-05T00:00:00.000Z' }), [1])
  })

  it('may be written as text in a filter, as queries have them', () => {
    assert.deepEqual(passing(valuesOf('number', [[7], [8]], new FieldDictionaries()), '7'), [0])
    assert.deepEqual(passing(valuesOf('number', [[7], [8]], new FieldDictionaries()), { min: '7.5' }), [1])
    assert.deepEqual(passing(valuesOf('boolean', [[true], [false]], new FieldDictionaries()), 'false'), [1])
    assert.deepEqual(passing(valuesOf('keyword', [['7'], ['07']], new FieldDictionaries()), '07'), [1])
  })
})

describe('a filter that makes no sense', () => {
  const refused = (kind: FilterField['kind'], filter: unknown, code: ErrorCode) =>
    assert.throws(
      () => passing(new FieldValues('field', kind), filter as FieldFilter),
      (error) => isSluiceError(error, code),
      JSON.stringify(filter),
    )

  it('is refused with what is wrong about it', () => {
    refused('number', {}, 'WRONG_TYPE')
    refused('number', { min: 1, most: 2 }, 'WRONG_TYPE')
    refused('number', { min: 'cheap' }, 'WRONG_TYPE')
    refused('number', { min: Number.NaN }, 'WRONG_TYPE')
    refused('number', [1, 'two'], 'WRONG_TYPE')
    refused('number', null, 'WRONG_TYPE')
    refused('keyword', { min: 1 }, 'WRONG_TYPE')
    refused('keyword', [['nested']], 'WRONG_TYPE')
    refused('keyword', { exists: 'yes' }, 'WRONG_TYPE')
    refused('keyword', { not: 'a', all: [] }, 'INVALID_ARGUMENT')
    refused('keyword', { any: 'a' }, 'INVALID_ARGUMENT')
    refused('boolean', 'perhaps', 'WRONG_TYPE')
    refused('geo', 'Berlin', 'WRONG_TYPE')
    refused('geo', { near: { latitude: 91, longitude: 0 }, within: 5 }, 'OUT_OF_RANGE')
    refused('geo', { near: { latitude: 1, longitude: 0 }, within: -5 }, 'OUT_OF_RANGE')
    refused('geo', { near: { latitude: 1, longitude: 0 }, within: Number.POSITIVE_INFINITY }, 'OUT_OF_RANGE')
    refused('geo', { near: { latitude: 1 }, within: 5 }, 'WRONG_TYPE')
    refused('geo', { box: { south: 5, north: 1, west: 0, east: 1 } }, 'INVALID_ARGUMENT')
    refused('geo', { box: { south: 5, north: 9, west: 0 } }, 'OUT_OF_RANGE')
  })

  it('is refused when it is too large', () => {
    refused('keyword', { any: Array.from({ length: 300 }, String) }, 'LIMIT_EXCEEDED')
    refused('keyword', Array.from({ length: 70_000 }, String), 'INVALID_ARGUMENT')
    let deep: FieldFilter = 'a'
    for (let depth = 0; depth < 50; depth++) deep = { not: deep }
    refused('keyword', deep, 'LIMIT_EXCEEDED')
  })
})

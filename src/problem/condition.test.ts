import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Condition, compileCondition, conditionFaults, type FieldTest, satisfies } from './condition.ts'
import { boolean, categories, category, integer, number, ref, timestamp } from './field.ts'

const fields = {
  seconds: number(),
  position: integer(),
  sent: timestamp(),
  device: category(),
  genres: categories(),
  live: boolean(),
  user: ref('user'),
}

const faults = (test: unknown, field: keyof typeof fields = 'seconds') => conditionFaults({ [field]: test }, fields)

describe('satisfies', () => {
  it('takes the ends of a range in, and refuses what is no number', () => {
    const long: Condition = { seconds: { min: 30, max: 60 } }
    for (const seconds of [30, 45.5, 60]) assert.ok(satisfies({ seconds }, long))
    for (const seconds of [29.999, 60.001, Number.NaN, '45', null, undefined, [45]]) {
      assert.ok(!satisfies({ seconds }, long), String(seconds))
    }
    assert.ok(!satisfies({}, long))
  })

  it('holds when there is no condition, and asks every field of one', () => {
    assert.ok(satisfies({}, undefined))
    assert.ok(satisfies({}, {}))
    const both: Condition = { seconds: { min: 1 }, device: { oneOf: ['tv', 'phone'] } }
    assert.ok(satisfies({ seconds: 1, device: 'tv' }, both))
    assert.ok(!satisfies({ seconds: 1, device: 'radio' }, both))
    assert.ok(!satisfies({ seconds: 0, device: 'tv' }, both))
  })

  it('passes a list of categories when one of them is allowed', () => {
    const sea: Condition = { genres: { oneOf: ['sea', 'sky'] } }
    assert.ok(satisfies({ genres: ['land', 'sky'] }, sea))
    assert.ok(!satisfies({ genres: ['land'] }, sea))
    assert.ok(!satisfies({ genres: [] }, sea))
  })

  it('is, compiled or not, the naive reading of any condition', () => {
    const small = fc.integer({ min: -2, max: 2 })
    const range = fc.record({ min: small, max: small }, { requiredKeys: [] })
    const oneOf = fc.record({ oneOf: fc.array(fc.oneof(small, fc.constantFrom('a', 'b', true))) })
    const tests = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(range, oneOf))
    const value = fc.oneof(small, fc.constantFrom('a', 'b', 'c', true, false, undefined, null))
    const record = fc.dictionary(fc.constantFrom('x', 'y', 'z'), value)
    fc.assert(
      fc.property(record, tests, (given, condition) => {
        const expected = Object.keys(condition).every((name) => naive(given[name], condition[name] as FieldTest))
        assert.equal(satisfies(given, condition), expected)
        assert.equal(compileCondition(condition)(given), expected)
      }),
      { seed: 1, numRuns: 2_000 },
    )
  })
})

function naive(value: unknown, test: FieldTest): boolean {
  if ('oneOf' in test) return test.oneOf.some((allowed) => allowed === value)
  if (typeof value !== 'number') return false
  if (test.min !== undefined && value < test.min) return false
  return test.max === undefined || value <= test.max
}

describe('conditionFaults', () => {
  it('finds nothing in what is right', () => {
    assert.deepEqual(conditionFaults(undefined, fields), [])
    assert.deepEqual(conditionFaults({}, fields), [])
    for (const test of [{ min: 1 }, { max: 0 }, { min: 1, max: 1 }, { oneOf: [1, 2.5] }]) {
      for (const field of ['seconds', 'position', 'sent'] as const) assert.deepEqual(faults(test, field), [])
    }
    assert.deepEqual(faults({ oneOf: ['tv'] }, 'device'), [])
    assert.deepEqual(faults({ oneOf: ['sea'] }, 'genres'), [])
    assert.deepEqual(faults({ oneOf: [true] }, 'live'), [])
    assert.deepEqual(faults({ oneOf: ['u1'] }, 'user'), [])
  })

  it('refuses a misspelt test, which would let every number pass', () => {
    assert.deepEqual(faults({ minimum: 3 }), ['where.seconds: expected min, max, oneOf, got minimum'])
    assert.deepEqual(faults({ min: 3, maximum: 4 }), ['where.seconds: expected min, max, oneOf, got maximum'])
  })

  it('refuses a test that tests nothing', () => {
    const fault = 'where.seconds: expected min, max or oneOf, such as { min: 30 }, got'
    assert.deepEqual(faults({}), [`${fault} {}`])
    assert.deepEqual(faults(undefined), [`${fault} nothing`])
    assert.deepEqual(faults(null), [`${fault} null`])
    assert.deepEqual(faults(30), [`${fault} 30`])
    assert.deepEqual(faults([30]), [`${fault} [30]`])
    assert.deepEqual(faults({ min: undefined }), ['where.seconds: expected min or max, got neither'])
  })

  it('refuses a range that is empty, is no range of numbers or is of a field that is no number', () => {
    assert.deepEqual(faults({ min: 3, max: 2 }), ['where.seconds: min 3 is above max 2, so nothing passes'])
    assert.deepEqual(faults({ min: '3', max: Number.POSITIVE_INFINITY }), [
      'where.seconds.min: expected a finite number, got "3"',
      'where.seconds.max: expected a finite number, got Infinity',
    ])
    assert.deepEqual(faults({ min: Number.NaN }), ['where.seconds.min: expected a finite number, got NaN'])
    assert.deepEqual(faults({ min: 1 }, 'device'), ['where.device: a range needs a number, the field is a category'])
  })

  it('refuses a list of allowed values that is empty, no list or of another kind than the field', () => {
    const fault = 'where.seconds.oneOf: expected a list of at least one value, got'
    assert.deepEqual(faults({ oneOf: [] }), [`${fault} []`])
    assert.deepEqual(faults({ oneOf: 3 }), [`${fault} 3`])
    assert.deepEqual(faults({ oneOf: undefined }), [`${fault} nothing`])
    assert.deepEqual(faults({ oneOf: [1], min: 1 }), ['where.seconds: expected a range or oneOf, got both'])
    assert.deepEqual(faults({ oneOf: [1, '2', Number.NaN] }), [
      'where.seconds.oneOf: expected a number, as the field is a number, got "2"',
      'where.seconds.oneOf: expected a number, as the field is a number, got NaN',
    ])
    assert.deepEqual(faults({ oneOf: [1] }, 'device'), [
      'where.device.oneOf: expected a string, as the field is a category, got 1',
    ])
    assert.deepEqual(faults({ oneOf: ['true'] }, 'live'), [
      'where.live.oneOf: expected a boolean, as the field is a boolean, got "true"',
    ])
    assert.deepEqual(faults({ oneOf: [['sea']] }, 'genres'), [
      'where.genres.oneOf: expected a string, as the field is a categories, got ["sea"]',
    ])
  })

  it('refuses fields that do not exist, such as the name of a method, and lists every fault', () => {
    assert.deepEqual(conditionFaults({ minutes: { min: 1 }, toString: { min: 1 }, seconds: {} }, fields).length, 3)
    assert.deepEqual(conditionFaults({ toString: { min: 1 } }, fields), ['where: unknown field toString'])
    assert.deepEqual(conditionFaults('seconds > 3', fields), [
      'where: expected tests by field, such as { seconds: { min: 30 } }, got "seconds > 3"',
    ])
  })

  it('finds a fault in every condition that differs from a right one by a letter', () => {
    for (const name of ['mim', 'maxx', 'oneof', 'oneOff', 'MIN']) assert.equal(faults({ [name]: 1 }).length, 1, name)
  })
})

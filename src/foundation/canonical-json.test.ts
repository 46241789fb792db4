import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from './canonical-json.ts'

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).reverse()
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]))
}

describe('canonicalJson', () => {
  it('sorts keys at every depth and leaves lists as they are', () => {
    assert.equal(
      canonicalJson({ b: [{ z: 1, a: 2 }, 3], a: { d: null, c: 'x' }, B: true }),
      '{"B":true,"a":{"c":"x","d":null},"b":[{"a":2,"z":1},3]}',
    )
  })

  it('leaves out what is undefined, and writes dates as JSON does', () => {
    assert.equal(
      canonicalJson({ b: undefined, a: [undefined], at: new Date(0) }),
      '{"a":[null],"at":"1970-01-01T00:00:00.000Z"}',
    )
  })

  it('is one text for one value, and reads back as it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        assert.equal(canonicalJson(reversed(value)), text)
        assert.equal(canonicalJson(JSON.parse(text)), text)
        assert.equal(JSON.stringify(JSON.parse(text)), text)
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      }),
      { seed: 1, numRuns: 1_000 },
    )
  })

  it('keeps keys that objects have by birth', () => {
    const value = JSON.parse('{"__proto__":{"b":1,"a":2},"constructor":3}')
    assert.equal(canonicalJson(value), '{"__proto__":{"a":2,"b":1},"constructor":3}')
  })
})

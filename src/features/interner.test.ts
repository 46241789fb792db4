import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../foundation/index.ts'
import { Interner } from './interner.ts'

describe('an interner', () => {
  it('numbers names in the order of their first appearance, whatever they are called', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '', '\ud800', 'a'))),
        (names) => {
          const interner = new Interner()
          const expected: string[] = []
          for (const name of names) {
            if (!expected.includes(name)) {
              assert.equal(interner.find(name), -1)
              expected.push(name)
            }
            assert.equal(interner.intern(name), expected.indexOf(name))
          }
          const writer = new ByteWriter()
          interner.save(writer)
          const copy = new Interner()
          copy.load(new ByteReader(writer.finish(), 'DIRECTORY_CORRUPT'))
          for (const each of [interner, copy]) {
            assert.equal(each.size, expected.length)
            for (const [number, name] of expected.entries()) {
              assert.equal(each.find(name), number)
              assert.equal(each.name(number), name)
            }
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    )
  })

  it('has the empty name for a number it never gave', () => {
    assert.equal(new Interner().name(0), '')
    assert.equal(new Interner().name(-1), '')
  })
})

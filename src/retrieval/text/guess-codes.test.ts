import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { guessCodes } from './guess-codes.ts'
import { PartDictionary } from './part-dictionary.ts'

function dictionaryOf(codes: readonly string[]): PartDictionary {
  const dictionary = new PartDictionary()
  for (const code of codes) dictionary.learn(code)
  return dictionary
}

const code = fc.stringMatching(/^[ab12]{1,12}$/)

describe('a dictionary of parts', () => {
  it('finds what a plain look at all texts finds, whenever they were learnt', () => {
    fc.assert(
      fc.property(fc.array(code, { maxLength: 60 }), fc.stringMatching(/^[ab12]{3,7}$/), (codes, part) => {
        const dictionary = dictionaryOf(codes.slice(0, 20))
        dictionary.mayHave(part)
        for (const one of codes.slice(20)) dictionary.learn(one)
        const found = dictionary.mayHave(part).filter((one) => one.includes(part))
        assert.deepEqual(found.sort(), [...new Set(codes)].filter((one) => one.includes(part)).sort())
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('does so over many blocks, and gives up on what too many have', () => {
    const codes = Array.from({ length: 30_000 }, (_, number) => `sku${String(number * 37).padStart(7, '0')}x`)
    const dictionary = dictionaryOf(codes)
    const found = dictionary.mayHave('04321').filter((one) => one.includes('04321'))
    assert.deepEqual(
      found,
      codes.filter((one) => one.includes('04321')),
    )
    assert.ok(found.length > 2)
    assert.deepEqual(dictionary.mayHave('sku'), [])
    assert.deepEqual(dictionary.mayHave('04'), [])
  })
})

describe('codes that may be meant', () => {
  const isKnown = () => true

  it('begin as was written, have it in them, or are it with one slip, the nearest first', () => {
    const codes = dictionaryOf(['ab1234x', 'ab1234', 'zab1234', 'ab1243x', 'q91234', 'ab12', 'ab1234xyz', 'xx7777'])
    const guess = (written: string, slips = true) => guessCodes(codes, written, slips, isKnown).map((one) => one.code)
    assert.deepEqual(guess('ab1234'), ['ab1234x', 'zab1234', 'ab1234xyz', 'ab1243x'])
    assert.deepEqual(guess('1234', false), ['ab1234', 'q91234', 'ab1234x', 'zab1234', 'ab1234xyz'])
    assert.deepEqual(guess('ab1235x'), ['ab1234x', 'ab1234xyz'])
    assert.deepEqual(guess('ab1324x')[0], 'ab1234x')
    assert.deepEqual(guess('ab1235x', false), [])
    assert.deepEqual(guess('12'), [])
    assert.deepEqual(guess('9'.repeat(100)), [])
  })

  it('are all that are one slip away, but where both halves have it', () => {
    fc.assert(
      fc.property(fc.array(code, { maxLength: 40 }), fc.stringMatching(/^[ab12]{6,10}$/), (codes, written) => {
        const weights = new Map(
          guessCodes(dictionaryOf(codes), written, true, isKnown).map((one) => [one.code, one.weight]),
        )
        const near = [...new Set(codes)].filter(
          (one) => one.length === written.length && differences(one, written) === 1,
        )
        // Sixteen at most, and a slip is weightier than all else.
        if (near.length <= 16) for (const one of near) assert.equal(weights.get(one), 0.8, one)
        for (const weight of weights.values()) assert.ok(weight < 1)
      }),
      { seed: 2, numRuns: 300 },
    )
  })
})

function differences(one: string, other: string): number {
  return Array.from(one).filter((letter, place) => letter !== other[place]).length
}

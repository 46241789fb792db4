import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SpellingDictionary } from './spelling-dictionary.ts'

/** Whether one letter more, less or other, or two exchanged, turn the one into the other: every edit is tried. */
function isOneSlip(meant: string, written: string, letters: string): boolean {
  for (let at = 0; at <= meant.length; at++) {
    const [before, after] = [meant.slice(0, at), meant.slice(at)]
    if (before + after.slice(1) === written) return true
    if (before + (after[1] ?? '') + (after[0] ?? '') + after.slice(2) === written) return true
    for (const letter of letters) {
      if (before + letter + after === written || before + letter + after.slice(1) === written) return true
    }
  }
  return false
}

describe('the spelling dictionary', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 6 })

  it('has for candidates the words that one slip turns into what was written, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 30 }), word, (words, written) => {
        const dictionary = new SpellingDictionary(words, new Uint32Array(words.length).fill(1))
        const found = dictionary.candidates(written).map((candidate) => candidate.word)
        assert.deepEqual(
          found.sort(),
          words.filter((meant) => meant === written || isOneSlip(meant, written, 'abc')).sort(),
        )
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  it('prefers frequent words, slips to the next key, and a known word to any guess', () => {
    const dictionary = new SpellingDictionary(['horse', 'house', 'houses', 'mouse'], Uint32Array.of(10, 100, 10, 100))
    assert.equal(dictionary.candidates('huose')[0]?.word, 'house')
    assert.equal(dictionary.candidates('nouse')[0]?.word, 'mouse')
    const [first] = dictionary.candidates('horse')
    assert.ok(first?.word === 'horse' && first.probability > 0.9)
    const sum = dictionary.candidates('hoose').reduce((total, { probability }) => total + probability, 0)
    assert.ok(Math.abs(sum - 1) < 1e-12)
  })

  it('has none for what is short, long or has digits, unless it is known', () => {
    const dictionary = new SpellingDictionary(['cat', 'b52s', 'house'], Uint32Array.of(1, 1, 1))
    for (const written of ['', 'ca', 'b53s', 'house1', 'x'.repeat(64)])
      assert.deepEqual(dictionary.candidates(written), [])
    assert.deepEqual(dictionary.candidates('ca', 3), [{ word: 'ca', probability: 1 }])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { randomFrom } from '../../foundation/index.ts'
import { type Guess, guessWords } from './guess-words.ts'
import { SpellingDictionary } from './spelling-dictionary.ts'

function guesses(counts: Readonly<Record<string, number>>, written: string, known = counts[written] ?? 0): Guess[] {
  const words = Object.keys(counts)
  const dictionary = new SpellingDictionary(words)
  return guessWords({ dictionary, countOf: (word) => counts[word] ?? 0 }, written, known)
}

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

/** Letters left out, put in, replaced or exchanged with the next, counted by the table of the definition. */
function slipsOf(meant: string, written: string): number {
  const table = Array.from({ length: meant.length + 1 }, (_, row) => [row])
  const at = (row: number, column: number) => table[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let column = 1; column <= written.length; column++) table[0]![column] = column
  for (let row = 1; row <= meant.length; row++) {
    for (let column = 1; column <= written.length; column++) {
      const isSame = meant[row - 1] === written[column - 1]
      const isExchanged = meant[row - 1] === written[column - 2] && meant[row - 2] === written[column - 1]
      table[row]![column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        isExchanged ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
  }
  return at(meant.length, written.length)
}

const edit = fc.record({ kind: fc.nat(3), at: fc.nat(), letter: fc.constantFrom('a', 'b', 'c') })

function edited(word: string, { kind, at, letter }: { kind: number; at: number; letter: string }): string {
  const place = at % word.length
  const [before, own, after] = [word.slice(0, place), word[place]!, word.slice(place + 1)]
  const edits = [before + after, before + letter + own + after, before + letter + after]
  return [...edits, before + after.slice(0, 1) + own + after.slice(1)][kind]!
}

describe('the spelling dictionary', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 6 })

  it('has for candidates the words that one slip turns into what was written, and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 30 }), word, (words, written) => {
        const found = guesses(Object.fromEntries(words.map((one) => [one, 1])), written).map((guess) => guess.word)
        assert.deepEqual(
          found.sort(),
          words.filter((meant) => meant === written || isOneSlip(meant, written, 'abc')).sort(),
        )
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  it('has those with two slips as well when they are long', () => {
    const long = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 8, maxLength: 10 })
    fc.assert(
      fc.property(long, fc.array(edit, { maxLength: 3 }), (meant, edits) => {
        const written = edits.reduce(edited, meant)
        const isFound = guesses({ [meant]: 1 }, written).some(({ word }) => word === meant)
        assert.equal(isFound, slipsOf(meant, written) <= 2, written)
      }),
      { seed: 6, numRuns: 1000 },
    )
    assert.deepEqual(guesses({ recommended: 1 }, 'rxcommxxded'), [])
  })

  it('finds the same however words were learnt, piece by piece or at once', () => {
    const random = randomFrom(7, 'spelling-dictionary-test')
    const letters = (count: number) => Array.from({ length: count }, () => 'abcde'[random.integer(5)]!).join('')
    const words = [...new Set(Array.from({ length: 40_000 }, () => letters(4 + random.integer(6))))]
    const atOnce = new SpellingDictionary(words)
    const piecemeal = new SpellingDictionary()
    const found = (dictionary: SpellingDictionary, written: string) =>
      dictionary.neighbours(written).toSorted((a, b) => (a.word < b.word ? -1 : 1))
    for (let from = 0; from < words.length; ) {
      const to = from + random.integer(5000)
      // What is known already changes nothing.
      piecemeal.learn(words.slice(Math.max(0, from - 100), to))
      from = to
      // What was asked for before is remembered, and what is learnt later is found beside it.
      for (const written of words.slice(0, 20)) piecemeal.neighbours(written)
    }
    for (const written of words.slice(0, 20)) assert.deepEqual(found(piecemeal, written), found(atOnce, written))
    for (let query = 0; query < 100; query++) {
      const written = letters(4 + random.integer(6))
      assert.deepEqual(found(piecemeal, written), found(atOnce, written))
      if (query >= 10) continue
      const near = words.filter((word) => word !== written && isOneSlip(word, written, 'abcde')).sort()
      const oneAway = found(piecemeal, written).flatMap(({ word, slips }) => (slips.count === 1 ? word : []))
      assert.deepEqual(oneAway, near)
    }
    assert.ok(piecemeal.mayKnow(words.at(-1)!) && !piecemeal.mayKnow('horse') && piecemeal.mayKnow('b52'))
  })

  it('prefers frequent words, slips to the next key, and a known word to any guess', () => {
    const counts = { horse: 10, house: 100, houses: 10, mouse: 100 }
    assert.equal(guesses(counts, 'huose')[0]?.word, 'house')
    assert.equal(guesses(counts, 'nouse')[0]?.word, 'mouse')
    const [first] = guesses(counts, 'horse')
    assert.ok(first?.word === 'horse' && first.probability > 0.9)
    const sum = guesses(counts, 'hoose').reduce((total, { probability }) => total + probability, 0)
    assert.ok(Math.abs(sum - 1) < 1e-12)
  })

  it('is surer of one slip than of two, and of a frequent word than of a rare one', () => {
    const sureness = (count: number, written: string) => guesses({ aeroplane: count }, written)[0]!.confidence
    assert.ok(sureness(1, 'aeroplne') > sureness(1, 'aerplne'))
    assert.ok(sureness(1000, 'aerplne') > sureness(1, 'aerplne'))
    assert.ok(sureness(1, 'aerplne') < 0.5 && sureness(1000, 'aeroplne') > 0.99)
  })

  it('has none for what is short, long or has digits, unless it is known', () => {
    for (const written of ['', 'ca', 'b53s', 'house1', 'x'.repeat(64)])
      assert.deepEqual(guesses({ cat: 1, b52s: 1, house: 1 }, written), [])
    assert.deepEqual(guesses({ cat: 1 }, 'ca', 3), [{ word: 'ca', probability: 1, confidence: 1, slips: 0 }])
  })
})

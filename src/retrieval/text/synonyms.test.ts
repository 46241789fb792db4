import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { analysisOf } from './analysis.ts'
import { synonymTrie, wordKey } from './synonym-trie.ts'
import { parseSynonyms } from './synonyms.ts'

const english = analysisOf('english')

function meant(rules: string, query: string): string[] {
  const trie = synonymTrie(parseSynonyms(rules), english)
  const words = english.words(query)
  const steps = words.map((word, place) => [{ key: wordKey(english, word), weight: 1, to: place + 1 }])
  return words.flatMap((_, from) =>
    trie
      .matchesAt((place) => steps[place] ?? [], from)
      .map(({ to, words: other }) => `${words.slice(from, to).join(' ')} > ${other.join(' ')}`),
  )
}

describe('synonyms', () => {
  it('stand for one another with commas, and to the right with an arrow', () => {
    assert.deepEqual(meant('sofa, couch, settee', 'red couches'), ['couches > sofa', 'couches > settee'])
    assert.deepEqual(meant('tv => television set, telly', 'tv'), ['tv > television set', 'tv > telly'])
    assert.deepEqual(meant('tv => television set, telly', 'television set telly'), [])
  })

  it('may have several words, stop words among them, and begin anywhere', () => {
    const rules = 'television set, tv\nstate of the art => modern'
    assert.deepEqual(meant(rules, 'a television set stand'), ['television set > tv'])
    assert.deepEqual(meant(rules, 'State of the Art TV'), ['state of the art > modern', 'tv > television set'])
    assert.deepEqual(meant(rules, 'state of art'), [])
  })

  it('are read a line at a time, without comments, and whatever ends the lines', () => {
    assert.deepEqual(parseSynonyms('# all\r\n a ,  b  c # two\n\n d=>e').rules, [
      { line: 2, from: ['a', 'b c'], to: ['a', 'b c'] },
      { line: 4, from: ['d'], to: ['e'] },
    ])
    assert.deepEqual(parseSynonyms('').rules, [])
  })

  it('are refused with their line and what was expected', () => {
    const refuses = (rules: string, expected: RegExp) =>
      assert.throws(
        () => parseSynonyms(rules),
        (error) => isSluiceError(error, 'MALFORMED_ROW') && expected.test(error.message),
      )
    refuses('a, b\nalone', /line 2: expected two or more .* got "alone"/)
    refuses('a => b => c', /line 1: expected at most one =>/)
    refuses('a, , b', /line 1: expected words between commas/)
    refuses('=> b', /expected words/)
    refuses('a =>', /expected words/)
    refuses('a, !?', /expected words/)
    refuses('one two three four five six seven eight nine, ten', /at most 8 words/)
    refuses(`a, ${'x'.repeat(100_000)} => =>`, /…"; correct/)
  })
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { englishStem } from './english-stem.ts'

const golden = readFileSync(new URL('golden/english-stems.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split(' '))

describe('the English stem', () => {
  it('is that of the Snowball project for its own vocabulary', () => {
    assert.ok(golden.length > 1500)
    for (const [word = '', stem] of golden) assert.equal(englishStem(word), stem, word)
  })

  it('follows the rules that few words of the vocabulary need', () => {
    const stems = {
      dying: 'die',
      skies: 'sky',
      proceeds: 'proceed',
      evening: 'evening',
      pasted: 'paste',
      adding: 'add',
    }
    for (const [word, stem] of Object.entries(stems)) assert.equal(englishStem(word), stem)
  })

  it('takes anything for a word', () => {
    for (const word of ['', 'a', "'", "''s", 'y', 'yyy', '3,000.5', 'żółw', '漢', 's'.repeat(64)]) {
      assert.equal(typeof englishStem(word), 'string')
    }
  })
})

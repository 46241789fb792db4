import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { searchText } from './search-text.ts'
import { loadTextIndex, saveTextIndex } from './text-file.ts'
import { TextIndexBuilder } from './text-index-builder.ts'

const random = randomFrom(3, 'text file')
const builder = new TextIndexBuilder({ fields: { text: { kind: 'text' }, price: { kind: 'number' } }, k1: 0.9, b: 0.4 })
for (let number = 0; number < 5000; number++) {
  const text = Array.from({ length: 12 }, () => `word${Math.floor(60 ** random.uniform())}ing`).join(' ')
  builder.add({ id: `${number % 4900}`, text: `${text} ${number % 9 === 0 ? 'shoes' : 'boots'}`, price: number % 7 })
}
const index = builder.build()
const bytes = saveTextIndex(index)

describe('a saved text index', () => {
  it('answers as the one that was saved, and is saved as the same bytes', () => {
    const opened = loadTextIndex(bytes)
    const queries = [
      'word5ing',
      '"word2ing word3ing"',
      'word9ing -word1ing price:3..4',
      '"word4ing word7ing"~2',
      'shose',
    ]
    for (const query of queries) {
      for (const options of [{ explain: true, limit: 50 }, { feedback: {} }]) {
        const answer = searchText(index, query, options)
        assert.ok(answer.hits.length > 0, query)
        assert.deepEqual(searchText(opened, query, options), answer)
      }
    }
    assert.equal(opened.size, 4900)
    assert.deepEqual(saveTextIndex(opened), bytes)
  })

  it('is opened wherever its bytes lie', () => {
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    assert.equal(loadTextIndex(shifted.subarray(3)).size, 4900)
  })

  it('is refused when a byte is another, some are missing, or it is of another version', () => {
    const refuses = (given: Uint8Array, code: 'MODEL_CORRUPT' | 'MODEL_MISMATCH') =>
      assert.throws(
        () => loadTextIndex(given),
        (error) => isSluiceError(error, code),
      )
    for (const place of [0, 25, 60, bytes.length - 1]) {
      refuses(
        bytes.map((byte, at) => (at === place ? byte ^ 1 : byte)),
        'MODEL_CORRUPT',
      )
    }
    for (const length of [0, 10, 52, bytes.length - 1]) refuses(bytes.subarray(0, length), 'MODEL_CORRUPT')
    refuses(
      bytes.map((byte, at) => (at === 16 ? byte + 1 : byte)),
      'MODEL_MISMATCH',
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contentHash, hashInteger, hashString, hashString53, sha256Hex } from './hash.ts'

/** The word that multiplying by the first constant of MurmurHash3 takes to `word`: our hash begins with that step. */
function before(word: number): number {
  // The inverse of 0x85ebca6b modulo 2^32.
  return Math.imul(word, 0xa5cb9243) >>> 0
}

describe('sha256Hex', () => {
  it('gives the examples of FIPS 180-4', () => {
    assert.equal(sha256Hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    assert.equal(
      sha256Hex('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    )
  })

  it('hashes a text by its UTF-8', () => {
    assert.equal(sha256Hex('Tañda ☂'), sha256Hex(new TextEncoder().encode('Tañda ☂')))
  })
})

describe('hashInteger', () => {
  it('is the finaliser of MurmurHash3', () => {
    assert.equal(Math.imul(before(1), 0x85ebca6b), 1)
    // MurmurHash3_x86_32 of nothing is its finaliser over the seed: the published values for the seeds 0, 1 and -1.
    assert.equal(hashInteger(before(0)) >>> 0, 0)
    assert.equal(hashInteger(before(1)) >>> 0, 0x514e28b7)
    assert.equal(hashInteger(before(0xffffffff)) >>> 0, 0x81f16f39)
  })

  it('tells numbers up to 2^53 apart, such as timestamps, and seeds', () => {
    const start = 1_750_000_000_000
    const hashes = new Set(Array.from({ length: 10_000 }, (_, index) => hashInteger(start + index * 2 ** 32)))
    assert.ok(hashes.size > 9_990)
    assert.notEqual(hashInteger(5, 1), hashInteger(5, 2))
    assert.notEqual(hashInteger(-1), hashInteger(2 ** 32 - 1))
  })

  it('spreads neighbours over all 32 bits', () => {
    const ones = new Array<number>(32).fill(0)
    for (let value = 0; value < 10_000; value++) {
      const hash = hashInteger(value)
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (hash >>> bit) & 1
    }
    for (const count of ones) assert.ok(count > 4_750 && count < 5_250, String(count))
  })
})

describe('hashString', () => {
  it('is FNV-1a with a final mix', () => {
    // Published FNV-1a values, 32 bits.
    const published = { '': 0x811c9dc5, a: 0xe40c292c, b: 0xe70c2de5, foobar: 0xbf9cf968 }
    for (const [text, fnv] of Object.entries(published)) assert.equal(hashString(text), hashInteger(fnv | 0), text)
  })

  it('depends on the seed, the order and every code unit', () => {
    assert.notEqual(hashString('ab', 1), hashString('ab', 2))
    assert.notEqual(hashString('ab'), hashString('ba'))
    assert.notEqual(hashString('\ud800'), hashString('\ud801'))
    const names = new Set(Array.from({ length: 20_000 }, (_, index) => hashString(`u${index}`)))
    assert.ok(names.size > 19_990)
  })
})

describe('hashString53', () => {
  it('tells a million short names apart, and seeds, within 53 bits', () => {
    const hashes = new Set<number>()
    for (let index = 0; index < 1_000_000; index++) hashes.add(hashString53(`t${index}`))
    assert.equal(hashes.size, 1_000_000)
    assert.notEqual(hashString53('a', 1), hashString53('a', 2))
    assert.ok(Number.isSafeInteger(hashString53('a')) && hashString53('a') >= 0)
  })

  it('spreads neighbours over all 53 bits', () => {
    const ones = new Array<number>(53).fill(0)
    for (let index = 0; index < 10_000; index++) {
      const hash = BigInt(hashString53(`user ${index}`))
      for (let bit = 0; bit < 53; bit++) ones[bit]! += Number((hash >> BigInt(bit)) & 1n)
    }
    for (const [bit, count] of ones.entries()) assert.ok(count > 4_750 && count < 5_250, `${bit}: ${count}`)
  })
})

describe('contentHash', () => {
  it('is one for equal values, whatever the order of their names', () => {
    assert.equal(contentHash({ a: 1, b: { c: [2, null], d: undefined } }), contentHash({ b: { c: [2, null] }, a: 1 }))
    assert.match(contentHash({}), /^[0-9a-f]{16}$/)
    assert.equal(contentHash({}), sha256Hex('{}').slice(0, 16))
  })

  it('is another for a list in another order, a text and its number, half a surrogate pair and another', () => {
    const values = [[1, 2], [2, 1], 1, '1', null, {}, [], '\ud800', '\ud801', { a: null }]
    assert.equal(new Set(values.map(contentHash)).size, values.length)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LineSplitter, UnreadableLine } from './line-splitter.ts'

/** All lines of a content that comes in pieces cut at the given places. */
function split(content: Buffer, cuts: readonly number[] = [], encoding: 'utf8' | 'latin1' = 'utf8') {
  const splitter = new LineSplitter(encoding)
  const places = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length]
  const lines = places.slice(1).flatMap((end, index) => splitter.push(content.subarray(places[index], end)))
  return [...lines, ...splitter.finish()]
}

describe('cutting a file into lines', () => {
  it('gives the same lines wherever the pieces of the file end', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '𝄞', '\n', '\r\n', ' ') })
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (content, cuts) => {
        const expected = content.split(/\r?\n/)
        if (expected.at(-1) === '') expected.pop()
        assert.deepEqual(split(Buffer.from(content), cuts), expected)
      }),
      { seed: 5, numRuns: 500 },
    )
  })

  it('drops a byte order mark and reads Latin-1 when told', () => {
    assert.deepEqual(split(Buffer.from('\uFEFFa\nb')), ['a', 'b'])
    assert.deepEqual(split(Buffer.from([0xe9, 10, 0x41]), [], 'latin1'), ['é', 'A'])
  })

  it('sets aside the one line that is not UTF-8', () => {
    const [good, bad, last] = split(Buffer.from([0x61, 10, 0xe9, 10, 0x62, 10]))
    assert.deepEqual([good, last], ['a', 'b'])
    assert.ok(bad instanceof UnreadableLine && bad.reason === 'not UTF-8')
    assert.deepEqual([...bad.bytes], [0xe9])
  })

  it('sets aside a line above 1 MiB without keeping it whole', () => {
    const content = Buffer.concat([Buffer.from('a\n'), Buffer.alloc(5_000_000, 'x'), Buffer.from('\nb')])
    const [first, long, last] = split(
      content,
      Array.from({ length: 50 }, (_, index) => index * 100_000),
    )
    assert.deepEqual([first, last], ['a', 'b'])
    assert.ok(long instanceof UnreadableLine && long.reason === 'too long' && long.bytes.length < 1_300_000)
  })
})

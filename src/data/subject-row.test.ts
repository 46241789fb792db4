import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { hashesByPosition, isIntactRow, SubjectRowBuilder, searchRow } from './subject-row.ts'

describe('a row of the subject index', () => {
  const pair = fc.record({ hash: fc.oneof(fc.nat(6), fc.constant(0xffffffff)), position: fc.nat(1999) })

  it('finds the positions of every hash, as a list of pairs would', () => {
    const builder = new SubjectRowBuilder()
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 40 }), fc.array(fc.nat(6), { maxLength: 3 }), (pairs, hashes) => {
        for (const { hash, position } of pairs) builder.add(hash, position)
        const row = builder.finish()
        const expected = pairs.flatMap(({ hash, position }) => (hashes.includes(hash) ? [position] : []))
        assert.deepEqual(
          searchRow(row, hashes),
          [...new Set(expected)].sort((a, b) => a - b),
        )
        const byPosition = hashesByPosition(row, 2000)
        for (const { hash, position } of pairs) assert.ok(byPosition[position]?.includes(hash))
        assert.equal(byPosition.flat().length, pairs.length)
      }),
      { seed: 9, numRuns: 60 },
    )
  })

  it('takes six bytes a reference and a checksum, and is known to be damaged when any of them changes', () => {
    const builder = new SubjectRowBuilder()
    for (let n = 0; n < 3000; n++) builder.add(3_000_000_000 + (n % 7), n)
    const row = builder.finish()
    assert.equal(row.length, 4 + 6 * 3000)
    assert.equal(searchRow(row, [3_000_000_002]).length, 429)
    assert.ok(isIntactRow(row))
    for (let index = 0; index < row.length; index += 37) {
      const damaged = Buffer.from(row)
      damaged[index] = (damaged[index] ?? 0) ^ 4
      assert.ok(!isIntactRow(damaged))
    }
    assert.ok(!isIntactRow(row.subarray(0, 3)))
    assert.ok(!isIntactRow(row.subarray(0, row.length - 6)))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { batchLines, decodeBatch, decodeRecord, encodeBatch, REMOVED, recordRuns } from './batch-codec.ts'

const texts = (records: readonly object[]) => records.map((record) => JSON.stringify(record))

describe('the bytes of a batch', () => {
  it('carry the check value that the CRC-32 catalogue gives', () => {
    assert.equal(crc32('123456789'), 0xcbf43926)
  })

  it('are these, so that an older directory still opens', () => {
    const bytes = encodeBatch(7, texts([{ id: 'a' }, { id: 'b' }]))
    assert.equal(
      bytes.toString('hex'),
      '010100000200000000000000' +
        '00001c40' +
        '1a000000' +
        checksumHex(bytes) +
        Buffer.from('[\n{"id":"a"},\n{"id":"b"}\n]').toString('hex'),
    )
  })

  it('give back every record, together or one by one, whatever the text', () => {
    const record = fc.record(
      {
        id: fc.string({ unit: 'binary' }),
        type: fc.constant('t'),
        at: fc.integer(),
        text: fc.string({ unit: 'binary' }),
      },
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1 }), (records, offset) => {
        const bytes = encodeBatch(offset, texts(records))
        assert.deepEqual(decodeBatch(offset, bytes), records)
        records.forEach((expected, position) => {
          assert.deepEqual(decodeRecord(offset, bytes, position), expected)
        })
        assert.equal(decodeRecord(offset, bytes, records.length), undefined)
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  it('hold null where a record was removed, under a layout that older releases refuse', () => {
    const lines = ['{"id":"a"}', REMOVED, REMOVED, '{"id":"d"}']
    const bytes = encodeBatch(7, lines, true)
    assert.equal(bytes[0], 2)
    assert.deepEqual(decodeBatch(7, bytes), [{ id: 'a' }, null, null, { id: 'd' }])
    assert.deepEqual(batchLines(7, bytes), lines)
    assert.deepEqual(
      [0, 1, 2, 3].map((position) => decodeRecord(7, bytes, position)),
      [{ id: 'a' }, undefined, undefined, { id: 'd' }],
    )
  })

  it('fall into the runs of records between the removed ones, cut at both ends', () => {
    const place = fc.option(fc.constant({ id: 'a', type: 't', at: 0 }), { freq: 3 })
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), fc.nat(20), fc.nat(20), (records, from, to) => {
        const runs = [...recordRuns(4, records, from, to)]
        const offsets = runs.flatMap(({ firstOffset, records: run }) => run.map((_, index) => firstOffset + index))
        const expected = records.flatMap((record, index) =>
          record && index + 4 >= from && index + 4 <= to ? [index + 4] : [],
        )
        assert.deepEqual(offsets, expected)
        assert.ok(runs.every(({ records: run }) => run.length > 0 && !run.includes(null as never)))
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('are refused when any one of them is another', () => {
    const bytes = encodeBatch(7, texts([{ id: 'a', text: 'words' }]))
    for (let index = 0; index < bytes.length; index++) {
      const damaged = Buffer.from(bytes)
      damaged[index] = (damaged[index] ?? 0) ^ 1
      assert.throws(
        () => decodeBatch(7, damaged),
        (error) => isSluiceError(error, 'DIRECTORY_CORRUPT') && error.message.includes('offset 7'),
      )
    }
    assert.throws(
      () => decodeBatch(7, bytes.subarray(0, 30)),
      (error) => isSluiceError(error, 'DIRECTORY_CORRUPT'),
    )
    assert.throws(
      () => decodeBatch(8, bytes),
      (error) => isSluiceError(error, 'DIRECTORY_CORRUPT'),
    )
  })
})

/** The checksum computed the long way: over the header before it and the payload behind it. */
function checksumHex(bytes: Buffer): string {
  const covered = Buffer.concat([bytes.subarray(0, 20), bytes.subarray(24)])
  const value = Buffer.alloc(4)
  value.writeUInt32LE(crc32(covered))
  return value.toString('hex')
}

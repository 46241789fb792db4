import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { KeyedRows } from './keyed-rows.ts'

const MOST = 8

/** A row as a map of at most `MOST` keys. */
function count(row: Map<number, number>, key: number): void {
  if (!row.has(key) && row.size === MOST) {
    const strongestFirst = [...row].sort(([a, countA], [b, countB]) => countB - countA || b - a)
    for (const [weak] of strongestFirst.slice(MOST / 2)) row.delete(weak)
  }
  row.set(key, (row.get(key) ?? 0) + 1)
}

/** Rows and the keys counted in them. */
const additions = fc.array(fc.tuple(fc.nat(5), fc.nat(40)), { maxLength: 200 })

function bytesOf(rows: KeyedRows): Uint8Array {
  const writer = new ByteWriter()
  rows.save(writer)
  return writer.finish()
}

function loaded(rows: KeyedRows): KeyedRows {
  const copy = new KeyedRows(MOST)
  copy.load(new ByteReader(bytesOf(rows), 'DIRECTORY_CORRUPT'))
  return copy
}

describe('keyed rows', () => {
  it('hold what maps of a bounded size hold that forget the weaker half when they are full', () => {
    fc.assert(
      fc.property(additions, (list) => {
        const rows = new KeyedRows(MOST)
        const naive = Array.from({ length: 6 }, () => new Map<number, number>())
        for (const [row, key] of list) {
          rows.add(row, key)
          count(naive[row]!, key)
        }
        for (const [row, expected] of naive.entries()) {
          const walked = new Map<number, number>()
          for (let slot = rows.start(row); slot < rows.end(row); slot += 2) {
            if (rows.slots[slot] !== 0) walked.set(rows.slots[slot]! - 1, rows.slots[slot + 1]!)
          }
          assert.deepEqual(new Map([...walked].sort()), new Map([...expected].sort()))
          for (let key = -1; key < 42; key++) {
            assert.equal(rows.get(row, key), expected.get(key) ?? 0)
          }
        }
      }),
      { seed: 41, numRuns: 300 },
    )
  })

  it('continue from their bytes as if they had never been saved', () => {
    fc.assert(
      fc.property(additions, fc.nat(), (list, cut) => {
        const whole = new KeyedRows(MOST)
        let interrupted = new KeyedRows(MOST)
        for (const [index, [row, key]] of list.entries()) {
          if (index === cut % list.length) interrupted = loaded(interrupted)
          whole.add(row, key)
          interrupted.add(row, key)
        }
        assert.deepEqual(bytesOf(interrupted), bytesOf(whole))
        assert.deepEqual(bytesOf(loaded(interrupted)), bytesOf(whole))
      }),
      { seed: 43, numRuns: 300 },
    )
  })

  it('find nothing in a row that was never written', () => {
    const rows = new KeyedRows(MOST)
    rows.add(3, 7)
    for (const row of [-1, 0, 2, 4, 1000]) {
      assert.equal(rows.get(row, 7), 0)
      assert.equal(Math.max(0, rows.end(Math.max(0, row)) - rows.start(Math.max(0, row))), 0)
    }
  })

  it('give the room that rows left to others', () => {
    const rows = new KeyedRows(1000)
    for (let row = 0; row < 300; row++) for (let key = 0; key < 30; key++) rows.add(row, key)
    // 64 slots of 8 bytes a row at the end; all that rows left on the way is less than one more of each.
    assert.ok(rows.bytes() < 2 * 300 * 64 * 8 + 300 * 64, `${rows.bytes()}`)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { BoundedWindow } from './bounded-window.ts'

/** Sketches that remember every value, so that what is where can be seen. */
class PlainSketches {
  readonly lists: number[][] = []
  open(): number {
    return this.lists.push([]) - 1
  }
  close(sketch: number): void {
    this.lists[sketch] = []
  }
  add(sketch: number, value: number): void {
    this.lists[sketch]!.push(value)
  }
  bytes(): number {
    return 0
  }
  save(_writer: ByteWriter, _sketches: readonly number[]): void {}
  load(_reader: ByteReader): void {}
}

describe('a bounded window', () => {
  it('keeps the newest entries as they are and every older one in its tile, whatever the order they come in', () => {
    const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 })
    const bound = fc.integer({ min: 0, max: 6 })
    const cut = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 60 }))
    fc.assert(
      fc.property(times, bound, fc.constantFrom(1, 3), fc.array(cut, { maxLength: 20 }), (list, size, tileMs, cuts) => {
        const sketches = new PlainSketches()
        const window = new BoundedWindow(sketches, { bound: size, tileMs, isLinked: false })
        for (const [index, at] of list.entries()) window.write(0, at, index, Number.NEGATIVE_INFINITY)
        const sorted = list.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at)
        const older = sorted.slice(0, Math.max(0, sorted.length - size))
        const newest = sorted.slice(older.length)
        for (const [after, length] of cuts) {
          const until = after + length
          const merged: number[] = []
          window.mergeTiles(0, after, until, (sketch) => merged.push(...sketches.lists[sketch]!))
          const overlapping = older.filter(({ at }) => {
            const tile = Math.ceil(at / tileMs)
            return (tile - 1) * tileMs < until && tile * tileMs > after
          })
          // A window of no length reaches into the tile that it lies in all the same.
          if (length > 0) assert.deepEqual(merged.toSorted(), overlapping.map(({ index }) => index).toSorted())
          const { recent } = window
          const [from, end] = [recent.upTo(0, after), recent.upTo(0, until)]
          assert.deepEqual(
            [...recent.columns[1]!.subarray(from, end)],
            newest.filter(({ at }) => at > after && at <= until).map(({ index }) => index),
          )
          assert.equal(window.isExact(0, after), size > 0 && older.every(({ at }) => at <= after))
        }
      }),
      { seed: 59, numRuns: 500 },
    )
  })

  it('gives every tile a sketch of its own while it grows to many keys and tiles', () => {
    const sketches = new PlainSketches()
    const window = new BoundedWindow(sketches, { bound: 0, tileMs: 1, isLinked: false })
    const [keys, tiles] = [20, 100]
    for (let at = 0; at < tiles; at++) {
      for (let key = 0; key < keys; key++) window.write(key, at, key * tiles + at, Number.NEGATIVE_INFINITY)
    }
    for (let key = 0; key < keys; key++) {
      const merged: number[] = []
      window.mergeTiles(key, -1, tiles - 1, (sketch) => merged.push(...sketches.lists[sketch]!))
      assert.deepEqual(
        merged,
        Array.from({ length: tiles }, (_, at) => key * tiles + at),
      )
    }
  })

  it('says of every entry when its value was there before, in the order of time', () => {
    const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3 })), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(entries, (list) => {
        const window = new BoundedWindow(new PlainSketches(), { bound: 100, tileMs: 1, isLinked: true })
        for (const [at, value] of list) window.write(0, at, value, Number.NEGATIVE_INFINITY)
        const sorted = list.toSorted(([a], [b]) => a - b)
        const first = window.recent.first(0)
        for (const [index, [, value]] of sorted.entries()) {
          const before = sorted.slice(0, index).findLast(([, other]) => other === value)
          assert.equal(window.recent.columns[2]![first + index], before?.[0] ?? Number.NEGATIVE_INFINITY)
        }
      }),
      { seed: 61, numRuns: 300 },
    )
  })
})

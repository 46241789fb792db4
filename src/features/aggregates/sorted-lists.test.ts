import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, type Random, randomFrom } from '../../foundation/index.ts'
import { BlockMinima } from './block-minima.ts'
import { SortedLists } from './sorted-lists.ts'

type Row = readonly [key: number, value: number]

/** Lists beside the minima of their values, as `Extreme` keeps them, and the same as plain lists of rows. */
class Both {
  readonly minima = new BlockMinima()
  readonly lists: SortedLists = new SortedLists(2, (from, end) =>
    this.minima.rebuild(this.lists.columns[1]!, from, from, end, Number.POSITIVE_INFINITY),
  )
  readonly plain: Row[][] = [[], [], []]

  insert(place: number, key: number, value: number): void {
    const { lists, minima } = this
    const rows = this.plain[place]!
    const index = rows.findIndex(([other]) => other > key)
    rows.splice(index < 0 ? rows.length : index, 0, [key, value])
    const slot = lists.insert(place, lists.upTo(place, key), key)
    lists.columns[1]![slot] = value
    const end = lists.end(place)
    if (slot === end - 1) minima.append(slot, value, lists.capacity(place))
    else minima.rebuild(lists.columns[1]!, lists.first(place), slot, end, lists.capacity(place))
  }

  lower(place: number, index: number, value: number): void {
    const rows = this.plain[place]!
    const row = rows[index]
    if (!row || row[1] <= value) return
    rows[index] = [row[0], value]
    const slot = this.lists.first(place) + index
    this.lists.columns[1]![slot] = value
    this.minima.lower(slot, value, this.lists.capacity(place))
  }

  shift(place: number): void {
    if (this.plain[place]!.length === 0) return
    this.plain[place]!.shift()
    this.lists.shift(place)
  }

  /** Compares all rows, and the minimum of one range of each list. */
  check(random: Random): void {
    for (const [place, rows] of this.plain.entries()) {
      const first = this.lists.first(place)
      assert.equal(this.lists.end(place) - first, rows.length)
      const slots = rows.map((_, index) => first + index)
      assert.deepEqual(
        slots.map((slot) => [this.lists.columns[0]![slot], this.lists.columns[1]![slot]]),
        rows,
      )
      const from = random.integer(rows.length + 1)
      const end = from + random.integer(rows.length - from + 1)
      assert.equal(
        this.minima.minimum(this.lists.columns[1]!, first + from, first + end),
        rows.slice(from, end).reduce((least, [, value]) => Math.min(least, value), Number.POSITIVE_INFINITY),
      )
      const key = random.integer(4000)
      const upTo = rows.filter(([other]) => other <= key).length
      assert.equal(this.lists.upTo(place, key) - first, upTo)
    }
  }
}

/** Lists that grow, lose their oldest rows and get late ones. */
function grown(seed: number, steps: number, lateShare: number, check: (both: Both, random: Random) => void): Both {
  const random = randomFrom(seed, 'sorted-lists')
  const both = new Both()
  for (let step = 0; step < steps; step++) {
    const place = random.integer(3)
    const kind = random.uniform()
    if (kind < 0.02) both.lists.shrink(place)
    else if (kind < 0.25) both.shift(place)
    else if (kind < 0.35) both.lower(place, random.integer(both.plain[place]!.length + 1), random.integer(1000) - 500)
    else both.insert(place, kind < 0.35 + lateShare ? random.integer(step + 1) : step, random.integer(100_000))
    check(both, random)
  }
  return both
}

describe('sorted lists and the minima of their blocks', () => {
  it('are those of plain lists, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        grown(seed, 200, 0.1, (both, random) => both.check(random))
      }),
      { seed: 41, numRuns: 50 },
    )
  })

  it('are those of plain lists over several levels of blocks', () => {
    for (let seed = 0; seed < 4; seed++) {
      const both = grown(seed, 9000, 0.002 * seed, (each, random) => {
        if (random.integer(150) === 0) each.check(random)
      })
      const random = randomFrom(seed, 'ranges')
      for (let range = 0; range < 50; range++) both.check(random)
    }
  })

  it('use again what a list gave back', () => {
    const lists = new SortedLists(1)
    for (let round = 0; round < 50; round++) {
      for (let key = 0; key < 1000; key++) lists.insert(round, lists.upTo(round, key), key)
      lists.dropUntil(round, 998)
      assert.ok(!lists.shrink(round))
      assert.equal(lists.columns[0]![lists.first(round)], 999)
      assert.equal(lists.capacity(round), 4)
      lists.dropUntil(round, 999)
      assert.ok(lists.shrink(round))
    }
    assert.ok(lists.columns[0]!.length <= 4096, String(lists.columns[0]!.length))
  })

  it('are saved without the room around them, and loaded to the same rows', () => {
    const { lists } = grown(7, 3000, 0.1, () => {})
    const bytes = (of: SortedLists) => {
      const writer = new ByteWriter()
      of.save(writer)
      return writer.finish()
    }
    const copy = new SortedLists(2)
    copy.load(new ByteReader(bytes(lists), 'DIRECTORY_CORRUPT'))
    assert.deepEqual(bytes(copy), bytes(lists))
  })
})

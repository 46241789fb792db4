import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { type EventBatch, fieldsOf } from '../event-batch.ts'
import { addExactly, differenceOfTotals } from '../exact-sum.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import type { RequestFrame } from '../request-frame.ts'
import type { Aggregate, AggregateOptions, TileTotalsSpec } from './aggregate.ts'
import { amountOf } from './amount-of.ts'
import type { Ahead } from './key-space.ts'
import { SortedLists } from './sorted-lists.ts'
import { tileEnd, tileStart } from './tiles.ts'
import { type KeyedState, WindowKeys } from './window-keys.ts'

/**
 * Counts and sums in whole tiles: running totals up to and with every tile that had an event, so that a window is the
 * difference of two, however many tiles it has, and a sum hangs on the order of the log alone.
 *
 * Memory: 16 bytes a tile, 32 with sums, at most 2.7 times that by room to grow. Write O(later tiles), read
 * O(log tiles).
 */
export class TileTotals implements Aggregate, KeyedState {
  readonly #spec: TileTotalsSpec
  /** -1 when occurrences alone are counted. */
  readonly #valueSlot: number
  readonly #keys: WindowKeys
  readonly #hasSums: boolean
  /** Columns: the tile, the count and, with sums, the rounded sum and what rounding took. */
  readonly #tiles: SortedLists
  /** Totals before the first tile that is kept. */
  #baseCounts: Float64Array = new Float64Array(0)
  #baseHighs: Float64Array = new Float64Array(0)
  #baseLows: Float64Array = new Float64Array(0)

  constructor(spec: TileTotalsSpec, schema: Schema, store: AttributeStore, options: AggregateOptions) {
    this.#spec = spec
    this.#valueSlot = spec.value === undefined ? -1 : fieldsOf(schema, spec.event).indexOf(spec.value)
    this.#keys = new WindowKeys(spec, schema, store, options, this)
    this.#hasSums = spec.value !== undefined
    this.#tiles = new SortedLists(this.#hasSums ? 4 : 2)
  }

  write(batch: EventBatch): void {
    const amounts = batch.numbers[this.#valueSlot]
    const { rows, count, times } = batch
    const keys = this.#keys
    keys.open(batch)
    for (let next = 0; next < count; ) {
      for (const end = keys.ahead(next); next < end; next++) {
        const row = rows[next]!
        this.#write(row, times[row]!, amountOf(amounts, row))
      }
    }
  }

  #write(row: number, at: number, amount: number): void {
    const place = this.#keys.placeAt(row)
    if (place < 0) return
    const { keepAfter } = this.#keys
    this.#ensurePlace(place)
    this.#dropUntil(place, keepAfter)
    const isNew = this.#tiles.isEmpty(place)
    if (at > keepAfter) this.#raise(place, this.#openTile(place, tileEnd(at, this.#spec.tileMs)), amount)
    else this.#raiseBase(place, amount)
    this.#keys.sweep(isNew)
  }

  approach(ahead: Ahead): void {
    this.#tiles.approach(ahead)
  }

  tidy(place: number, keepAfter: number): boolean {
    this.#dropUntil(place, keepAfter)
    return this.#tiles.shrink(place)
  }

  forget(place: number): void {
    this.#baseCounts[place] = 0
    if (!this.#hasSums) return
    this.#baseHighs[place] = 0
    this.#baseLows[place] = 0
  }

  /** The slot of a tile; a new one has the totals of the one before it. */
  #openTile(place: number, key: number): number {
    const tiles = this.#tiles
    const slot = tiles.upTo(place, key)
    if (slot > tiles.first(place) && tiles.columns[0]![slot - 1] === key) return slot - 1
    const opened = tiles.insert(place, slot, key)
    const isFirst = opened === tiles.first(place)
    tiles.columns[1]![opened] = isFirst ? this.#baseCounts[place]! : tiles.columns[1]![opened - 1]!
    if (!this.#hasSums) return opened
    tiles.columns[2]![opened] = isFirst ? this.#baseHighs[place]! : tiles.columns[2]![opened - 1]!
    tiles.columns[3]![opened] = isFirst ? this.#baseLows[place]! : tiles.columns[3]![opened - 1]!
    return opened
  }

  /** Adds an event to the totals of a tile and of all later ones. */
  #raise(place: number, from: number, amount: number): void {
    const end = this.#tiles.end(place)
    const [, counts, highs, lows] = this.#tiles.columns
    for (let slot = from; slot < end; slot++) counts![slot]!++
    if (!this.#hasSums) return
    for (let slot = from; slot < end; slot++) addExactly(highs!, lows!, slot, highs![slot]!, lows![slot]!, amount)
  }

  /** An event that is too old to be kept is in all totals, so that they do not depend on how long tiles are kept. */
  #raiseBase(place: number, amount: number): void {
    this.#baseCounts[place]!++
    if (this.#hasSums) {
      const [highs, lows] = [this.#baseHighs, this.#baseLows]
      addExactly(highs, lows, place, highs[place]!, lows[place]!, amount)
    }
    this.#raise(place, this.#tiles.first(place), amount)
  }

  #dropUntil(place: number, keepAfter: number): void {
    const [keys, counts, highs, lows] = this.#tiles.columns
    const first = this.#tiles.first(place)
    if (first === this.#tiles.end(place) || keys![first]! > keepAfter) return
    const last = this.#tiles.upTo(place, keepAfter) - 1
    this.#baseCounts[place] = counts![last]!
    if (this.#hasSums) {
      this.#baseHighs[place] = highs![last]!
      this.#baseLows[place] = lows![last]!
    }
    this.#tiles.dropUntil(place, keepAfter)
  }

  #ensurePlace(place: number): void {
    this.#baseCounts = growFloat64(this.#baseCounts, place + 1)
    if (!this.#hasSums) return
    this.#baseHighs = growFloat64(this.#baseHighs, place + 1)
    this.#baseLows = growFloat64(this.#baseLows, place + 1)
  }

  /** Compiles a reader of the number of events in the tiles of the window that ends at the request. */
  counter(windowMs: number): (frame: RequestFrame) => number {
    return this.#difference(windowMs, (list, from, end) => {
      const counts = this.#tiles.columns[1]!
      const before = from === this.#tiles.first(list) ? this.#baseCounts[list]! : counts[from - 1]!
      return counts[end - 1]! - before
    })
  }

  /** Compiles a reader of the sum of the amounts in the tiles of the window that ends at the request. */
  summer(windowMs: number): (frame: RequestFrame) => number {
    return this.#difference(windowMs, (list, from, end) => {
      const [, , highs, lows] = this.#tiles.columns as [Float64Array, Float64Array, Float64Array, Float64Array]
      const isFirst = from === this.#tiles.first(list)
      const high = isFirst ? this.#baseHighs[list]! : highs[from - 1]!
      const low = isFirst ? this.#baseLows[list]! : lows[from - 1]!
      return differenceOfTotals(highs[end - 1]!, lows[end - 1]!, high, low)
    })
  }

  #difference(
    windowMs: number,
    read: (list: number, from: number, end: number) => number,
  ): (frame: RequestFrame) => number {
    const place = this.#keys.reader()
    const { tileMs } = this.#spec
    return (frame) => {
      const list = place(frame)
      const from = this.#tiles.upTo(list, tileStart(frame.at - windowMs, tileMs))
      const end = this.#tiles.upTo(list, tileEnd(frame.at, tileMs))
      return from >= end ? 0 : read(list, from, end)
    }
  }

  bytes(): number {
    const bases = this.#baseCounts.byteLength + this.#baseHighs.byteLength + this.#baseLows.byteLength
    return this.#keys.bytes() + this.#tiles.bytes() + bases
  }

  save(writer: ByteWriter): void {
    this.#keys.save(writer)
    this.#tiles.save(writer)
    writer.float64s(withoutTail(this.#baseCounts, 0))
    writer.float64s(withoutTail(this.#baseHighs, 0)).float64s(withoutTail(this.#baseLows, 0))
  }

  load(reader: ByteReader): void {
    this.#keys.load(reader)
    this.#tiles.load(reader)
    const bases = [reader.float64s(), reader.float64s(), reader.float64s()] as const
    this.#ensurePlace(Math.max(this.#tiles.places, ...bases.map((base) => base.length)) - 1)
    this.#baseCounts.set(bases[0])
    this.#baseHighs.set(bases[1])
    this.#baseLows.set(bases[2])
  }
}

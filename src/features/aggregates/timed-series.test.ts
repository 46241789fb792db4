import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { TimedSeries } from './timed-series.ts'

const NEVER = Number.NEGATIVE_INFINITY
const RUNS = { seed: 2018, numRuns: 300 }

function bytesOf(series: TimedSeries): Uint8Array {
  const writer = new ByteWriter()
  series.save(writer)
  return writer.finish()
}

function loaded(series: TimedSeries, hasAmounts = true): TimedSeries {
  const copy = new TimedSeries(hasAmounts)
  copy.load(new ByteReader(bytesOf(series), 'DIRECTORY_CORRUPT'))
  return copy
}

/** Appends as an aggregate makes them: entries at or before `keepAfter`, which never falls, are gone. */
interface Step {
  readonly place: number
  readonly at: number
  readonly amount: number
  readonly keepAfter: number
}

/** Mostly in order, with late, simultaneous and too late entries; enough for rings to grow and to wrap around. */
const steps = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -12, max: 3 }), fc.integer()), {
      maxLength: 150,
    }),
    fc.integer({ min: 1, max: 40 }),
  )
  .map(([moves, keep]) => {
    let newest = 0
    return moves.map(([place, move, amount]): Step => {
      const at = newest + move
      newest = Math.max(newest, at)
      return { place, at, amount, keepAfter: newest - keep }
    })
  })

/** The same by lists and filters. */
class NaiveSeries {
  #entries: Step[] = []

  append(step: Step): void {
    this.#entries = [...this.#entries, step].filter(({ place, at }) => place !== step.place || at > step.keepAfter)
  }

  window(place: number, after: number, until: number): Step[] {
    return this.#entries.filter((entry) => entry.place === place && entry.at > after && entry.at <= until)
  }
}

describe('a timed series', () => {
  it('counts in (after, until]: the entry at `until` once, the entry at `after` not', () => {
    const series = new TimedSeries()
    for (const at of [10, 20, 20, 30]) series.append(0, at, at / 10, NEVER)
    assert.equal(series.count(0, 10, 20), 2)
    assert.equal(series.sum(0, 10, 20), 4)
    assert.equal(series.count(0, 9, 30), 4)
    assert.equal(series.sum(0, 20, 30), 3)
    assert.equal(series.count(0, 30, 40), 0)
    assert.equal(series.sum(0, 30, 40), 0)
  })

  it('reads a place that was never written, or none, as empty', () => {
    const series = new TimedSeries()
    series.append(2, 10, 5, NEVER)
    for (const place of [-1, 0, 1, 3, 1_000_000]) {
      assert.equal(series.count(place, NEVER, 100), 0)
      assert.equal(series.sum(place, NEVER, 100), 0)
    }
  })

  it('puts a late entry where it belongs', () => {
    const series = new TimedSeries()
    for (const at of [30, 10, 20]) series.append(0, at, at, NEVER)
    assert.deepEqual(
      [10, 20, 30].map((until) => series.sum(0, NEVER, until)),
      [10, 30, 60],
    )
  })

  it('sums a window to the last digit, however large the amounts before it were', () => {
    const series = new TimedSeries()
    series.append(0, 1, 1e17, NEVER)
    series.append(0, 2, 1, NEVER)
    assert.equal(series.sum(0, 1, 2), 1)
    series.append(0, 3, 0.5, 2)
    assert.equal(series.sum(0, 2, 3), 0.5)
  })

  it('agrees with lists and filters at every step, entry by entry and window by window', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const series = new TimedSeries()
        const naive = new NaiveSeries()
        for (const step of list) {
          series.append(step.place, step.at, step.amount, step.keepAfter)
          naive.append(step)
          for (const after of [NEVER, step.keepAfter, step.at - 5, step.at - 1]) {
            for (const until of [step.at - 1, step.at, step.at + 7]) {
              const window = after < until ? naive.window(step.place, after, until) : []
              if (after >= until) continue
              assert.equal(series.count(step.place, after, until), window.length)
              assert.equal(
                series.sum(step.place, after, until),
                window.reduce((sum, { amount }) => sum + amount, 0),
              )
            }
          }
        }
      }),
      RUNS,
    )
  })

  it('sums the same to the bit whether entries are kept for long or for short', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const short = new TimedSeries()
        const long = new TimedSeries()
        for (const { place, at, amount, keepAfter } of list) {
          short.append(place, at, amount / 100, keepAfter)
          long.append(place, at, amount / 100, NEVER)
          assert.equal(short.sum(place, keepAfter, at + 20), long.sum(place, keepAfter, at + 20))
          assert.equal(short.count(place, keepAfter, at + 20), long.count(place, keepAfter, at + 20))
        }
      }),
      RUNS,
    )
  })

  it('continues from its bytes as if it had never been saved', () => {
    for (const hasAmounts of [true, false]) {
      fc.assert(
        fc.property(steps, fc.nat(), (list, cut) => {
          const whole = new TimedSeries(hasAmounts)
          let interrupted = new TimedSeries(hasAmounts)
          for (const [index, { place, at, amount, keepAfter }] of list.entries()) {
            if (index === cut % list.length) interrupted = loaded(interrupted, hasAmounts)
            whole.append(place, at, amount / 100, keepAfter)
            interrupted.append(place, at, amount / 100, keepAfter)
          }
          assert.deepEqual(bytesOf(interrupted), bytesOf(whole))
          assert.deepEqual(bytesOf(loaded(interrupted, hasAmounts)), bytesOf(whole))
        }),
        RUNS,
      )
    }
  })

  it('keeps the base of a series of which only entries too late to keep were seen', () => {
    const series = new TimedSeries()
    series.append(0, 5, 0.1, 10)
    const copy = loaded(series)
    for (const each of [series, copy]) each.append(0, 11, 0.2, 10)
    assert.deepEqual(bytesOf(copy), bytesOf(series))
  })

  it('keeps no totals when it only counts', () => {
    const series = new TimedSeries(false)
    series.append(0, 1, 5, NEVER)
    assert.equal(series.count(0, 0, 1), 1)
    assert.equal(series.sum(0, 0, 1), 0)
  })

  it('reuses the room that series left as they grew', () => {
    const series = new TimedSeries()
    for (let place = 0; place < 200; place++) {
      for (let at = 0; at < place; at++) series.append(place, at, 1, NEVER)
    }
    for (let place = 0; place < 200; place++) {
      assert.equal(series.count(place, NEVER, 1000), place)
      assert.equal(series.sum(place, NEVER, 9), Math.min(place, 10))
    }
  })
})

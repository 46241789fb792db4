import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { DuplicateIndex, requireHorizon } from './duplicate-index.ts'

/** A log of ids and the plainest thing that knows which of them are within the horizon. */
class NaiveLog {
  readonly ids: string[] = []
  readonly #horizon: number

  constructor(horizon: number) {
    this.#horizon = horizon
  }

  knows(id: string): boolean {
    const from = DuplicateIndex.firstKnown(this.#horizon, this.ids.length + 1)
    return this.ids.includes(id, from - 1)
  }

  openIndex(): DuplicateIndex {
    const index = new DuplicateIndex(this.#horizon, (offset, id) => this.ids[offset - 1] === id)
    const from = DuplicateIndex.firstKnown(this.#horizon, this.ids.length + 1)
    this.ids.slice(from - 1).forEach((id, position) => {
      index.addIfNew(id, from + position)
    })
    return index
  }
}

describe('the index of ids', () => {
  it('knows exactly the ids of two generations and where they stand, whenever it is made again from the log', () => {
    const steps = fc.array(fc.oneof({ weight: 30, arbitrary: fc.nat(40) }, fc.constant('reopen')), { maxLength: 300 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), (given, horizon) => {
        const log = new NaiveLog(horizon)
        let index = log.openIndex()
        for (const step of given) {
          if (step === 'reopen') index = log.openIndex()
          const id = `e${step}`
          const isNew = index.addIfNew(id, log.ids.length + 1)
          assert.equal(isNew, !log.knows(id))
          const head = log.ids.length
          const isForgotten = log.ids.lastIndexOf(id) + 1 < DuplicateIndex.firstKnown(horizon, head + 1)
          if (!isNew) assert.equal(index.offsetOf(id, head), isForgotten ? undefined : log.ids.lastIndexOf(id) + 1)
          if (isNew) log.ids.push(id)
          index.forgetBefore(log.ids.length)
          assert.ok(index.size <= 2 * horizon)
        }
      }),
      { seed: 11, numRuns: 200 },
    )
  })

  it('always knows an id that was seen within as many records as the horizon', () => {
    for (let horizon = 1; horizon < 30; horizon++) {
      for (let offset = 1; offset < 200; offset++) {
        assert.ok(DuplicateIndex.firstKnown(horizon, offset + horizon) <= offset)
        assert.ok(DuplicateIndex.firstKnown(horizon, offset + 2 * horizon) > offset)
      }
    }
  })

  it('is as it was before when records that did not reach the log are taken back', () => {
    const ids: string[] = Array.from({ length: 700 }, (_, n) => `e${n}`)
    const index = new DuplicateIndex(1000, (offset, id) => ids[offset - 1] === id)
    for (const [n, id] of ids.entries()) assert.ok(index.addIfNew(id, n + 1))
    for (let round = 0; round < 20; round++) {
      ids.push(...Array.from({ length: 800 }, (_, n) => `r${round}/${n}`))
      for (let n = 700; n < 1500; n++) assert.ok(index.addIfNew(ids[n] ?? '', n + 1))
      for (let n = 700; n < 1500; n++) index.remove(ids[n] ?? '', n + 1)
      ids.length = 700
      assert.equal(index.size, 700)
    }
    for (const id of ids) assert.ok(!index.addIfNew(id, 701))
    assert.ok(index.addIfNew('new', 701))
  })

  it('grows to a million ids and finds each of them', () => {
    const index = new DuplicateIndex(600_000, (offset, id) => id === `e${offset}`)
    for (let offset = 1; offset <= 1_000_000; offset++) index.addIfNew(`e${offset}`, offset)
    for (let n = 1; n <= 1_000_000; n += 97) assert.ok(!index.addIfNew(`e${n}`, 1_000_001))
  })

  it('asks the log before it calls two ids of one fingerprint the same', () => {
    const index = new DuplicateIndex(10, () => false)
    assert.ok(index.addIfNew('a', 1))
    assert.ok(index.addIfNew('a', 2))
  })

  it('refuses a horizon that is none', () => {
    for (const events of [0, -1, 1.5, Number.NaN, 1e9]) {
      assert.throws(
        () => requireHorizon(events),
        (error) => isSluiceError(error, 'OUT_OF_RANGE'),
      )
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, HOUR_MS, randomFrom } from '../../foundation/index.ts'
import { ChangeDetector, hourOfWeek, type SignalFamily } from './change-detector.ts'
import { ODDS_RATIOS, oddsBet } from './odds-bets.ts'

/** Signals whose shares are known. */
function known(shares: readonly number[], clump = 1): SignalFamily {
  const usual = { bounds: (signal: number) => ({ least: shares[signal]!, most: shares[signal]! }), clump: () => clump }
  return { usual, weights: shares.map(() => 1) }
}

/** One start an event. */
const everyEvent = (budget: number) => ({ budgetMs: budget, startEveryMs: 1 })

const firedOf = (shares: readonly number[], draw: () => number) =>
  shares.flatMap((share, signal) => (draw() < share ? [signal] : []))

describe('a bet on odds', () => {
  it('has a mean of at most 1 on the usual side of its bound, and of exactly 1 on it', () => {
    const share = fc.double({ min: 0.001, max: 0.99, noNaN: true })
    const clumps = fc.double({ min: 1, max: 20, noNaN: true })
    const property = fc.property(share, share, fc.constantFrom(...ODDS_RATIOS), clumps, (a, b, ratio, clump) => {
      const bound = ratio > 1 ? Math.max(a, b) : Math.min(a, b)
      const usual = ratio > 1 ? Math.min(a, b) : Math.max(a, b)
      const plain = oddsBet(bound, ratio, 1)
      assert.ok(Math.abs(bound * plain.fired + (1 - bound) * plain.silent - 1) < 1e-9)
      const { fired, silent } = oddsBet(bound, ratio, clump)
      assert.ok(usual * fired + (1 - usual) * silent <= 1 + 1e-9)
    })
    fc.assert(property, { seed: 5, numRuns: 500 })
  })

  it('is right for firings in clumps: a compound Poisson stream earns nothing either', () => {
    const random = randomFrom(3)
    const [share, clump, events] = [0.001, 4, 2_000]
    const { fired, silent } = oddsBet(share, 2.3, clump)
    const wealths = Array.from({ length: 4_000 }, () => {
      let wealth = 1
      // Of a clump of four events all fire; clumps are a quarter as frequent.
      for (let at = 0; at < events; at += clump) wealth *= random.uniform() < share ? fired ** clump : silent ** clump
      return wealth
    })
    const mean = wealths.reduce((sum, wealth) => sum + wealth, 0) / wealths.length
    assert.ok(Math.abs(mean - 1) < 0.1, `${mean}`)
  })
})

describe('a change detector', () => {
  it('has evidence whose mean is that of the starts while nothing changes, however the signals hang together', () => {
    const shares = [0.1, 0.1, 0.3]
    const [length, runs] = [50, 3_000]
    let sum = 0
    for (let run = 0; run < runs; run++) {
      const random = randomFrom(1, run)
      const detector = new ChangeDetector([known(shares)], everyEvent(1e9))
      for (let at = 0; at < length; at++) {
        const draw = random.uniform()
        // All signals fire by the same draw.
        detector.observe(
          0,
          firedOf(shares, () => draw),
          { at, offset: at },
        )
      }
      sum += detector.evidence * 1e9
    }
    const mean = sum / runs
    assert.ok(mean > 0.6 * length && mean < 1.2 * length, `${mean} of ${length}`)
  })

  it('gives its first false alarm no sooner than the budget, on the mean', () => {
    const shares = [0.05, 0.2]
    const budget = 200
    const times = Array.from({ length: 150 }, (_, run) => {
      const random = randomFrom(2, run)
      const detector = new ChangeDetector([known(shares)], everyEvent(budget))
      let at = 0
      while (at < 20 * budget && !detector.observe(0, firedOf(shares, random.uniform), { at, offset: at })) at++
      return at
    })
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length
    assert.ok(mean >= budget, `${mean}`)
  })

  it('gives a false alarm within n starts with a probability of at most n over the starts of the budget', () => {
    const [budget, length, runs] = [2_000, 200, 400]
    let alarms = 0
    for (let run = 0; run < runs; run++) {
      const random = randomFrom(4, run)
      const detector = new ChangeDetector([known([0.1])], everyEvent(budget))
      for (let at = 0; at < length; at++) {
        if (!detector.observe(0, firedOf([0.1], random.uniform), { at, offset: at })) continue
        alarms++
        break
      }
    }
    // 0.1 and three standard errors.
    assert.ok(alarms / runs < 0.1 + 3 * Math.sqrt(0.09 / runs), `${alarms} of ${runs}`)
  })

  it('says which signal moved, how, and from when on', () => {
    const random = randomFrom(7)
    const detector = new ChangeDetector([known([0.1, 0.1, 0.4])], everyEvent(1_000_000))
    const changeAt = 5_000
    for (let at = 0; ; at++) {
      const shares = at < changeAt ? [0.1, 0.1, 0.4] : [0.1, 0.25, 0.4]
      assert.ok(at < changeAt + 1_000, 'found in time')
      if (!detector.observe(0, firedOf(shares, random.uniform), { at, offset: at * 2 })) continue
      const [first] = detector.moved(0.5)
      assert.ok(at >= changeAt)
      assert.equal(first!.signal, 1)
      assert.ok(first!.oddsRatio > 1 && first!.evidence > 0.5)
      assert.ok(Math.abs(first!.since.at - changeAt) < 100, `${first!.since.at}`)
      assert.equal(first!.since.offset, first!.since.at * 2)
      break
    }
    detector.restart()
    assert.equal(detector.evidence, 0)
  })

  it('tells of a fall as well as of a rise', () => {
    const random = randomFrom(8)
    const detector = new ChangeDetector([known([0.3])], everyEvent(100_000))
    let at = 0
    while (!detector.observe(0, firedOf([0.08], random.uniform), { at, offset: at })) at++
    assert.ok(at < 400 && detector.moved(0.5)[0]!.oddsRatio < 1)
  })

  it('equals the sum over starts of products of factors, which is its definition', () => {
    const random = randomFrom(9)
    const shares = [0.2, 0.5]
    const detector = new ChangeDetector([known(shares, 2)], everyEvent(1e6))
    const rows: number[][] = []
    for (let at = 0; at < 40; at++) {
      const fired = firedOf(shares, random.uniform)
      rows.push(fired)
      detector.observe(0, fired, { at, offset: at })
      let sum = 0
      for (let start = 0; start <= at; start++) {
        for (const [signal, share] of shares.entries()) {
          for (const ratio of ODDS_RATIOS) {
            const bet = oddsBet(share, ratio, 2)
            const factors = rows.slice(start).map((row) => (row.includes(signal) ? bet.fired : bet.silent))
            sum += factors.reduce((product, factor) => product * factor, 1) / shares.length / ODDS_RATIOS.length
          }
        }
      }
      assert.ok(Math.abs(detector.evidence * 1e6 - sum) < 1e-9 * sum)
    }
  })

  it('goes on where it was saved, to the bit', () => {
    const random = randomFrom(10)
    const make = () => new ChangeDetector([known([0.1, 0.2]), known([0.5])], everyEvent(1e6))
    const detector = make()
    const step = (each: ChangeDetector, at: number, fired: readonly number[]) =>
      each.observe(at % 2, fired, { at, offset: at })
    const rowAt = (at: number) => firedOf(at % 2 === 0 ? [0.1, 0.2] : [0.5], random.uniform)
    for (let at = 0; at < 500; at++) step(detector, at, rowAt(at))
    const writer = new ByteWriter()
    detector.save(writer)
    const again = make()
    again.load(new ByteReader(writer.finish(), 'DIRECTORY_CORRUPT'))
    for (let at = 500; at < 700; at++) {
      const fired = rowAt(at)
      assert.equal(step(again, at, fired), step(detector, at, fired))
      assert.equal(again.evidence, detector.evidence)
    }
    assert.deepEqual(again.moved(0), detector.moved(0))
  })

  it('leaves a muted signal out, and counts hours of the week from Monday on', () => {
    const detector = new ChangeDetector([known([0.01, 0.01])], everyEvent(1_000))
    detector.mute(0, 0, true)
    for (let at = 0; at < 20; at++) assert.equal(detector.observe(0, [0], { at, offset: at }), false)
    assert.equal(hourOfWeek(Date.UTC(2025, 8, 1)), 0)
    assert.equal(hourOfWeek(Date.UTC(2025, 8, 7, 23)), 167)
    assert.equal(hourOfWeek(-HOUR_MS), 71)
  })
})

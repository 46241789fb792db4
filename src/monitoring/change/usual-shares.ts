import { type ByteReader, type ByteWriter, HOUR_MS } from '../../foundation/index.ts'
import { hourOfWeek, type UsualShares } from './change-detector.ts'

const HOURS = 168
const HOURS_A_DAY = 24
/** Firings that an hour needs before it speaks for itself more than for the hours beside it. */
const ENOUGH = 30
/** How many standard errors of the reference a share may lie off without being unusual. */
const ERRORS = 2
/** Firings are compared with what was to be expected over spans of so many hours, short and long. */
const SPANS = [6, 24, 72]

/** What follows from the counts of a reference. */
interface Learnt {
  /** shape (signals x 168,) */
  readonly shares: Float64Array
  /** shape (signals,): firings */
  readonly totals: Float64Array
  /** shape (signals,) */
  readonly clumps: Float64Array
  readonly events: number
}

/**
 * How often signals fire while nothing changes, learnt from a span of the log: a share for every hour of the week, nearer to
 * that of the same hour of every day, and of all hours, the fewer firings it rests on. Shares lie between bounds: two
 * standard errors of the reference and a tolerance off. How far firings come in clumps is learnt by how much more they vary
 * than independent ones would.
 */
export class LearntShares implements UsualShares {
  readonly #signals: number
  readonly #tolerance: number
  /** shape (168,): events by hour of the week */
  readonly #events = new Float64Array(HOURS)
  /** shape (signals x 168,) */
  readonly #fired: Float64Array
  /** Of every hour of the reference its events and, for each signal, its firings; shape (hours x (2 + signals),). */
  #hours: number[] = []
  #newest = Number.NaN
  #learnt: Learnt | undefined

  /** @param tolerance - the part of a share by which it may rise or fall without being unusual, in [0, 1) */
  constructor(signals: number, tolerance: number) {
    this.#signals = signals
    this.#tolerance = tolerance
    this.#fired = new Float64Array(signals * HOURS)
  }

  /** Takes an event of the reference. */
  learn(fired: readonly number[], at: number): void {
    const hour = hourOfWeek(at)
    const running = Math.floor(at / HOUR_MS)
    const width = 2 + this.#signals
    if (running !== this.#newest) {
      this.#newest = running
      this.#hours.push(running, 0, ...new Array<number>(this.#signals).fill(0))
    }
    const row = this.#hours.length - width
    this.#events[hour]! += 1
    this.#hours[row + 1]! += 1
    for (const signal of fired) {
      this.#fired[signal * HOURS + hour]! += 1
      this.#hours[row + 2 + signal]! += 1
    }
    this.#learnt = undefined
  }

  /** The usual share of a signal at an hour of the week, in [0, 1]. */
  share(signal: number, hour: number): number {
    return this.#settled().shares[signal * HOURS + hour]!
  }

  bounds(signal: number, hour: number): { least: number; most: number } {
    const { shares, totals, clumps, events } = this.#settled()
    const clump = clumps[signal]!
    const causes = totals[signal]! / clump
    // Of few firings: by the square roots of Poisson counts, the upper bound being right at none as well.
    const most = causes + ERRORS * Math.sqrt(causes + 1) + ERRORS ** 2 / 2
    const least = Math.max(0, causes - ERRORS * Math.sqrt(causes))
    if (events === 0) return { least: 0, most: 1 }
    if (causes === 0) return { least: 0, most: Math.min(1, ((most * clump) / events) * (1 + this.#tolerance)) }
    const share = shares[signal * HOURS + hour]!
    return {
      least: Math.min(1, ((share * least) / causes) * (1 - this.#tolerance)),
      most: Math.min(1, ((share * most) / causes) * (1 + this.#tolerance)),
    }
  }

  clump(signal: number): number {
    return this.#settled().clumps[signal]!
  }

  save(writer: ByteWriter): void {
    writer.float64s(this.#events).float64s(this.#fired).float64s(Float64Array.from(this.#hours)).float64(this.#newest)
  }

  load(reader: ByteReader): void {
    this.#events.set(reader.float64s())
    this.#fired.set(reader.float64s())
    this.#hours = [...reader.float64s()]
    this.#newest = reader.float64()
    this.#learnt = undefined
  }

  #settled(): Learnt {
    if (this.#learnt) return this.#learnt
    const shares = new Float64Array(this.#fired.length)
    const totals = new Float64Array(this.#signals)
    for (let signal = 0; signal < this.#signals; signal++) {
      const fired = this.#fired.subarray(signal * HOURS, (signal + 1) * HOURS)
      totals[signal] = fired.reduce((sum, count) => sum + count, 0)
      shares.set(smoothShares(fired, this.#events), signal * HOURS)
    }
    const clumps = Float64Array.from({ length: this.#signals }, (_, signal) => this.#clumpOf(signal, shares))
    const events = this.#events.reduce((sum, count) => sum + count, 0)
    this.#learnt = { shares, totals, clumps, events }
    return this.#learnt
  }

  /** The variance of firings over that of independent ones, over the span of hours at which it is largest. */
  #clumpOf(signal: number, shares: Float64Array): number {
    return Math.max(1, ...SPANS.map((span) => this.#excess(signal, shares, span)))
  }

  #excess(signal: number, shares: Float64Array, span: number): number {
    const spans = new Map<number, { excess: number; variance: number }>()
    for (let row = 0; row < this.#hours.length; row += 2 + this.#signals) {
      const [running, events] = [this.#hours[row]!, this.#hours[row + 1]!]
      const share = shares[signal * HOURS + hourOfWeek(running * HOUR_MS)]!
      const key = Math.floor(running / span)
      const sums = spans.get(key) ?? { excess: 0, variance: 0 }
      sums.excess += this.#hours[row + 2 + signal]! - events * share
      sums.variance += events * share * (1 - share)
      spans.set(key, sums)
    }
    let [squares, variance] = [0, 0]
    for (const each of spans.values()) {
      squares += each.excess ** 2
      variance += each.variance
    }
    return variance === 0 || spans.size < 3 ? 1 : squares / variance
  }
}

/** Shares by hour of the week, of counts by hour of the week. */
function smoothShares(fired: Float64Array, events: Float64Array): Float64Array {
  const [dayFired, dayEvents] = [foldToDay(fired), foldToDay(events)]
  const overall = sumOf(fired) / Math.max(1, sumOf(events))
  const daily = pulled(dayFired, dayEvents, () => overall)
  return pulled(fired, events, (hour) => daily[hour % HOURS_A_DAY]!)
}

/**
 * Shares, each nearer to a prior the fewer events it rests on, and the less shares differ from it beyond chance: the variance
 * between them is estimated by moments (empirical Bayes). Below {@link ENOUGH} firings the prior weighs more in any case.
 */
function pulled(fired: Float64Array, events: Float64Array, priorOf: (hour: number) => number): Float64Array {
  let [excess, chance, count] = [0, 0, 0]
  for (const [hour, firings] of fired.entries()) {
    const [prior, n] = [priorOf(hour), events[hour]!]
    if (n === 0) continue
    excess += (firings - n * prior) ** 2 / n - prior * (1 - prior)
    chance += prior * (1 - prior) * n
    count += n
  }
  return fired.map((firings, hour) => {
    const prior = priorOf(hour)
    if (prior === 0) return 0
    const least = ENOUGH / prior
    // The prior is worth chance / variance events; without variance beyond chance nothing but the prior counts.
    const worth = excess <= 0 ? Number.POSITIVE_INFINITY : Math.max(least, chance / excess)
    return worth === Number.POSITIVE_INFINITY || count === 0
      ? prior
      : (firings + prior * worth) / (events[hour]! + worth)
  })
}

function foldToDay(counts: Float64Array): Float64Array {
  const day = new Float64Array(HOURS_A_DAY)
  for (const [hour, count] of counts.entries()) day[hour % HOURS_A_DAY]! += count
  return day
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

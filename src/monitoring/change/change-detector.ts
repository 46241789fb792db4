import { assert, type ByteReader, type ByteWriter } from '../../foundation/index.ts'
import { ODDS_RATIOS, oddsBet } from './odds-bets.ts'

/** Between which shares each signal of a family usually is, by hour of the week. */
export interface UsualShares {
  /** @returns the least and the largest usual share, in [0, 1] */
  bounds(signal: number, hour: number): { readonly least: number; readonly most: number }
  /** How many firings come of one cause, at least 1. */
  clump(signal: number): number
}

/** Signals that are looked at together, at every event of one kind. */
export interface SignalFamily {
  readonly usual: UsualShares
  /** shape (signals,): how much of the budget each may use; the weights of all families are made to sum to 1 */
  readonly weights: readonly number[]
}

export interface DetectorOptions {
  /** The mean time between false alarms over all signals together, at least; above the time between two starts. */
  readonly budgetMs: number
  /** A change is looked for from each multiple of this time on. */
  readonly startEveryMs: number
}

/** Where something stands in time and in the log. */
export interface Moment {
  readonly at: number
  readonly offset: number
}

/** A signal whose share is not what it was. */
export interface MovedSignal {
  readonly family: number
  readonly signal: number
  /** The ratio of odds that fits best of those that are tried. */
  readonly oddsRatio: number
  /** Evidence of the signal, as a part of what an alarm needs; 1 and more would have been an alarm by itself. */
  readonly evidence: number
  /** When the change most likely began. */
  readonly since: Moment
}

const RATIOS = ODDS_RATIOS.length
const HOUR_MS = 3_600_000
const HOURS = 168
/** 1 January 1970 was a Thursday: hours of the week are counted from Monday. */
const EPOCH_HOUR = 72

/** The hour of the week of a moment, from Monday 0:00 UTC, in 0 to 167. */
export function hourOfWeek(at: number): number {
  return (((Math.floor(at / HOUR_MS) + EPOCH_HOUR) % HOURS) + HOURS) % HOURS
}

/**
 * Tells from binary signals that the share of one of them has left its usual bounds, with a stated rate of false alarms
 * over all signals together.
 *
 * Every signal is bet on to rise or fall, with several odds, from every start on. The wealth of a bet has a mean of at
 * most 1 while nothing changes, so that of all bets, weighted by shares that sum to 1 and summed over the starts so far,
 * has a mean of at most the number of starts. An alarm is given when the sum is the number of starts in the budget; then
 * the mean time to it, while nothing changes, is at least the budget, however the signals hang together. Nothing but the
 * bounds is assumed: no independence of signals, no distribution.
 *
 * All is a function of the observations in their order.
 *
 * @see Shin, Ramdas & Rinaldo 2024, E-detectors, New England Journal of Statistics in Data Science 2(2): the mixture of
 * e-SR procedures, with a start at every `startEveryMs` in place of every event.
 * @remarks An observation is O(signals of the family x ratios); memory 24 bytes for each of them and 16 for each hour of
 * the week.
 */
export class ChangeDetector {
  readonly #families: readonly Bets[]
  readonly #startEveryMs: number
  readonly #needed: number
  #start = Number.NEGATIVE_INFINITY

  constructor(families: readonly SignalFamily[], { budgetMs, startEveryMs }: DetectorOptions) {
    assert(startEveryMs > 0 && budgetMs > startEveryMs, 'a budget is longer than the time between two starts')
    const total = families.flatMap(({ weights }) => weights).reduce((sum, weight) => sum + weight, 0)
    this.#families = families.map((family) => new Bets(family, total))
    this.#startEveryMs = startEveryMs
    this.#needed = budgetMs / startEveryMs
  }

  /** Evidence of a change, as a part of what an alarm needs. */
  get evidence(): number {
    return this.#families.reduce((sum, { wealth }) => sum + wealth, 0) / this.#needed
  }

  /**
   * Takes an event of a family.
   *
   * @param fired - the signals that fire at it, in any order, each once
   * @returns whether the evidence is enough for an alarm; {@link moved} tells of what and {@link restart} begins anew
   */
  observe(family: number, fired: readonly number[], moment: Moment): boolean {
    const start = Math.floor(moment.at / this.#startEveryMs)
    // A clock that jumped back starts nothing: the same start would be counted twice.
    if (start > this.#start) {
      this.#start = start
      for (const bets of this.#families) bets.start()
    }
    this.#families[family]!.observe(fired, moment)
    return this.evidence >= 1
  }

  /** Signals that speak for a change, most evidence first; those of less than `least` of an alarm are left out. */
  moved(least: number): MovedSignal[] {
    const all = this.#families.flatMap((bets, family) => bets.moved(family, this.#needed))
    return all.filter(({ evidence }) => evidence >= least).sort((a, b) => b.evidence - a.evidence)
  }

  /** Forgets all evidence. */
  restart(): void {
    this.#start = Number.NEGATIVE_INFINITY
    for (const bets of this.#families) bets.restart()
  }

  /** Leaves a signal out, or takes it in again; its part of the budget is nobody's meanwhile. */
  mute(family: number, signal: number, isMuted: boolean): void {
    this.#families[family]!.mute(signal, isMuted)
  }

  save(writer: ByteWriter): void {
    writer.float64(this.#start)
    for (const bets of this.#families) bets.save(writer)
  }

  load(reader: ByteReader): void {
    this.#start = reader.float64()
    for (const bets of this.#families) bets.load(reader)
  }
}

/** The bets on the signals of one family. Row `signal * RATIOS + ratio` is one bet. */
class Bets {
  readonly #usual: UsualShares
  /** shape (signals,), already divided by the number of ratios. */
  readonly #weights: Float64Array
  readonly #muted: Uint8Array
  /** By hour of the week, made when first needed; shape (signals * RATIOS * 2,): silent, and fired over silent. */
  readonly #factors: (Float64Array | undefined)[] = Array.from({ length: HOURS })
  /** Wealth, summed over starts. */
  readonly #sums: Float64Array
  /** Wealth since the start that suits a bet best, which began at `#since` (at, offset). */
  readonly #best: Float64Array
  readonly #since: Float64Array
  wealth = 0

  constructor({ usual, weights }: SignalFamily, total: number) {
    this.#usual = usual
    this.#weights = Float64Array.from(weights, (weight) => weight / total / RATIOS)
    this.#muted = new Uint8Array(weights.length)
    this.#sums = new Float64Array(weights.length * RATIOS)
    this.#best = new Float64Array(weights.length * RATIOS)
    this.#since = new Float64Array(weights.length * RATIOS * 2)
  }

  start(): void {
    for (let bet = 0; bet < this.#sums.length; bet++) this.#sums[bet]! += 1
    this.#weigh()
  }

  observe(fired: readonly number[], { at, offset }: Moment): void {
    const hour = hourOfWeek(at)
    const factors = this.#factors[hour] ?? this.#factorsAt(hour)
    this.#factors[hour] = factors
    for (let bet = 0; bet < this.#sums.length; bet++) {
      if (this.#best[bet]! <= 1) this.#begin(bet, at, offset)
      this.#sums[bet]! *= factors[bet * 2]!
      this.#best[bet]! *= factors[bet * 2]!
    }
    for (const signal of fired) {
      for (let bet = signal * RATIOS; bet < (signal + 1) * RATIOS; bet++) {
        this.#sums[bet]! *= factors[bet * 2 + 1]!
        this.#best[bet]! *= factors[bet * 2 + 1]!
      }
    }
    this.#weigh()
  }

  /** The bet of a signal that earned most, for every signal. */
  moved(family: number, needed: number): MovedSignal[] {
    return Array.from(this.#weights, (weight, signal): MovedSignal => {
      let [richest, sum] = [signal * RATIOS, 0]
      for (let bet = signal * RATIOS; bet < (signal + 1) * RATIOS; bet++) {
        sum += this.#sums[bet]!
        if (this.#best[bet]! > this.#best[richest]!) richest = bet
      }
      const since = { at: this.#since[richest * 2]!, offset: this.#since[richest * 2 + 1]! }
      const evidence = this.#muted[signal] === 1 ? 0 : (sum * weight) / needed
      return { family, signal, oddsRatio: ODDS_RATIOS[richest - signal * RATIOS]!, evidence, since }
    })
  }

  restart(): void {
    this.#sums.fill(0)
    this.#best.fill(0)
    this.wealth = 0
  }

  mute(signal: number, isMuted: boolean): void {
    this.#muted[signal] = isMuted ? 1 : 0
    this.#weigh()
  }

  save(writer: ByteWriter): void {
    writer.float64s(this.#sums).float64s(this.#best).float64s(this.#since).bytes(this.#muted)
  }

  load(reader: ByteReader): void {
    for (const values of [this.#sums, this.#best, this.#since]) values.set(reader.float64s())
    this.#muted.set(reader.bytes())
    this.#weigh()
  }

  #begin(bet: number, at: number, offset: number): void {
    this.#best[bet] = 1
    this.#since[bet * 2] = at
    this.#since[bet * 2 + 1] = offset
  }

  #weigh(): void {
    let wealth = 0
    for (let signal = 0; signal < this.#weights.length; signal++) {
      if (this.#muted[signal] === 1) continue
      let sum = 0
      for (let bet = signal * RATIOS; bet < (signal + 1) * RATIOS; bet++) sum += this.#sums[bet]!
      wealth += sum * this.#weights[signal]!
    }
    this.wealth = wealth
  }

  #factorsAt(hour: number): Float64Array {
    const factors = new Float64Array(this.#sums.length * 2)
    for (let signal = 0; signal < this.#weights.length; signal++) {
      const { least, most } = this.#usual.bounds(signal, hour)
      const clump = this.#usual.clump(signal)
      for (const [index, ratio] of ODDS_RATIOS.entries()) {
        const { fired, silent } = oddsBet(ratio > 1 ? most : least, ratio, clump)
        const bet = signal * RATIOS + index
        factors[bet * 2] = silent
        factors[bet * 2 + 1] = fired / silent
      }
    }
    return factors
  }
}

import { growInt32, PairIndex } from '../../features/index.ts'
import { GrowingArray } from '../text/growing-array.ts'

/** A half-life has so many steps; what was asked within one step counts alike. */
const STEPS = 16
const NONE = -1
/** By steps, what is left of 1 within a half-life. */
const LEFT = Float64Array.from({ length: STEPS }, (_, step) => 2 ** (-step / STEPS))

/**
 * Who asked which query and when last. A person counts once a query, by the last time: however often somebody asks, it
 * is one person. What a query weighs is a function of whole numbers (how many people asked it last in which sixteenth of
 * a half-life), so that after a person is forgotten it is to the bit what it had been without them.
 *
 * Memory: some 40 bytes a pair of person and query, 12 a query and step.
 */
export class QueryCrowd {
  readonly #halfLifeMs: number
  readonly #people = new Map<string, number>()
  readonly #freePeople: number[] = []
  readonly #asked = new PairIndex()
  /** By pair: when last, and the pair of the same person that was added before it. */
  readonly #lastAt = new GrowingArray(new Float64Array())
  readonly #older = new GrowingArray(new Int32Array())
  /** By person, the pair that was added last. */
  #newest: Int32Array = new Int32Array(0)
  /** By query: its people, and the newest of its steps. */
  #counts: Int32Array = new Int32Array(0)
  #firstStep: Int32Array = new Int32Array(0)
  /** Steps of a query, the newest first: which, how many people asked last in it, and the one before. */
  readonly #step = new GrowingArray(new Int32Array())
  readonly #inStep = new GrowingArray(new Int32Array())
  readonly #nextStep = new GrowingArray(new Int32Array())
  #freeStep = NONE

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs
  }

  /** How many people are known. */
  get size(): number {
    return this.#people.size
  }

  /** Somebody asks a query; a moment before the last one changes nothing. O(steps of the query). */
  ask(person: string, query: number, at: number): void {
    this.#counts = growInt32(this.#counts, query + 1)
    this.#firstStep = growInt32(this.#firstStep, query + 1, NONE)
    const who = this.#personNumber(person)
    const pair = this.#asked.find(who, query)
    if (pair === NONE) {
      this.#link(who, this.#asked.findOrAdd(who, query), at)
      this.#counts[query]!++
      this.#count(query, this.#stepOf(at), 1)
      return
    }
    const before = this.#lastAt.get(pair)
    if (at <= before) return
    this.#lastAt.set(pair, at)
    if (this.#stepOf(at) === this.#stepOf(before)) return
    this.#count(query, this.#stepOf(before), -1)
    this.#count(query, this.#stepOf(at), 1)
  }

  /** How many people asked a query. */
  people(query: number): number {
    return this.#counts[query] ?? 0
  }

  /**
   * What a query weighs, in powers of two: log2 of the sum over its people of 2 ^ (when last / half-life). Weights keep
   * their order while time goes by. Minus infinity when nobody asked. O(steps).
   */
  weight(query: number): number {
    const newest = this.#newestStep(query)
    return newest === undefined ? Number.NEGATIVE_INFINITY : newest / STEPS + Math.log2(this.#worthIn(query, newest))
  }

  /** How many people of a moment a query is worth. O(steps). */
  worthAt(query: number, at: number): number {
    const newest = this.#newestStep(query)
    return newest === undefined ? 0 : this.#worthIn(query, newest) * 2 ** ((newest - this.#stepOf(at)) / STEPS)
  }

  #newestStep(query: number): number | undefined {
    const first = this.#firstStep[query] ?? NONE
    return first === NONE ? undefined : this.#step.get(first)
  }

  /** How many people of its newest step a query is worth. */
  #worthIn(query: number, newest: number): number {
    let sum = 0
    for (let step = this.#firstStep[query]!; step !== NONE; step = this.#nextStep.get(step)) {
      const age = newest - this.#step.get(step)
      sum += this.#inStep.get(step) * LEFT[age % STEPS]! * 0.5 ** Math.floor(age / STEPS)
    }
    return sum
  }

  /** The queries of a person and when they were asked last, those first that were asked first most recently. */
  *queriesOf(person: string): Generator<{ readonly query: number; readonly at: number }> {
    const who = this.#people.get(person)
    if (who === undefined) return
    for (let pair = this.#newest[who]!; pair !== NONE; pair = this.#older.get(pair)) {
      yield { query: this.#asked.second(pair), at: this.#lastAt.get(pair) }
    }
  }

  /** Forgets a person; returns the queries that they had asked. O(their queries * steps). */
  forget(person: string): number[] {
    const who = this.#people.get(person)
    if (who === undefined) return []
    const queries: number[] = []
    for (let pair = this.#newest[who]!; pair !== NONE; ) {
      const query = this.#asked.second(pair)
      queries.push(query)
      this.#counts[query]!--
      this.#count(query, this.#stepOf(this.#lastAt.get(pair)), -1)
      const older = this.#older.get(pair)
      this.#asked.release(pair)
      pair = older
    }
    this.#people.delete(person)
    this.#newest[who] = NONE
    this.#freePeople.push(who)
    return queries
  }

  #stepOf(at: number): number {
    return Math.floor((at * STEPS) / this.#halfLifeMs)
  }

  #personNumber(person: string): number {
    const known = this.#people.get(person)
    if (known !== undefined) return known
    const number = this.#freePeople.pop() ?? this.#people.size
    this.#newest = growInt32(this.#newest, number + 1, NONE)
    this.#people.set(person, number)
    return number
  }

  #link(who: number, pair: number, at: number): void {
    if (pair === this.#lastAt.length) {
      this.#lastAt.push(0)
      this.#older.push(NONE)
    }
    this.#lastAt.set(pair, at)
    this.#older.set(pair, this.#newest[who]!)
    this.#newest[who] = pair
  }

  /** Adds to the people of a step of a query; a step without people is not kept. */
  #count(query: number, step: number, people: 1 | -1): void {
    let before = NONE
    let place = this.#firstStep[query]!
    while (place !== NONE && this.#step.get(place) > step) {
      before = place
      place = this.#nextStep.get(place)
    }
    if (place === NONE || this.#step.get(place) !== step) {
      this.#linkStep(query, before, this.#newStep(step, place))
      return
    }
    const left = this.#inStep.get(place) + people
    this.#inStep.set(place, left)
    if (left > 0) return
    this.#linkStep(query, before, this.#nextStep.get(place))
    this.#nextStep.set(place, this.#freeStep)
    this.#freeStep = place
  }

  #linkStep(query: number, before: number, place: number): void {
    if (before === NONE) this.#firstStep[query] = place
    else this.#nextStep.set(before, place)
  }

  /** A step with one person, before another. */
  #newStep(step: number, next: number): number {
    const place = this.#freeStep
    if (place === NONE) {
      this.#step.push(step)
      this.#inStep.push(1)
      this.#nextStep.push(next)
      return this.#step.length - 1
    }
    this.#freeStep = this.#nextStep.get(place)
    this.#step.set(place, step)
    this.#inStep.set(place, 1)
    this.#nextStep.set(place, next)
    return place
  }
}

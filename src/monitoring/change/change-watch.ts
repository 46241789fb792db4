import { ByteReader, ByteWriter, DAY_MS, HOUR_MS } from '../../foundation/index.ts'
import { ChangeDetector, hourOfWeek, type Moment, type MovedSignal } from './change-detector.ts'
import { inWords } from './change-in-words.ts'
import { LearntShares } from './usual-shares.ts'

/** Signals that are looked at together, at every event of one kind. */
export interface StreamFamily {
  /** What an event of the family is, such as `payment`. */
  readonly name: string
  /** What each signal is about, in words; names may become known later, numbers stay. */
  streamName(signal: number): string
  /** shape (signals,): how much of the budget each may use, beside those of all families */
  readonly weights: readonly number[]
}

/** How a watch learns and how often it may be wrong; every default is stated. */
export interface ChangeWatchOptions {
  /** Time from the first event in which nothing is learnt, since nobody is known yet; 21 days. */
  readonly warmUpMs?: number
  /** Time after that in which is learnt what is usual, at least a week; 21 days. */
  readonly referenceMs?: number
  /** The mean time between false alarms over all streams together, at least; 100 days. */
  readonly budgetMs?: number
  /** A change is looked for from each multiple of this time on; 6 hours. */
  readonly startEveryMs?: number
  /** The part by which a share may rise or fall without being unusual; 0.15. */
  readonly tolerance?: number
  /** For how long a stream that moved is not told of again; 7 days. */
  readonly quietMs?: number
}

/** A stream that moved. */
export interface MovedStream extends Omit<MovedSignal, 'family' | 'signal'> {
  readonly family: string
  readonly stream: string
  /** Its usual share at this hour of the week, in [0, 1]. */
  readonly usualShare: number
  /** What happened, in a sentence. */
  readonly words: string
}

/** Something changed, or, once in the budget, nothing did. */
export interface ChangeAlarm extends Moment {
  /** The streams that speak for it, most evidence first. */
  readonly moved: readonly MovedStream[]
}

/** Less evidence of a stream than this part of an alarm is not told of. */
const WORTH_TELLING = 0.02

/**
 * Watches streams of signals over a log: learns in a reference period how often each fires at what hour of the week, and
 * tells from then on when one does so more or less often. Streams need no labels. Of one log the alarms are the same, live or
 * later.
 */
export class ChangeWatch {
  readonly #families: readonly StreamFamily[]
  readonly #options: Required<ChangeWatchOptions>
  readonly #usual: readonly LearntShares[]
  #detector: ChangeDetector | undefined
  #firstAt = Number.NaN
  /** Until when which stream is not told of, by `family:signal`. */
  readonly #quiet = new Map<string, number>()
  #alarms = 0

  constructor(families: readonly StreamFamily[], options: ChangeWatchOptions = {}) {
    this.#families = families
    this.#options = {
      warmUpMs: 21 * DAY_MS,
      referenceMs: 21 * DAY_MS,
      budgetMs: 100 * DAY_MS,
      startEveryMs: 6 * HOUR_MS,
      tolerance: 0.15,
      quietMs: 7 * DAY_MS,
      ...options,
    }
    this.#usual = families.map(({ weights }) => new LearntShares(weights.length, this.#options.tolerance))
  }

  /** What it does at a moment. */
  phase(at: number): 'warming-up' | 'learning' | 'watching' {
    const age = at - this.#firstAt
    if (!(age >= this.#options.warmUpMs)) return 'warming-up'
    return age < this.#options.warmUpMs + this.#options.referenceMs ? 'learning' : 'watching'
  }

  /** Alarms so far. */
  get alarms(): number {
    return this.#alarms
  }

  /**
   * Takes an event of a family, in the order of the log.
   *
   * @param fired - the signals that fire at it, in any order, each once
   * @returns an alarm when the evidence is enough; then all evidence is gathered anew
   */
  observe(family: number, fired: readonly number[], moment: Moment): ChangeAlarm | undefined {
    if (Number.isNaN(this.#firstAt)) this.#firstAt = moment.at
    const phase = this.phase(moment.at)
    if (this.#detector === undefined) {
      if (phase === 'learning') this.#usual[family]!.learn(fired, moment.at)
      if (phase !== 'watching') return undefined
      this.#detector = this.#openDetector()
    }
    this.#endQuiet(this.#detector, moment.at)
    return this.#detector.observe(family, fired, moment) ? this.#alarm(this.#detector, moment) : undefined
  }

  /** Everything that was learnt and gathered. */
  save(): Uint8Array {
    const writer = new ByteWriter()
      .float64(this.#firstAt)
      .uint32(this.#alarms)
      .json([...this.#quiet])
    for (const usual of this.#usual) usual.save(writer)
    writer.uint32(this.#detector ? 1 : 0)
    this.#detector?.save(writer)
    return writer.finish()
  }

  /** Goes on where another watch of the same families and options was saved. */
  load(bytes: Uint8Array): this {
    const reader = new ByteReader(bytes, 'DIRECTORY_CORRUPT')
    this.#firstAt = reader.float64()
    this.#alarms = reader.uint32()
    for (const [key, until] of reader.json() as [string, number][]) this.#quiet.set(key, until)
    for (const usual of this.#usual) usual.load(reader)
    this.#detector = reader.uint32() === 1 ? this.#openDetector() : undefined
    this.#detector?.load(reader)
    return this
  }

  #openDetector(): ChangeDetector {
    const families = this.#families.map(({ weights }, family) => ({ weights, usual: this.#usual[family]! }))
    return new ChangeDetector(families, this.#options)
  }

  #alarm(detector: ChangeDetector, moment: Moment): ChangeAlarm {
    this.#alarms++
    const moved = detector.moved(WORTH_TELLING)
    for (const { family, signal } of moved) {
      this.#quiet.set(`${family}:${signal}`, moment.at + this.#options.quietMs)
      detector.mute(family, signal, true)
    }
    detector.restart()
    return { ...moment, moved: moved.map((each) => this.#told(each, moment.at)) }
  }

  #told({ family, signal, ...rest }: MovedSignal, at: number): MovedStream {
    const { name } = this.#families[family]!
    const stream = this.#families[family]!.streamName(signal)
    const usualShare = this.#usual[family]!.share(signal, hourOfWeek(at))
    return { family: name, stream, usualShare, ...rest, words: inWords(name, stream, usualShare, rest) }
  }

  #endQuiet(detector: ChangeDetector, at: number): void {
    for (const [key, until] of this.#quiet) {
      if (at < until) continue
      const [family, signal] = key.split(':').map(Number)
      detector.mute(family!, signal!, false)
      this.#quiet.delete(key)
    }
  }
}

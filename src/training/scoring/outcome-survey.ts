import type { ScoringSystem } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import { satisfies } from '../../problem/index.ts'
import { LogRecords } from '../log-records.ts'
import { readLoggedScore } from './decided-events.ts'

const POSITIVE = 1
const EARLY = 2
const FLAGS = 4

/**
 * What a log tells of scored events, and since when: a first pass, in which nothing is computed. What is asked is asked
 * as of an offset, so that nothing is known before it was told.
 *
 * @remarks 16 bytes a scored event, some 100 a label.
 */
export class OutcomeSurvey {
  /** Times of the scored events in the order of the log, in milliseconds. */
  readonly times: Float64Array
  /** Their offsets. */
  readonly offsets: Float64Array
  /** Labels by the event that they are about: offset and what it said, the oldest first. */
  readonly #told = new Map<string, readonly number[]>()
  /** Events that were refused: of them nothing comes by itself that tells what they were. */
  readonly #blocked = new Set<string>()

  /** @param until - the last offset that may be seen */
  constructor(
    log: EventLog,
    until: number,
    { name, system }: { readonly name: string; readonly system: ScoringSystem },
    onRecord: (offset: number) => void = () => {},
  ) {
    const { event, label } = system
    const times: number[] = []
    const offsets: number[] = []
    const records = new LogRecords(log, until, { withOwn: true })
    for (let next = records.take(); next; next = records.take()) {
      const { offset, record } = next
      onRecord(offset)
      if (record.type === event) {
        times.push(record.at)
        offsets.push(offset)
      } else if (record.type === label.event) {
        const flags =
          (satisfies(record, label.positive) ? POSITIVE : 0) +
          (label.early && satisfies(record, label.early.where) ? EARLY : 0)
        this.#tell(String(record[label.of]), offset * FLAGS + flags)
      } else {
        const decided = readLoggedScore(record, name)
        if (decided?.action === 'block') this.#blocked.add(decided.event)
      }
    }
    this.times = Float64Array.from(times)
    this.offsets = Float64Array.from(offsets)
  }

  /** How many events were told of. */
  get told(): number {
    return this.#told.size
  }

  /**
   * What was told of an event by an offset (included): 1 when it was positive, 0 when it was not, undefined when nothing
   * was told. Of several labels the latest holds.
   */
  label(event: string, asOf: number): 0 | 1 | undefined {
    const told = this.#told.get(event)?.findLast((each) => offsetOf(each) <= asOf)
    if (told === undefined) return undefined
    return (told & POSITIVE) === 0 ? 0 : 1
  }

  /** Whether a review told of an event by an offset. */
  isReviewed(event: string, asOf: number): boolean {
    return this.#told.get(event)?.some((each) => (each & EARLY) !== 0 && offsetOf(each) <= asOf) ?? false
  }

  /** Whether the event was refused, so that silence about it says nothing. */
  isBlocked(event: string): boolean {
    return this.#blocked.has(event)
  }

  #tell(event: string, told: number): void {
    const before = this.#told.get(event)
    this.#told.set(event, before ? [...before, told] : [told])
  }
}

function offsetOf(told: number): number {
  return Math.floor(told / FLAGS)
}

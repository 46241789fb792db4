import type { EventLog, EventRecord } from '../data/index.ts'

/** A record with its place in the log. */
export interface LoggedRecord {
  readonly offset: number
  readonly record: EventRecord
}

/** The records of a log one by one, up to an offset (included), with a look at the next one. */
export class LogRecords {
  readonly #records: Iterator<LoggedRecord>
  #next: LoggedRecord | undefined

  constructor(log: EventLog, untilOffset: number) {
    this.#records = eachRecord(log, untilOffset)
    this.#next = this.#pull()
  }

  /** The next record without taking it; undefined at the end. */
  peek(): LoggedRecord | undefined {
    return this.#next
  }

  /** Takes the next record; undefined at the end. */
  take(): LoggedRecord | undefined {
    const taken = this.#next
    if (taken) this.#next = this.#pull()
    return taken
  }

  #pull(): LoggedRecord | undefined {
    const { done, value } = this.#records.next()
    return done ? undefined : value
  }
}

function* eachRecord(log: EventLog, untilOffset: number): Generator<LoggedRecord, undefined> {
  for (const { firstOffset, records } of log.read(1, untilOffset)) {
    for (let index = 0; index < records.length; index++) {
      yield { offset: firstOffset + index, record: records[index]! }
    }
  }
}

import type { EventLog, EventRecord, LogBatch } from '../data/index.ts'
import { assert } from '../foundation/index.ts'

/** A record with its place in the log. */
export interface LoggedRecord {
  readonly offset: number
  readonly record: EventRecord
}

/**
 * The events of a log one by one, up to an offset (included), with a look at the next one. The engine's own records
 * are left out unless they are asked for, so that what is learnt hangs on what happened and not on where it stands.
 */
export class LogRecords {
  readonly #batches: Iterator<LogBatch>
  #batch: LogBatch = { firstOffset: 0, records: [] }
  #index = 0
  #next: LoggedRecord | undefined
  readonly #withOwn: boolean

  constructor(log: EventLog, untilOffset: number, { withOwn = false }: { readonly withOwn?: boolean } = {}) {
    this.#withOwn = withOwn
    this.#batches = log.read(1, untilOffset)
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

  /** Takes the record that {@link peek} has shown. */
  takeShown(): LoggedRecord {
    const taken = this.take()
    assert(taken, 'a record was there')
    return taken
  }

  #pull(): LoggedRecord | undefined {
    for (;;) {
      while (this.#index >= this.#batch.records.length) {
        const { done, value } = this.#batches.next()
        if (done) return undefined
        this.#batch = value
        this.#index = 0
      }
      const index = this.#index++
      const record = this.#batch.records[index]!
      if (this.#withOwn || !record.type.startsWith('$')) return { offset: this.#batch.firstOffset + index, record }
    }
  }
}

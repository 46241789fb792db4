import type { Application, ScoringSystem } from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { EventRows, FeatureState } from '../../features/index.ts'
import { LogRecords } from '../log-records.ts'

/** What a replay shows. */
export interface ScoredReplayViews {
  /**
   * A scored event.
   *
   * @param readRow - its row, of shape (columns of the feature set,), which is overwritten afterwards; costs nothing
   * unless it is called, and is to be called at once
   */
  readonly onEvent?: (record: EventRecord, readRow: () => Float64Array) => void
  /** A record that Sluice wrote itself. */
  readonly onOwn?: (record: EventRecord) => void
}

/**
 * One pass over the log in offset order with a fresh state, as the engine itself saw it. The row of an event is taken
 * right after it was applied, as the engine takes it when it is asked for a score.
 */
export class ScoredReplay {
  readonly rows: EventRows
  readonly #event: string
  readonly #state: FeatureState
  readonly #records: LogRecords
  readonly #row: Float64Array
  readonly #onRecord: (offset: number) => void

  constructor(
    { schema, features, aggregates }: Application,
    { event }: ScoringSystem,
    log: EventLog,
    until: number,
    onRecord: (offset: number) => void = () => {},
  ) {
    this.#event = event
    this.#onRecord = onRecord
    this.#state = new FeatureState(schema, aggregates)
    this.#records = new LogRecords(log, until, { withOwn: true })
    this.rows = new EventRows(features, this.#state, event)
    this.#row = new Float64Array(this.rows.width)
  }

  /** Applies the records up to an offset, and shows them on the way. */
  replayTo(offset: number, { onEvent, onOwn }: ScoredReplayViews = {}): void {
    for (let next = this.#records.peek(); next && next.offset <= offset; next = this.#records.peek()) {
      const { record } = next
      this.#records.take()
      this.#onRecord(next.offset)
      this.#state.apply(next.offset, record)
      if (record.type.startsWith('$')) onOwn?.(record)
      else if (onEvent && record.type === this.#event) {
        onEvent(record, () => {
          this.rows.fill(record, this.#row)
          return this.#row
        })
      }
    }
  }
}

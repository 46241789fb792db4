import type { EventRecord } from '../data/index.ts'
import type { FeatureSet } from './feature.ts'
import { FeatureRows } from './feature-rows.ts'
import type { FeatureState } from './feature-state.ts'
import { RequestFrame } from './request-frame.ts'

const ITSELF = Int32Array.of(-1)

/**
 * Feature rows of events that are scored, as of the state's offset: an event that was applied is among what its own row
 * counts. Whom it concerns are all entities that it refers to; of two references to one entity the first counts.
 */
export class EventRows {
  readonly columnNames: readonly string[]
  readonly width: number
  readonly #state: FeatureState
  readonly #rows: FeatureRows
  readonly #frame: RequestFrame
  readonly #references: readonly { readonly field: string; readonly entity: string; readonly slot: number }[]

  /** @param event - the type of the events */
  constructor(set: FeatureSet, state: FeatureState, event: string) {
    this.columnNames = set.columnNames
    this.#state = state
    this.#rows = new FeatureRows(set, state)
    this.width = this.#rows.width
    const frame = new RequestFrame(state.schema)
    this.#frame = frame
    const met = new Set<string>()
    this.#references = Object.entries(state.schema.events[event] ?? {}).flatMap(([field, { kind, entity }]) => {
      if (kind !== 'reference' || entity === undefined || met.has(entity)) return []
      met.add(entity)
      return [{ field, entity, slot: frame.slot(entity) }]
    })
  }

  /**
   * The row of an event at its own time.
   *
   * @param out - shape (width,) from its start on, overwritten
   */
  fill(record: EventRecord, out: Float64Array): void {
    const frame = this.#frame
    frame.at = record.at
    frame.record = record
    frame.keys.fill(-1)
    for (const { field, entity, slot } of this.#references) {
      const key = record[field]
      frame.keys[slot] = typeof key === 'string' ? this.#state.attributes.keys(entity).find(key) : -1
    }
    this.#rows.fill(frame, ITSELF, out)
  }

  /**
   * The row of a subject without an event: what the event would say of itself is `NaN`.
   *
   * @param at - milliseconds since the Unix epoch
   * @param keys - entity and key, such as `[['card', 'c17']]`
   * @throws SluiceError `INVALID_ARGUMENT` when the schema has no such entity
   */
  fillSubject(at: number, keys: Iterable<readonly [entity: string, key: string]>, out: Float64Array): void {
    const frame = this.#frame
    frame.at = at
    frame.record = undefined
    frame.keys.fill(-1)
    for (const [entity, key] of keys) frame.bind(entity, this.#state.attributes.keys(entity).find(key))
    this.#rows.fill(frame, ITSELF, out)
  }
}

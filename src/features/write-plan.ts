import type { EventRecord } from '../data/index.ts'
import { canonicalJson, hashString53 } from '../foundation/index.ts'
import { type Condition, compileCondition } from '../problem/index.ts'
import type { Aggregate } from './aggregates/aggregate.ts'
import type { EventBatch } from './event-batch.ts'
import type { Interner } from './interner.ts'

/** Events that wait to be written. The more there are, the seldomer an aggregate's memory has to come near again. */
const MOST_WAITING = 8192
const FIRST_ROOM = 16

/** A field whose values are numbered. */
export interface NumberedField {
  readonly name: string
  /** Its place in {@link EventBatch.keys}. */
  readonly slot: number
  readonly names: Interner
}

/** A field that aggregates read the value of. */
export interface ValueField {
  readonly name: string
  /** Its place in {@link EventBatch.numbers} and {@link EventBatch.hashes}. */
  readonly slot: number
}

/** What the aggregates of an event read of it. */
export interface ReadFields {
  /** How many fields a key can start from, and how many the event has. */
  readonly keySlots: number
  readonly valueSlots: number
  readonly numbered: readonly NumberedField[]
  readonly numbers: readonly ValueField[]
  readonly hashed: readonly ValueField[]
}

/** Aggregates that share a condition, which is asked once an event for all of them. */
interface Group {
  readonly passes: ((record: EventRecord) => boolean) | undefined
  readonly aggregates: Aggregate[]
  /** The waiting events that pass. */
  rows: Int32Array
  count: number
}

/** The columns of {@link EventBatch}, which grow. */
interface Columns extends EventBatch {
  times: Float64Array
  keys: Int32Array[]
  numbers: Float64Array[]
  hashes: Float64Array[]
}

/**
 * What happens to the events of one type: all that aggregates read of them is put into columns as they come, names
 * numbered in the log's order; the aggregates are written one after the other, each with all events that wait.
 * Aggregates know nothing of each other, so this is the same as writing event by event, and several times faster,
 * because each finds its own memory near and can ask for what is far for many events at once.
 */
export class WritePlan {
  readonly #fields: ReadFields
  readonly #groups: readonly Group[]
  readonly #batch: Columns
  #waiting = 0

  constructor(fields: ReadFields, written: readonly { where: Condition | undefined; aggregate: Aggregate }[]) {
    this.#fields = fields
    this.#groups = byCondition(written)
    this.#batch = {
      rows: new Int32Array(0),
      count: 0,
      times: new Float64Array(0),
      keys: Array.from({ length: fields.keySlots }, () => new Int32Array(0)),
      numbers: Array.from({ length: fields.valueSlots }, () => new Float64Array(0)),
      hashes: Array.from({ length: fields.valueSlots }, () => new Float64Array(0)),
    }
  }

  /** Takes an event; what entities are known to be must not change before it is written by {@link flush}. */
  take(record: EventRecord): void {
    if (this.#waiting === MOST_WAITING) this.flush()
    if (this.#waiting === this.#batch.times.length) this.#grow()
    const row = this.#waiting++
    const { times, keys, numbers, hashes } = this.#batch
    times[row] = record.at
    const { numbered, numbers: numeric, hashed } = this.#fields
    for (let index = 0; index < numbered.length; index++) {
      const { name, slot, names } = numbered[index]!
      const value = record[name]
      keys[slot]![row] = typeof value === 'string' ? names.intern(value) : -1
    }
    for (let index = 0; index < numeric.length; index++) {
      const { name, slot } = numeric[index]!
      const value = record[name]
      // `constructor` and its like, which every object inherits, are no numbers.
      numbers[slot]![row] = typeof value === 'number' ? value : Number.NaN
    }
    for (let index = 0; index < hashed.length; index++) {
      const { name, slot } = hashed[index]!
      const value = record[name]
      hashes[slot]![row] = typeof value === 'string' ? hashString53(value) : Number.NaN
    }
    const groups = this.#groups
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index]!
      if (group.passes === undefined || group.passes(record)) group.rows[group.count++] = row
    }
  }

  /** Writes all events that wait. */
  flush(): void {
    if (this.#waiting === 0) return
    const batch = this.#batch
    for (const group of this.#groups) {
      if (group.count === 0) continue
      batch.rows = group.rows
      batch.count = group.count
      for (const aggregate of group.aggregates) aggregate.write(batch)
      group.count = 0
    }
    this.#waiting = 0
  }

  #grow(): void {
    const batch = this.#batch
    const { numbers, hashed } = this.#fields
    const room = Math.max(FIRST_ROOM, batch.times.length * 2)
    batch.times = longer(batch.times, new Float64Array(room))
    // A field that nothing is keyed by has no numbers.
    for (const slot of batch.keys.keys()) batch.keys[slot] = longer(batch.keys[slot]!, new Int32Array(room).fill(-1))
    for (const { slot } of numbers) batch.numbers[slot] = longer(batch.numbers[slot]!, new Float64Array(room))
    for (const { slot } of hashed) batch.hashes[slot] = longer(batch.hashes[slot]!, new Float64Array(room))
    for (const group of this.#groups) group.rows = longer(group.rows, new Int32Array(room))
  }
}

function longer<Column extends Float64Array | Int32Array>(column: Column, into: Column): Column {
  into.set(column)
  return into
}

function byCondition(written: readonly { where: Condition | undefined; aggregate: Aggregate }[]): Group[] {
  const groups = new Map<string, Group>()
  for (const { where, aggregate } of written) {
    const condition = canonicalJson(where ?? {})
    const group = groups.get(condition)
    if (group) group.aggregates.push(aggregate)
    else {
      const passes = where && compileCondition(where)
      groups.set(condition, { passes, aggregates: [aggregate], rows: new Int32Array(0), count: 0 })
    }
  }
  return [...groups.values()]
}

import type { EventRecord } from '../data/index.ts'
import { assert, ByteReader, ByteWriter, contentHash, DAY_MS, SluiceError } from '../foundation/index.ts'
import type { Schema } from '../problem/index.ts'
import type { Aggregate, AggregateSpec } from './aggregates/aggregate.ts'
import {
  type AggregateByKind,
  aggregateIdentity,
  hashesValue,
  keyFieldsOf,
  mergeAggregates,
  openAggregate,
  valueFieldOf,
  windowOf,
} from './aggregates/open-aggregate.ts'
import { AttributeStore } from './attribute-store.ts'
import { fieldsOf, keyFields } from './event-batch.ts'
import { WritePlan } from './write-plan.ts'

/** Raised when the meaning of stored state changes, so that older snapshots are rebuilt and never misread. */
const STATE_VERSION = 4
const MAGIC = 'sluice-state'
/** What the types of records that Sluice wrote itself begin with. */
const DOLLAR = '$'.charCodeAt(0)

/**
 * Everything that is known as of an offset: the attributes of entities and the aggregates that features and
 * retrieval read. It is a function of the log's prefix and of nothing else.
 */
export class FeatureState {
  readonly schema: Schema
  readonly attributes: AttributeStore
  /** Identity of what is kept; a snapshot of another identity is rebuilt. */
  readonly hash: string
  #offset = 0
  #changedAt = 0
  #newestMs = 0
  readonly #specs: ReadonlyMap<string, AggregateSpec>
  readonly #aggregates = new Map<string, Aggregate>()
  readonly #plans = new Map<string, WritePlan>()
  /** The plans that hold events which are not written yet; none between calls. */
  readonly #waiting = new Set<WritePlan>()

  /** @param specs - the aggregates to keep; equal ones are kept once */
  constructor(schema: Schema, specs: readonly AggregateSpec[]) {
    this.schema = schema
    this.attributes = new AttributeStore(schema)
    const merged = mergeAggregates(specs)
    this.#specs = merged
    this.hash = contentHash({ version: STATE_VERSION, schema: schema.hash, aggregates: [...merged.values()] })
    for (const [identity, spec] of merged) {
      this.#aggregates.set(identity, openAggregate(spec, schema, this.attributes, { slackMs: DAY_MS }))
    }
    for (const event of Object.keys(schema.events)) this.#plans.set(event, this.#plan(event))
  }

  /** The offset of the last record applied; 0 at the start. */
  get offset(): number {
    return this.#offset
  }

  /** The offset of the last record that changed anything; the state is the same as of every offset from it on. */
  get changedAt(): number {
    return this.#changedAt
  }

  /** The largest time of any record applied, in milliseconds; 0 at the start. */
  get newestMs(): number {
    return this.#newestMs
  }

  /**
   * Applies a record of the log. Records come in offset order, each once; offsets rise, with gaps where records were
   * erased. Those that Sluice wrote itself (types beginning with `$`) move the offset alone.
   */
  apply(offset: number, record: EventRecord): void {
    this.#take(offset, record)
    this.#flush()
  }

  /** {@link apply} for records at consecutive offsets: the same state, and the sooner the more there are. */
  applyAll(firstOffset: number, records: readonly EventRecord[]): void {
    this.applyBatches([{ firstOffset, records }])
  }

  /** {@link applyAll} for batches as the log reads them. The state is not to be read before it returns. */
  applyBatches(batches: Iterable<{ readonly firstOffset: number; readonly records: readonly EventRecord[] }>): void {
    for (const { firstOffset, records } of batches) {
      for (let index = 0; index < records.length; index++) this.#take(firstOffset + index, records[index]!)
    }
    this.#flush()
  }

  #take(offset: number, record: EventRecord): void {
    // The message is not put together unless it is needed: this runs for every record of the log.
    if (offset <= this.#offset) assert(false, `state at ${this.#offset} got record ${offset}`)
    this.#offset = offset
    const { type } = record
    if (type.charCodeAt(0) === DOLLAR) return
    this.#changedAt = offset
    if (record.at > this.#newestMs) this.#newestMs = record.at
    const plan = this.#plans.get(type)
    if (plan) {
      plan.take(record)
      this.#waiting.add(plan)
      return
    }
    // Events are written with what was known of entities when they came.
    this.#flush()
    this.attributes.upsert(record)
  }

  #flush(): void {
    for (const plan of this.#waiting) plan.flush()
    this.#waiting.clear()
  }

  /** The state behind a spec that was given at construction; a window may be shorter than the one that was given. */
  aggregate<Kind extends AggregateSpec['kind']>(spec: Extract<AggregateSpec, { kind: Kind }>): AggregateByKind[Kind] {
    const identity = aggregateIdentity(spec)
    const kept = this.#specs.get(identity)
    const aggregate = this.#aggregates.get(identity)
    assert(kept && aggregate, `aggregate ${JSON.stringify(spec)} is read but not kept`)
    assert(windowOf(spec) <= windowOf(kept), `aggregate ${JSON.stringify(spec)} is read but kept for less time`)
    return aggregate as AggregateByKind[Kind]
  }

  #plan(event: string): WritePlan {
    const written = [...this.#specs].filter(([, spec]) => spec.event === event)
    const read = new Set(written.flatMap(([, spec]) => keyFieldsOf(spec)))
    const names = keyFields(this.schema, event)
    // Entities are always numbered; other names only when they are a key, or every decision's id would stay for good.
    const numbered = names.flatMap((name, slot) => {
      const entity = this.schema.events[event]?.[name]?.entity
      if (entity !== undefined) return [{ name, slot, names: this.attributes.keys(entity) }]
      return read.has(name) ? [{ name, slot, names: this.attributes.categories }] : []
    })
    const fields = fieldsOf(this.schema, event)
    const valuesOf = (isHashed: boolean) =>
      fields
        .map((name, slot) => ({ name, slot }))
        .filter(({ name }) => written.some(([, spec]) => valueFieldOf(spec) === name && hashesValue(spec) === isHashed))
    const aggregates = written.map(([identity, { where }]) => {
      const aggregate = this.#aggregates.get(identity)
      assert(aggregate, 'every spec has its aggregate')
      return { where, aggregate }
    })
    const slots = { keySlots: names.length, valueSlots: fields.length }
    return new WritePlan({ ...slots, numbered, numbers: valuesOf(false), hashed: valuesOf(true) }, aggregates)
  }

  /** Bytes of the typed arrays that are held, room to grow included; names and texts are strings and not among them. */
  bytes(): number {
    let bytes = this.attributes.bytes()
    for (const aggregate of this.#aggregates.values()) bytes += aggregate.bytes()
    return bytes
  }

  /** The whole state as bytes; {@link load} continues from it. */
  save(): Uint8Array {
    // As much as the arrays hold, so that the writer need not grow; what is not written to is never touched.
    const writer = new ByteWriter(this.bytes() + (1 << 20))
    writer.text(MAGIC).text(this.hash).float64(this.#offset).float64(this.#changedAt).float64(this.#newestMs)
    this.attributes.save(writer)
    for (const aggregate of this.#aggregates.values()) aggregate.save(writer)
    return writer.finish()
  }

  /**
   * Fills a fresh state from a snapshot; after an error the state is not to be used.
   *
   * @throws SluiceError `DIRECTORY_CORRUPT` when the bytes are no snapshot of this very definition
   */
  load(bytes: Uint8Array): void {
    assert(this.#offset === 0, 'a snapshot is loaded into a fresh state')
    const reader = new ByteReader(bytes, 'DIRECTORY_CORRUPT')
    if (reader.text() !== MAGIC || reader.text() !== this.hash) {
      throw new SluiceError(
        'DIRECTORY_CORRUPT',
        'snapshot: expected one of this application, got another; it is rebuilt from the log',
      )
    }
    const offset = reader.float64()
    this.#changedAt = reader.float64()
    this.#newestMs = reader.float64()
    this.attributes.load(reader)
    for (const aggregate of this.#aggregates.values()) aggregate.load(reader)
    if (!reader.atEnd)
      throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: expected its end, got more bytes; rebuild it')
    this.#offset = offset
  }
}

import type { Application } from '../../application/index.ts'
import { DEFAULT_HORIZON } from '../../data/index.ts'
import { estimateStateSize, type StatePart, type StateWorkload } from '../../features/index.ts'
import { exampleBytes } from './example-bytes.ts'

/** What somebody wants to know the size of. */
export interface SizedWorkload {
  /** Keys of every entity that a system asks for. */
  readonly users: number
  /** Keys of every other entity. */
  readonly items: number
  readonly eventsPerSecond: number
  /** How long the events are kept in the log. */
  readonly days: number
  /** How much of each type of event, as weights; the sample's, or all alike, when absent. */
  readonly mix?: Readonly<Record<string, number>>
  /** Different values of `entity.attribute`, which go before those of the sample. */
  readonly values?: Readonly<Record<string, number>>
  readonly sample?: SizeSample
}

/** What a log has shown. */
export interface SizeSample {
  readonly records: number
  readonly workload: StateWorkload
  /** Mean bytes of a record by type. */
  readonly recordBytes: Readonly<Record<string, number>>
}

export interface SizeEstimate {
  readonly state: readonly StatePart[]
  readonly totals: {
    /** Arrays of the state, room to grow included. */
    readonly stateBytes: number
    /** Arrays and strings of the state in the machine's memory, with what the allocator keeps beside them. */
    readonly residentStateBytes: number
    /** What the machine needs: that, the index of ids and the process itself. */
    readonly memoryBytes: number
    /** {@link memoryBytes} and the bytes of a snapshot twice, while it is written. */
    readonly peakMemoryBytes: number
    readonly duplicateIndexBytes: number
    readonly snapshotBytes: number
    readonly logBytesADay: number
    readonly logBytes: number
    /** The log, and two snapshots: the one that is there and the one that is written. */
    readonly diskBytes: number
  }
  /** Mean bytes of a record, and records a day, by type. */
  readonly log: readonly { readonly type: string; readonly recordBytes: number; readonly recordsADay: number }[]
  readonly assumptions: readonly string[]
}

const SECONDS_A_DAY = 86_400
/** Node, the code and its working memory, without any state. */
const PROCESS_BYTES = 130e6
/** What arrays leave behind as they grow stays with the process in part: 1.0 to 1.2 measured. */
const ALLOCATOR_SLACK = 1.1
/** Bytes of the store for every byte of a record, pages that are not full and their index: 1.20 measured on an import. */
const STORE_OVERHEAD = 1.2
/** Below this share of its keys an attribute's values are a fixed list, such as countries; above it they grow with the keys. */
const VALUES_THAT_GROW = 0.02

/** What memory and disk an application needs for a workload: arithmetic, nothing is built or read. */
export function estimateSize(application: Application, workload: SizedWorkload): SizeEstimate {
  const { schema, aggregates } = application
  const { eventsPerSecond, days, sample } = workload
  const stated = stateWorkloadOf(application, workload)
  const state = estimateStateSize(schema, aggregates, stated)
  const log = logOf(application, workload, stated)
  const logBytesADay =
    log.reduce((sum, { recordBytes, recordsADay }) => sum + recordBytes * recordsADay, 0) * STORE_OVERHEAD
  const entityRecords = Object.values(stated.entities).reduce((sum, keys) => sum + keys, 0)
  const duplicateIndexBytes = idBytes(eventsPerSecond * days * SECONDS_A_DAY + entityRecords)
  const sum = (what: (part: StatePart) => number) => state.reduce((total, part) => total + what(part), 0)
  const reserved = sum((part) => part.reserved)
  const saved = sum((part) => part.saved)
  const residentStateBytes = (reserved + sum((part) => part.objects)) * ALLOCATOR_SLACK
  const memoryBytes = residentStateBytes + duplicateIndexBytes + PROCESS_BYTES
  const entityBytes = entityRecordBytes(application, workload, stated)
  const logBytes = logBytesADay * days + entityBytes
  return {
    state,
    totals: {
      stateBytes: reserved,
      residentStateBytes,
      memoryBytes,
      peakMemoryBytes: memoryBytes + 2 * saved,
      duplicateIndexBytes,
      snapshotBytes: saved,
      logBytesADay,
      logBytes,
      diskBytes: logBytes + 2 * saved,
    },
    log,
    assumptions: assumptionsOf(workload, sample),
  }
}

/** The workload of the feature state: what is asked for, and of the rest what the sample shows. */
function stateWorkloadOf({ schema, systems }: Application, workload: SizedWorkload): StateWorkload {
  const { users, items, eventsPerSecond, days, sample } = workload
  const subjects = new Set(Object.values(systems).map(({ subject }) => subject))
  const entities = Object.fromEntries(
    Object.keys(schema.entities).map((entity) => [entity, subjects.has(entity) ? users : items]),
  )
  const mix = workload.mix ?? sample?.workload.events ?? {}
  const weightOf = (type: string) => (Object.keys(mix).length === 0 ? 1 : (mix[type] ?? 0))
  const types = Object.keys(schema.events)
  const total = Math.max(
    1e-9,
    types.reduce((sum, type) => sum + weightOf(type), 0),
  )
  const all = eventsPerSecond * SECONDS_A_DAY * days
  return {
    entities,
    events: Object.fromEntries(types.map((type) => [type, (all * weightOf(type)) / total])),
    days,
    values: { ...(sample ? scaledValues(sample.workload, entities) : {}), ...workload.values },
    skews: sample?.workload.skews ?? {},
    shares: sample?.workload.shares ?? {},
  }
}

/** Values of the sample for other numbers of keys. */
function scaledValues(sample: StateWorkload, entities: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(sample.values).map(([name, values]) => {
      const entity = name.split('.')[0] ?? ''
      const keys = sample.entities[entity] ?? 0
      const grows = keys > 0 && values / keys >= VALUES_THAT_GROW
      return [name, grows ? Math.max(values, Math.round((values * (entities[entity] ?? keys)) / keys)) : values]
    }),
  )
}

function logOf({ schema }: Application, { days, sample }: SizedWorkload, stated: StateWorkload): SizeEstimate['log'] {
  return Object.keys(schema.events).map((type) => ({
    type,
    recordBytes: sample?.recordBytes[type] ?? exampleBytes(schema, type),
    recordsADay: (stated.events[type] ?? 0) / days,
  }))
}

/** One description of every key; what is described again comes on top. */
function entityRecordBytes({ schema }: Application, { sample }: SizedWorkload, stated: StateWorkload): number {
  return Object.keys(schema.entities).reduce((sum, entity) => {
    const bytes = sample?.recordBytes[entity] ?? exampleBytes(schema, entity)
    return sum + bytes * (stated.entities[entity] ?? 0) * STORE_OVERHEAD
  }, 0)
}

/** The index of ids: 12 bytes a slot, a power of two of them and at least two an id, for two generations of ids. */
function idBytes(records: number): number {
  const slots = (ids: number) => (ids <= 0 ? 0 : 2 ** Math.ceil(Math.log2(Math.max(1024, ids * 2))))
  return 12 * (slots(Math.min(records, DEFAULT_HORIZON)) + slots(Math.min(records - DEFAULT_HORIZON, DEFAULT_HORIZON)))
}

function assumptionsOf({ users, items }: SizedWorkload, sample: SizeSample | undefined): string[] {
  return [
    `${users} keys of each entity that a system asks for, ${items} of every other, each described once`,
    sample
      ? `mix, bytes, conditions, values and unevenness as in ${sample.records} records of the log; an attribute that has a value for fewer than 50 keys gets more values with more keys`
      : 'all types of events alike often, all events satisfy all conditions, 100 values of each attribute, events fall on keys by Zipf with exponent 0.8, records as long as an example; with a log in the data directory these are measured, and --mix and --values say otherwise',
    'keys of an event are drawn independently of each other: people who keep to few things meet fewer different pairs',
    'names of 10 letters, texts of 40, lists of 2 categories',
    'decisions, which go to the log too, are not counted',
    `the process itself ${PROCESS_BYTES / 1e6} MB; a tenth of the state for what the allocator keeps; 20 % of the log's bytes for the store's pages; models not counted`,
  ]
}

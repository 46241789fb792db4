import { type Application, requireSystem } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import { FeatureState, RequestFrame } from '../../features/index.ts'
import type { ModelRegistry } from '../../training/index.ts'
import { type LiveSystem, openLiveSystem } from '../live-system.ts'
import { loadModel } from '../repeat-decision.ts'
import type { ServedRows } from './vector-file.ts'

/** What a comparison found. */
export interface VectorComparison {
  readonly vectors: number
  readonly bytes: number
  readonly differingVectors: number
  readonly differingBytes: number
  /** Records of an offset that the log has not reached, or before one that was seen. */
  readonly misplaced: number
  /** The first differences, at most ten. */
  readonly differences: readonly string[]
  readonly columns: number
  /** Columns that took one value throughout, and so prove nothing. */
  readonly stillColumns: readonly string[]
}

type Counts = { -readonly [Name in keyof VectorComparison]: VectorComparison[Name] } & { differences: string[] }

/**
 * Makes served rows again from the log alone, from its first offset on in a fresh state, and compares the bytes.
 *
 * @param served - in the order of their offsets, all of one width
 */
export function compareVectors(
  { application, log, registry }: { application: Application; log: EventLog; registry: ModelRegistry },
  system: string,
  served: Iterable<ServedRows>,
): VectorComparison {
  const counts: Counts = {
    vectors: 0,
    bytes: 0,
    differingVectors: 0,
    differingBytes: 0,
    misplaced: 0,
    differences: [],
    columns: 0,
    stillColumns: [],
  }
  const firstRow: number[] = []
  const moving = new Set<number>()
  let names: readonly string[] = []
  const state = new FeatureState(application.schema, application.aggregates)
  const records = eachRecord(log)
  const lives = new Map<number, LiveSystem>()
  const liveOf = (version: number): LiveSystem => {
    const known = lives.get(version)
    if (known) return known
    const model = version === 0 ? undefined : loadModel(registry, system, `v${version}`)
    const live = openLiveSystem(application, system, requireSystem(application, system), state, model)
    lives.set(version, live)
    return live
  }
  for (const rows of served) {
    if (rows.offset < state.offset || rows.offset > log.head) {
      counts.misplaced++
      continue
    }
    while (state.offset < rows.offset) {
      const next = records.next()
      if (next.done) break
      state.apply(next.value.offset, next.value.record)
    }
    const live = liveOf(rows.version)
    names = live.rows.columnNames
    if (firstRow.length === 0) firstRow.push(...rows.rows.subarray(0, rows.width))
    rows.rows.forEach((value, place) => {
      if (!Object.is(value, firstRow[place % rows.width])) moving.add(place % rows.width)
    })
    compareRows(rows, live, counts)
  }
  return { ...counts, columns: names.length, stillColumns: names.filter((_, column) => !moving.has(column)) }
}

function* eachRecord(log: EventLog) {
  for (const { firstOffset, records } of log.read()) {
    for (let index = 0; index < records.length; index++) yield { offset: firstOffset + index, record: records[index]! }
  }
}

function compareRows(served: ServedRows, live: LiveSystem, counts: Counts): void {
  const { attributes, schema } = live.state
  const subject = attributes.keys('user').find(`u${served.user}`)
  const items = served.videos.map((video) => attributes.keys('video').find(`v${video}`))
  const frame = new RequestFrame(schema).bind('user', subject)
  frame.at = served.at
  const { width, columnNames } = live.rows
  const again = new Float64Array(items.length * width)
  live.rows.fill(frame, subject, items, again)
  counts.vectors += items.length
  counts.bytes += again.byteLength
  const [left, right] = [bytesOf(served.rows), bytesOf(again)]
  if (left.equals(right)) return
  const differing = new Set<number>()
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    if (left[index] === right[index]) continue
    counts.differingBytes++
    const place = index >> 3
    if (!differing.has(Math.floor(place / width)) && counts.differences.length < 10) {
      const column = columnNames[place % width]
      counts.differences.push(
        `offset ${served.offset}, user ${served.user}, video ${served.videos[Math.floor(place / width)]}, ${column}: served ${served.rows[place]}, again ${again[place]}`,
      )
    }
    differing.add(Math.floor(place / width))
  }
  counts.differingVectors += differing.size
}

function bytesOf(rows: Float64Array): Buffer {
  return Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventLog } from '../../data/index.ts'
import { DAY_MS, HOUR_MS, type Random, randomFrom } from '../../foundation/index.ts'
import { openReader } from '../reader.ts'
import { replayDecisions } from '../replay-decisions.ts'
import { startChild } from './child.ts'
import { compareVectors, type VectorComparison } from './compare-vectors.ts'
import { FAULT_SYSTEM, faultApplication } from './fault-application.ts'
import { FaultStream, LARGEST_BATCH } from './fault-stream.ts'
import type { VectorChildMessage, VectorChildSettings } from './vector-child.ts'
import { cutTornTail, readVectorFile, type ServedRows } from './vector-file.ts'

export interface SkewRunOptions {
  /** An empty folder. */
  readonly directory: string
  readonly vectors: number
  readonly kills: number
  readonly seed: number
  readonly vectorsPerEvent?: number
  /** Newest decisions that are made again as whole pages. */
  readonly decisions?: number
  readonly onProgress?: (text: string) => void
}

/** How often what happened that could have made rows differ. */
export interface SkewRunReport extends VectorComparison {
  readonly kills: number
  /** Kills that tore a record of the side file, which was cut off and does not count. */
  readonly tornRecords: number
  readonly startsFromSnapshot: number
  readonly startsFromWholeLog: number
  readonly snapshotsRefused: number
  readonly events: number
  readonly duplicatesAcknowledged: number
  readonly rejected: number
  /** Events with an earlier time than the one before them in the log. */
  readonly outOfOrder: number
  /** Events that came more than an hour after they happened. */
  readonly late: number
  /** Events that lay ahead of the clock when they came. */
  readonly future: number
  /** Events at the very millisecond of an earlier one. */
  readonly sameTime: number
  readonly decisions: number
  readonly differentDecisions: number
  /** Bytes that differ in a comparison for which one bit was turned; 1 or the comparison sees nothing. */
  readonly plantedDifference: number
}

/** The stream covers so much time, whatever its length, so that windows of days end within it. */
const SPAN_MS = 16 * DAY_MS
const SNAPSHOTS = 40
/** Events that are sent again after a restart beside those that were not acknowledged, at most. */
const RESENT = 200
const SELF_CHECKED_RECORDS = 200
/** How long a process may say nothing; training and reading a whole log take seconds. */
const LONGEST_SILENCE_MS = 300_000
/** After one kill in so many the snapshot is found damaged, so that the state is built from the whole log. */
const KILLS_PER_DAMAGE = 4

/** A run under way: what its processes have said so far. */
interface Progress {
  vectors: number
  /** Everything before it in the stream is acknowledged. */
  next: number
  fileEnd: number
  tornRecords: number
  startsFromSnapshot: number
  startsFromWholeLog: number
  snapshotsRefused: number
  duplicatesAcknowledged: number
  rejected: number
}

/**
 * Serves rows in a process that is killed again and again while a stream full of faults comes in, then makes every row
 * again from the log in a fresh state and compares the bytes.
 *
 * @remarks About 90 s for a million rows and 20 kills on two cores, and 350 MB of disk.
 */
export async function runSkew(options: SkewRunOptions): Promise<SkewRunReport> {
  const { vectors, kills, seed, onProgress } = options
  const random = randomFrom(seed, 'kills')
  const thresholds = Array.from({ length: kills }, () => (0.02 + 0.96 * random.uniform()) * vectors).sort(
    (a, b) => a - b,
  )
  const settings = settingsOf(options)
  const progress: Progress = {
    vectors: 0,
    next: 0,
    fileEnd: 0,
    tornRecords: 0,
    startsFromSnapshot: 0,
    startsFromWholeLog: 0,
    snapshotsRefused: 0,
    duplicatesAcknowledged: 0,
    rejected: 0,
  }
  for (const [kill, threshold] of [...thresholds, Number.POSITIVE_INFINITY].entries()) {
    await runUntilKilled(settings, progress, threshold, random)
    if (kill % KILLS_PER_DAMAGE === 1) damageSnapshot(settings.directory)
    onProgress?.(`${kill} kills, ${progress.vectors} vectors, event ${progress.next}`)
  }
  return judge(options, settings, progress)
}

function damageSnapshot(directory: string): void {
  const file = join(directory, 'state.snapshot')
  if (!existsSync(file)) return
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1
  writeFileSync(file, bytes)
}

function settingsOf({ directory, vectors, seed, vectorsPerEvent = 5 }: SkewRunOptions): VectorChildSettings {
  const events = Math.ceil(vectors / vectorsPerEvent)
  return {
    directory: join(directory, 'data'),
    vectorFile: join(directory, 'vectors.bin'),
    seed,
    stepMs: SPAN_MS / events,
    from: 0,
    vectors,
    vectorsPerEvent,
    eventsPerSnapshot: Math.ceil(events / SNAPSHOTS),
    trainAt: Math.ceil(events * 0.4),
  }
}

/** One life of the process: from its start to its kill, or to its end when nothing is left to do. */
async function runUntilKilled(
  settings: VectorChildSettings,
  progress: Progress,
  threshold: number,
  random: Random,
): Promise<void> {
  const before = progress.vectors
  // A client knows what was acknowledged to it, and sends a little too much rather than too little.
  const from = Math.max(0, progress.next - random.integer(RESENT))
  const jitterMs = random.uniform() * 30
  const child = startChild<VectorChildMessage>(new URL('./vector-child.ts', import.meta.url), {
    ...settings,
    from,
    vectors: settings.vectors - before,
  } satisfies VectorChildSettings)
  let isDue = false
  const killWhenDue = (vectors: number): void => {
    if (isDue || vectors < threshold) return
    isDue = true
    setTimeout(() => child.process.kill('SIGKILL'), jitterMs)
  }
  // A process that is stuck would be waited for without end.
  const stuck = setTimeout(() => child.process.kill('SIGABRT'), LONGEST_SILENCE_MS)
  child.onMessage((message) => {
    stuck.refresh()
    if (message.kind === 'opened') {
      if (message.refused !== undefined) progress.snapshotsRefused++
      if (message.hadSnapshot && message.refused === undefined) progress.startsFromSnapshot++
      else progress.startsFromWholeLog++
      killWhenDue(before)
    } else if (message.kind === 'served') {
      progress.next = message.next
      progress.duplicatesAcknowledged += message.duplicates
      progress.rejected += message.rejected
      killWhenDue(before + message.vectors)
    }
  })
  const { code, signal } = await child.ended
  clearTimeout(stuck)
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the serving process ended with ${code ?? signal}`)
  if (existsSync(settings.vectorFile)) {
    const { end, vectors, torn } = cutTornTail(settings.vectorFile, progress.fileEnd)
    progress.fileEnd = end
    progress.vectors += vectors
    if (torn > 0) progress.tornRecords++
  }
}

async function judge(
  options: SkewRunOptions,
  settings: VectorChildSettings,
  progress: Progress,
): Promise<SkewRunReport> {
  const application = faultApplication()
  const { directory, vectorFile, seed, stepMs } = settings
  const reader = openReader(application, { directory, clock: () => 0 })
  try {
    const made = { application, log: reader.log, registry: reader.registry }
    const comparison = compareVectors(made, FAULT_SYSTEM, readVectorFile(vectorFile))
    const planted = compareVectors(made, FAULT_SYSTEM, withOneBitTurned(readVectorFile(vectorFile)))
    const { decisions = 1_000 } = options
    const replayed = await replayDecisions(application, reader.log, reader.registry, { limit: decisions })
    const { tornRecords, startsFromSnapshot, startsFromWholeLog, snapshotsRefused } = progress
    return {
      ...comparison,
      kills: options.kills,
      tornRecords,
      startsFromSnapshot,
      startsFromWholeLog,
      snapshotsRefused,
      duplicatesAcknowledged: progress.duplicatesAcknowledged,
      rejected: progress.rejected,
      ...tallyOf(reader.log, new FaultStream(seed, stepMs)),
      decisions: replayed.decisions,
      differentDecisions: replayed.different,
      plantedDifference: planted.differingBytes - (comparison.differingBytes > 0 ? Number.NaN : 0),
    }
  } finally {
    await reader.close()
  }
}

/** The first records, the lowest bit of one number of one of them turned. */
function* withOneBitTurned(served: Iterable<ServedRows>): Generator<ServedRows> {
  let record = 0
  for (const rows of served) {
    if (++record > SELF_CHECKED_RECORDS) return
    if (record === SELF_CHECKED_RECORDS >> 1) {
      const bytes = new Uint8Array(rows.rows.buffer, rows.rows.byteOffset, rows.rows.byteLength)
      bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1
    }
    yield rows
  }
}

function tallyOf(log: EventLog, stream: FaultStream) {
  const tally = { events: 0, outOfOrder: 0, late: 0, future: 0, sameTime: 0 }
  const times = new Set<number>()
  let before = 0
  for (const { records } of log.read()) {
    for (const { id, type, at } of records) {
      if (type.startsWith('$')) continue
      const sent = Number(id.slice(1))
      tally.events++
      if (at < before) tally.outOfOrder++
      if (at < stream.nowAt(sent) - HOUR_MS) tally.late++
      if (at > stream.nowAt(sent + LARGEST_BATCH)) tally.future++
      if (times.has(at)) tally.sameTime++
      times.add(at)
      before = at
    }
  }
  return tally
}

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { assert, SluiceError } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import { sealedColumns, sealedTypes } from './sealed-columns.ts'
import {
  DRAFT,
  emptyFile,
  finishDraft,
  publish,
  readManifest,
  requireSound,
  type SealedFile,
  type SealedManifest,
} from './sealed-manifest.ts'
import { SegmentTable } from './segment-table.ts'
import { inWorkshop, type Workshop } from './workshop.ts'

/** Offsets in a whole segment, unless the first sealing says otherwise. */
export const SEGMENT_OFFSETS = 1_000_000

/** What to seal. */
export interface SealOptions {
  /** Types of record; all of the schema and decisions when absent. */
  readonly types?: readonly string[]
  /** Seal only segments of which every record is before this, in milliseconds since the Unix epoch. */
  readonly beforeMs?: number
  /** Seal the last segment too, although it is not whole yet. */
  readonly all?: boolean
  /** Offsets in a whole segment; fixed by the first sealing of a folder. */
  readonly segmentOffsets?: number
  readonly onProgress?: (done: number, total: number) => void
}

/** What a sealing came to. */
export interface SealResult {
  /** Files that were written now. */
  readonly written: readonly SealedFile[]
  /** Segments that were sealed before and were left as they are. */
  readonly skippedSegments: number
  /** Records of other types, such as the engine's own, in the segments that were read now. */
  readonly otherRecords: Readonly<Record<string, number>>
  /** The last offset that is sealed, 0 when none is. */
  readonly sealedTo: number
  readonly head: number
}

/** A range of offsets, both ends included. */
interface Segment {
  readonly first: number
  readonly last: number
}

/**
 * Copies old segments of a log to Parquet files, one a type of record and segment, and leaves the log as it is.
 *
 * A segment is a fixed range of offsets. One that is sealed is not read again; one that was sealed before it was whole
 * is written anew and takes the place of the old file. With `beforeMs` it stops at the first segment that holds a
 * later record. Files appear whole or not at all, and each segment is sealed before the next one is begun.
 *
 * The lock of the folder is held for a segment at a time, and an erasure takes it after it has erased from the log: so
 * no file holds what was erased, whichever of the two comes first.
 *
 * @param folder - where sealed files lie; made when it is missing
 * @throws SluiceError `PACKAGE_MISSING` without DuckDB, `INVALID_ARGUMENT` for an unknown type or another size of
 * segment than before, `DIRECTORY_CORRUPT` when log or manifest are damaged, `DIRECTORY_LOCKED`
 * @remarks O(records); memory for one segment, of which DuckDB spills to disk what exceeds 1 GB
 */
export async function sealLog(
  log: EventLog,
  schema: Schema,
  folder: string,
  options: SealOptions = {},
): Promise<SealResult> {
  const { onProgress, all = false } = options
  const types = requireTypes(schema, options.types)
  const { head } = log
  const size = requireSegmentOffsets(folder, options.segmentOffsets)
  const segments = segmentsUpTo(head, size, all)
  const progress: Progress = { written: [], skippedSegments: 0, others: new Map(), sealedTo: 0 }
  for (const segment of segments) {
    const onOffset = (offset: number): void => onProgress?.(offset, segments.at(-1)?.last ?? head)
    const isSealed = await sealSegment({ log, schema, folder, types, size, segment, onOffset, ...options }, progress)
    if (!isSealed) break
    progress.sealedTo = segment.last
  }
  const { written, skippedSegments, others, sealedTo } = progress
  return { written, skippedSegments, otherRecords: Object.fromEntries(others), sealedTo, head }
}

interface Progress {
  readonly written: SealedFile[]
  skippedSegments: number
  readonly others: Map<string, number>
  sealedTo: number
}

interface SegmentWork {
  readonly log: EventLog
  readonly schema: Schema
  readonly folder: string
  readonly types: readonly string[]
  readonly size: number
  readonly segment: Segment
  readonly beforeMs?: number
  readonly onOffset: (offset: number) => void
}

/** Seals what is missing of one segment; false when it holds a record that is too late. */
async function sealSegment(work: SegmentWork, progress: Progress): Promise<boolean> {
  if (missingTypes(work, readManifest(work.folder)).length === 0) {
    progress.skippedSegments++
    return true
  }
  return inWorkshop(work.folder, async (workshop) => {
    const manifest = readManifest(work.folder)
    const parts = await openParts(workshop, work, manifest)
    const others = fillParts(work, parts)
    if (others === undefined) return false
    const files: SealedFile[] = []
    for (const [type, part] of parts) files.push(await writePart(work, type, part))
    const kept = (manifest?.files ?? []).filter(({ type, first }) => !parts.has(type) || first !== work.segment.first)
    publish(work.folder, manifest, { segmentOffsets: work.size, files: [...kept, ...files] })
    progress.written.push(...files.filter(({ path }) => path !== null))
    for (const [type, count] of others) progress.others.set(type, (progress.others.get(type) ?? 0) + count)
    return true
  })
}

/** The wanted types of which this segment has no file yet, or one of fewer offsets. */
function missingTypes({ types, segment }: SegmentWork, manifest: SealedManifest | undefined): string[] {
  return types.filter((type) => (fileOf(manifest, type, segment)?.last ?? 0) < segment.last)
}

function fileOf(manifest: SealedManifest | undefined, type: string, { first }: Segment): SealedFile | undefined {
  return manifest?.files.find((file) => file.type === type && file.first === first)
}

/** What is to be sealed of one type: what was sealed already, and the rows behind it. */
interface Part {
  readonly before: SealedFile | undefined
  readonly table: SegmentTable
}

async function openParts(
  workshop: Workshop,
  work: SegmentWork,
  manifest: SealedManifest | undefined,
): Promise<Map<string, Part>> {
  const parts = new Map<string, Part>()
  for (const type of missingTypes(work, manifest)) {
    const columns = sealedColumns(work.schema, type)
    assert(columns !== undefined, `${type} has no columns`)
    const table = await SegmentTable.create(workshop, columns, `rows_${parts.size}`)
    parts.set(type, { before: fileOf(manifest, type, work.segment), table })
  }
  return parts
}

/** Reads a segment into its tables; the counts of other types, or undefined when a record is too late. */
function fillParts(
  { log, schema, segment, beforeMs = Number.POSITIVE_INFINITY, onOffset }: SegmentWork,
  parts: ReadonlyMap<string, Part>,
): Map<string, number> | undefined {
  const known = new Set(sealedTypes(schema))
  const others = new Map<string, number>()
  for (const { firstOffset, records } of log.read(segment.first, segment.last)) {
    for (let index = 0; index < records.length; index++) {
      const record = records[index]!
      if (record.at >= beforeMs) return undefined
      const part = parts.get(record.type)
      if (part !== undefined) addRow(part, record, firstOffset + index)
      else if (!known.has(record.type)) others.set(record.type, (others.get(record.type) ?? 0) + 1)
    }
    onOffset(firstOffset + records.length - 1)
  }
  return others
}

/** What is sealed stays as it is: the log may have dropped it since. */
function addRow({ before, table }: Part, record: EventRecord, offset: number): void {
  if (offset > (before?.last ?? 0)) table.add(record, offset)
}

async function writePart({ folder, segment }: SegmentWork, type: string, part: Part): Promise<SealedFile> {
  const { first, last } = segment
  const { before, table } = part
  if (table.rows + (before?.rows ?? 0) === 0) return emptyFile(type, first, last)
  if (before !== undefined) requireSound(folder, before)
  const path = `${type}/${first}-${last}.parquet`
  const draft = join(folder, `${path}${DRAFT}`)
  mkdirSync(join(folder, type), { recursive: true })
  const written = await table.write(draft, before?.path ? join(folder, before.path) : undefined)
  return {
    type,
    first,
    last,
    rows: written.rows + (before?.rows ?? 0),
    earliestAt: Math.min(written.earliestAt, before?.earliestAt ?? Number.POSITIVE_INFINITY),
    latestAt: Math.max(written.latestAt, before?.latestAt ?? Number.NEGATIVE_INFINITY),
    path,
    ...finishDraft(draft),
  }
}

function segmentsUpTo(head: number, size: number, all: boolean): Segment[] {
  const segments: Segment[] = []
  for (let first = 1; first + size - 1 <= head; first += size) segments.push({ first, last: first + size - 1 })
  const first = segments.length * size + 1
  if (all && first <= head) segments.push({ first, last: head })
  return segments
}

function requireTypes(schema: Schema, wanted: readonly string[] | undefined): readonly string[] {
  const known = sealedTypes(schema)
  const unknown = (wanted ?? []).filter((type) => !known.includes(type))
  if (unknown.length === 0) return wanted === undefined ? known : [...new Set(wanted)]
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `types to seal: expected names of ${known.join(', ')}, got ${unknown.join(', ')}; correct the names`,
  )
}

function requireSegmentOffsets(folder: string, wanted: number | undefined): number {
  const fixed = existsSync(folder) ? readManifest(folder)?.segmentOffsets : undefined
  if (fixed === undefined || wanted === undefined || fixed === wanted) return fixed ?? wanted ?? SEGMENT_OFFSETS
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `segment: expected ${fixed} offsets as before, got ${wanted}; leave it out, or seal into another folder`,
  )
}

import type { ErrorCode } from '../foundation/index.ts'
import { BatchBuilder, isSmallBatch, placeOfRemoved } from './batch-builder.ts'
import { batchCount, batchLines, decodeBatch, REMOVED } from './batch-codec.ts'
import { type BatchSpan, type LogStorage, QUARANTINE_TALLY } from './log-storage.ts'
import type { QuarantinedInput } from './quarantine.ts'
import type { EventRecord } from './record.ts'
import type { RewriteResult, RewriteRule } from './rewrite-rule.ts'
import type { Store, Writes } from './store.ts'
import type { SubjectReferences } from './subject-references.ts'
import { hashesByPosition, isIntactRow } from './subject-row.ts'

/** Bytes that are copied before others get a turn. */
const BYTES_AT_ONCE = 2_097_152
/** Quarantined inputs that are copied before others get a turn. */
const INPUTS_AT_ONCE = 64

/** Copies a store into an empty one without what a rule drops, in steps: the source may grow between them. */
export class StoreCopy {
  readonly #source: LogStorage
  readonly #draft: Store
  readonly #references: SubjectReferences
  readonly #rule: RewriteRule
  readonly #builder = new BatchBuilder()
  readonly #byType = new Map<string, number>()
  readonly #quarantineByCode: Partial<Record<ErrorCode, number>> = {}
  #copiedTo = 0
  #quarantineTo = 0
  #lastPlace = 0
  #batchesBefore = 0
  #batchesAfter = 0
  #pending: Pending = nothingPending()

  constructor(source: LogStorage, draft: Store, references: SubjectReferences, rule: RewriteRule) {
    this.#source = source
    this.#draft = draft
    this.#references = references
    this.#rule = rule
  }

  /** Copies the records behind those of the last call. */
  async recordsUpTo(head: number): Promise<void> {
    const from = this.#copiedTo + 1
    const touched = this.#rule.touches && new TouchedOffsets(this.#rule.touches(from, head))
    for (const span of this.#source.spans(from, head)) {
      this.#batchesBefore++
      this.#copyBatch(span, touched)
      if (this.#pending.bytes >= BYTES_AT_ONCE) await this.#write()
    }
    this.#copiedTo = Math.max(head, this.#copiedTo)
  }

  /** Copies the quarantined inputs behind those of the last call, up to a running number. */
  async quarantineUpTo(last: number): Promise<void> {
    while (this.#quarantineTo < last) {
      const page = this.#source.quarantinedFrom(this.#quarantineTo + 1, INPUTS_AT_ONCE)
      for (const { number, value } of page) {
        if (number > last) break
        const input = { ...(value as Omit<QuarantinedInput, 'number'>), number }
        if (this.#rule.dropsQuarantined?.(input)) this.#countQuarantined(input)
        else this.#pending.quarantine.push([number, value])
      }
      this.#quarantineTo = page.length < INPUTS_AT_ONCE ? last : (page.at(-1)?.number ?? last)
      await this.#write()
    }
  }

  /** Writes what is left: the open batch, the place of the head, the facts. */
  async finish(
    head: number,
    adjust: (facts: Map<string, unknown>, counts: { removed: number }) => void,
  ): Promise<void> {
    this.#builder.finish()
    this.#takeBuilt()
    if (this.#lastPlace < head) this.#push(placeOfRemoved(head))
    const facts = new Map(this.#source.facts())
    const { last, counts } = this.#source.quarantineTally()
    if (facts.has(QUARANTINE_TALLY)) facts.set(QUARANTINE_TALLY, { last, counts: this.#leftOf(counts) })
    adjust(facts, this.counts())
    this.#pending.facts.push(...facts)
    await this.#write(this.#outdatedInputs())
  }

  counts(): Omit<RewriteResult, 'bytesBefore' | 'bytesAfter'> {
    const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)
    return {
      removed: sum(this.#byType.values()),
      byType: Object.fromEntries(this.#byType),
      quarantineRemoved: sum(Object.values(this.#quarantineByCode)),
      batchesBefore: this.#batchesBefore,
      batchesAfter: this.#batchesAfter,
    }
  }

  #copyBatch({ key, to }: BatchSpan, touched: TouchedOffsets | undefined): void {
    const bytes = this.#source.batchAt(key)
    if (bytes === undefined) return
    const row = this.#source.subjectRowAt(key)
    const isTouched = touched === undefined || touched.has(key, to)
    const isSound = row !== undefined && isIntactRow(row)
    if (!isTouched && isSound && !isSmallBatch(batchCount(bytes), bytes.length)) this.#copyBytes(key, bytes, row)
    else this.#copyRecords(key, bytes, isSound ? row : undefined, touched)
  }

  #copyBytes(key: number, bytes: Buffer, row: Buffer): void {
    this.#builder.finish()
    this.#takeBuilt()
    this.#push({ batches: [[key, bytes]], subjects: [[key, row]] })
  }

  #copyRecords(key: number, bytes: Buffer, row: Buffer | undefined, touched: TouchedOffsets | undefined): void {
    const lines = batchLines(key, bytes)
    const hashes = row && hashesByPosition(row, lines.length)
    const records = touched === undefined ? decodeBatch(key, bytes) : undefined
    const recordAt = (position: number) =>
      records?.[position] ?? (JSON.parse(lines[position] ?? REMOVED) as EventRecord)
    for (const [position, line] of lines.entries()) {
      if (line === REMOVED) continue
      const mayGo = touched === undefined || touched.has(key + position, key + position)
      if (mayGo && this.#isDropped(key + position, recordAt(position))) continue
      this.#builder.add(key + position, line)
      if (hashes) for (const hash of hashes[position] ?? []) this.#builder.names(hash)
      else this.#references.eachHash(recordAt(position), (hash) => this.#builder.names(hash))
    }
    this.#takeBuilt()
  }

  #isDropped(offset: number, record: EventRecord): boolean {
    if (!this.#rule.drops(record, offset)) return false
    this.#byType.set(record.type, (this.#byType.get(record.type) ?? 0) + 1)
    return true
  }

  #countQuarantined({ code }: QuarantinedInput): void {
    this.#quarantineByCode[code] = (this.#quarantineByCode[code] ?? 0) + 1
  }

  #leftOf(counts: Readonly<Partial<Record<ErrorCode, number>>>): Record<string, number> {
    const left = Object.entries(counts).map(([code, count]): [string, number] => [
      code,
      count - (this.#quarantineByCode[code as ErrorCode] ?? 0),
    ])
    return Object.fromEntries(left.filter(([, count]) => count > 0))
  }

  #takeBuilt(): void {
    this.#push(this.#builder.take())
  }

  #push({ batches, subjects }: Pick<Writes, 'batches' | 'subjects'>): void {
    for (const [key, bytes] of batches) {
      this.#pending.batches.push([key, bytes])
      this.#pending.bytes += bytes.length
      this.#lastPlace = key + batchCount(bytes) - 1
      this.#batchesAfter++
    }
    this.#pending.subjects.push(...subjects)
  }

  /** Inputs that were copied and that the source has given up since, because newer ones took their room. */
  #outdatedInputs(): number[] {
    const oldest = this.#source.quarantinedFrom(0, 1)[0]?.number ?? Number.POSITIVE_INFINITY
    return [...this.#draft.quarantine.getKeys({ end: oldest })]
  }

  async #write(quarantineDropped: readonly number[] = []): Promise<void> {
    const pending = this.#pending
    this.#pending = nothingPending()
    await this.#draft.commit({ ...pending, quarantineDropped })
  }
}

type Added = Omit<Writes, 'quarantineDropped'>

/** What was copied and is not yet written. */
type Pending = { -readonly [Name in keyof Added]: Added[Name][number][] } & { bytes: number }

function nothingPending(): Pending {
  return { batches: [], subjects: [], quarantine: [], facts: [], bytes: 0 }
}

/** Rising offsets, asked for from the lowest on and found as far as they are asked for. */
class TouchedOffsets {
  readonly #offsets: Iterator<number>
  #next = 0

  constructor(offsets: Iterable<number>) {
    this.#offsets = offsets[Symbol.iterator]()
  }

  /** Whether one lies between two offsets, both included; `from` never falls. */
  has(from: number, to: number): boolean {
    while (this.#next < from) {
      const { done, value } = this.#offsets.next()
      this.#next = done ? Number.POSITIVE_INFINITY : value
    }
    return this.#next <= to
  }
}

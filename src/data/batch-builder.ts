import { encodeBatch, REMOVED } from './batch-codec.ts'
import { SubjectRowBuilder } from './subject-row.ts'

/** Largest batch: small enough to read one record from, large enough to replay fast. */
const BATCH_RECORDS = 256
const BATCH_CHARACTERS = 131_072
/** Removed records that may lie between two records of a batch; behind a longer run another batch begins. */
const MAX_REMOVED_RUN = 64

/** Batches with the rows of their subjects, by the offset of their first record. */
export interface BuiltBatches {
  readonly batches: [firstOffset: number, bytes: Buffer][]
  readonly subjects: [firstOffset: number, row: Buffer][]
}

/**
 * Puts records, in offset order, into batches and keeps the index of what they name. Offsets that are passed over were
 * removed.
 */
export class BatchBuilder {
  readonly #row = new SubjectRowBuilder()
  #built: BuiltBatches = { batches: [], subjects: [] }
  #firstOffset = 0
  #texts: string[] = []
  #live = 0
  #characters = 0

  /** Offset behind the last record. */
  get #next(): number {
    return this.#firstOffset + this.#texts.length
  }

  /** Adds the record that stands at an offset. */
  add(offset: number, text: string): void {
    const isFull = this.#live >= BATCH_RECORDS || this.#characters >= BATCH_CHARACTERS
    if (isFull || offset - this.#next > MAX_REMOVED_RUN) this.finish()
    if (this.#texts.length === 0) this.#firstOffset = offset
    while (this.#next < offset) this.#texts.push(REMOVED)
    this.#texts.push(text)
    this.#live++
    this.#characters += text.length
  }

  /** Says that the record added last names the subject of this hash. */
  names(hash: number): void {
    this.#row.add(hash, this.#texts.length - 1)
  }

  /** Ends the batch: what is added next begins another one. */
  finish(): void {
    if (this.#texts.length === 0) return
    const hasRemoved = this.#live < this.#texts.length
    this.#built.batches.push([this.#firstOffset, encodeBatch(this.#firstOffset, this.#texts, hasRemoved)])
    this.#built.subjects.push([this.#firstOffset, this.#row.finish()])
    this.#texts = []
    this.#live = 0
    this.#characters = 0
  }

  /** Takes the batches that are ended. */
  take(): BuiltBatches {
    const built = this.#built
    this.#built = { batches: [], subjects: [] }
    return built
  }
}

/** A batch that holds nothing but the place of a removed record, so that the log's head stays where it is. */
export function placeOfRemoved(offset: number): BuiltBatches {
  return {
    batches: [[offset, encodeBatch(offset, [REMOVED], true)]],
    subjects: [[offset, new SubjectRowBuilder().finish()]],
  }
}

/** Whether a batch is so small that a rewrite puts it together with its neighbours. */
export function isSmallBatch(records: number, bytes: number): boolean {
  return records < BATCH_RECORDS / 2 && bytes < BATCH_CHARACTERS / 2
}

/** How many batches hold so many records, when their texts are not long. */
export function batchesFor(records: number): number {
  return Math.ceil(records / BATCH_RECORDS)
}

import { type Clock, type ErrorCode, SluiceError } from '../foundation/index.ts'
import type { Schema } from '../problem/index.ts'
import { ARRIVALS, type Arrivals, noArrivals } from './arrivals.ts'
import { decodeBatch, decodeRecord, recordRuns } from './batch-codec.ts'
import { damagedFrom, type TailCut, tailCuts } from './cut-tail.ts'
import type { DataDirectory } from './data-directory.ts'
import { DEFAULT_HORIZON, requireHorizon } from './duplicate-index.ts'
import { erasureOf } from './erase-subject.ts'
import { findSubject, type RecordAt } from './find-subject.ts'
import { fragmentationOf } from './fragmentation.ts'
import { GroupCommitter, type PendingAppend } from './group-committer.ts'
import { type Follow, internalText, tooLarge } from './internal-records.ts'
import type { CommitListener, LogBatch } from './log-batch.ts'
import type { LogStorage, RewriteEntry } from './log-storage.ts'
import { originalText, type QuarantinedInput, type RefusedInput } from './quarantine.ts'
import { DEFAULT_QUARANTINE, droppedInputs, type QuarantineBound, requireQuarantineBound } from './quarantine-bound.ts'
import { compileMention } from './quarantine-mention.ts'
import type { EventRecord } from './record.ts'
import { Refusal } from './refusal.ts'
import type { RewriteResult, RewriteRule } from './rewrite-rule.ts'
import { rewriteStore } from './rewrite-store.ts'
import { adoptSchema } from './stored-schema.ts'
import type { Subject } from './subject.ts'
import { SubjectReferences } from './subject-references.ts'
import { compileValidator, type Validator } from './validate.ts'

/** Most bytes of one event's JSON. */
export const MAX_EVENT_BYTES = 65_536

/** What became of an append. The three counts sum to what was given. */
export interface AppendResult {
  readonly accepted: number
  /** Events whose id is known, from before or from this call; acknowledged and not stored again. */
  readonly duplicates: number
  /** Positions in the given list, from 0, of what went to the quarantine. */
  readonly rejected: readonly { readonly index: number; readonly code: ErrorCode; readonly message: string }[]
  /** The log's head after this append: a decision as of it sees every accepted event. */
  readonly offset: number
}

/** Facts about an append that the records themselves do not carry. */
export interface AppendOptions {
  /** Where the records come from, for the quarantine: `http`, or a file's name. */
  readonly source?: string
  /** What was received for the record at an index, when it is not the record's own JSON. */
  readonly original?: (index: number) => string | Uint8Array
  /** Line in the source of the record at an index, from 1. */
  readonly line?: (index: number) => number
  /** Inputs refused before they became records, such as lines that are not JSON; quarantined with the same commit. */
  readonly refused?: readonly RefusedInput[]
  /** A named fact that is committed with the records, all or nothing; {@link EventLog.checkpoint} reads it. */
  readonly checkpoint?: { readonly name: string; readonly value: unknown }
  /** Gives what is committed right behind each new event; not asked after a commit that failed, until one succeeds. */
  readonly follow?: Follow | undefined
}

export interface EventLogOptions {
  readonly schema: Schema
  /** Gives the time of receipt. */
  readonly clock: Clock
  /**
   * Within how many records a repeated id is known, 4,000,000 by default, from 1 to 100,000,000. An id that comes
   * again within so many records is always known; beyond twice as many it is accepted as a new event; between the two
   * it depends on its offset alone. It is a property of this process and stands nowhere in the directory.
   */
  readonly deduplication?: { readonly events: number }
  /** How much the quarantine keeps; the oldest inputs go first. */
  readonly quarantine?: Partial<QuarantineBound>
}

/**
 * Opens the log of a data directory; its first commit remembers the schema. O(1).
 *
 * @throws SluiceError `SCHEMA_INCOMPATIBLE` with every fault in `details`, when what is stored cannot be read under the
 * schema; `OUT_OF_RANGE` for a horizon or a bound that is none
 */
export function openEventLog(directory: DataDirectory, options: EventLogOptions): EventLog {
  return new EventLog(directory, options)
}

/**
 * The append-only log of a data directory. Offsets begin at 1 and rise by one a record; the head is the last.
 *
 * Appends that come while a commit is under way share the next one. A reader's log follows the writer's commits.
 */
export class EventLog {
  readonly schema: Schema
  /** What was wrong with the log's end and was cut off when its directory was opened; undefined when it was sound. */
  readonly recovered: TailCut | undefined
  readonly #storage: LogStorage
  readonly #isWriter: boolean
  readonly #clock: Clock
  readonly #validate: Validator
  readonly #references: SubjectReferences
  readonly #committer: GroupCommitter
  #lastRewrite: Promise<unknown> = Promise.resolve()
  #closing = false

  constructor(directory: DataDirectory, { schema, clock, deduplication, quarantine }: EventLogOptions) {
    this.schema = schema
    this.recovered = directory.recovered
    this.#storage = directory.storage
    this.#isWriter = directory.mode === 'write'
    this.#clock = clock
    this.#validate = compileValidator(schema)
    const horizon = requireHorizon(deduplication?.events ?? DEFAULT_HORIZON)
    this.#references = new SubjectReferences(schema)
    this.#committer = new GroupCommitter(this.#storage, {
      references: this.#references,
      readFrom: (offset) => this.read(offset),
      horizon,
      firstFacts: adoptSchema(directory, schema),
      quarantine: requireQuarantineBound({ ...DEFAULT_QUARANTINE, ...quarantine }),
    })
  }

  /** The last offset, 0 when the log is empty. Everything up to it is durable. */
  get head(): number {
    return this.#isWriter ? this.#committer.head : this.#storage.lastOffset()
  }

  /** Records of {@link appendInternal} that were lost because their commit failed; 0 on a healthy disk. */
  get internalLost(): number {
    return this.#committer.internalLost
  }

  /**
   * Checks events, puts the good ones at the end of the log in their order and the rest into the quarantine.
   *
   * Resolves when all of it is on the disk and every listener has seen it. An event of an id that is known within the
   * horizon of {@link EventLogOptions.deduplication} is acknowledged and not stored again; the first one stays as it
   * was. An id from before the horizon is accepted as a new event.
   *
   * @throws SluiceError `DISK_FULL` when the disk refuses (nothing of the call is kept; send it again), `OVERLOADED`
   * when too much waits for the disk, `SHUTTING_DOWN` after `close`, `INVALID_ARGUMENT` on a log opened for reading
   * @remarks The first append of a process reads the end of the log once, to know its ids (a million records a second).
   */
  async append(events: readonly unknown[], options: AppendOptions = {}): Promise<AppendResult> {
    this.#requireWritable()
    const now = this.#clock()
    const pending: PendingAppend = {
      ...emptyAppend(now, options),
      checkpoint: options.checkpoint,
      follow: options.follow,
    }
    const rejected: { index: number; code: ErrorCode; message: string }[] = []
    for (let index = 0; index < events.length; index++) {
      const refusal = this.#take(events[index], now, pending)
      if (refusal === undefined) continue
      rejected.push({ index, code: refusal.code, message: refusal.message })
      const original = options.original?.(index) ?? originalText(events[index])
      const line = options.line?.(index)
      pending.refused.push({ code: refusal.code, message: refusal.message, original, ...(line ? { line } : {}) })
    }
    const { accepted, duplicates, offset } = await this.#committer.commit(pending)
    return { accepted, duplicates, rejected, offset }
  }

  /**
   * Appends records of the engine itself, such as `$decision`: plain JSON, no schema, no duplicate check.
   *
   * `subjectsOf` says which subjects a record names, so that they are exported and erased with it; each has to stand in
   * the record as a string. Without it every string of the record counts as the key of a subject.
   *
   * Need not be awaited: a failed commit is counted in {@link internalLost}, and every append until the disk has room
   * fails too.
   *
   * @returns the head after it
   * @throws SluiceError `RESERVED_NAME` when a type does not begin with `$`, `EVENT_TOO_LARGE`, and as {@link append}
   */
  appendInternal(
    records: readonly EventRecord[],
    subjectsOf?: (record: EventRecord) => readonly Subject[],
  ): Promise<number> {
    this.#requireWritable()
    const subjects = subjectsOf && records.map(subjectsOf)
    const pending: PendingAppend = { ...emptyAppend(this.#clock(), {}), subjects, isInternal: true }
    for (const each of records) {
      const { record, text } = internalText(each)
      pending.records.push(record)
      pending.texts.push(text)
    }
    const done = this.#committer.commit(pending).then(({ offset }) => offset)
    done.catch(() => undefined)
    return done
  }

  /**
   * Learns the ids within the horizon now, so that the first append does not have to; a server does it before it is
   * ready.
   *
   * @remarks O(records), at most twice the horizon: a million records a second.
   */
  learnIds(): void {
    this.#requireWritable()
    this.#committer.learnIds()
  }

  /** Where the event of an id stands, when it came within the horizon of deduplication; otherwise undefined. O(1). */
  offsetOf(id: string): number | undefined {
    this.#requireWritable()
    return this.#committer.offsetOf(id)
  }

  /** Calls `listener` for everything that is committed from now on; returns a function that ends it. */
  onCommit(listener: CommitListener): () => void {
    return this.#committer.listen(listener)
  }

  /** Calls `listener` when a commit fails whose events {@link AppendOptions.follow} was asked about: they are not there. */
  onLost(listener: () => void): void {
    this.#committer.listenForLost(listener)
  }

  /**
   * Reads records in offset order, both ends included; what is appended meanwhile is not seen.
   *
   * Batches are as they lie on the disk, cut at both ends and where a record was removed. A rewrite of the store
   * meanwhile does no harm: what was not yet read is read from the new one.
   *
   * @throws SluiceError `DIRECTORY_CORRUPT` naming the offset of a damaged batch
   * @remarks O(bytes read), one batch in memory; about 0.9 million records of 100 bytes a second.
   */
  *read(fromOffset = 1, toOffset = Number.POSITIVE_INFINITY): Generator<LogBatch, void, undefined> {
    const last = Math.min(toOffset, this.head)
    for (const { key, from, to } of this.#storage.spans(fromOffset, last)) {
      const bytes = this.#storage.batchAt(key)
      if (bytes !== undefined) yield* recordRuns(key, decodeBatch(key, bytes), from, to)
    }
  }

  /** The record at an offset, undefined when there is none or it was removed. O(batch), without parsing its neighbours. */
  readOne(offset: number): EventRecord | undefined {
    if (!(offset >= 1 && offset <= this.head)) return undefined
    const key = this.#storage.batchKeyFor(offset)
    const bytes = key === undefined ? undefined : this.#storage.batchAt(key)
    return key === undefined || bytes === undefined ? undefined : decodeRecord(key, bytes, offset - key)
  }

  /** Quarantined inputs, newest first, how many came of each code, and how many old ones gave way to newer ones. */
  readQuarantine({ limit = 100 }: { limit?: number } = {}): {
    counts: Readonly<Partial<Record<ErrorCode, number>>>
    dropped: number
    inputs: readonly QuarantinedInput[]
  } {
    const inputs = this.#storage
      .newestQuarantined(limit)
      .map(({ number, value }) => ({ number, ...(value as Omit<QuarantinedInput, 'number'>) }))
    return { counts: this.#storage.quarantineTally().counts, dropped: droppedInputs(this.#storage), inputs }
  }

  /** What was cut off the log's end at any opening so far, because a disk had not written it; oldest first. */
  cuts(): readonly TailCut[] {
    return tailCuts(this.#storage)
  }

  /** First offset of a damaged end, which the next opening for writing cuts off; undefined when the end is sound. */
  damagedFrom(): number | undefined {
    return damagedFrom(this.#storage)
  }

  /** How events came in: in order or not, late, ahead of their receipt, repeated. As of the last commit. O(1). */
  arrivals(): Arrivals {
    return (this.#storage.fact(ARRIVALS) as Arrivals | undefined) ?? noArrivals(this.head)
  }

  /**
   * Every record that names a subject, in offset order: events by their references, the entity's own upserts, and the
   * engine's records by what was said of them.
   *
   * @remarks O(batches of the log + batches that name it): some 20 ms for a million records, then 0.3 ms a batch.
   */
  recordsOf(subject: Subject): Generator<RecordAt, void, undefined> {
    return findSubject(this.#storage, this.#references, subject, { from: 1, to: this.head })
  }

  /**
   * Quarantined inputs that mention a subject's key, newest first. They were not checked against the schema, so their
   * text decides: the key stands there as a whole string of its JSON or, in what is not JSON, in quotes or as a whole
   * cell between delimiters.
   *
   * @remarks O(quarantine).
   */
  quarantineOf({ id }: Subject): readonly QuarantinedInput[] {
    return this.readQuarantine({ limit: Number.MAX_SAFE_INTEGER }).inputs.filter(compileMention(id))
  }

  /** How often the store was rewritten. What was derived from the log of another generation may not equal it. */
  get generation(): number {
    return this.#storage.rewrites().generation
  }

  /**
   * The rewrites that removed records, oldest first. A state as of an offset up to the `head` of one of them may differ
   * from what was served then.
   */
  get history(): readonly RewriteEntry[] {
    return this.#storage.rewrites().history
  }

  /** Batches of the store, how many of them a rewrite would spare, and the bytes of its file. O(batches). */
  fragmentation(): { batches: number; spare: number; bytes: number } {
    return fragmentationOf(this.#storage, this.head)
  }

  /**
   * Builds a new store without what a rule drops, puts small neighbouring batches together, and deletes the old store
   * from the disk. Every record that is left keeps its offset, and the head stays. Appends go on meanwhile; reads under
   * way go on in the new store. A process that is killed leaves the old store whole or the new one.
   *
   * @throws SluiceError `DISK_FULL` (it needs room for a second store; the log is then as it was), `DIRECTORY_CORRUPT`
   * when a batch that has to be read is damaged, and `INVALID_ARGUMENT`, `SHUTTING_DOWN` as {@link append}
   * @remarks O(bytes of the store), one rewrite at a time.
   */
  rewrite(rule: RewriteRule): Promise<RewriteResult> {
    this.#requireWritable()
    const parts = { storage: this.#storage, committer: this.#committer, references: this.#references }
    const done = this.#lastRewrite.then(() => rewriteStore(parts, rule, rule.at ?? this.#clock()))
    this.#lastRewrite = done.catch(() => undefined)
    return done
  }

  /**
   * Removes every record that {@link recordsOf} gives and every input that {@link quarantineOf} gives, with their bytes.
   *
   * @throws SluiceError as {@link rewrite}
   */
  eraseSubject(subject: Subject): Promise<RewriteResult> {
    return this.rewrite(erasureOf({ storage: this.#storage, references: this.#references }, subject))
  }

  /** A value that an append committed under this name, undefined when there is none. */
  checkpoint(name: string): unknown {
    return this.#storage.fact(`checkpoint/${name}`)
  }

  /** Refuses new appends and waits for those under way. The directory stays open. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#lastRewrite
    await this.#committer.idle()
  }

  /** Takes one event into the pending append, or says why not. */
  #take(event: unknown, now: number, pending: PendingAppend): Refusal | undefined {
    const record = this.#validate(event, now)
    if (record instanceof Refusal) return record
    const text = JSON.stringify(record)
    const refusal = tooLarge(text, MAX_EVENT_BYTES)
    if (refusal !== undefined) return refusal
    pending.records.push(record)
    pending.texts.push(text)
    return undefined
  }

  #requireWritable(): void {
    if (!this.#isWriter) {
      throw new SluiceError(
        'INVALID_ARGUMENT',
        'event log: expected a directory opened for writing, got one opened for reading; append where the writer runs',
      )
    }
    if (this.#closing) {
      throw new SluiceError(
        'SHUTTING_DOWN',
        'event log: expected an open log, got one that closes; send it again later',
      )
    }
  }
}

function emptyAppend(receivedAt: number, { source, refused }: AppendOptions): PendingAppend {
  return {
    records: [],
    texts: [],
    refused: [...(refused ?? [])],
    receivedAt,
    source,
    checkpoint: undefined,
    isInternal: false,
  }
}

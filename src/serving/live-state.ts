import type { Application } from '../application/index.ts'
import { type EventLog, type EventRecord, removeDerivedFiles } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { assert, type Clock, isSluiceError } from '../foundation/index.ts'
import { applyInTurns, openState, saveSnapshot, saveSnapshotSoon } from './state-snapshot.ts'

/** Records between two snapshots, so that a start after a crash has no more than that to read. */
const SNAPSHOT_EVERY = 500_000
/** A snapshot holds requests up while the state is packed: it takes no more than this share of the time. */
const SNAPSHOT_SHARE = 1 / 500

/**
 * The state that serves: it follows the log, is written beside it now and then, and is made anew when records were
 * removed. While it is frozen it stays as it is, and what is committed meanwhile is read from the log afterwards.
 */
export class LiveState {
  /** Why a snapshot was not used at the start; undefined when all was well. */
  readonly snapshotRefused: string | undefined
  readonly #application: Application
  readonly #log: EventLog
  readonly #directory: string
  readonly #snapshotEvery: number
  readonly #stopwatch: Clock
  #state: FeatureState
  #isFrozen = false
  #sinceSnapshot: number
  /** By the stopwatch: before this moment no snapshot is written while serving. */
  #notBefore = Number.NEGATIVE_INFINITY
  #writing: Promise<void> | undefined

  constructor(
    application: Application,
    log: EventLog,
    options: { directory: string; stopwatch: Clock; snapshotEvery?: number | undefined },
  ) {
    this.#application = application
    this.#log = log
    this.#directory = options.directory
    this.#stopwatch = options.stopwatch
    this.#snapshotEvery = options.snapshotEvery ?? SNAPSHOT_EVERY
    const { state, fromSnapshot, refused } = openState(application, log, options.directory, { removeRefused: true })
    this.#state = state
    this.snapshotRefused = refused
    this.#sinceSnapshot = state.offset - fromSnapshot
  }

  get state(): FeatureState {
    return this.#state
  }

  /** Takes what was committed; what was foretold is known already. */
  apply(firstOffset: number, records: readonly EventRecord[]): void {
    if (this.#isFrozen) return
    this.#applyNew(firstOffset, records)
    this.#sinceSnapshot += records.length
    if (this.#sinceSnapshot >= this.#snapshotEvery) this.#snapshotSoon()
  }

  /** Takes what is about to be committed; where the commit fails, {@link reopen} has to follow. */
  foretell(firstOffset: number, records: readonly EventRecord[]): void {
    assert(!this.#isFrozen, 'events wait while the state is frozen')
    this.#applyNew(firstOffset, records)
  }

  #applyNew(firstOffset: number, records: readonly EventRecord[]): void {
    const known = Math.max(0, this.#state.offset + 1 - firstOffset)
    if (known < records.length) this.#state.applyAll(firstOffset + known, known === 0 ? records : records.slice(known))
  }

  /** The state of what the log holds, from the snapshot on. */
  reopen(): void {
    this.#state = openState(this.#application, this.#log, this.#directory).state
  }

  /** When the promise resolves the state stays as it is, and no snapshot is being written. */
  async freeze(): Promise<void> {
    while (this.#writing) await this.#writing
    this.#isFrozen = true
  }

  /**
   * A state of what the log holds now, made in turns with other work, and current when the promise resolves: nothing is
   * committed between that and the caller's next step. The frozen one is let go, and so is what else was made from the log.
   */
  async rebuild(): Promise<void> {
    removeDerivedFiles(this.#directory)
    const fresh = new FeatureState(this.#application.schema, this.#application.aggregates)
    let head: number
    do {
      head = this.#log.head
      await applyInTurns(fresh, this.#log, head)
    } while (this.#log.head !== head)
    this.#state = fresh
    this.#sinceSnapshot = head
    this.#isFrozen = false
  }

  /** Ends a freeze without a new state: nothing was removed. */
  thaw(): void {
    this.#isFrozen = false
    for (const { firstOffset, records } of this.#log.read(this.#state.offset + 1)) this.apply(firstOffset, records)
  }

  /** Writes the state beside the log; nothing is written while it is frozen or ahead of the log. @throws SluiceError `DISK_FULL` */
  saveSnapshot(): void {
    if (this.#isFrozen || this.#state.offset > this.#log.head) return
    saveSnapshot(this.#state, this.#log.generation, this.#directory)
    this.#sinceSnapshot = 0
  }

  /** Resolves when no snapshot is being written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  #snapshotSoon(): void {
    const started = this.#stopwatch()
    if (this.#writing || started < this.#notBefore) return
    this.#sinceSnapshot = 0
    // A full disk is told by the log itself; the next start is longer then, and nothing is lost.
    this.#writing = saveSnapshotSoon(this.#state, this.#log.generation, this.#directory)
      .catch((error: unknown) => {
        if (!isSluiceError(error)) throw error
      })
      .finally(() => {
        this.#writing = undefined
      })
    // The state was packed before the call came back; the rest goes on beside.
    const ended = this.#stopwatch()
    this.#notBefore = ended + (ended - started) / SNAPSHOT_SHARE
  }
}

import { JOURNAL_FILES, JournalFile, removeJournal } from './journal-file.ts'
import { encodeFrame } from './journal-frame.ts'
import { JOURNALED } from './log-facts.ts'
import { mergeWrites, type PendingCommits } from './pending-commits.ts'
import type { Writes } from './store.ts'

/** A commit of more bytes goes into the store at once, which then costs less than writing it twice. */
const MOST_JOURNALED_BYTES = 262_144
/** What waits in the journal is put into the store when it is so much; seldom, because meanwhile the disk has two to serve. */
const APPLIED_AT_BYTES = 1_048_576
/** Once so much has come, room is made in both files for a store that is slow for a while. */
const RESERVED_AT_BYTES = 65_536
const RESERVED_BYTES = 4_194_304
/** Above it a commit waits for the store. */
const MOST_PENDING_BYTES = 33_554_432
/** After a journal that could not be written, so many commits go into the store before another one is begun. */
const COMMITS_WITHOUT = 1_024

/**
 * Makes small commits durable in a journal, a plain file that is only written forwards, and puts many of them at once
 * into the store behind the caller's back: the store's own commit moves pages about, and takes a disk several times as
 * long. What is not yet in the store is in {@link PendingCommits}, where it is read.
 *
 * The number of the newest commit in the store is a fact of the same transaction, so that whatever lies in the journal
 * is applied once, whenever the process ends. One commit is under way at a time.
 */
export class WriteAhead {
  readonly #directory: string
  readonly #pending: PendingCommits
  readonly #commit: (writes: Writes) => Promise<void>
  readonly #applied: () => void
  readonly #files: readonly JournalFile[]
  /** The place in `#files` of the one that is written. */
  #active = 0
  /** The number of the last commit. */
  #last: number
  #applying: Promise<void> | undefined
  /** Whether the store refused what was pending: no file can be written from its beginning. */
  #isRefused = false
  #withoutJournal = 0
  #hasReserved = false

  /**
   * @param parts.commit - commits to the store
   * @param parts.applied - called when the store has what was pending
   * @param last - the number of the last commit, which the store has
   */
  constructor(
    directory: string,
    parts: { pending: PendingCommits; commit: (writes: Writes) => Promise<void>; applied: () => void },
    last: number,
  ) {
    this.#directory = directory
    this.#pending = parts.pending
    this.#commit = parts.commit
    this.#applied = parts.applied
    this.#last = last
    this.#files = JOURNAL_FILES.map((name) => new JournalFile(directory, name))
  }

  /**
   * Resolves when the commit is on the disk: in the journal, or in the store where it is large, or of other things than
   * records, or where the journal cannot be written.
   *
   * @throws SluiceError `DISK_FULL` when the store refuses what the journal does not take; nothing of it is kept
   */
  async commit(writes: Writes): Promise<void> {
    if (!this.#isForJournal(writes)) return this.#commitWithPending(writes)
    const number = this.#last + 1
    const frame = encodeFrame(number, writes)
    try {
      await this.#files[this.#active]!.append(frame)
    } catch {
      this.#withoutJournal = COMMITS_WITHOUT
      await this.#commitWithPending(writes)
      return this.remove()
    }
    this.#last = number
    this.#pending.add({ number, writes, bytes: frame.length })
    if (this.#pending.bytes >= RESERVED_AT_BYTES && !this.#hasReserved) this.#reserve()
    if (this.#pending.bytes >= APPLIED_AT_BYTES) this.#applySoon()
  }

  /** Puts everything into the store. @throws SluiceError `DISK_FULL`; then it stays in the journal */
  async settle(): Promise<void> {
    await this.#applying
    if (!this.#pending.isEmpty) await this.#commitWithPending(NOTHING)
  }

  /** Deletes the files; everything is in the store. */
  async remove(): Promise<void> {
    this.#hasReserved = false
    await this.#applying
    for (const file of this.#files) await file.remove()
    removeJournal(this.#directory)
  }

  #reserve(): void {
    this.#hasReserved = true
    for (const file of this.#files) void file.reserve(RESERVED_BYTES)
  }

  #isForJournal({ batches, facts, quarantine, quarantineDropped = [] }: Writes): boolean {
    if (this.#withoutJournal > 0) this.#withoutJournal--
    if (this.#isRefused || this.#withoutJournal > 0) return false
    if (quarantine.length + quarantineDropped.length > 0 || facts.some(([name]) => isCheckpoint(name))) return false
    const bytes = batches.reduce((sum, [, { length }]) => sum + length, 0)
    return bytes <= MOST_JOURNALED_BYTES && this.#pending.bytes <= MOST_PENDING_BYTES
  }

  /** What is pending and these writes in one commit of the store. */
  async #commitWithPending(writes: Writes): Promise<void> {
    await this.#applying
    const number = this.#last + 1
    const { batches, subjects, facts } = mergeWrites([this.#pending.merged(), writes])
    await this.#commit({ ...writes, batches, subjects, facts: [...facts, [JOURNALED, number]] })
    this.#last = number
    this.#take(number)
    for (const file of this.#files) file.rewind()
  }

  /** Puts what is pending into the store; what comes meanwhile goes to the other file. */
  #applySoon(): void {
    if (this.#applying || this.#isRefused) return
    const full = this.#files[this.#active]!
    const number = this.#last
    const { batches, subjects, facts } = this.#pending.merged()
    this.#active = 1 - this.#active
    this.#applying = this.#commit({ batches, subjects, quarantine: [], facts: [...facts, [JOURNALED, number]] })
      .then(
        () => {
          this.#take(number)
          full.rewind()
        },
        // It stays in the journal, and the next commit tells its caller.
        () => {
          this.#isRefused = true
        },
      )
      .finally(() => {
        this.#applying = undefined
      })
  }

  #take(number: number): void {
    this.#isRefused = false
    this.#pending.dropUpTo(number)
    this.#applied()
  }
}

/** What a cut of the log's end takes back must not come again out of the journal. */
function isCheckpoint(name: string): boolean {
  return name.startsWith('checkpoint/')
}

const NOTHING: Writes = { batches: [], subjects: [], quarantine: [], facts: [] }

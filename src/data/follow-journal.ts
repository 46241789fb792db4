import { type JournalContent, journalGrew, readJournal } from './journal-file.ts'
import type { PendingCommits } from './pending-commits.ts'

/**
 * Follows the journal that another process writes. A look comes before a look at the store and {@link take} after it:
 * what goes from the journal to the store between the two is then in both, never in neither.
 */
export class JournalFollower {
  readonly #directory: string
  readonly #pending: PendingCommits
  #content: JournalContent = { frames: [], ends: [] }
  /** The number of the newest commit that is known. */
  #last = 0

  constructor(directory: string, pending: PendingCommits) {
    this.#directory = directory
    this.#pending = pending
  }

  /** Reads the journal when it grew. */
  look(): void {
    if (journalGrew(this.#directory, this.#content.ends, this.#last)) {
      this.#content = readJournal(this.#directory, this.#last)
    }
  }

  /** Takes over what was read and the store does not have, as far as nothing is missing before it. */
  take(applied: number): void {
    this.#pending.dropUpTo(applied)
    this.#last = Math.max(applied, this.#pending.last)
    for (const frame of this.#content.frames) {
      if (frame.number !== this.#last + 1) continue
      this.#pending.add(frame)
      this.#last = frame.number
    }
    this.#content = { ...this.#content, frames: [] }
  }
}

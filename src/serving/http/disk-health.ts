import { type Clock, isSluiceError } from '../../foundation/index.ts'

/** After this time without a refusal the disk is tried again. */
const REFUSAL_COUNTS_MS = 10_000

/** Whether the disk took what was written of late: events by the caller's word, decisions by the log's count of losses. */
export class DiskHealth {
  readonly #clock: Clock
  readonly #lost: () => number
  #lostBefore: number
  #refusedAt = Number.NEGATIVE_INFINITY

  /** @param lost - how many of the engine's own records were lost so far */
  constructor(clock: Clock, lost: () => number) {
    this.#clock = clock
    this.#lost = lost
    this.#lostBefore = lost()
  }

  /** Watches a write; its outcome is passed on. */
  async watch<Result>(write: Promise<Result>): Promise<Result> {
    try {
      const result = await write
      this.#refusedAt = Number.NEGATIVE_INFINITY
      return result
    } catch (error) {
      if (isSluiceError(error, 'DISK_FULL')) this.#refusedAt = this.#clock()
      throw error
    }
  }

  get isRefusing(): boolean {
    const lost = this.#lost()
    if (lost > this.#lostBefore) this.#refusedAt = this.#clock()
    this.#lostBefore = lost
    return this.#clock() - this.#refusedAt < REFUSAL_COUNTS_MS
  }
}

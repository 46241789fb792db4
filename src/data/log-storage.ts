import type { Database, RootDatabase } from 'lmdb'
import type { ErrorCode } from '../foundation/index.ts'
import { batchCount } from './batch-codec.ts'
import { storageFault } from './storage-fault.ts'

/** Name of the fact that counts the quarantine. */
export const QUARANTINE_TALLY = 'quarantine'

/** What one commit writes, all of it or nothing. */
export interface Writes {
  /** Encoded batches by the offset of their first record. */
  readonly batches: readonly (readonly [firstOffset: number, bytes: Buffer])[]
  /** Quarantined input by its running number. */
  readonly quarantine: readonly (readonly [number: number, value: unknown])[]
  /** Small facts by name: counters, checkpoints. */
  readonly facts: readonly (readonly [name: string, value: unknown])[]
}

/** The three tables of a data directory's LMDB store. Every read sees the newest durable commit. */
export class LogStorage {
  readonly #environment: RootDatabase
  readonly #batches: Database<Buffer, number>
  readonly #quarantine: Database<unknown, number>
  readonly #facts: Database<unknown, string>

  constructor(environment: RootDatabase) {
    this.#environment = environment
    this.#batches = environment.openDB({ name: 'batches', encoding: 'binary' })
    this.#quarantine = environment.openDB({ name: 'quarantine', encoding: 'json' })
    this.#facts = environment.openDB({ name: 'facts', encoding: 'json' })
  }

  /**
   * Writes in one transaction; resolves when it is flushed to disk.
   *
   * @throws SluiceError `DISK_FULL` when the disk refuses; then nothing of it is kept and a later commit may succeed
   */
  async commit({ batches, quarantine, facts }: Writes): Promise<void> {
    const writes: Promise<unknown>[] = []
    const batch = this.#environment.batch(() => {
      for (const [firstOffset, bytes] of batches) writes.push(this.#batches.put(firstOffset, bytes))
      for (const [number, value] of quarantine) writes.push(this.#quarantine.put(number, value))
      for (const [name, value] of facts) writes.push(this.#facts.put(name, value))
    })
    const outcomes = await Promise.allSettled([...writes, batch])
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw storageFault('event log', await commitCause(failed.reason))
  }

  close(): Promise<void> {
    return this.#environment.close()
  }

  /** Runs `action` while no other process can do the same; the system frees the mutex when its holder dies. */
  exclusively<Result>(action: () => Result): Result {
    return this.#environment.transactionSync(action)
  }

  /** The last offset in the store, 0 when it is empty. */
  lastOffset(): number {
    this.#environment.resetReadTxn()
    for (const key of this.#batches.getKeys({ reverse: true, limit: 1 })) {
      return key + batchCount(this.batchAt(key) ?? Buffer.alloc(0)) - 1
    }
    return 0
  }

  /** First offset of the batch that holds `offset`, or would hold it; undefined before the first batch. */
  batchKeyFor(offset: number): number | undefined {
    for (const key of this.#batches.getKeys({ reverse: true, start: offset, limit: 1 })) return key
    return undefined
  }

  /** First offsets of at most `limit` batches from `start` to `end`, both included. */
  batchKeys(start: number, end: number, limit: number): number[] {
    return [...this.#batches.getKeys({ start, end: end + 1, limit })]
  }

  /** A copy of one batch's bytes. */
  batchAt(firstOffset: number): Buffer | undefined {
    return this.#batches.getBinary(firstOffset)
  }

  /** The last running number of the quarantine and how many inputs of each code came to it. */
  quarantineTally(): { last: number; counts: Readonly<Partial<Record<ErrorCode, number>>> } {
    return (this.fact(QUARANTINE_TALLY) ?? { last: 0, counts: {} }) as ReturnType<LogStorage['quarantineTally']>
  }

  /** A value that a commit stored under this name. */
  fact(name: string): unknown {
    return this.#facts.get(name)
  }

  /** Quarantined input, newest first. */
  newestQuarantined(limit: number): { number: number; value: unknown }[] {
    this.#environment.resetReadTxn()
    return [...this.#quarantine.getRange({ reverse: true, limit })].map(({ key, value }) => ({ number: key, value }))
  }
}

/** LMDB rejects with a wrapper whose `commitError` is a promise that rejects with the cause. */
async function commitCause(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: unknown }).commitError
    return error
  } catch (cause) {
    return cause
  }
}

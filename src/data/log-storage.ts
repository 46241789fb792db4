import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { assert, type ErrorCode, isSluiceError } from '../foundation/index.ts'
import { batchCount } from './batch-codec.ts'
import { FIRST_STORE, isStoreName, MANIFEST, manifestStamp, readManifest, writeManifest } from './directory-manifest.ts'
import { JournalFollower } from './follow-journal.ts'
import type { JournaledWrites } from './journal-frame.ts'
import { JOURNALED } from './log-facts.ts'
import { PendingCommits } from './pending-commits.ts'
import { storageFault } from './storage-fault.ts'
import { removeStore, removeStoreSoon, Store, type Writes } from './store.ts'
import { requireStoreFile } from './store-file.ts'
import { WriteAhead } from './write-ahead.ts'

/** Name of the fact that counts the quarantine. */
export const QUARANTINE_TALLY = 'quarantine'
/** Name of the fact that sizes the quarantine; a rewrite that drops of it removes the fact, and it is counted again. */
export const QUARANTINE_KEPT = 'quarantine-kept'
/** Name of the fact that tells of the rewrites. */
export const REWRITES = 'rewrites'
/** Keys of batches that are fetched at once. */
const KEYS_AT_ONCE = 256

/** How many inputs of each code came to the quarantine and were not erased, and the last running number given. */
export interface QuarantineTally {
  readonly last: number
  readonly counts: Readonly<Partial<Record<ErrorCode, number>>>
}

/** A rewrite that removed records: a state as of an offset up to `head` may differ from what was served then. */
export interface RewriteEntry {
  readonly kind: 'erasure' | 'retention'
  /** When, in milliseconds since the Unix epoch. */
  readonly at: number
  /** The log's head at that moment. */
  readonly head: number
}

export interface Rewrites {
  /** How often the store was rewritten. */
  readonly generation: number
  readonly history: readonly RewriteEntry[]
}

/** A stored batch and the part of it that was asked for, both ends included. */
export interface BatchSpan {
  readonly key: number
  readonly from: number
  readonly to: number
}

/**
 * The store of a data directory: the one that its manifest names, also after a rewrite has put another one in its
 * place, with what the journal has and it does not have yet. Every read sees the newest durable commit.
 */
export class LogStorage {
  readonly #path: string
  readonly #mode: 'write' | 'read'
  #store: Store
  #stamp: string | undefined
  /** What stands in the journal and not in the store. */
  readonly #pending = new PendingCommits()
  /** For the writer, once it has taken what an earlier one left. */
  #ahead: WriteAhead | undefined
  readonly #follower: JournalFollower | undefined

  /** Opens the store of a data directory, or makes the first one of a directory that has no manifest yet. */
  constructor(path: string, mode: 'write' | 'read') {
    this.#path = path
    this.#mode = mode
    const isNew = !existsSync(join(path, MANIFEST))
    this.#stamp = isNew ? undefined : manifestStamp(path)
    this.#store = isNew ? new Store(join(path, FIRST_STORE), mode) : this.#openNamed()
    this.#follower = mode === 'read' ? new JournalFollower(path, this.#pending) : undefined
  }

  /** Writes small commits to a journal from now on; what an earlier writer left in one has been taken. */
  beginJournal(): void {
    const parts = {
      pending: this.#pending,
      commit: (writes: Writes) => this.#store.commit(writes),
      applied: () => this.#store.environment.resetReadTxn(),
    }
    this.#ahead = new WriteAhead(this.#path, parts, this.journaled)
  }

  /** The number of the newest commit of the journal that the store has. */
  get journaled(): number {
    return (this.storedFact(JOURNALED) as number | undefined) ?? 0
  }

  /** Folder of the store that is open. */
  get folder(): string {
    return this.#store.folder
  }

  /** Bytes of the store's file. */
  get bytes(): number {
    return this.#store.bytes
  }

  /** One at a time. @throws SluiceError `DISK_FULL` when the disk refuses; then nothing of it is kept */
  commit(writes: Writes): Promise<void> {
    return this.#ahead ? this.#ahead.commit(writes) : this.#store.commit(writes)
  }

  /** Puts what the journal has into the store, and deletes it; nothing is committed meanwhile. @throws SluiceError `DISK_FULL` */
  async settle(): Promise<void> {
    await this.#ahead?.settle()
    await this.#ahead?.remove()
  }

  /** What a full disk keeps out of the store stays in the journal. */
  async close(): Promise<void> {
    try {
      await this.settle()
    } catch (error) {
      if (!isSluiceError(error)) throw error
    } finally {
      await this.#store.close()
    }
  }

  /** Runs `action` while no other process can do the same; the system frees the mutex when its holder dies. */
  exclusively<Result>(action: () => Result): Result {
    return this.#store.environment.transactionSync(action)
  }

  /** For a reader: goes over to the store that a rewrite has put in the place of the one that is open. */
  refresh(): void {
    if (this.#follower === undefined) return
    this.#follower.look()
    const stamp = manifestStamp(this.#path)
    if (stamp !== undefined && stamp !== this.#stamp) {
      this.#stamp = stamp
      if (join(this.#path, readManifest(this.#path).store) !== this.#store.folder) {
        const old = this.#store
        this.#store = this.#openNamed()
        old.close().catch(() => undefined)
      }
    }
    this.#store.environment.resetReadTxn()
    this.#follower.take(this.journaled)
  }

  /** A new, empty store beside the one that is open. */
  openDraft(): Store {
    this.removeOthers()
    return new Store(join(this.#path, `${FIRST_STORE}-${this.rewrites().generation + 1}`), 'draft')
  }

  /**
   * Puts a draft in the place of the store that is open, in one step, and deletes the old one. Nobody writes meanwhile.
   * When it throws, the old store is as it was.
   */
  async switchTo(draft: Store): Promise<void> {
    assert(this.#pending.isEmpty, 'a store is replaced when it has everything')
    await draft.close()
    await draft.flush()
    const next = new Store(draft.folder, 'write')
    const old = this.#store
    const { createdAt } = readManifest(this.#path)
    try {
      writeManifest(this.#path, { createdAt, store: basename(next.folder) })
    } catch (error) {
      await next.close()
      throw error
    }
    this.#store = next
    await old.close()
    await removeStoreSoon(old.folder)
  }

  /** Deletes the stores that the manifest does not name: what rewrites replaced or did not finish when they were killed. */
  removeOthers(): void {
    assert(this.#mode === 'write', 'only the writer deletes stores')
    for (const name of readdirSync(this.#path)) {
      if (isStoreName(name) && name !== basename(this.#store.folder)) removeStore(join(this.#path, name))
    }
  }

  /** The last offset in the store, 0 when it is empty. */
  lastOffset(): number {
    this.refresh()
    const pending = this.#pending.lastOffset
    if (pending > 0) return pending
    this.#store.environment.resetReadTxn()
    for (const key of this.#store.batches.getKeys({ reverse: true, limit: 1 })) {
      return key + batchCount(this.batchAt(key) ?? Buffer.alloc(0)) - 1
    }
    return 0
  }

  /** First offset of the batch that holds `offset`, or would hold it; undefined before the first batch. */
  batchKeyFor(offset: number): number | undefined {
    const pending = this.#pending.keyFor(offset)
    if (pending !== undefined) return pending
    for (const key of this.#store.batches.getKeys({ reverse: true, start: offset, limit: 1 })) return key
    return undefined
  }

  /**
   * The batches that hold offsets of a range, in order. When the store is replaced meanwhile, it goes on in the new one
   * where it stood.
   */
  *spans(from: number, to: number): Generator<BatchSpan, void, undefined> {
    let position = from
    while (position <= to) {
      const store = this.#store
      store.environment.resetReadTxn()
      const start = this.batchKeyFor(position) ?? position
      const keys = this.#keysBetween(start, to, KEYS_AT_ONCE + 1)
      for (const [index, key] of keys.slice(0, KEYS_AT_ONCE).entries()) {
        // What lies between a batch and the next one was removed.
        const next = keys[index + 1] ?? to + 1
        yield { key, from: Math.max(key, position), to: Math.min(to, next - 1) }
        position = next
        if (this.#store !== store) break
      }
      if (keys.length === 0) return
    }
  }

  #keysBetween(start: number, end: number, limit: number): number[] {
    const keys = [...this.#store.batches.getKeys({ start, end: end + 1, limit })]
    if (keys.length === limit || this.#pending.isEmpty) return keys
    return keys.concat(this.#pending.keysBetween((keys.at(-1) ?? start - 1) + 1, end, limit - keys.length))
  }

  /** First offsets of the batches that are in the store, newest first. */
  keysDown(): Iterable<number> {
    return this.#store.batches.getKeys({ reverse: true })
  }

  /**
   * Removes batches with their rows of the subject index, and changes facts, in one step that is on the disk when this
   * returns.
   *
   * @throws SluiceError `DISK_FULL` when the disk refuses; then nothing has changed
   */
  cut(
    batches: readonly number[],
    facts: { set: readonly (readonly [name: string, value: unknown])[]; remove: readonly string[] },
  ): void {
    const { environment, batches: table, subjects, facts: factTable, folder } = this.#store
    try {
      environment.transactionSync(() => {
        for (const key of batches) {
          table.removeSync(key)
          subjects?.removeSync(key)
        }
        for (const name of facts.remove) factTable.removeSync(name)
        for (const [name, value] of facts.set) factTable.putSync(name, value)
      })
    } catch (cause) {
      throw storageFault(folder, cause)
    }
  }

  /**
   * Puts commits of the journal into the store, in one step that is on the disk when this returns.
   *
   * @param number - of the last of them
   * @throws SluiceError `DISK_FULL` when the disk refuses; then nothing has changed
   */
  apply({ batches, subjects, facts }: JournaledWrites, number: number): void {
    const { environment, batches: table, subjects: rows, facts: factTable, folder } = this.#store
    try {
      environment.transactionSync(() => {
        for (const [key, bytes] of batches) table.putSync(key, bytes)
        for (const [key, row] of subjects) rows?.putSync(key, row)
        for (const [name, value] of [...facts, [JOURNALED, number] as const]) factTable.putSync(name, value)
      })
    } catch (cause) {
      throw storageFault(folder, cause)
    }
  }

  /** The bytes of one batch, which stay as they are. */
  batchAt(firstOffset: number): Buffer | undefined {
    return this.#pending.batchAt(firstOffset) ?? this.#store.batches.getBinary(firstOffset)
  }

  /** The row of the subject index for a batch; undefined for a batch of a release that had none. */
  subjectRowAt(firstOffset: number): Buffer | undefined {
    return this.#pending.rowAt(firstOffset) ?? this.#store.subjects?.getBinary(firstOffset)
  }

  /** The last running number of the quarantine and how many inputs of each code lie in it. */
  quarantineTally(): QuarantineTally {
    return (this.fact(QUARANTINE_TALLY) ?? { last: 0, counts: {} }) as QuarantineTally
  }

  /** How often the store was rewritten, and which rewrites removed records. */
  rewrites(): Rewrites {
    this.refresh()
    return (this.fact(REWRITES) ?? { generation: 0, history: [] }) as Rewrites
  }

  /** A value that a commit stored under this name. */
  fact(name: string): unknown {
    this.refresh()
    return this.#pending.facts.has(name) ? this.#pending.facts.get(name) : this.storedFact(name)
  }

  /** The same as the store has it, without the journal. */
  storedFact(name: string): unknown {
    return this.#store.facts.get(name)
  }

  /** All facts. */
  facts(): [name: string, value: unknown][] {
    const stored = [...this.#store.facts.getRange({})].map(({ key, value }): [string, unknown] => [key, value])
    return [...new Map([...stored, ...this.#pending.facts])]
  }

  /** Quarantined input, newest first. */
  newestQuarantined(limit: number): { number: number; value: unknown }[] {
    this.refresh()
    this.#store.environment.resetReadTxn()
    const range = this.#store.quarantine.getRange({ reverse: true, limit })
    return [...range].map(({ key, value }) => ({ number: key, value }))
  }

  /** Quarantined input from a running number on, oldest first. */
  quarantinedFrom(number: number, limit: number): { number: number; value: unknown }[] {
    const range = this.#store.quarantine.getRange({ start: number, limit })
    return [...range].map(({ key, value }) => ({ number: key, value }))
  }

  /** Opens what the manifest names; when a rewrite deletes that at this very moment, what it names then. */
  #openNamed(): Store {
    for (;;) {
      const folder = join(this.#path, readManifest(this.#path).store)
      try {
        requireStoreFile(join(folder, 'data.mdb'))
        return new Store(folder, this.#mode)
      } catch (error) {
        if (join(this.#path, readManifest(this.#path).store) === folder) throw error
      }
    }
  }
}

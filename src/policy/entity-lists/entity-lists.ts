import { type ByteReader, type ByteWriter, SluiceError } from '../../foundation/index.ts'
import { requireNumber } from '../require-field.ts'
import { LIST_NAMES, type ListEntry, type ListName, type ListRecord, requireListRecord } from './list-record.ts'

export interface EntityListsOptions {
  /** How many entries are held at most, 1 to 10,000,000; 1,000,000 when it is not said. */
  readonly entries?: number
}

interface KeyEntries {
  readonly allow?: ListEntry
  readonly block?: ListEntry
}

/**
 * The allow and block lists of a system: a function of the records in the order of the log. Whether an entry has expired
 * is a matter of the time that is asked about, so reading changes nothing.
 *
 * Full lists refuse a new entry rather than forget one: what has expired by the time of the record makes room first.
 *
 * @remarks A record and a question take O(1); making room O(entries), when something has expired. Some 300 bytes an entry.
 */
export class EntityLists {
  readonly #most: number
  readonly #keys = new Map<string, Map<string, KeyEntries>>()
  #size = 0
  /** No entry expires before this. */
  #firstExpiry = Number.POSITIVE_INFINITY

  constructor({ entries = 1_000_000 }: EntityListsOptions = {}) {
    requireNumber('entries of lists', entries, 1, 10_000_000)
    this.#most = entries
  }

  /** How many entries are held, with those that have expired and were not dropped yet. */
  get size(): number {
    return this.#size
  }

  /**
   * @throws SluiceError `INVALID_ARGUMENT`, `OUT_OF_RANGE` for a record that is not sound; `LIMIT_EXCEEDED` when the
   * lists are full. What is refused changes nothing, then and on a replay.
   */
  apply(record: ListRecord): void {
    requireListRecord(record)
    const { list, entity, key } = record
    const isHeld = this.#entry(list, entity, key) !== undefined
    if (record.kind === 'remove') {
      if (isHeld) this.#drop(list, entity, key)
      return
    }
    if (!isHeld) this.#makeRoom(record.at)
    const { reason, by, at: addedAt, expiresAt } = record
    this.#put({ list, entity, key, reason, by, addedAt, expiresAt })
  }

  /** Whether an entry stands there already that says the same, whoever put it there. */
  holds({ list, entity, key, reason, expiresAt }: Extract<ListRecord, { kind: 'add' }>): boolean {
    const held = this.#entry(list, entity, key)
    return held !== undefined && held.reason === reason && held.expiresAt === expiresAt
  }

  /**
   * The entry that holds for a key at a time; one that blocks before one that allows.
   *
   * @param at - milliseconds since 1970
   */
  find(entity: string, key: string, at: number): ListEntry | undefined {
    const entries = this.#keys.get(entity)?.get(key)
    if (entries === undefined) return undefined
    if (entries.block && isValid(entries.block, at)) return entries.block
    return entries.allow && isValid(entries.allow, at) ? entries.allow : undefined
  }

  /**
   * The entry that decides about an event: of all its keys, one that blocks before one that allows; of several that say
   * the same, that of the key named first.
   *
   * @param keys - entity and key, such as `[['card', 'c17'], ['terminal', 't3']]`
   */
  findFirst(keys: Iterable<readonly [entity: string, key: string]>, at: number): ListEntry | undefined {
    let allowed: ListEntry | undefined
    for (const [entity, key] of keys) {
      const entry = this.find(entity, key, at)
      if (entry?.list === 'block') return entry
      allowed ??= entry
    }
    return allowed
  }

  /** The entries that hold at a time, oldest key first. */
  *entries(at: number): Generator<ListEntry> {
    for (const entry of this.#all()) if (isValid(entry, at)) yield entry
  }

  save(writer: ByteWriter): void {
    writer.uint32(this.#size)
    for (const { list, entity, key, reason, by, addedAt, expiresAt } of this.#all()) {
      writer.json([list, entity, key, reason, by]).float64(addedAt)
      writer.float64(expiresAt ?? Number.POSITIVE_INFINITY)
    }
  }

  /** Reads what {@link save} wrote into lists that are empty. */
  load(reader: ByteReader): void {
    for (let left = reader.uint32(); left > 0; left--) {
      const [list, entity, key, reason, by] = reader.json() as [ListName, string, string, string, string]
      const addedAt = reader.float64()
      const expiry = reader.float64()
      this.#put({ list, entity, key, reason, by, addedAt, expiresAt: Number.isFinite(expiry) ? expiry : undefined })
    }
  }

  #entry(list: ListName, entity: string, key: string): ListEntry | undefined {
    return this.#keys.get(entity)?.get(key)?.[list]
  }

  #put(entry: ListEntry): void {
    const { list, entity, key } = entry
    const keys = this.#keys.get(entity) ?? new Map<string, KeyEntries>()
    if (keys.size === 0) this.#keys.set(entity, keys)
    const entries = keys.get(key)
    if (entries?.[list] === undefined) this.#size++
    keys.set(key, { ...entries, [list]: entry })
    this.#firstExpiry = Math.min(this.#firstExpiry, entry.expiresAt ?? Number.POSITIVE_INFINITY)
  }

  #drop(list: ListName, entity: string, key: string): void {
    const keys = this.#keys.get(entity)!
    const other = keys.get(key)![list === 'allow' ? 'block' : 'allow']
    if (other === undefined) keys.delete(key)
    else keys.set(key, { [other.list]: other })
    if (keys.size === 0) this.#keys.delete(entity)
    this.#size--
  }

  #makeRoom(at: number): void {
    if (this.#size < this.#most) return
    if (this.#firstExpiry <= at) this.#dropExpired(at)
    if (this.#size < this.#most) return
    throw new SluiceError(
      'LIMIT_EXCEEDED',
      `lists: expected at most ${this.#most} entries, got one more; remove some, let them expire, or declare more`,
    )
  }

  #dropExpired(at: number): void {
    this.#firstExpiry = Number.POSITIVE_INFINITY
    for (const entry of [...this.#all()]) {
      if (!isValid(entry, at)) this.#drop(entry.list, entry.entity, entry.key)
      else this.#firstExpiry = Math.min(this.#firstExpiry, entry.expiresAt ?? Number.POSITIVE_INFINITY)
    }
  }

  *#all(): Generator<ListEntry> {
    for (const keys of this.#keys.values()) {
      for (const entries of keys.values()) {
        for (const list of LIST_NAMES) {
          const entry = entries[list]
          if (entry) yield entry
        }
      }
    }
  }
}

function isValid({ expiresAt }: ListEntry, at: number): boolean {
  return expiresAt === undefined || at < expiresAt
}

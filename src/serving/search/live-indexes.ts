import { rmSync } from 'node:fs'
import { type Application, type SearchSystem, searchSystems } from '../../application/index.ts'
import { derivedFolder, derivedFolders, type EventLog, type EventRecord } from '../../data/index.ts'
import type { FeatureState } from '../../features/index.ts'
import { type Clock, isSluiceError } from '../../foundation/index.ts'
import { openSaved, type QueryIntent, SearchIndex, SearchIndexFolder } from '../../retrieval/index.ts'
import { type LogFollowers, noteLog, noteTail } from './index-log.ts'

/** Letters of documents that are indexed between two turns of others: some milliseconds. */
const LETTERS_A_TURN = 25_000
/** The same at the end: what waits longer is indexed at the next start. */
const LETTERS_AT_END = 2_000_000
/** Documents in whose time segments are merged between two turns of others. */
const DOCUMENTS_A_TURN = 64
/** An index is saved when so many changes were indexed since, or the log has grown by so many records. */
const SAVED_CHANGES = 5_000
const SAVED_RECORDS = 100_000
/** Saving takes no more than this share of the time. */
const SAVED_SHARE = 1 / 20

const PREFIX = 'search-'

/** An index, where it is kept, and what of it is. */
interface KeptIndex {
  readonly folder: SearchIndexFolder
  index: SearchIndex
  /** As of the last save: {@link SearchIndex.taken} and {@link SearchIndex.reached}. */
  taken: number
  reached: number
}

/** What the indexes of an engine are made of. */
export interface LiveIndexesParts {
  readonly application: Application
  readonly log: EventLog
  readonly directory: string
  readonly stopwatch: Clock
  /** Changes and records between two saves, if that is less than it would be. */
  readonly snapshotEvery?: number | undefined
}

/** The folder of a search system's index in a data directory. */
export function searchIndexFolder(
  { schema }: Application,
  directory: string,
  [name, system]: readonly [string, SearchSystem],
): SearchIndexFolder {
  return new SearchIndexFolder(derivedFolder(directory, `${PREFIX}${name}`), system, schema)
}

/**
 * The indexes of the search systems of an engine. They follow the state, are brought up to date and merged in turns with
 * other work, and are saved beside the log now and then, so that a start goes on from there. What is saved is never needed:
 * one that cannot be used is made anew from the log.
 */
export class LiveIndexes {
  /** Why an index was made anew from the log although one was saved, by system. */
  readonly refused = new Map<string, string>()
  readonly #parts: LiveIndexesParts
  readonly #kept: ReadonlyMap<string, KeptIndex>
  /** By entity, the indexes over its kind. */
  #indexesOf: ReadonlyMap<string, readonly SearchIndex[]> = new Map()
  #working: Promise<void> | undefined
  #saving: Promise<void> | undefined
  /** By the stopwatch: before this moment none is saved. */
  #notBefore = Number.NEGATIVE_INFINITY
  /** Ends the save under way. */
  #ending = new AbortController()
  #isFrozen = false
  #isClosed = false

  /**
   * Opens what was saved and brings it up to the log.
   *
   * @param state - as of the log's head
   * @param learning - intents, which are told what they do not know of the log
   */
  constructor(parts: LiveIndexesParts, state: FeatureState, learning: Omit<LogFollowers, 'indexes'>) {
    this.#parts = parts
    this.#removeOthers()
    this.#kept = new Map(searchSystems(parts.application).map((named) => [named[0], this.#open(named, state)]))
    this.#group()
    const behind = [...this.#kept.values()].map(({ index }) => index).filter(({ reached }) => reached < state.offset)
    this.#noteAll({ indexes: behind, ...learning })
    this.#indexSoon()
  }

  #open(named: readonly [string, SearchSystem], state: FeatureState): KeptIndex {
    const { application, directory, log } = this.#parts
    const [name, system] = named
    const folder = searchIndexFolder(application, directory, named)
    const { index = new SearchIndex(system), refused } = openSaved(folder, log)
    if (refused !== undefined) {
      this.refused.set(name, refused)
      folder.remove()
    }
    const { reached } = index
    if (reached > 0 && noteTail(index, log, state)) index.indexTo(Number.POSITIVE_INFINITY)
    return { folder, index, taken: 0, reached }
  }

  /** Those of systems that the application no longer has. */
  #removeOthers(): void {
    const { application, directory } = this.#parts
    for (const name of derivedFolders(directory)) {
      if (!name.startsWith(PREFIX) || application.systems[name.slice(PREFIX.length)]?.task === 'search') continue
      rmSync(derivedFolder(directory, name), { recursive: true, force: true })
    }
  }

  #noteAll(followers: LogFollowers & { readonly indexes: readonly SearchIndex[] }): void {
    const { log } = this.#parts
    const { indexes } = followers
    for (const _ of noteLog(followers, log, { indexes: log.head, intents: log.head })) {
      for (const index of indexes) index.indexTo(Number.POSITIVE_INFINITY)
    }
    for (const index of indexes) while (index.settle(DOCUMENTS_A_TURN));
  }

  #group(): void {
    const all = [...this.#kept.values()].map(({ index }) => index)
    this.#indexesOf = Map.groupBy(all, ({ spec }) => spec.documents)
  }

  /** The index of a system; after an erasure it may be another one. */
  of(name: string): SearchIndex {
    return this.#kept.get(name)!.index
  }

  /**
   * Takes what was committed: every document as it is known right after its own record.
   *
   * @param apply - applies records to the feature state
   * @param state - the state that they are applied to
   */
  take(
    firstOffset: number,
    records: readonly EventRecord[],
    apply: (firstOffset: number, records: readonly EventRecord[]) => void,
    state: () => FeatureState,
  ): void {
    let from = 0
    for (let place = 0; this.#indexesOf.size > 0 && place < records.length; place++) {
      const record = records[place]!
      const indexes = this.#indexesOf.get(record.type)
      if (indexes === undefined) continue
      apply(firstOffset + from, records.slice(from, place + 1))
      from = place + 1
      const { attributes } = state()
      const id = String(record[record.type])
      const known = attributes.describe(record.type, attributes.keys(record.type).find(id))
      for (const index of indexes) index.note(firstOffset + place, id, record, known)
    }
    if (from < records.length) apply(firstOffset + from, from === 0 ? records : records.slice(from))
    for (const { index } of this.#kept.values()) index.reach(firstOffset + records.length - 1)
    if (from > 0) this.#indexSoon()
    else this.#saveIfDue()
  }

  /** Resolves when all that is known of documents by now can be found. */
  async indexed(name: string): Promise<void> {
    const kept = this.#kept.get(name)
    const until = this.#parts.log.head
    while (kept && kept.index.pending > 0 && kept.index.indexed < until) await nextTurn()
  }

  /** Indexes, merges and saves in turns with other work, until there is nothing left to do. */
  #indexSoon(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
    })
  }

  async #work(): Promise<void> {
    for (let isMore = true; isMore && !this.#isClosed; ) {
      await nextTurn()
      isMore = false
      for (const { index } of this.#kept.values()) {
        index.indexTo(Number.POSITIVE_INFINITY, LETTERS_A_TURN)
        if (index.pending > 0 || index.settle(DOCUMENTS_A_TURN)) isMore = true
      }
      this.#saveIfDue()
    }
  }

  #saveIfDue(): void {
    const { stopwatch, snapshotEvery: most = Number.POSITIVE_INFINITY } = this.#parts
    const [changes, records] = [Math.min(most, SAVED_CHANGES), Math.min(most, SAVED_RECORDS)]
    const started = stopwatch()
    if (this.#saving || this.#isFrozen || this.#isClosed || started < this.#notBefore) return
    const due = [...this.#kept.values()].filter(
      ({ index, taken, reached }) => index.taken - taken >= changes || index.reached - reached >= records,
    )
    if (due.length === 0) return
    this.#saving = this.#save(due).finally(() => {
      const ended = stopwatch()
      this.#notBefore = ended + (ended - started) / SAVED_SHARE
      this.#saving = undefined
    })
  }

  async #save(kept: readonly KeptIndex[]): Promise<void> {
    const { signal } = this.#ending
    for (const one of kept) {
      const { taken, reached } = one
      one.taken = one.index.taken
      one.reached = one.index.reached
      try {
        const isSaved = await one.folder.save(one.index, this.#parts.log, signal)
        if (!isSaved) Object.assign(one, { taken, reached })
      } catch (error) {
        // A full disk is told by the log itself; the next start is longer then, and nothing is lost.
        if (!isSluiceError(error)) throw error
      }
    }
  }

  /** When the promise resolves nothing is being saved, and nothing will be before {@link thaw}. */
  async freeze(): Promise<void> {
    this.#isFrozen = true
    this.#ending.abort()
    await this.#saving
    this.#ending = new AbortController()
  }

  /** Ends a freeze. */
  thaw(): void {
    this.#isFrozen = false
    this.#notBefore = Number.NEGATIVE_INFINITY
    this.#indexSoon()
  }

  /**
   * The log was written anew, and the folders are gone: they are written whole next. Indexes over documents that may have
   * named who is gone are made anew, and fresh intents are told what is left; in turns with other work.
   */
  async forget(entity: string, intents: Iterable<QueryIntent>): Promise<void> {
    const { log, application } = this.#parts
    const fresh = new Map<KeptIndex, SearchIndex>()
    for (const kept of this.#kept.values()) {
      kept.folder.forget()
      kept.reached = Number.NEGATIVE_INFINITY
      const { spec } = kept.index
      if (canName(application, spec.documents, entity)) fresh.set(kept, new SearchIndex(spec))
    }
    const until = { indexes: log.head, intents: log.head }
    for (const _ of noteLog({ indexes: fresh.values(), intents }, log, until)) {
      for (const index of fresh.values()) index.indexTo(Number.POSITIVE_INFINITY)
      await nextTurn()
    }
    for (const [kept, index] of fresh) {
      kept.index = index
      kept.taken = 0
    }
    this.#group()
  }

  /** Ends the work beside, and saves what is not saved. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#working
    await this.#saving
    for (const { index } of this.#kept.values()) index.indexTo(Number.POSITIVE_INFINITY, LETTERS_AT_END)
    await this.#save(
      [...this.#kept.values()].filter(({ index, taken, reached }) => index.taken > taken || index.reached > reached),
    )
  }
}

/** Whether a record of a kind of entity can name an entity of a kind: itself, or by a reference. */
function canName({ schema }: Application, kind: string, entity: string): boolean {
  if (kind === entity) return true
  return Object.values(schema.entities[kind] ?? {}).some(
    (field) => field.kind === 'reference' && field.entity === entity,
  )
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

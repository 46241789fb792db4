import { isSluiceError } from '../../foundation/index.ts'
import { LiveTextIndex } from '../text/live-text-index.ts'
import type { TextDocument } from '../text/text-fields.ts'
import type { TextIndexFolder } from '../text/text-index-folder.ts'
import type { TextSnapshot } from '../text/text-snapshot.ts'
import {
  fieldValue,
  indexedAttributes,
  indexOptions,
  type QueryReading,
  queryReading,
  type SearchDocuments,
} from './search-documents.ts'

/** Words that are merged in the time of a document, when there is nothing else to do. */
const WORDS_A_DOCUMENT = 1_000

/** What a change costs besides, as letters of its text. */
const LETTERS_A_CHANGE = 200

/** What is known of an entity, by attribute. */
type Known = Readonly<Record<string, unknown>>

interface Pending {
  readonly offset: number
  readonly id: string
  /** Absent: it is taken out. */
  readonly document: TextDocument | undefined
}

/** What an index is known to hold, and what it goes on from when it is opened. */
export interface IndexedUntil {
  /** Every record of the log up to here is in it. */
  readonly position: number
  /** The offset of the last change that it holds. */
  readonly indexed: number
  /** Changes that it could not take. */
  readonly refused: number
}

/** An index as it was saved. */
export interface SavedSearchIndex extends IndexedUntil {
  readonly index: LiveTextIndex
}

/**
 * The index over the entities of a kind. Changes are noted in the order of the log and indexed a little later, so that
 * nothing takes long at once. What it answers is a function of the log up to {@link indexed}, as long as it
 * {@link isWeighed}.
 */
export class SearchIndex {
  readonly spec: SearchDocuments
  /** How the words of queries are read. */
  readonly reading: QueryReading
  /** A change of none of these changes nothing. */
  readonly attributes: ReadonlySet<string>
  readonly #index: LiveTextIndex
  #pending: Pending[] = []
  /** The place of the first pending change that is not indexed yet. */
  #next = 0
  #indexed = 0
  #refused = 0
  #taken = 0
  #reached = 0

  /** @param saved - what it goes on from; nothing is in it when absent */
  constructor(spec: SearchDocuments, saved?: SavedSearchIndex) {
    this.spec = spec
    this.reading = queryReading(spec)
    this.#index = saved?.index ?? new LiveTextIndex(indexOptions(spec))
    if (saved) {
      this.#indexed = saved.indexed
      this.#refused = saved.refused
      this.#reached = saved.position
    }
    this.attributes = new Set(indexedAttributes(spec))
  }

  /** The offset of the last change that is indexed; 0 without one. */
  get indexed(): number {
    return this.#indexed
  }

  /** Changes that are not indexed yet. */
  get pending(): number {
    return this.#pending.length - this.#next
  }

  /** Every record of the log up to here is noted, if it was told so. */
  get reached(): number {
    return this.#reached
  }

  /** Changes that were indexed since it was made or opened. */
  get taken(): number {
    return this.#taken
  }

  /** How many documents there are. */
  get size(): number {
    return this.#index.size
  }

  /** Whether a document is there. */
  has(id: string): boolean {
    return this.#index.has(id)
  }

  /** Changes whose document the index could not take, such as one of more than 100,000 letters: it is not found. */
  get refused(): number {
    return this.#refused
  }

  /** Whether all impacts are weighed against the same averages as those of a fresh index. */
  get isWeighed(): boolean {
    return this.#index.isWeighed
  }

  /** What can be found: what was indexed before the call. */
  get snapshot(): TextSnapshot {
    return this.#index.refresh()
  }

  /**
   * Notes a change.
   *
   * @param change - the attributes that the record sets; one of none that are indexed changes nothing
   * @param known - all that is known of the entity after it
   */
  note(offset: number, id: string, change: Known, known: Known): void {
    if (!Object.keys(change).some((attribute) => this.attributes.has(attribute))) return
    this.#pending.push({ offset, id, document: this.#documentOf(id, known) })
  }

  /** Is told that all up to an offset was noted. */
  reach(offset: number): void {
    this.#reached = Math.max(this.#reached, offset)
  }

  /** Saves what is indexed by now; as {@link TextIndexFolder.save}, whose `about` is given what is in it. */
  save(
    folder: TextIndexFolder,
    { about, signal }: { about: (until: IndexedUntil) => unknown; signal: AbortSignal },
  ): Promise<boolean> {
    const next = this.#pending[this.#next]
    const position = next === undefined ? this.#reached : next.offset - 1
    const until = { position, indexed: this.#indexed, refused: this.#refused }
    return folder.save(this.#index, position, { about: about(until), signal })
  }

  /**
   * Indexes what was noted up to an offset.
   *
   * @param letters - after so many the rest is left for the next call, some 0.3 microseconds each; all is done when absent
   */
  indexTo(offset: number, letters = Number.POSITIVE_INFINITY): void {
    for (let done = 0; done < letters; ) {
      const change = this.#pending[this.#next]
      if (change === undefined || change.offset > offset) break
      this.#next++
      this.#indexed = change.offset
      done += LETTERS_A_CHANGE + lettersOf(change.document)
      this.#take(change)
    }
    if (this.#next < this.#pending.length) return
    this.#pending = []
    this.#next = 0
  }

  /**
   * Merges and weighs anew for the time of some documents.
   *
   * @returns whether there is more to do
   */
  settle(documents: number): boolean {
    const isMore = this.#index.work(documents * WORDS_A_DOCUMENT)
    this.#index.refresh()
    return isMore
  }

  #take({ id, document }: Pending): void {
    this.#taken++
    if (document === undefined) {
      this.#index.delete(id)
      return
    }
    try {
      this.#index.add(document)
    } catch (error) {
      if (!isSluiceError(error)) throw error
      this.#index.delete(id)
      this.#refused++
    }
  }

  #documentOf(id: string, known: Known): TextDocument | undefined {
    if (this.spec.removed !== undefined && known[this.spec.removed] === true) return undefined
    const values = Object.entries(this.spec.fields).flatMap(([name, field]) => {
      const value = fieldValue(name, field, known)
      return value === undefined ? [] : [[name, value] as const]
    })
    return { ...Object.fromEntries(values), id }
  }
}

function lettersOf(document: TextDocument = { id: '' }): number {
  let letters = 0
  for (const value of Object.values(document)) {
    for (const part of Array.isArray(value) ? value : [value]) if (typeof part === 'string') letters += part.length
  }
  return letters
}

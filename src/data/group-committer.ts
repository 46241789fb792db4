import { SluiceError } from '../foundation/index.ts'
import { ARRIVALS, type Arrivals, type ArrivalTally, countArrival, noArrivals } from './arrivals.ts'
import { BatchBuilder, type BuiltBatches } from './batch-builder.ts'
import { DuplicateIndex } from './duplicate-index.ts'
import { type Follow, internalText } from './internal-records.ts'
import type { CommitListener, LogBatch } from './log-batch.ts'
import { LAST_COMMIT } from './log-facts.ts'
import type { LogStorage } from './log-storage.ts'
import type { RefusedInput } from './quarantine.ts'
import { type QuarantineBound, quarantineWrites } from './quarantine-bound.ts'
import type { EventRecord } from './record.ts'
import { messageOf } from './storage-fault.ts'
import type { Writes } from './store.ts'
import { StoredIds } from './stored-ids.ts'
import type { Subject } from './subject.ts'
import { type SubjectReferences, subjectHash } from './subject-references.ts'

/** A commit takes waiting appends until it holds this many records. */
const GROUP_RECORDS = 16_384
/** Appends are refused, instead of kept in memory, while more than this waits for the disk. */
const MAX_WAITING_RECORDS = 500_000
const MAX_WAITING_CHARACTERS = 67_108_864

/** A checked append that waits for its commit. */
export interface PendingAppend {
  readonly records: EventRecord[]
  /** JSON of each record. */
  readonly texts: string[]
  readonly refused: RefusedInput[]
  readonly receivedAt: number
  readonly source: string | undefined
  readonly checkpoint: { readonly name: string; readonly value: unknown } | undefined
  /** What each record names, when the caller says it; otherwise it is found by the schema. */
  readonly subjects?: readonly (readonly Subject[])[] | undefined
  /** Internal records are not looked up by id. */
  readonly isInternal: boolean
  readonly follow?: Follow | undefined
}

interface Committed {
  readonly accepted: number
  readonly duplicates: number
  readonly offset: number
}

interface Waiting {
  readonly pending: PendingAppend
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: unknown) => void
}

/** What a group adds to the log, in offset order. */
interface Group {
  readonly records: EventRecord[]
  readonly texts: string[]
  /** What a record names, where its append said it. */
  readonly subjects: Map<EventRecord, readonly Subject[]>
  /** Duplicates of each append of the group. */
  readonly duplicates: number[]
  /** The arrivals with those of the group. */
  readonly arrivals: ArrivalTally
}

/**
 * Turns concurrent appends into one durable commit at a time: looks up ids, gives offsets, writes, tells listeners.
 * Offsets are given only when the commit before has succeeded, so that a failed one leaves no gap.
 */
export class GroupCommitter {
  readonly #storage: LogStorage
  readonly #readFrom: (offset: number) => Iterable<LogBatch>
  readonly #horizon: number
  readonly #quarantine: QuarantineBound
  readonly #references: SubjectReferences
  readonly #builder = new BatchBuilder()
  readonly #listeners = new Set<CommitListener>()
  #waiting: Waiting[] = []
  #waitingRecords = 0
  #waitingCharacters = 0
  #drained: Promise<void> | undefined
  #committing: Promise<void> | undefined
  #held: Promise<unknown> | undefined
  #storedIds: StoredIds
  #head: number
  #group: readonly EventRecord[] = []
  #index: DuplicateIndex | undefined
  #arrivals: Arrivals
  #firstFacts: Writes['facts']
  #internalLost = 0
  #onLost: () => void = () => {}
  /** Whether somebody was asked what follows the events of the group, and may count on them. */
  #isForetold = false
  #hasFailed = false

  /**
   * @param options.horizon - records within which a repeated id is known
   * @param options.firstFacts - facts that the first commit stores
   * @param options.quarantine - how much the quarantine keeps
   */
  constructor(
    storage: LogStorage,
    options: {
      references: SubjectReferences
      readFrom: (offset: number) => Iterable<LogBatch>
      horizon: number
      firstFacts: Writes['facts']
      quarantine: QuarantineBound
    },
  ) {
    this.#storage = storage
    this.#references = options.references
    this.#readFrom = options.readFrom
    this.#horizon = options.horizon
    this.#firstFacts = options.firstFacts
    this.#quarantine = options.quarantine
    this.#storedIds = new StoredIds(storage)
    this.#head = storage.lastOffset()
    this.#arrivals = (storage.fact(ARRIVALS) as Arrivals | undefined) ?? noArrivals(this.#head)
  }

  get head(): number {
    return this.#head
  }

  get internalLost(): number {
    return this.#internalLost
  }

  listen(listener: CommitListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `listener`, one at most, when a group is lost whose events were foretold by {@link PendingAppend.follow}. */
  listenForLost(listener: () => void): void {
    this.#onLost = listener
  }

  /** Resolves when the append is durable and seen by every listener. */
  commit(pending: PendingAppend): Promise<Committed> {
    if (this.#waitingRecords > MAX_WAITING_RECORDS || this.#waitingCharacters > MAX_WAITING_CHARACTERS) {
      return Promise.reject(overloaded(this.#waitingRecords, this.#waitingCharacters))
    }
    this.#waitingRecords += pending.records.length
    this.#waitingCharacters += charactersOf(pending)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ pending, resolve, reject })
      this.#drained ??= this.#drain()
    })
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#drained !== undefined) await this.#drained
  }

  /** Runs `action` between two commits; appends that come meanwhile wait for it and are committed after it. */
  async betweenCommits<Result>(action: () => Promise<Result>): Promise<Result> {
    while (this.#held !== undefined) await this.#held
    const held = Promise.resolve(this.#committing).then(action)
    this.#held = held.catch(() => undefined)
    try {
      return await held
    } finally {
      this.#held = undefined
      // The action may have replaced what the ids were read from.
      this.#storedIds = new StoredIds(this.#storage)
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What this turn of the event loop still brings shares the commit, and those of the last one are answered first.
      await new Promise((resolve) => setImmediate(resolve))
      while (this.#held !== undefined) await this.#held
      this.#committing = this.#commitGroup(this.#takeGroup())
      await this.#committing
      this.#committing = undefined
    }
    this.#drained = undefined
  }

  #takeGroup(): Waiting[] {
    let records = 0
    let count = 0
    while (count < this.#waiting.length && (count === 0 || records < GROUP_RECORDS)) {
      records += this.#waiting[count++]?.pending.records.length ?? 0
    }
    return this.#waiting.splice(0, count)
  }

  async #commitGroup(members: readonly Waiting[]): Promise<void> {
    const firstOffset = this.#head + 1
    try {
      const group = this.#assemble(members)
      await this.#write(firstOffset, group, members)
      this.#head += group.records.length
      this.#hasFailed = false
      this.#arrivals = group.arrivals
      this.#firstFacts = []
      this.#index?.forgetBefore(this.#head)
      this.#settle(members, group, this.#tell(firstOffset, group.records))
    } catch (error) {
      this.#fail(members, error)
    } finally {
      this.#group = []
      this.#isForetold = false
      this.#leave(members)
    }
  }

  /** Takes appends off the count of what waits. */
  #leave(members: readonly Waiting[]): void {
    for (const { pending } of members) {
      this.#waitingRecords -= pending.records.length
      this.#waitingCharacters -= charactersOf(pending)
    }
  }

  #settle(members: readonly Waiting[], group: Group, listenerFault: SluiceError | undefined): void {
    members.forEach(({ pending, resolve, reject }, member) => {
      const duplicates = group.duplicates[member] ?? 0
      if (listenerFault) reject(listenerFault)
      else resolve({ accepted: pending.records.length - duplicates, duplicates, offset: this.#head })
    })
  }

  #fail(members: readonly Waiting[], error: unknown): void {
    this.#group.forEach((record, position) => {
      this.#index?.remove(record.id, this.#head + position + 1)
    })
    this.#hasFailed = true
    if (this.#isForetold) this.#loseForetold(error)
    this.#reject(members, error)
  }

  /** What the engine itself has said since the group was foretold may rest on it, and is lost with it. */
  #loseForetold(error: unknown): void {
    const lost = this.#waiting.filter(({ pending }) => pending.isInternal)
    this.#waiting = this.#waiting.filter(({ pending }) => !pending.isInternal)
    this.#leave(lost)
    this.#onLost()
    this.#reject(lost, error)
  }

  #reject(members: readonly Waiting[], error: unknown): void {
    for (const { pending, reject } of members) {
      if (pending.isInternal) this.#internalLost += pending.records.length
      reject(error)
    }
  }

  #assemble(members: readonly Waiting[]): Group {
    const group: Group = {
      records: [],
      texts: [],
      subjects: new Map(),
      duplicates: [],
      arrivals: { ...this.#arrivals },
    }
    this.#group = group.records
    for (const { pending } of members) {
      group.duplicates.push(pending.records.length - this.#addNew(pending, group))
    }
    return group
  }

  /** @returns how many were new */
  #addNew({ records, texts, subjects, receivedAt, isInternal, follow }: PendingAppend, group: Group): number {
    let added = 0
    const index = isInternal || records.length === 0 ? undefined : this.#requireIndex()
    for (let position = 0; position < records.length; position++) {
      const record = records[position]
      const text = texts[position]
      if (record === undefined || text === undefined) continue
      if (index !== undefined && !index.addIfNew(record.id, this.#head + group.records.length + 1)) {
        group.arrivals.duplicates++
        continue
      }
      if (!isInternal) countArrival(group.arrivals, record.at, receivedAt)
      if (subjects !== undefined) group.subjects.set(record, subjects[position] ?? [])
      group.records.push(record)
      group.texts.push(text)
      added++
      if (follow !== undefined && !this.#hasFailed) this.#addFollowers(follow, group)
    }
    return added
  }

  #addFollowers(follow: Follow, group: Group): void {
    this.#isForetold = true
    for (const each of follow(this.#head + 1, group.records)) {
      const { record, text } = internalText(each.record)
      group.subjects.set(record, each.subjects)
      group.records.push(record)
      group.texts.push(text)
    }
  }

  /** Learns the ids of the log now; otherwise the first commit of events does. */
  learnIds(): void {
    this.#requireIndex()
  }

  /** Where the event of an id stands, when it is known within the horizon. */
  offsetOf(id: string): number | undefined {
    return this.#requireIndex().offsetOf(id, this.#head)
  }

  #requireIndex(): DuplicateIndex {
    if (this.#index === undefined) {
      const index = new DuplicateIndex(this.#horizon, (offset, id) => this.#holds(offset, id))
      for (const { firstOffset, records } of this.#readFrom(DuplicateIndex.firstKnown(this.#horizon, this.#head + 1))) {
        records.forEach((record, position) => {
          if (!record.type.startsWith('$')) index.addIfNew(record.id, firstOffset + position)
        })
      }
      this.#index = index
    }
    return this.#index
  }

  /** Whether the record at an offset has this id, in the log or in the group that is being put together. */
  #holds(offset: number, id: string): boolean {
    if (offset > this.#head) return this.#group[offset - this.#head - 1]?.id === id
    return this.#storedIds.idAt(offset) === id
  }

  async #write(firstOffset: number, group: Group, members: readonly Waiting[]): Promise<void> {
    const appends = members.map(({ pending }) => pending)
    const quarantine = quarantineWrites(this.#storage, appends, this.#quarantine)
    const writes: Writes = {
      ...this.#batchWrites(firstOffset, group),
      ...quarantine,
      facts: [...quarantine.facts, ...this.#groupFacts(firstOffset, group, appends)],
    }
    if (writes.batches.length + writes.facts.length > 0) await this.#storage.commit(writes)
  }

  #batchWrites(firstOffset: number, { records, texts, subjects }: Group): BuiltBatches {
    const builder = this.#builder
    const take = (hash: number) => builder.names(hash)
    records.forEach((record, position) => {
      builder.add(firstOffset + position, texts[position] ?? '')
      const said = subjects.get(record)
      if (said === undefined) this.#references.eachHash(record, take)
      else for (const subject of said) take(subjectHash(subject))
    })
    builder.finish()
    return builder.take()
  }

  #groupFacts(
    firstOffset: number,
    { records, arrivals: after }: Group,
    appends: readonly PendingAppend[],
  ): Map<string, unknown> {
    const countOf = ({ inOrder, outOfOrder, duplicates }: Arrivals) => inOrder + outOfOrder + duplicates
    // The first commit of a directory says that everything is counted, even when it counts nothing yet.
    const isChanged = countOf(after) > countOf(this.#arrivals) || this.#head === 0
    const facts = new Map<string, unknown>(this.#firstFacts)
    if (isChanged) facts.set(ARRIVALS, after)
    if (records.length > 0) facts.set(LAST_COMMIT, firstOffset)
    for (const { checkpoint } of appends) if (checkpoint) facts.set(`checkpoint/${checkpoint.name}`, checkpoint.value)
    return facts
  }

  /** Hands records to the listeners; a fault of theirs is returned, because the records are stored all the same. */
  #tell(firstOffset: number, records: readonly EventRecord[]): SluiceError | undefined {
    if (records.length === 0) return undefined
    try {
      for (const listener of this.#listeners) listener(firstOffset, records)
      return undefined
    } catch (cause) {
      const message = `event log: expected listeners to take offset ${firstOffset}, got ${messageOf(cause)}; the records are stored; restart to read them again`
      return new SluiceError('INTERNAL', message, { cause })
    }
  }
}

/** What an append holds in memory while it waits. */
function charactersOf({ texts, refused }: PendingAppend): number {
  let sum = 0
  for (const text of texts) sum += text.length
  for (const { original } of refused) sum += original.length
  return sum
}

function overloaded(records: number, characters: number): SluiceError {
  return new SluiceError(
    'OVERLOADED',
    `event log: expected at most ${MAX_WAITING_RECORDS} records and ${MAX_WAITING_CHARACTERS} characters waiting for the disk, got ${records} and ${characters}; send again later`,
  )
}

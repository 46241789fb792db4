import type { AppendResult, EventLog, EventRecord, Follow, InternalRecord } from '../../data/index.ts'
import { assert, BoundedMap, type Clock, SluiceError } from '../../foundation/index.ts'
import { recordFields } from '../../problem/index.ts'
import { alertRecord } from './alert-record.ts'
import { keysOfEvent } from './event-keys.ts'
import type { LiveScorer, ScoreQuestion } from './live-scorer.ts'
import { namesOfPolicyRecord } from './policy-record.ts'
import {
  isScoredId,
  isScoredRecord,
  readScored,
  type ScoredDecision,
  type ScoreRequest,
  scoredId,
  scoredRecord,
  subjectOfId,
  subjectsOfScored,
} from './scored-decision.ts'

/** Decisions whose place in the log is known without a search. */
const REMEMBERED_OFFSETS = 100_000
/** Decisions that can be explained without reading the log again; few, so that they die young and the collector stays short. */
const REMEMBERED_ROWS = 32

/** An answer: the decision, and whether it was made before for the same event. */
export type ScoredAnswer = ScoredDecision & { readonly duplicate?: true }

/** A decision with the row that it was made from. */
export interface ScoredAgain {
  readonly live: LiveScorer
  readonly row: Float64Array
  /** The decision as it was, or is, made from it. */
  readonly again: ScoredDecision
}

/** A request whose event is on its way into the log. */
interface Waiting {
  readonly name: string
  readonly id: string
  readonly askedAt: number
  decision: ScoredDecision | undefined
  /** Whether the decision is committed with its event. */
  isLogged: boolean
  failure: unknown
}

/** What the desk works with. */
export interface ScoreDeskParts {
  readonly log: EventLog
  readonly clock: Clock
  readonly live: (name: string) => LiveScorer
  /** Checks and appends an event. */
  readonly append: (event: unknown, follow?: Follow) => Promise<AppendResult>
  /**
   * Brings the state up to the last of the records of a commit that begins; absent where the state has to be that of
   * what is committed.
   */
  readonly foretell: ((firstOffset: number, records: readonly EventRecord[]) => void) | undefined
}

/**
 * Answers events: an event is appended, applied, and decided right then, before the next record of the log is applied;
 * its decision is in the log before it is answered. An event has one decision for ever.
 *
 * Event and decision are one commit where the state may be ahead of the log, else and behind a commit that failed two.
 */
export class ScoreDesk {
  readonly #parts: ScoreDeskParts
  /** By event id: requests whose event is not applied yet. */
  readonly #waiting = new Map<string, Waiting[]>()
  /** By decision: requests under way, which later ones of the same event wait for. */
  readonly #underWay = new Map<string, Promise<ScoredAnswer>>()
  readonly #offsets = new BoundedMap<string, number>(REMEMBERED_OFFSETS)
  readonly #rows = new BoundedMap<string, ScoredAgain>(REMEMBERED_ROWS)
  readonly #follow: Follow | undefined
  /** Questions about subjects so far, so that each has its own decision. */
  #subjects = 0

  constructor(parts: ScoreDeskParts) {
    this.#parts = parts
    const { foretell } = parts
    this.#follow = foretell && ((firstOffset, records) => this.#decideEarly(firstOffset, records, foretell))
  }

  /**
   * Answers an event or asks about a subject.
   *
   * @throws SluiceError with the code of the log's check when the event is none of the schema; `INVALID_ARGUMENT` for an
   * event that the system does not score; `DISK_FULL`, `OVERLOADED`: the event may be in the log then, and the same
   * request again is answered
   */
  async score(name: string, request: ScoreRequest): Promise<ScoredAnswer> {
    const live = this.#parts.live(name)
    if ('subject' in request) return this.#scoreSubject(live, request.subject)
    const event = eventOf(live, request.event)
    this.#requireScored(live, event)
    const eventId = idOf(event)
    const id = scoredId(name, eventId)
    for (let before = this.#underWay.get(id); before; before = this.#underWay.get(id)) {
      const first = await before.catch(() => undefined)
      if (first) return { ...first, duplicate: true }
    }
    const answer = this.#scoreEvent(name, id, eventId, event)
    this.#underWay.set(id, answer)
    try {
      return await answer
    } finally {
      this.#underWay.delete(id)
    }
  }

  /** Refuses an event of another type; what is no type at all is refused by the log, with its code. */
  #requireScored(live: LiveScorer, event: unknown): void {
    const { type } = (event ?? {}) as { type?: unknown }
    if (typeof type === 'string' && recordFields(this.#parts.log.schema, type)) requireType(live, type)
  }

  /** Whether somebody waits for the decision about a record that is about to be applied. */
  awaits({ id }: EventRecord): boolean {
    return this.#waiting.size > 0 && this.#waiting.has(id)
  }

  /** Decides what somebody waits for. The state is as of the record. */
  decide(offset: number, record: EventRecord): void {
    for (const waiting of this.#waiting.get(record.id) ?? []) {
      try {
        const live = this.#parts.live(waiting.name)
        if (record.type === live.system.event) waiting.decision = this.#decide(live, waiting, { record, offset })
      } catch (error) {
        waiting.failure = error
      }
    }
  }

  /** Decides about the last of the records of a commit that begins. @returns what is committed behind it */
  #decideEarly(
    firstOffset: number,
    records: readonly EventRecord[],
    foretell: NonNullable<ScoreDeskParts['foretell']>,
  ): InternalRecord[] {
    const record = records.at(-1)!
    foretell(firstOffset, records)
    this.decide(firstOffset + records.length - 1, record)
    return (this.#waiting.get(record.id) ?? []).flatMap((waiting) => {
      waiting.isLogged = waiting.decision !== undefined
      return waiting.decision ? this.#recordsOf(waiting.decision) : []
    })
  }

  /** Notes where a decision stands. */
  noteDecision(offset: number, record: EventRecord): void {
    if (isScoredRecord(record)) this.#offsets.set(record.id, offset)
  }

  /** A decision by its id; undefined when the log has none. O(batches of the log) for one that is long ago. */
  decision(id: string): ScoredDecision | undefined {
    if (!isScoredId(id)) return undefined
    const { log } = this.#parts
    const offset = this.#offsets.get(id)
    const known = offset === undefined ? undefined : log.readOne(offset)
    if (known) return readScored(known)
    for (const { record } of log.recordsOf(subjectOfId(id))) if (isScoredRecord(record)) return readScored(record)
    return undefined
  }

  /** The row that a decision was made from, when it was a moment ago. */
  remembered(id: string): ScoredAgain | undefined {
    return this.#rows.get(id)
  }

  /** Forgets what is remembered: the log was written anew. */
  forget(): void {
    this.#offsets.clear()
    this.#rows.clear()
  }

  async #scoreEvent(name: string, id: string, eventId: string, event: unknown): Promise<ScoredAnswer> {
    const askedAt = this.#parts.clock()
    const waiting: Waiting = { name, id, askedAt, decision: undefined, isLogged: false, failure: undefined }
    const others = this.#waiting.get(eventId)
    if (others) others.push(waiting)
    else this.#waiting.set(eventId, [waiting])
    try {
      const { rejected } = await this.#parts.append(event, this.#follow)
      const [refusal] = rejected
      if (refusal) throw new SluiceError(refusal.code, refusal.message)
    } finally {
      this.#leave(eventId, waiting)
    }
    if (waiting.failure !== undefined) throw waiting.failure
    if (waiting.decision) return waiting.isLogged ? waiting.decision : this.#log(waiting.decision)
    return this.#answerAgain(waiting, eventId)
  }

  #leave(eventId: string, waiting: Waiting): void {
    const left = this.#waiting.get(eventId)?.filter((each) => each !== waiting) ?? []
    if (left.length === 0) this.#waiting.delete(eventId)
    else this.#waiting.set(eventId, left)
  }

  /** The log knew the event: its decision, or one made now where a crash or another way in has left it without. */
  async #answerAgain(waiting: Waiting, eventId: string): Promise<ScoredAnswer> {
    const { log } = this.#parts
    const first = this.decision(waiting.id)
    if (first) return { ...first, duplicate: true }
    const offset = log.offsetOf(eventId)
    const record = offset === undefined ? undefined : log.readOne(offset)
    assert(offset !== undefined && record !== undefined, 'the log holds what it calls a duplicate')
    const live = this.#parts.live(waiting.name)
    requireType(live, record.type)
    return { ...(await this.#log(this.#decide(live, waiting, { record, offset }))), duplicate: true }
  }

  async #scoreSubject(live: LiveScorer, subject: string): Promise<ScoredDecision> {
    const { clock, log } = this.#parts
    const askedAt = clock()
    const id = scoredId(live.name, `\n${subject}\n${askedAt}\n${log.head}\n${this.#subjects++}`)
    const question = { id, askedAt, event: undefined, keys: live.keysOfSubject(subject) }
    return this.#log(this.#make(live, question))
  }

  #decide(live: LiveScorer, { id, askedAt }: Waiting, event: { record: EventRecord; offset: number }): ScoredDecision {
    return this.#make(live, { id, askedAt, event, keys: keysOfEvent(live.keyFields, event.record) })
  }

  #make(live: LiveScorer, question: ScoreQuestion): ScoredDecision {
    const row = live.rowOf(question)
    const decision = live.decide(question, { row })
    this.#rows.set(question.id, { live, row, again: decision })
    return decision
  }

  /** Puts a decision into the log, with its alert when it has one; both or none. */
  async #log(decision: ScoredDecision): Promise<ScoredDecision> {
    const records = this.#recordsOf(decision)
    const subjects = new Map(records.map(({ record, subjects }) => [record.id, subjects]))
    await this.#parts.log.appendInternal(
      records.map(({ record }) => record),
      ({ id }) => subjects.get(id) ?? [],
    )
    return decision
  }

  /** The record of a decision, and that of its alert when it has one. */
  #recordsOf(decision: ScoredDecision): InternalRecord[] {
    const live = this.#parts.live(decision.system)
    const own = { record: scoredRecord(decision), subjects: subjectsOfScored(decision, live.entityOf) }
    const alert = alertRecord(live, decision)
    return alert ? [own, { record: alert, subjects: namesOfPolicyRecord(alert) }] : [own]
  }
}

/** The event with the type that it must have, where it says none. */
function eventOf({ system }: LiveScorer, event: unknown): unknown {
  if (event === null || typeof event !== 'object' || Array.isArray(event)) return event
  const { type } = event as { type?: unknown }
  return type === undefined ? { ...event, type: system.event } : event
}

function idOf(event: unknown): string {
  const { id } = (event ?? {}) as { id?: unknown }
  return typeof id === 'string' ? id : ''
}

function requireType({ name, system }: LiveScorer, type: string): void {
  if (type === system.event) return
  throw new SluiceError('INVALID_ARGUMENT', `score: expected a ${system.event}, which ${name} scores, got a ${type}`)
}

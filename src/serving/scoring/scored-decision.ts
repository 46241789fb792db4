import { hash } from 'node:crypto'
import type { EventRecord, Subject } from '../../data/index.ts'
import type { Action } from '../../policy/index.ts'
import { DECISION } from '../decision.ts'

/** What a caller asks of a scoring system: about an event, or about a subject as it is now. */
export type ScoreRequest = { readonly event: unknown } | { readonly subject: string }

/** One of the things that led to an action, in words. */
export interface ScoreReason {
  /** What spoke: a list, a rule, the model as a whole, or one of the features that moved it. */
  readonly source: 'list' | 'rule' | 'model' | 'feature'
  readonly name: string
  /** What it asked for; a feature asks for nothing by itself. */
  readonly action?: Action
  readonly because: string
  /** Of a feature: its value, `null` when it is not known, and what it adds to the log-odds. */
  readonly value?: number | null
  readonly contribution?: number
}

/** What a set of rules in shadow would have done. */
export interface ShadowAction {
  readonly version: number
  readonly action: Action
}

/** An answered event as it stands in the log: enough to answer it again to the byte. */
export interface ScoredDecision {
  readonly id: string
  readonly system: string
  /** When it was asked, in milliseconds since the Unix epoch. */
  readonly at: number
  /** The offset that the state had seen: of an event its own. */
  readonly asOf: number
  readonly model: string | null
  readonly modelHash: string | null
  readonly featureHash: string
  readonly systemHash: string
  /** A hash of the bytes of the feature row. */
  readonly rowsHash: string
  /** The event's id and where it stands; both `null` when a subject was asked about. */
  readonly event: string | null
  readonly eventOffset: number | null
  /** Who and what the event or the request names, by field of the event. */
  readonly keys: Readonly<Record<string, string>>
  readonly amount: number | null
  /** What was missing from the answer, such as `model: missing`; empty when all is well. */
  readonly degraded: readonly string[]
  /** Calibrated, in [0, 1]; `null` without a model. */
  readonly probability: number | null
  readonly action: Action
  readonly reasons: readonly ScoreReason[]
  /** The rules that decided: version 0 is what the application declares. */
  readonly rules: { readonly version: number; readonly hash: string }
  /** What rules in shadow would have done; nothing was done of it. */
  readonly shadow: readonly ShadowAction[]
  /** The chance, known before, that a person reviews the event: 1 for a review, else the share of exploration. */
  readonly reviewPropensity: number
  /** Whether the event goes to the review queue. */
  readonly alert: 'action' | 'exploration' | null
}

/** The entity under which the log finds a scored decision by its id. */
const DECISION_KEY = '$decision'

/**
 * The id of a decision about an event: a function of the system and the event's id alone, so that an event that comes
 * again finds the decision that it has.
 */
export function scoredId(system: string, eventId: string): string {
  return `s-${hash('sha256', `${system}\n${eventId}`, 'hex').slice(0, 32)}`
}

/** Whether an id is one that {@link scoredId} gives. */
export function isScoredId(id: string): boolean {
  return /^s-[0-9a-f]{32}$/.test(id)
}

/** The subject by which the log finds the record of a scored decision. */
export function subjectOfId(id: string): Subject {
  return { entity: DECISION_KEY, id }
}

/** The record of a decision. `decision` repeats its id, because the log finds records by what their fields say. */
export function scoredRecord(decision: ScoredDecision): EventRecord {
  const { id, at, ...rest } = decision
  return { id, type: DECISION, at, decision: id, ...rest }
}

/** Whether a `$decision` is of a scoring system. */
export function isScoredRecord(record: EventRecord): boolean {
  return record.type === DECISION && typeof record.action === 'string'
}

/** The decision in a record that {@link scoredRecord} made. */
export function readScored(record: EventRecord): ScoredDecision {
  const { type: _type, decision: _decision, ...decision } = record
  return decision as unknown as ScoredDecision
}

/** Everybody and everything that a scored decision names, and its own id. */
export function subjectsOfScored(
  { id, keys }: Pick<ScoredDecision, 'id' | 'keys'>,
  entityOf: (field: string) => string,
): Subject[] {
  const subjects = [subjectOfId(id)]
  for (const field in keys) subjects.push({ entity: entityOf(field), id: keys[field]! })
  return subjects
}

import type { EventRecord } from '../data/index.ts'

/** What a caller asks of a ranking system. */
export interface RankRequest {
  /** Who asks; an unknown key is a stranger and gets a page too. */
  readonly subject: string
  /** Items on the page; the system's default when absent. */
  readonly limit?: number
  /** Items that must not be on the page. */
  readonly exclude?: readonly string[]
  /** Items to choose from instead of retrieval's; filters do not apply to them. */
  readonly candidates?: readonly string[]
  /** What the caller knows of the moment; kept with the decision. No feature reads it. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>
  /** Do not answer before the state has seen this offset. */
  readonly atLeastOffset?: number
}

/** One item of an answered page. */
export interface DecidedItem {
  readonly id: string
  /** From 1. */
  readonly position: number
  /** The ranker's raw score: log-odds of the label, or the value of all objectives together. */
  readonly score: number
  /** The probability of the label; absent when no ranker answered. */
  readonly probability?: number
  /** The probability of each objective, when the score is a value. */
  readonly objectives?: Readonly<Record<string, number>>
  /** The source that comes first among those that brought it. */
  readonly source: string
  readonly sources: readonly string[]
  /** The item because of which it was found. */
  readonly because?: string
  readonly sponsored: boolean
  /**
   * The probability that a page like this shows this item to learn about it: that it explores, times that the draw falls
   * on the item. Absent when the item is on the page for its score.
   */
  readonly explored?: { readonly propensity: number }
  /** Its rank by score among all candidates, from 1. */
  readonly movedFrom: number
}

/** How many were left after each stage. */
export interface Funnel {
  readonly found: Readonly<Record<string, number>>
  readonly filtered: Readonly<Record<string, number>>
  readonly candidates: number
  /** How many the light stage let through; absent when all went on. */
  readonly kept?: number
  readonly scored: number
  readonly page: number
}

/** An answered request as it stands in the log: enough to answer it again to the byte. */
export interface Decision {
  readonly id: string
  readonly system: string
  /** When it was asked, in milliseconds since the Unix epoch. */
  readonly at: number
  /** The offset that the state had seen. */
  readonly asOf: number
  /** The version that ranked, null when none did; and its hash. */
  readonly model: string | null
  readonly modelHash: string | null
  readonly featureHash: string
  readonly systemHash: string
  /** A hash of the feature rows of all candidates, bytes and order: of the ranker's rows, then of the light stage's. */
  readonly rowsHash: string
  readonly request: RankRequest
  /** What was missing from the answer, such as `trending: deadline`, `light: failed` or `ranker: fallback`; empty when all is well. */
  readonly degraded: readonly string[]
  readonly funnel: Funnel
  /** What each objective is worth, when the score is a value: the sum of weight times probability. */
  readonly value?: Readonly<Record<string, number>>
  readonly items: readonly DecidedItem[]
}

/** The type of a decision in the log. */
export const DECISION = '$decision'

export function decisionRecord(decision: Decision): EventRecord {
  const { id, at, ...rest } = decision
  return { id, type: DECISION, at, ...rest }
}

/** The decision in a record that {@link decisionRecord} made. */
export function readDecision(record: EventRecord): Decision {
  const { type: _type, ...decision } = record
  return decision as unknown as Decision
}

/** The source of items that are shown to learn about them. */
export const EXPLORATION = 'exploration'

/** The source of items that the caller brought. */
export const GIVEN = 'given'

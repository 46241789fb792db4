import type { FeatureSet } from '../features/index.ts'
import { contentHash, type Duration } from '../foundation/index.ts'
import type { CalibrationMethod } from '../models/index.ts'
import type { Action, ActionCosts, EntityListsOptions, RuleVocabulary, ThresholdGoal } from '../policy/index.ts'
import type { Condition, FieldKind, Problem, Schema } from '../problem/index.ts'
import type { Scorer } from './scorer.ts'

/** Where it is told what a scored event was. */
export interface OutcomeSpec {
  /** The event that tells it, such as `report`. */
  readonly event: string
  /** Its field that holds the id of the scored event. */
  readonly of: string
  /** What makes the scored event positive; another event of that type says that it is not. */
  readonly positive: Condition
  /** A scored event of this age of which nobody told anything is negative. */
  readonly matureAfter: Duration
  /**
   * Which of the label events come of a review. Then events too young to be mature are learnt from as well, when a
   * review told what they were, each for as many as it stands for: the inverse of the chance that it had to be reviewed,
   * which its decision holds. Absent: mature events alone are learnt from.
   */
  readonly early?: { readonly where: Condition }
}

/** How many of the rare and of the many are learnt from. Probabilities are corrected for it exactly. */
export type Imbalance =
  /** A share of the negatives, in (0, 1], drawn by their ids. */
  | { readonly kind: 'undersample'; readonly share: number }
  /** A positive counts as so many, above 0. */
  | { readonly kind: 'weight'; readonly positive: number }

/** How a probability becomes an action. Numbers are settled in training, on events that the model did not learn from. */
export type DecideSpec =
  | {
      readonly kind: 'thresholds'
      /** What the threshold of each action has to reach; an action without a goal is never the model's. */
      readonly goals: Partial<Readonly<Record<Exclude<Action, 'allow'>, ThresholdGoal>>>
    }
  | {
      readonly kind: 'cost'
      readonly costs: ActionCosts
      /** Reviews that a day has room for; as many as are worth their cost when absent. */
      readonly reviewsPerDay?: number
      /** The actions that the model may ask for; all that have a cost when absent. */
      readonly actions?: readonly Action[]
    }

/** How alerts are reviewed. */
export interface ReviewSpec {
  /** The entity whose alerts are one case; the subject when absent. */
  readonly caseOf?: string
  /** For how long a claimed case is one reviewer's; 30 minutes when absent. */
  readonly lease?: Duration
  /** The share of cases that a second reviewer looks at, from 0 to 1; 0 when absent. */
  readonly secondLook?: number
  /** The share of all other events that are reviewed whatever their score, from 0 to 1; 0 when absent. */
  readonly exploration?: number
}

/** What is done about scores. */
export interface ScoringPolicy {
  /** The rules that decide until others are made live. */
  readonly rules?: string
  readonly decide: DecideSpec
  readonly lists?: EntityListsOptions
  readonly review?: ReviewSpec
  /** A set of rules that would block above this share of events, in (0, 1], is refused; 0.05 when absent. */
  readonly guard?: { readonly mostBlocked: number }
}

/** A system that answers an event with an action: features, probability, rules and costs. */
export interface ScoringSystem {
  readonly task: 'classification'
  readonly problem: Problem
  /** The event that is scored. */
  readonly event: string
  /** The entity whose event it is, such as the card; intervals are drawn by it. */
  readonly subject: string
  /** The field of the event that says what it is worth. */
  readonly amount?: string
  /** The features, or single columns, that the model reads; all when absent. Rules can name all. */
  readonly features?: readonly string[]
  readonly label: OutcomeSpec
  readonly model: Scorer
  readonly imbalance?: Imbalance
  /** The methods of calibration that are tried; all but `isotonic`, which makes equal what was not, when absent. */
  readonly calibration?: readonly CalibrationMethod[]
  /** A category of the event by which quality is told apart. */
  readonly segment?: string
  readonly policy: ScoringPolicy
  /** Time in which an event has to be answered, in milliseconds. */
  readonly budgetMs: number
}

type ScoringSystemDefinition = Omit<ScoringSystem, 'task' | 'budgetMs'> & Partial<Pick<ScoringSystem, 'budgetMs'>>

/** Declares a scoring system; `defineApp` checks it against the schema. */
export function scoringSystem(definition: ScoringSystemDefinition): ScoringSystem {
  return { task: 'classification', budgetMs: definition.problem.guardrails.p99Ms ?? 100, ...definition }
}

/** The column of rules that is no feature. */
export const PROBABILITY = 'probability'
/** Fields that a rule reads as texts. */
export const TEXT_KINDS: readonly FieldKind[] = ['category', 'identifier', 'reference']

/**
 * What the rules of a system can name: the columns of its features, in their order, and then `probability`; as texts the
 * categories, ids and references of the event, in the order of its fields. `probability` is `NaN` without a model.
 */
export function ruleVocabulary(schema: Schema, features: FeatureSet, { event }: ScoringSystem): RuleVocabulary {
  const fields = Object.entries(schema.events[event] ?? {})
  return {
    numbers: [...features.columnNames, PROBABILITY],
    texts: fields.filter(([, { kind }]) => TEXT_KINDS.includes(kind)).map(([name]) => name),
  }
}

/**
 * Identity of everything that a model and the numbers of its policy hang on. Rules, lists and the review are not in it:
 * they change while a model serves.
 */
export function scoringSystemHash(schema: Schema, features: FeatureSet, system: ScoringSystem): string {
  const { problem, event, subject, amount, features: read, label, model, imbalance, calibration, policy } = system
  return contentHash({
    schema: schema.hash,
    features: features.hash,
    problem,
    event,
    subject,
    amount,
    read,
    label,
    model: model.spec,
    imbalance,
    calibration,
    decide: policy.decide,
  })
}

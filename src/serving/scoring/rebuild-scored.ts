import { type Application, requireScoringSystem } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import type { FeatureState } from '../../features/index.ts'
import { canonicalJson, SluiceError } from '../../foundation/index.ts'
import type { ScoreExplanation } from '../../ranking/index.ts'
import type { ModelRegistry } from '../../training/index.ts'
import { loadModel } from '../repeat-decision.ts'
import { stateAsOf } from '../state-snapshot.ts'
import { LiveScorer, type ScoreQuestion } from './live-scorer.ts'
import { PolicyState } from './policy-state.ts'
import type { ScoredAgain } from './score-desk.ts'
import type { ScoredDecision } from './scored-decision.ts'

/** A scored decision with its reasons in full. */
export interface ExplainedScore {
  readonly decision: ScoredDecision
  /** Whether the decision could be made again to the byte. */
  readonly reproduced: boolean
  /** Every contribution to the log-odds; absent when no model scored. */
  readonly explanation?: ScoreExplanation
}

/** Opens the version that made a decision, over a state and a policy as of it. @throws SluiceError as opening a model */
export function openScorerOf(
  { application, registry }: { application: Application; registry: ModelRegistry },
  { system: name, model }: Pick<ScoredDecision, 'system' | 'model'>,
  { state, policy }: { state: FeatureState; policy: PolicyState },
): LiveScorer {
  const system = requireScoringSystem(application, name)
  return new LiveScorer(application, name, system, {
    state,
    policy: policy.systems.get(name)!,
    model: model === null ? undefined : loadModel(registry, name, model),
  })
}

/** What a decision was asked. @throws SluiceError `NOT_FOUND` when its event is gone */
export function questionOf(log: EventLog, { id, at, eventOffset, keys }: ScoredDecision): ScoreQuestion {
  if (eventOffset === null) return { id, askedAt: at, event: undefined, keys }
  const record = log.readOne(eventOffset)
  if (record) return { id, askedAt: at, event: { record, offset: eventOffset }, keys }
  throw new SluiceError('NOT_FOUND', `decision ${id}: expected its event at ${eventOffset}, got none; it was removed`)
}

/** Whether two decisions are the same to the byte. */
function isSameScore(first: ScoredDecision, second: ScoredDecision): boolean {
  return canonicalJson(first) === canonicalJson(second)
}

/**
 * Makes the row of a decision again from the log; takes as long as reading it up to the decision.
 *
 * @throws SluiceError `NO_MODEL`, `UNKNOWN_SYSTEM`, `MODEL_MISMATCH`, `NOT_FOUND` when the event is gone
 */
export async function rebuildScored(
  parts: { application: Application; log: EventLog; registry: ModelRegistry },
  decision: ScoredDecision,
): Promise<ScoredAgain> {
  const { application, log } = parts
  const state = await stateAsOf(application, log, decision.asOf)
  const policy = new PolicyState(application)
  policy.follow(log, decision.asOf)
  const live = openScorerOf(parts, decision, { state, policy })
  const question = questionOf(log, decision)
  const row = live.rowOf(question)
  return { live, row, again: live.decide(question, { row, leaveOut: decision.degraded }) }
}

/** The reasons of a decision in full. */
export function explainScored({ live, row, again }: ScoredAgain, decision: ScoredDecision): ExplainedScore {
  const explanation = decision.probability === null ? undefined : live.explain(row)
  const reproduced = isSameScore(again, decision)
  return { decision, reproduced, ...(explanation ? { explanation } : {}) }
}

import type { EventRecord } from '../../data/index.ts'
import type { LiveScorer } from './live-scorer.ts'
import { policyRecord } from './policy-record.ts'
import type { ScoredDecision } from './scored-decision.ts'

/** The record that puts a decision into the review queue; undefined when nobody needs to look at it. */
export function alertRecord(live: LiveScorer, decision: ScoredDecision): EventRecord | undefined {
  const { id, at, event, alert, keys, probability, amount, action, reasons } = decision
  const subject = live.caseOf(keys)
  if (alert === null || event === null || subject === undefined) return undefined
  const change = {
    kind: 'alert',
    subject,
    decision: id,
    event,
    probability: probability ?? undefined,
    amount: Math.max(0, amount ?? 0),
    action,
    reasons: reasons.map(({ because }) => because),
    at,
  } as const
  const names = Object.entries(keys).map(([field, key]) => ({ entity: live.entityOf(field), id: key }))
  return policyRecord(`${id}-alert`, decision.system, { type: '$review', change }, names)
}

import { retrievalMetric } from '../../evaluation/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import type { RunJudgement } from './judge-run.ts'

/** What a mean has to reach. */
export interface QualityGate {
  readonly metric: string
  readonly least: number
}

export interface GateOutcome {
  /** As it was asked for. */
  readonly gate: string
  readonly value: number
  readonly holds: boolean
}

/**
 * Reads a gate such as `ndcg@10>=0.36`.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at another form or metric
 */
export function readGate(text: string): QualityGate {
  const [, metric = '', least = ''] = /^\s*([^\s<>=]+)\s*>=\s*(\S+)\s*$/.exec(text) ?? []
  if (least !== '' && Number.isFinite(Number(least)))
    return { metric: retrievalMetric(metric).name, least: Number(least) }
  throw new SluiceError('INVALID_ARGUMENT', `gate: expected such as ndcg@10>=0.36, got ${JSON.stringify(text)}`)
}

/** Whether every gate holds, and whether no more of a metric is lost than may be. */
export function checkGates(
  judgement: RunJudgement,
  gates: readonly QualityGate[],
  loss?: { readonly metric: string; readonly most: number } | undefined,
): GateOutcome[] {
  const outcomes = gates.map(({ metric, least }) => {
    const value = judgement.metrics[metric]!.estimate
    return { gate: `${metric}>=${least}`, value, holds: value >= least }
  })
  const difference = loss && judgement.comparison?.[loss.metric]?.difference.estimate
  if (!loss || difference === undefined) return outcomes
  const lost = {
    gate: `loss of ${loss.metric}<=${loss.most}`,
    value: Math.max(0, -difference),
    holds: -difference <= loss.most,
  }
  return [...outcomes, lost]
}

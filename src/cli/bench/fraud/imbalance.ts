import { calibrationError, logLoss } from '../../../evaluation/index.ts'
import { logistic, type TreeTrainingOptions } from '../../../models/index.ts'
import { type Balance, balanceOffset, fitTreeScorer } from './fit-scorer.ts'
import { type FraudFigures, figuresOf } from './fraud-figures.ts'
import type { WeekSplit } from './week-split.ts'

/** How well probabilities come true. */
interface ProbabilityFigures {
  /** In nats. */
  readonly logLoss: number
  /** Expected calibration error, 10 bins of equal mass. */
  readonly calibrationError: number
}

/** The same trees, taught with more weight on the few frauds. */
export interface ImbalanceVariant {
  readonly variant: string
  readonly figures: FraudFigures
  readonly asFitted: ProbabilityFigures
  /** After the correction for the weights or the sampling, which is exact; the order of payments stays the same. */
  readonly corrected: ProbabilityFigures
}

const VARIANTS: readonly Balance[] = [
  { fraudWeight: 1, keptShare: 1 },
  { fraudWeight: 10, keptShare: 1 },
  { fraudWeight: 100, keptShare: 1 },
  { fraudWeight: 1, keptShare: 0.1 },
  { fraudWeight: 1, keptShare: 0.02 },
]

/** Fits each variant on a week and measures it on another, before and after the correction of its probabilities. */
export function imbalanceVariants(
  { train, test }: WeekSplit,
  growth: TreeTrainingOptions,
  seed: number,
): ImbalanceVariant[] {
  return VARIANTS.map((balance) => {
    const scores = fitTreeScorer(train, { ...growth, balance, seed })(test)
    const offset = balanceOffset(balance)
    return {
      variant: nameOf(balance),
      figures: figuresOf({ test, scores }),
      asFitted: probabilityFigures(test.labels, scores.map(logistic)),
      corrected: probabilityFigures(
        test.labels,
        scores.map((score) => logistic(score + offset)),
      ),
    }
  })
}

function nameOf({ fraudWeight, keptShare }: Balance): string {
  if (keptShare < 1) return `${keptShare * 100} % of the others kept`
  return fraudWeight > 1 ? `a fraud weighs ${fraudWeight}` : 'as it is'
}

function probabilityFigures(labels: Float64Array, probabilities: Float64Array): ProbabilityFigures {
  return { logLoss: logLoss(labels, probabilities), calibrationError: calibrationError(labels, probabilities) }
}

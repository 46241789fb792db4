import type { FeatureContribution } from '../../ranking/index.ts'
import type { ScoreReason } from './scored-decision.ts'

/** How many features a decision names. */
const MOST_FEATURES = 5
/** What moves the odds by less than a hundredth is no reason. */
const LEAST_EFFECT = 0.01

/**
 * The features that moved a score most, in words that a reviewer reads: `card count, 1h: 14 (raises the risk)`.
 *
 * @param contributions - largest effect first
 */
export function featureReasons(contributions: readonly FeatureContribution[]): ScoreReason[] {
  return contributions
    .slice(0, MOST_FEATURES)
    .filter(({ contribution }) => Math.abs(contribution) >= LEAST_EFFECT)
    .map(({ feature, value, contribution }) => ({
      source: 'feature',
      name: feature,
      because: `${featureWords(feature)}: ${valueWords(value)} (${contribution > 0 ? 'raises' : 'lowers'} the risk)`,
      value,
      contribution,
    }))
}

/** A column's name in words: `cardCount.1h` is `card count, 1h`. */
export function featureWords(column: string): string {
  const [name = '', ...suffix] = column.split('.')
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return suffix.length === 0 ? words : `${words}, ${suffix.join('.')}`
}

/** A value as people write it: four digits, and none behind the point of a large one. */
export function valueWords(value: number | null): string {
  if (value === null) return 'not known'
  if (Number.isInteger(value)) return grouped(value)
  return Math.abs(value) >= 1000 ? grouped(Math.round(value)) : String(Number(value.toPrecision(4)))
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

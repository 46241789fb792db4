import { type Duration, durationMs } from '../../foundation/index.ts'
import type { SetTimesSpec } from '../aggregates/aggregate.ts'
import type { ColumnReader, Feature } from '../feature.ts'
import type { FeatureState } from '../feature-state.ts'
import { optionFaults } from './option-faults.ts'

/** How old the description behind a static feature may be. */
export interface FreshnessOptions {
  readonly freshness: Duration
}

/** The entity of an attribute path such as `user.country`. */
export function entityOf(path: string): string {
  return path.split('.')[0] ?? ''
}

/**
 * A static feature that knows how old its attributes are. Its columns are `NaN` when an attribute is missing or was
 * set longer ago than declared, and a column `stale` beside them says which: 0 when all attributes are fresh, 1 when
 * one is too old, `NaN` when one was never set. So missing, stale and fresh are three states of a row, and a model
 * that gives `NaN` a weight of its own learns one for each, in training as in serving.
 *
 * An attribute set at the request's moment or ahead of it is fresh, and so is one exactly as old as is allowed. The
 * age is that of the description that was applied last, in the order of the log.
 *
 * @param paths - the attributes that the feature reads
 * @param options - absent leaves the feature as it is
 */
export function withFreshness<Static extends Feature>(
  feature: Static,
  paths: readonly string[],
  options: FreshnessOptions | undefined,
): Static | Feature {
  if (options === undefined) return feature
  const faults = optionFaults(options, { freshness: 'duration' })
  if (faults.length > 0) return { ...feature, faults: [...feature.faults, ...faults] }
  const freshnessMs = durationMs(options.freshness)
  const specs = paths.map((path): SetTimesSpec => ({ kind: 'set-times', event: entityOf(path), attribute: path }))
  const stale = (state: FeatureState) => staleness(state, specs, freshnessMs)
  return {
    spec: { kind: 'fresh', feature: feature.spec, freshnessMs },
    aggregates: [...feature.aggregates, ...specs],
    columns: [
      ...feature.columns.map(({ suffix, entities, ...column }) => ({
        suffix,
        entities,
        open(state: FeatureState): ColumnReader {
          const read = column.open(state)
          const isStale = stale(state)
          return (frame) => (isStale(frame) === 0 ? read(frame) : Number.NaN)
        },
      })),
      { suffix: 'stale', entities: [...new Set(paths.map(entityOf))], open: stale },
    ],
    faults: feature.faults,
  }
}

function staleness(state: FeatureState, specs: readonly SetTimesSpec[], freshnessMs: number): ColumnReader {
  const attributes = specs.map((spec) => ({
    slot: Object.keys(state.schema.entities).indexOf(spec.event),
    times: state.aggregate<'set-times'>(spec),
  }))
  return (frame) => {
    let oldest = Number.POSITIVE_INFINITY
    for (let index = 0; index < attributes.length; index++) {
      const { slot, times } = attributes[index]!
      // A minimum with NaN is NaN: one attribute that was never set settles it.
      oldest = Math.min(oldest, times.at(frame.keys[slot]!))
    }
    if (Number.isNaN(oldest)) return Number.NaN
    return frame.at - oldest > freshnessMs ? 1 : 0
  }
}

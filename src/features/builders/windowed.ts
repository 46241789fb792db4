import { type Duration, durationMs } from '../../foundation/index.ts'
import type { Condition, Schema } from '../../problem/index.ts'
import type { KeyPaths, SeriesSpec } from '../aggregates/aggregate.ts'
import type { Series } from '../aggregates/series.ts'
import type { ColumnReader, Feature, ScalarFeature } from '../feature.ts'
import { pathEntity } from '../request-frame.ts'
import { eventFaults, keyPathFaults, valueFaults } from './checks.ts'

/** How a window is cut, as the application writes it. */
export interface WindowOptions {
  readonly by: string | KeyPaths
  readonly windows: readonly Duration[]
  readonly where?: Condition | undefined
  /** The numeric field to sum; absent counts. */
  readonly value?: string | undefined
}

/** A count, or a sum, over exact windows: one column a window, named for it. */
export function windowedFeature(schema: Schema, event: string, options: WindowOptions): Feature {
  const by: KeyPaths = typeof options.by === 'string' ? [options.by] : options.by
  const { where, value, windows } = options
  const spec = (window: Duration): SeriesSpec => ({
    kind: 'series',
    event,
    where,
    by,
    value,
    windowMs: durationMs(window),
  })
  const entities = by.map((path) => pathEntity(schema, event, path))
  const open = (series: Series, windowMs: number): ColumnReader =>
    value === undefined ? series.counter(windowMs) : series.summer(windowMs)
  return {
    spec: { kind: 'windowed', event, ...options },
    aggregates: windows.map(spec),
    columns: windows.map((window) => ({
      suffix: windows.length === 1 ? '' : window,
      entities,
      open: (state) => open(state.aggregate<'series'>(spec(window)), durationMs(window)),
    })),
    faults: [
      ...eventFaults(schema, event, where),
      ...by.flatMap((path) => keyPathFaults(schema, event, path, ['category'])),
      ...(value === undefined ? [] : valueFaults(schema, event, value)),
    ],
  }
}

/**
 * (numerator + prior[0]) / (denominator + prior[1]): a rate that starts at its prior and moves as evidence comes.
 *
 * @param prior - occurrences (at least 0) and trials (above 0) assumed before any were seen
 */
export function ratioFeature(
  numerator: ScalarFeature,
  denominator: ScalarFeature,
  prior: readonly [number, number],
): ScalarFeature {
  const [above] = numerator.columns
  const [below] = denominator.columns
  const [occurrences, trials] = prior
  return {
    spec: { kind: 'ratio', numerator: numerator.spec, denominator: denominator.spec, prior },
    aggregates: [...numerator.aggregates, ...denominator.aggregates],
    columns: [
      {
        suffix: '',
        entities: [...new Set([...above.entities, ...below.entities])],
        open(state) {
          const readAbove = above.open(state)
          const readBelow = below.open(state)
          return (frame) => (readAbove(frame) + occurrences) / (readBelow(frame) + trials)
        },
      },
    ],
    faults: [...numerator.faults, ...denominator.faults],
  }
}

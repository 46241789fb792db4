import { type Duration, durationMs } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { Column, Feature, ScalarFeature } from '../feature.ts'
import { pathEntity } from '../request-frame.ts'
import { eventFaults, keyPathFaults, nameFaults, valueFaults } from './checks.ts'
import { type Measure, planWindow, type WindowOptions } from './window-plan.ts'

/** The largest share of a window that a tile may be when nothing else is said. */
const TAIL_ERROR = 0.01

/** What happened in windows: one column a window, named for it. */
export function windowedFeature(schema: Schema, event: string, measure: Measure, options: WindowOptions): Feature {
  const { where, value, windows, tailError, ...rest } = options
  const by = typeof options.by === 'string' ? [options.by] : options.by
  const faults = [
    ...eventFaults(schema, event, where),
    ...by.flatMap((path) => keyPathFaults(schema, event, path, ['category'])),
    ...(value === undefined ? [] : fieldFaults(schema, event, measure, value)),
    ...tileFaults(options),
  ]
  const plans = windows.map((window) => planWindow(schema, event, measure, options, window))
  const entities = by.map((path) => pathEntity(schema, event, path))
  const named = measure === 'count' || measure === 'sum' ? {} : { measure }
  return {
    spec: { kind: 'windowed', event, where, value, windows, ...named, ...rest },
    aggregates: plans.map(({ aggregate }) => aggregate),
    columns: plans.map(({ aggregate: _, ...readers }, index) => ({
      suffix: windows.length === 1 ? '' : windows[index]!,
      entities,
      ...readers,
    })),
    faults,
  }
}

function fieldFaults(schema: Schema, event: string, measure: Measure, value: string): string[] {
  return measure === 'distinct' ? nameFaults(schema, event, value) : valueFaults(schema, event, value)
}

/** Faults of tiles that are longer than their share of a window, and of what does not go with tiles. */
function tileFaults({ windows, tile, tailError, bound }: WindowOptions): string[] {
  if (tile === undefined) return tailError === undefined ? [] : ['tailError: expected a tile beside it, got none']
  const faults = bound === undefined ? [] : ['bound: expected none beside a tile, which keeps sketches alone']
  const share = tailError ?? TAIL_ERROR
  for (const window of windows) {
    const needed = durationMs(tile) / durationMs(window)
    if (needed <= share) continue
    const largest = longestTile(durationMs(window) * share)
    const rounded = Math.ceil(needed * 1000) / 1000
    const advice = needed <= 1 ? `, or write tailError: ${rounded} to accept its error` : ''
    const expected = largest === undefined ? 'none, as no tile is that short' : `at most ${largest}`
    faults.push(
      `tile: expected ${expected} (${percent(share)} of the window ${window}), got ${tile}; ` +
        `${largest === undefined ? 'leave it out for an exact window' : 'shorten it'}${advice}`,
    )
  }
  return faults
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`
}

/** The longest duration that is not longer than some milliseconds, in its largest unit. */
function longestTile(ms: number): Duration | undefined {
  const seconds = Math.floor(ms / 1000 + 1e-9)
  if (seconds < 1) return undefined
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`
  if (seconds % 3600 === 0) return `${seconds / 3600}h`
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
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
        ...ratioOfRuns(above, below, prior),
      },
    ],
    faults: [...numerator.faults, ...denominator.faults],
  }
}

/** The ratio for all items of a request, when both of its parts can be read so. */
function ratioOfRuns(above: Column, below: Column, [occurrences, trials]: readonly [number, number]) {
  const { openRun: openAbove } = above
  const { openRun: openBelow } = below
  if (openAbove === undefined || openBelow === undefined) return {}
  const openRun: NonNullable<Column['openRun']> = (state) => {
    const readAbove = openAbove(state)
    const readBelow = openBelow(state)
    const trialsOf = { values: new Float64Array(512), start: 0, stride: 1 }
    return (frame, run, target) => {
      const count = run.items.length
      if (count > trialsOf.values.length) trialsOf.values = new Float64Array(count * 2)
      readAbove(frame, run, target)
      readBelow(frame, run, trialsOf)
      const { values, start, stride } = target
      for (let each = 0; each < count; each++) {
        const to = start + each * stride
        values[to] = (values[to]! + occurrences) / (trialsOf.values[each]! + trials)
      }
    }
  }
  return { openRun }
}

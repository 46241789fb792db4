import { type Duration, durationMs } from '../../foundation/index.ts'
import type { Condition, Schema } from '../../problem/index.ts'
import type {
  AggregateSpec,
  DistinctSpec,
  ExtremeSpec,
  KeyPaths,
  QuantilesSpec,
  SeriesSpec,
  TileTotalsSpec,
} from '../aggregates/aggregate.ts'
import type { ColumnReader } from '../feature.ts'
import type { FeatureState } from '../feature-state.ts'
import type { RunReader } from '../item-run.ts'

export type Measure = 'count' | 'sum' | 'mean' | 'min' | 'max' | 'quantile' | 'distinct'

/** What is measured and how windows are cut, as the application writes it. */
export interface WindowOptions {
  readonly by: string | KeyPaths
  readonly windows: readonly Duration[]
  readonly delay?: Duration | undefined
  readonly where?: Condition | undefined
  /** The field that is measured; absent counts. */
  readonly value?: string | undefined
  readonly tile?: Duration | undefined
  readonly tailError?: number | undefined
  readonly q?: number | undefined
  readonly bound?: number | undefined
  readonly error?: number | undefined
}

/** What is kept for a window, and how it is read. */
export interface WindowPlan {
  readonly aggregate: AggregateSpec
  open(state: FeatureState): ColumnReader
  openRun?(state: FeatureState): RunReader
}

const BOUND = 1024
const RELATIVE_ERROR = 0.01
const STANDARD_ERROR = 0.025

/** The plan of one window. */
export function planWindow(
  schema: Schema,
  event: string,
  measure: Measure,
  options: WindowOptions,
  window: Duration,
): WindowPlan {
  const { where, tile, value = '', delay } = options
  const by: KeyPaths = typeof options.by === 'string' ? [options.by] : options.by
  const tileMs = tile === undefined ? 0 : durationMs(tile)
  const delayMs = delay === undefined ? 0 : durationMs(delay)
  const readMs = durationMs(window)
  const base = { event, where, by, windowMs: readMs + delayMs }
  const plan = (): WindowPlan => {
    switch (measure) {
      case 'count':
        return planTotals('count', { ...base, value: undefined }, readMs, tileMs)
      case 'sum':
        return planTotals('sum', { ...base, value }, readMs, tileMs)
      case 'mean':
        return planTotals('mean', { ...base, value, where: havingValue(schema, event, where, value) }, readMs, tileMs)
      case 'min':
      case 'max':
        return planExtreme({ kind: 'extreme', side: measure, ...base, value, tileMs }, readMs)
      case 'quantile': {
        const { q = 0.5, error = RELATIVE_ERROR } = options
        return planQuantile(
          { kind: 'quantiles', ...base, value, error, ...sketched(options, readMs, tileMs) },
          readMs,
          q,
        )
      }
      case 'distinct': {
        const precision = precisionOf(options.error ?? STANDARD_ERROR)
        return planDistinct(
          { kind: 'distinct', ...base, value, precision, ...sketched(options, readMs, tileMs) },
          readMs,
        )
      }
    }
  }
  return delayMs === 0 ? plan() : asOfBefore(plan(), delayMs)
}

/** The same window as it was some time ago: (t - delay - window, t - delay]. */
function asOfBefore({ aggregate, open, openRun }: WindowPlan, delayMs: number): WindowPlan {
  return {
    aggregate,
    open(state) {
      const read = open(state)
      return (frame) => {
        const { at } = frame
        frame.at = at - delayMs
        const value = read(frame)
        frame.at = at
        return value
      }
    },
    ...(openRun && {
      openRun(state) {
        const readRun = openRun(state)
        return (frame, run, target) => {
          const { at } = frame
          frame.at = at - delayMs
          readRun(frame, run, target)
          frame.at = at
        }
      },
    }),
  }
}

function planTotals(
  measure: 'count' | 'sum' | 'mean',
  base: Omit<SeriesSpec, 'kind'>,
  readMs: number,
  tileMs: number,
): WindowPlan {
  const series: SeriesSpec = { kind: 'series', ...base }
  const tiles: TileTotalsSpec = { kind: 'tile-totals', ...base, tileMs }
  const isExact = tileMs === 0 && measure !== 'mean'
  const openRun = (state: FeatureState): RunReader => {
    const totals = state.aggregate<'series'>(series)
    return measure === 'count' ? totals.runCounter(readMs) : totals.runSummer(readMs)
  }
  return {
    aggregate: tileMs === 0 ? series : tiles,
    ...(isExact ? { openRun } : {}),
    open(state) {
      const totals = tileMs === 0 ? state.aggregate<'series'>(series) : state.aggregate<'tile-totals'>(tiles)
      if (measure === 'count') return totals.counter(readMs)
      const sum = totals.summer(readMs)
      if (measure === 'sum') return sum
      const count = totals.counter(readMs)
      return (frame) => {
        const number = count(frame)
        return number === 0 ? Number.NaN : sum(frame) / number
      }
    },
  }
}

function planExtreme(aggregate: ExtremeSpec, readMs: number): WindowPlan {
  return { aggregate, open: (state) => state.aggregate<'extreme'>(aggregate).extreme(readMs) }
}

function planQuantile(aggregate: QuantilesSpec, readMs: number, q: number): WindowPlan {
  return { aggregate, open: (state) => state.aggregate<'quantiles'>(aggregate).quantile(readMs, q) }
}

function planDistinct(aggregate: DistinctSpec, readMs: number): WindowPlan {
  return { aggregate, open: (state) => state.aggregate<'distinct'>(aggregate).count(readMs) }
}

/** Tiled windows keep sketches alone; others have sketches of a hundredth of the window behind their bound. */
function sketched({ bound = BOUND }: WindowOptions, windowMs: number, tileMs: number) {
  return tileMs === 0 ? { bound, tileMs: Math.floor(windowMs / 100) } : { bound: 0, tileMs }
}

/** A mean is over events that have the field: where it may be absent, the condition says that it is there. */
function havingValue(schema: Schema, event: string, where: Condition | undefined, field: string) {
  const spec = schema.events[event]?.[field]
  if (!spec?.isOptional || (where !== undefined && field in where)) return where
  return { ...where, [field]: { min: -Number.MAX_VALUE } }
}

/** The smallest precision of a sketch whose standard error, 1.04 / sqrt(2^precision), is at most `error`. */
function precisionOf(error: number): number {
  return Math.ceil(2 * Math.log2(1.04 / error))
}

import type { Duration } from '../../foundation/index.ts'
import type { EventName, FieldOfKind, Schema } from '../../problem/index.ts'
import type { Feature, ScalarFeature } from '../feature.ts'
import type { Keyed } from './keyed.ts'
import type { OptionKind } from './option-faults.ts'
import type { Measure, WindowOptions } from './window-plan.ts'
import { windowedFeature } from './windowed.ts'

interface WindowCut {
  /** The window as it was so long ago, (t - delay - window, t - delay]: for what is known of an event only later. */
  readonly delay?: Duration
  /**
   * Keeps a partial result for every tile of this length instead of every event, and rounds windows outwards to whole
   * tiles. At most 1 % of the shortest window, or as `tailError` says.
   */
  readonly tile?: Duration
  /** The largest share of a window that a tile may be, when that is to be more than 0.01. */
  readonly tailError?: number
}

interface OneWindow extends WindowCut {
  readonly window: Duration
}

interface ManyWindows extends WindowCut {
  readonly windows: readonly Duration[]
}

interface Bounded {
  /**
   * The result is exact while at most so many events of a key lie after the window's begin, 1,024 when it is not
   * said, and an estimate beyond. Not with a tile, which always estimates.
   */
  readonly bound?: number
  /** The error of an estimate. */
  readonly error?: number
}

type NumberField<S extends Schema, E extends EventName<S>> = FieldOfKind<S, E, 'number' | 'integer'>
type NameField<S extends Schema, E extends EventName<S>> = FieldOfKind<S, E, 'reference' | 'category' | 'identifier'>

/** What is counted, summed and compared in windows, (t - window, t]; one column a window. */
export interface WindowBuilder<S extends Schema> {
  /** Dynamic: number of events in a window. */
  count<E extends EventName<S>>(event: E, options: Keyed<S, E> & OneWindow): ScalarFeature
  /** Dynamic: number of events in each window. */
  counts<E extends EventName<S>>(event: E, options: Keyed<S, E> & ManyWindows): Feature
  /** Dynamic: sum of a numeric field in a window; 0 without events. */
  sum<E extends EventName<S>>(
    event: E,
    field: NumberField<S, E>,
    options: Keyed<S, E> & ManyWindows & { window?: never },
  ): Feature
  sum<E extends EventName<S>>(event: E, field: NumberField<S, E>, options: Keyed<S, E> & OneWindow): ScalarFeature
  /** Dynamic: mean of a numeric field over the events that have it; `NaN` without any. */
  mean<E extends EventName<S>>(
    event: E,
    field: NumberField<S, E>,
    options: Keyed<S, E> & ManyWindows & { window?: never },
  ): Feature
  mean<E extends EventName<S>>(event: E, field: NumberField<S, E>, options: Keyed<S, E> & OneWindow): ScalarFeature
  /** Dynamic: smallest value of a numeric field; `NaN` without any. */
  min<E extends EventName<S>>(
    event: E,
    field: NumberField<S, E>,
    options: Keyed<S, E> & ManyWindows & { window?: never },
  ): Feature
  min<E extends EventName<S>>(event: E, field: NumberField<S, E>, options: Keyed<S, E> & OneWindow): ScalarFeature
  /** Dynamic: largest value of a numeric field; `NaN` without any. */
  max<E extends EventName<S>>(
    event: E,
    field: NumberField<S, E>,
    options: Keyed<S, E> & ManyWindows & { window?: never },
  ): Feature
  max<E extends EventName<S>>(event: E, field: NumberField<S, E>, options: Keyed<S, E> & OneWindow): ScalarFeature
  /**
   * Dynamic: the value of rank ceil(q n) of the n values of a numeric field, q from 0 to 1; `NaN` without any. An
   * estimate is within `error` (0.01 when it is not said) of that value, relative to it.
   */
  quantile<E extends EventName<S>>(
    event: E,
    field: NumberField<S, E>,
    options: Keyed<S, E> & ManyWindows & Bounded & { q: number; window?: never },
  ): Feature
  quantile<E extends EventName<S>>(
    event: E,
    field: NumberField<S, E>,
    options: Keyed<S, E> & OneWindow & Bounded & { q: number },
  ): ScalarFeature
  /**
   * Dynamic: number of different values of a reference, category or identifier. An estimate has a standard error of
   * at most `error` (0.025 when it is not said).
   */
  distinct<E extends EventName<S>>(
    event: E,
    field: NameField<S, E>,
    options: Keyed<S, E> & ManyWindows & Bounded & { window?: never },
  ): Feature
  distinct<E extends EventName<S>>(
    event: E,
    field: NameField<S, E>,
    options: Keyed<S, E> & OneWindow & Bounded,
  ): ScalarFeature
}

type Untyped = Record<keyof WindowBuilder<Schema>, unknown>
type Given = Omit<WindowOptions, 'windows'> & { window?: Duration; windows?: readonly Duration[] }
type Kinds = Readonly<Record<string, OptionKind | `${OptionKind}?`>>
type Checked = (
  kinds: Kinds,
  define: (event: string, options: Given) => Feature,
) => (event: string, options: Given) => Feature

const CUT: Kinds = { tile: 'duration?', tailError: 'share?', delay: 'duration?' }

/** The implementation of {@link WindowBuilder}, by a builder that looks at options before they are read. */
export function windowBuilder(schema: Schema, checked: Checked) {
  const define = (measure: Measure, kinds: Kinds, value?: string) => (event: string, options: Given) => {
    const isList = options !== undefined && options !== null && 'windows' in options
    const windows: Kinds = isList ? { windows: 'durations', window: 'absent' } : { window: 'duration' }
    return checked({ by: 'key', ...windows, ...CUT, ...kinds }, (of, { window, windows: list = [], ...rest }) =>
      windowedFeature(schema, of, measure, { ...rest, value, windows: window === undefined ? list : [window] }),
    )(event, options)
  }
  const ofField =
    (measure: Measure, kinds: Kinds = {}) =>
    (event: string, field: string, options: Given) =>
      define(measure, kinds, String(field))(event, options)
  return {
    count: define('count', {}),
    counts: checked({ by: 'key', windows: 'durations', ...CUT }, (event, { windows = [], ...options }) =>
      windowedFeature(schema, event, 'count', { ...options, windows }),
    ),
    sum: ofField('sum'),
    mean: ofField('mean'),
    min: ofField('min'),
    max: ofField('max'),
    quantile: ofField('quantile', { q: 'quantile', bound: 'bound?', error: 'relative error?' }),
    distinct: ofField('distinct', { bound: 'bound?', error: 'standard error?' }),
  } satisfies Untyped
}

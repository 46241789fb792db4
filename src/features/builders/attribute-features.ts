import { DAY_MS } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { ColumnReader, Feature, ScalarFeature } from '../feature.ts'
import type { FeatureState } from '../feature-state.ts'
import type { RunReader } from '../item-run.ts'
import { attributeFaults } from './checks.ts'
import { entityOf, type FreshnessOptions, withFreshness } from './freshness.ts'

const YEAR_MS = 365.25 * DAY_MS

/** A feature of one column that reads attributes of one or more entities. */
function scalar(
  schema: Schema,
  kind: string,
  paths: readonly string[],
  kinds: readonly string[],
  open: (state: FeatureState) => ColumnReader,
  openRun?: (state: FeatureState) => RunReader,
): ScalarFeature {
  return {
    spec: { kind, paths },
    aggregates: [],
    columns: [{ suffix: '', entities: paths.map(entityOf), open, ...(openRun && { openRun }) }],
    faults: paths.flatMap((path) => attributeFaults(schema, path, kinds)),
  }
}

/** Reads a number of every item of a run, as a function of the moment and of it. */
function numbersOfRun(path: string, value: (at: number, number: number) => number): (state: FeatureState) => RunReader {
  return ({ attributes }) => {
    return (frame, { items }, { values, start, stride }) => {
      const numbers = attributes.numbers(path)
      for (let each = 0, to = start; each < items.length; each++, to += stride) {
        values[to] = value(frame.at, numbers[items[each]!] ?? Number.NaN)
      }
    }
  }
}

function slotOf(state: FeatureState, path: string): number {
  return Object.keys(state.schema.entities).indexOf(entityOf(path))
}

/** A numeric attribute, and what can be made of it. */
export interface NumericAttribute extends ScalarFeature {
  /** Whole and part years from 1 January of a year of birth to the request. */
  ageInYears(): ScalarFeature
}

/** A numeric attribute that may be too old: its column and `stale`, see {@link withFreshness}. */
export interface FreshAttribute extends Feature {
  /** Whole and part years from 1 January of a year of birth to the request, and `stale`. */
  ageInYears(): Feature
}

export function numericAttribute(
  schema: Schema,
  path: string,
  options?: FreshnessOptions,
): NumericAttribute | FreshAttribute {
  const value = (state: FeatureState): ColumnReader => {
    const slot = slotOf(state, path)
    const number = state.attributes.numberReader(path)
    return (frame) => number(frame.keys[slot]!)
  }
  const run = numbersOfRun(path, (_, number) => number)
  const itself = scalar(schema, 'attribute', [path], ['number', 'integer', 'boolean'], value, run)
  const ageInYears = () =>
    scalar(schema, 'age-in-years', [path], ['integer'], (state) => {
      const read = value(state)
      return (frame) => 1970 + frame.at / YEAR_MS - read(frame)
    })
  return {
    ...withFreshness(itself, [path], options),
    ageInYears: () => withFreshness(ageInYears(), [path], options),
  }
}

/** Days from a timestamp attribute to the request; negative when it lies ahead. */
export function daysSinceAttribute(schema: Schema, path: string, options?: FreshnessOptions): Feature {
  const open = (state: FeatureState): ColumnReader => {
    const slot = slotOf(state, path)
    const number = state.attributes.numberReader(path)
    return (frame) => (frame.at - number(frame.keys[slot]!)) / DAY_MS
  }
  const run = numbersOfRun(path, (at, number) => (at - number) / DAY_MS)
  const days = scalar(schema, 'days-since', [path], ['timestamp'], open, run)
  return withFreshness(days, [path], options)
}

/** 1 when two categories are equal, 0 when they differ, `NaN` when either is not known. */
export function sameCategory(schema: Schema, first: string, second: string, options?: FreshnessOptions): Feature {
  const same = scalar(schema, 'same-category', [first, second], ['category'], (state) => {
    const firstSlot = slotOf(state, first)
    const secondSlot = slotOf(state, second)
    const readFirst = state.attributes.categoryReader(first)
    const readSecond = state.attributes.categoryReader(second)
    return (frame) => {
      const a = readFirst(frame.keys[firstSlot]!)
      const b = readSecond(frame.keys[secondSlot]!)
      return a < 0 || b < 0 ? Number.NaN : a === b ? 1 : 0
    }
  })
  return withFreshness(same, [first, second], options)
}

/** One column a value: 1 when the attribute has it, 0 when it has others, `NaN` when it is not known. */
export function oneOfCategories(
  schema: Schema,
  path: string,
  values: readonly string[],
  options?: FreshnessOptions,
): Feature {
  const open = (state: FeatureState, value: string): ColumnReader => {
    const slot = slotOf(state, path)
    const includes = state.attributes.includesReader(path)
    let wanted = state.attributes.categories.find(value)
    return (frame) => {
      // A number once given stays; until then the value may still appear.
      if (wanted < 0) wanted = state.attributes.categories.find(value)
      const isIt = includes(frame.keys[slot]!, wanted)
      return isIt === undefined ? Number.NaN : Number(isIt)
    }
  }
  const feature: Feature = {
    spec: { kind: 'one-of', path, values },
    aggregates: [],
    columns: values.map((value) => ({
      suffix: value,
      entities: [entityOf(path)],
      open: (state) => open(state, value),
    })),
    faults: [
      ...attributeFaults(schema, path, ['category', 'categories']),
      ...(values.length === 0 ? ['expected at least one value, got none'] : []),
    ],
  }
  return withFreshness(feature, [path], options)
}

/** A number that depends on the moment alone. */
export function timeFeature(kind: 'hour-of-day' | 'day-of-week'): ScalarFeature {
  // 1970-01-01 was a Thursday; 0 is Monday.
  const open = (): ColumnReader =>
    kind === 'hour-of-day' ? ({ at }) => (at % DAY_MS) / 3_600_000 : ({ at }) => (Math.floor(at / DAY_MS) + 3) % 7
  return { spec: { kind }, aggregates: [], columns: [{ suffix: '', entities: [], open }], faults: [] }
}

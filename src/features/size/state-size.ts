import { DAY_MS } from '../../foundation/index.ts'
import type { FieldKind, Schema } from '../../problem/index.ts'
import type { AggregateSpec } from '../aggregates/aggregate.ts'
import { mergeAggregates } from '../aggregates/open-aggregate.ts'
import { columnSize, NOTHING, type Size } from './array-size.ts'
import {
  coVisitsSize,
  decayedWeightsSize,
  lastTimeSize,
  membershipSize,
  sequenceSize,
  setTimesSize,
  trendSize,
} from './history-size.ts'
import { linksSize } from './link-size.ts'
import { categoriesOf, conditionName, NAMED_KINDS, type StateWorkload } from './state-workload.ts'
import { seriesSize, tiledSize } from './window-size.ts'

/** What a part of the state takes. */
export interface StatePart extends Size {
  readonly part: string
  /** Bytes of strings and other objects, which are no arrays; measured on Node 24. */
  readonly objects: number
  /** How it was computed, in words. */
  readonly formula: string
}

/** Letters of a key and of a category's name, and of a text attribute. */
const NAME_LETTERS = 10
const TEXT_LETTERS = 40
/** A name in a map and in an array, without its letters; what the heap keeps beside it as the map grows. */
const NAME_BYTES = 110
const TEXT_BYTES = 40
const LIST_BYTES = 235

/**
 * What a feature state of these aggregates will take: for every aggregate, attribute and set of names. Nothing is
 * built; it is arithmetic over what was declared, with key counts as expected of independent draws.
 *
 * @remarks Up to a million operations an aggregate of three keys; far less otherwise.
 */
export function estimateStateSize(
  schema: Schema,
  aggregates: readonly AggregateSpec[],
  workload: StateWorkload,
): StatePart[] {
  return [
    ...[...mergeAggregates(aggregates).values()].map((spec) => ({
      part: nameOf(spec),
      ...sizeOf(schema, workload, spec),
      objects: 0,
      formula: FORMULAS[spec.kind],
    })),
    ...Object.entries(schema.entities).flatMap(([entity, fields]) => [
      namesPart(`names of ${entity}`, workload.entities[entity] ?? 0),
      ...Object.entries(fields).map(([name, { kind }]) => attributePart(workload, entity, name, kind)),
    ]),
    namesPart('names of categories', categoriesOf(schema, workload)),
  ]
}

function sizeOf(schema: Schema, workload: StateWorkload, spec: AggregateSpec): Size {
  switch (spec.kind) {
    case 'series':
      return seriesSize(schema, workload, spec)
    case 'tile-totals':
    case 'extreme':
    case 'distinct':
    case 'quantiles':
      return tiledSize(schema, workload, spec)
    case 'decayed-weights':
      return decayedWeightsSize(schema, workload, spec)
    case 'last-time':
      return lastTimeSize(schema, workload, spec)
    case 'sequence':
      return sequenceSize(schema, workload, spec)
    case 'membership':
      return membershipSize(schema, workload, spec)
    case 'trend':
      return trendSize(schema, workload, spec)
    case 'co-visits':
      return coVisitsSize(schema, workload, spec)
    case 'links':
      return linksSize(schema, workload, spec)
    case 'set-times':
      return setTimesSize(workload, spec)
  }
}

const FORMULAS: Readonly<Record<AggregateSpec['kind'], string>> = {
  series:
    '8 bytes an event of the window and a day (24 with amounts) in rings of 4, 8, 16 ...; 32 a key (64); 8 to 16 a pair more, and its place in a table',
  'tile-totals': '16 bytes (32 with sums) a tile with events, in blocks of 4, 8, 16 ...; 32 a key',
  extreme: '17 bytes an event or tile, in blocks of 4, 8, 16 ...; 32 a key',
  distinct: '24 bytes an event up to the bound, a sketch a tile beyond it; 32 a key',
  quantiles: '16 bytes an event up to the bound, a sketch a tile beyond it; 32 a key',
  'decayed-weights': '16 bytes a key; 24 a pair that is kept, and its place in a table',
  'last-time': '8 bytes a key, 16 where one is skipped; 16 to 20 a pair that is kept, and its place in a table',
  sequence: '12 bytes for each of the last items, for every key; 4 a key',
  membership: '8 bytes a pair that is kept, and its place in a table; 16 bytes a key',
  trend: '8 bytes an item, for every group',
  'co-visits':
    '12 bytes for each of the last items of every key; 8 a neighbour of an item, at most as many as are kept, in tables of 4, 8, 16 ... places; 28 an item',
  links: '32 bytes a pair of a key and a node it used, in blocks of 4, 8, 16 ...; 32 a key and a node',
  'set-times': '8 bytes a key',
}

function nameOf(spec: AggregateSpec): string {
  const by = [spec.kind === 'set-times' ? spec.attribute : (spec.by ?? [])].flat().join(', ')
  const value = 'value' in spec && spec.value !== undefined ? `.${spec.value}` : ''
  return [
    `${spec.kind} of ${spec.where === undefined ? spec.event : conditionName(spec.event, spec.where)}${value}`,
    by === '' ? '' : ` by ${by}`,
    'of' in spec ? ` of ${spec.of}` : '',
    'windowMs' in spec ? ` over ${spec.windowMs / DAY_MS} days` : '',
  ].join('')
}

function attributePart(workload: StateWorkload, entity: string, name: string, kind: FieldKind): StatePart {
  const keys = workload.entities[entity] ?? 0
  const part = `attribute ${entity}.${name}`
  if (kind === 'text') {
    const objects = keys * (TEXT_BYTES + TEXT_LETTERS)
    const saved = keys * (TEXT_LETTERS + 3)
    return { part, ...NOTHING, saved, objects, formula: `${TEXT_BYTES} bytes and ${TEXT_LETTERS} letters a key` }
  }
  if (kind === 'categories') {
    const bytes = keys * 8
    const size = { reserved: bytes, saved: keys * 6 }
    return { part, ...size, objects: keys * LIST_BYTES, formula: `a small array a key, ${LIST_BYTES} bytes` }
  }
  const bytesEach = NAMED_KINDS.includes(kind) ? 4 : 8
  const size = columnSize(keys, bytesEach)
  return { part, ...size, objects: 0, formula: `${bytesEach} bytes a key, in an array that doubles` }
}

function namesPart(part: string, names: number): StatePart {
  // Entities have the revision of each key beside its name, categories have not; 4 bytes are within the rounding.
  const size = columnSize(names, 4, { saved: names * ((NAME_LETTERS + 3) / 4 + 1) })
  const formula = `${NAME_BYTES} bytes and ${NAME_LETTERS} letters a name, 4 for its revision`
  return { part, ...size, objects: names * (NAME_BYTES + NAME_LETTERS), formula }
}

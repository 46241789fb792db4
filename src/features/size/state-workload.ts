import type { Condition, Schema } from '../../problem/index.ts'
import type { AggregateSpec } from '../aggregates/aggregate.ts'
import { keyPathParts } from '../event-batch.ts'
import type { Population } from './key-draws.ts'

/** What a state has to hold, as plain data. */
export interface StateWorkload {
  /** How many keys of each entity there are. */
  readonly entities: Readonly<Record<string, number>>
  /** How many events of each type come over the whole time. */
  readonly events: Readonly<Record<string, number>>
  /** How long they take. */
  readonly days: number
  /** Different values of `entity.attribute` and of an event's own `event.field`; 100 where it is not said. */
  readonly values: Readonly<Record<string, number>>
  /** Zipf's exponent of how events fall on an entity or on values, by the same names; 0.8 where it is not said. */
  readonly skews: Readonly<Record<string, number>>
  /** The share of the events of a type that satisfy a condition, by {@link conditionName}; 1 where it is not said. */
  readonly shares: Readonly<Record<string, number>>
}

const DEFAULT_VALUES = 100
const DEFAULT_SKEW = 0.8
/** How many categories an attribute that is a list of them has, on average. */
export const LIST_LENGTH = 2

/** Names a condition on an event in {@link StateWorkload.shares}. */
export function conditionName(event: string, where: Condition): string {
  return `${event} where ${JSON.stringify(where)}`
}

/** How many events write an aggregate over the whole time. */
export function writesOf(workload: StateWorkload, { event, where }: AggregateSpec): number {
  const share = where === undefined ? 1 : (workload.shares[conditionName(event, where)] ?? 1)
  return (workload.events[event] ?? 0) * share
}

export function valuesOf(workload: StateWorkload, path: string): number {
  return workload.values[path] ?? DEFAULT_VALUES
}

/** The keys that an event's path can lead to. */
export function populationOf(schema: Schema, workload: StateWorkload, event: string, path: string): Population {
  const { field, entity, attribute } = keyPathParts(schema, event, path)
  const keys = entity === undefined ? Number.POSITIVE_INFINITY : (workload.entities[entity] ?? 0)
  const name = attribute ?? entity ?? `${event}.${field}`
  const isEntity = attribute === undefined && entity !== undefined
  const count = isEntity ? keys : Math.min(keys, valuesOf(workload, name))
  return { count: Math.max(1, count), skew: workload.skews[name] ?? DEFAULT_SKEW }
}

/** The populations behind key paths; an attribute of a key that is among them itself adds no combinations. */
export function populationsOf(
  schema: Schema,
  workload: StateWorkload,
  event: string,
  by: readonly string[],
): Population[] {
  return by
    .filter((path) => !path.includes('.') || !by.includes(path.split('.')[0] ?? ''))
    .map((path) => populationOf(schema, workload, event, path))
}

/** How many places an aggregate has for one key: the keys of an entity, or all categories, which share their numbers. */
export function placesOf(schema: Schema, workload: StateWorkload, event: string, path: string): number {
  const { entity, attribute } = keyPathParts(schema, event, path)
  return attribute === undefined && entity !== undefined
    ? (workload.entities[entity] ?? 0)
    : categoriesOf(schema, workload)
}

/** How many names the categories of all attributes have together, as if no two attributes shared one. */
export function categoriesOf(schema: Schema, workload: StateWorkload): number {
  return Object.entries(schema.entities).reduce((total, [entity, fields]) => {
    const paths = Object.entries(fields).filter(([, { kind }]) => NAMED_KINDS.includes(kind))
    const keys = workload.entities[entity] ?? 0
    return total + paths.reduce((sum, [name]) => sum + Math.min(keys, valuesOf(workload, `${entity}.${name}`)), 0)
  }, 0)
}

export const NAMED_KINDS: readonly string[] = ['category', 'categories', 'reference', 'identifier']

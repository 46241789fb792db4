import type { EventRecord } from '../../data/index.ts'
import { DAY_MS } from '../../foundation/index.ts'
import { type Condition, type Schema, satisfies } from '../../problem/index.ts'
import type { AggregateSpec } from '../aggregates/aggregate.ts'
import { keyGroups } from './key-draws.ts'
import { conditionName, NAMED_KINDS, type StateWorkload } from './state-workload.ts'

/** How often each name was met. */
type Tally = Map<string, number>

/**
 * Looks at records of a log to say what a state has to hold: how many of each type, over which keys and values, how
 * unevenly, and which share satisfies the conditions of aggregates.
 *
 * @remarks O(1) a record; memory for every key and value that it meets.
 */
export class WorkloadSurvey {
  readonly #schema: Schema
  readonly #conditions = new Map<string, { event: string; where: Condition; count: number }>()
  readonly #events: Tally = new Map()
  /** How often the keys of each entity were met in events, and how each key was described last, by attribute. */
  readonly #met = new Map<string, Tally>()
  readonly #described = new Map<string, Map<string, EventRecord>>()
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(schema: Schema, aggregates: readonly AggregateSpec[]) {
    this.#schema = schema
    for (const { event, where } of aggregates) {
      if (where !== undefined) this.#conditions.set(conditionName(event, where), { event, where, count: 0 })
    }
    for (const entity of Object.keys(schema.entities)) this.#described.set(entity, new Map())
  }

  add(record: EventRecord): void {
    const { type, at } = record
    const described = this.#described.get(type)
    if (described) {
      const key = String(record[type])
      described.set(key, { ...described.get(key), ...record })
      return
    }
    const fields = this.#schema.events[type]
    if (!fields) return
    this.#firstMs = Math.min(this.#firstMs, at)
    this.#lastMs = Math.max(this.#lastMs, at)
    this.#events.set(type, (this.#events.get(type) ?? 0) + 1)
    for (const condition of this.#conditions.values()) {
      if (condition.event === type && satisfies(record, condition.where)) condition.count++
    }
    for (const [name, { kind, entity }] of Object.entries(fields)) {
      const value = record[name]
      if (typeof value === 'string' && kind !== 'identifier') this.#meet(entity ?? `${type}.${name}`, value)
    }
  }

  #meet(name: string, value: string): void {
    const tally = this.#met.get(name) ?? new Map<string, number>()
    tally.set(value, (tally.get(value) ?? 0) + 1)
    this.#met.set(name, tally)
  }

  /** What was met; the workload of exactly these records. */
  finish(): StateWorkload {
    const attributes = this.#attributes()
    const values = Object.fromEntries([...this.#met, ...attributes].map(([name, tally]) => [name, tally.size]))
    const skews = [...this.#met, ...attributes].map(([name, tally]) => [name, skewOf([...tally.values()])])
    const shares = [...this.#conditions].map(([name, { event, count }]) => [
      name,
      count / Math.max(1, this.#events.get(event) ?? 0),
    ])
    return {
      entities: Object.fromEntries(Object.keys(this.#schema.entities).map((entity) => [entity, this.#keysOf(entity)])),
      events: Object.fromEntries(this.#events),
      days: Math.max(0, this.#lastMs - this.#firstMs) / DAY_MS,
      values,
      skews: Object.fromEntries(skews),
      shares: Object.fromEntries(shares),
    }
  }

  #keysOf(entity: string): number {
    return new Set([...(this.#met.get(entity)?.keys() ?? []), ...(this.#described.get(entity)?.keys() ?? [])]).size
  }

  /** How often each value of each attribute was met by way of the entities that have it. */
  #attributes(): Map<string, Tally> {
    const tallies = new Map<string, Tally>()
    for (const [entity, described] of this.#described) {
      const names = Object.entries(this.#schema.entities[entity] ?? {}).filter(([, { kind }]) =>
        NAMED_KINDS.includes(kind),
      )
      for (const [name] of names) {
        const tally: Tally = new Map()
        for (const [key, record] of described) {
          const times = this.#met.get(entity)?.get(key) ?? 0
          for (const value of [record[name] ?? []].flat()) {
            tally.set(String(value), (tally.get(String(value)) ?? 0) + times)
          }
        }
        tallies.set(`${entity}.${name}`, tally)
      }
    }
    return tallies
  }
}

const LARGEST_SKEW = 3

/**
 * Zipf's exponent under which two draws meet the same key as often as they do here, from 0 to 3.
 *
 * @param counts - how often each key was drawn
 */
function skewOf(counts: readonly number[]): number {
  const draws = counts.reduce((sum, count) => sum + count, 0)
  const meetings = counts.reduce((sum, count) => sum + count * Math.max(0, count - 1), 0)
  const wanted = draws > 1 ? meetings / (draws * (draws - 1)) : 0
  let low = 0
  let high = LARGEST_SKEW
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    const { keys, shares } = keyGroups([{ count: counts.length, skew: middle }])
    const chance = shares.reduce((sum, share, group) => sum + keys[group]! * share * share, 0)
    if (chance < wanted) low = middle
    else high = middle
  }
  return low
}

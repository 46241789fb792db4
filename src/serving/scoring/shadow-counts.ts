import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { ACTIONS, type Action, severityOf } from '../../policy/index.ts'
import type { ScoredDecision } from './scored-decision.ts'

/** What a version of the rules did, or in shadow would have done, to the events that it was asked about. */
export interface RuleSetCount {
  readonly version: number
  /** Events that it decided. */
  readonly decided: Readonly<Record<Action, number>>
  /** Events that it was asked about in shadow, by what it would have done. */
  readonly shadow: Readonly<Record<Action, number>>
  /** Of those in shadow, where it would have done something else than was done. */
  readonly differing: number
}

const DIFFERING = 2 * ACTIONS.length
const COUNTS = DIFFERING + 1

/** Counts decisions by version of the rules: a function of the decisions in the log. */
export class ShadowCounts {
  readonly #counts = new Map<number, Float64Array>()

  add({ rules, action, shadow }: Pick<ScoredDecision, 'rules' | 'action' | 'shadow'>): void {
    this.#of(rules.version)[severityOf(action)]!++
    for (const each of shadow) {
      const counts = this.#of(each.version)
      counts[ACTIONS.length + severityOf(each.action)]!++
      if (each.action !== action) counts[DIFFERING]!++
    }
  }

  /** By version; nothing was counted of those that are missing. */
  counts(): RuleSetCount[] {
    return [...this.#counts]
      .sort(([a], [b]) => a - b)
      .map(([version, counts]) => ({
        version,
        decided: byAction((place) => counts[place]!),
        shadow: byAction((place) => counts[ACTIONS.length + place]!),
        differing: counts[DIFFERING]!,
      }))
  }

  save(writer: ByteWriter): void {
    writer.json([...this.#counts].map(([version, counts]) => [version, ...counts]))
  }

  /** Reads what {@link save} wrote into counts that are empty. */
  load(reader: ByteReader): void {
    for (const [version = 0, ...counts] of reader.json() as number[][]) this.#of(version).set(counts)
  }

  #of(version: number): Float64Array {
    const known = this.#counts.get(version)
    if (known) return known
    const fresh = new Float64Array(COUNTS)
    this.#counts.set(version, fresh)
    return fresh
  }
}

function byAction(count: (place: number) => number): Record<Action, number> {
  return Object.fromEntries(ACTIONS.map((action, place) => [action, count(place)])) as Record<Action, number>
}

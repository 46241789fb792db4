import type { EventRecord } from '../../data/index.ts'
import { ACTIONS } from '../../policy/index.ts'
import type { StreamFamily } from '../change/change-watch.ts'
import { bandName, bandOf } from './amount-bands.ts'

/** Edges of the bins of probabilities: about as far from each other in odds as frauds are rare. */
const PROBABILITIES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6]
const NO_MODEL = PROBABILITIES.length + 1

/**
 * What decisions of a scoring system say, without labels: the rules that led to them, their actions, any alert, and the
 * calibrated probability in bins.
 */
export class DecisionStreams implements StreamFamily {
  readonly name = 'decision'
  readonly weights: readonly number[]
  readonly #rules: readonly string[]
  readonly #places: ReadonlyMap<string, number>

  /** @param rules - names of the rules to watch; others are not */
  constructor(rules: readonly string[]) {
    this.#rules = rules
    this.#places = new Map(rules.map((rule, place) => [rule, place]))
    const kinds = [NO_MODEL + 1, ACTIONS.length + 1, rules.length].filter((size) => size > 0)
    this.weights = kinds.flatMap((size) => Array.from({ length: size }, () => 1 / kinds.length / size))
  }

  streamName(signal: number): string {
    if (signal < NO_MODEL) return `probability ${bandName(PROBABILITIES, signal)}`
    if (signal === NO_MODEL) return 'no probability'
    const action = signal - NO_MODEL - 1
    if (action < ACTIONS.length) return `action ${ACTIONS[action]}`
    return action === ACTIONS.length ? 'any alert' : `rule ${this.#rules[action - ACTIONS.length - 1]}`
  }

  /** The signals that fire at the record of a decision. */
  fired({ probability, action, alert, reasons }: EventRecord): number[] {
    const bin = typeof probability === 'number' ? bandOf(PROBABILITIES, probability) : NO_MODEL
    const fired = [bin]
    const actions = NO_MODEL + 1
    const known = (ACTIONS as readonly unknown[]).indexOf(action)
    if (known >= 0) fired.push(actions + known)
    if (alert !== null && alert !== undefined) fired.push(actions + ACTIONS.length)
    if (!Array.isArray(reasons)) return fired
    for (const { source, name } of reasons as readonly { readonly source?: unknown; readonly name?: unknown }[]) {
      const place = source === 'rule' ? this.#places.get(String(name)) : undefined
      if (place !== undefined) fired.push(actions + ACTIONS.length + 1 + place)
    }
    return fired
  }
}

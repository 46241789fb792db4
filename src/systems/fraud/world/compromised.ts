import { DAY_MS, randomFrom } from '../../../foundation/index.ts'
import type { ResolvedFraudOptions } from './options.ts'
import type { Places } from './places.ts'

/** A terminal that copies cards from one moment to another. */
export interface CompromisedTerminal {
  readonly terminal: number
  readonly fromMs: number
  readonly untilMs: number
}

/** Draws the shops that copy cards, each for two to four weeks, or half of the days when there are fewer. */
export function compromisedTerminals(options: ResolvedFraudOptions, { shops }: Places): CompromisedTerminal[] {
  const { seed, startMs, days, compromisedTerminals: count } = options
  const all = randomFrom(seed, 'compromised').shuffle(shops.flat())
  return all.slice(0, count).map((terminal) => {
    const random = randomFrom(seed, 'compromised', terminal)
    const length = Math.min(14 + 14 * random.uniform(), days / 2)
    const fromMs = Math.floor(startMs + random.uniform() * (days - length) * DAY_MS)
    return { terminal, fromMs, untilMs: Math.floor(fromMs + length * DAY_MS) }
  })
}

/** Why a payment is a fraud. */
export type FraudScenario = 'compromised-terminal' | 'stolen-card' | 'card-not-present' | 'ring'

export type Channel = 'chip' | 'contactless' | 'online'

/** A payment that will be made, all but its id; places and people by number, -1 where there is none. */
export interface PlannedPayment {
  readonly at: number
  readonly card: number
  readonly terminal: number
  readonly amount: number
  readonly channel: Channel
  readonly device: number
  readonly address: number
  readonly scenario?: FraudScenario
}

/** An amount in whole cents, at least one half. */
export function inCents(amount: number): number {
  return Math.max(0.5, Math.round(amount * 100) / 100)
}

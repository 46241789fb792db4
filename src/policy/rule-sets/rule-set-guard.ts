import { SluiceError } from '../../foundation/index.ts'
import { requireNumber } from '../require-field.ts'
import type { RuleSet, RuleSetGuard } from './rule-set.ts'

/** Refuses a guard out of its ranges. @throws SluiceError `OUT_OF_RANGE` */
export function requireGuard({ shares, events }: RuleSetGuard): void {
  for (const [action, share] of Object.entries(shares)) requireNumber(`guard, ${action}`, share, 0, 1)
  requireNumber('guard, events', events, 1, Number.MAX_SAFE_INTEGER)
}

/** Refuses a version whose backtest shows too little, or too much. @throws SluiceError `GUARD_REFUSED` */
export function requireBacktest({ version, backtest }: RuleSet, { shares, events }: RuleSetGuard): void {
  const seen = backtest?.events ?? 0
  if (backtest === undefined || seen < events) {
    throw refused(version, `a backtest of at least ${events} events`, `${seen}; backtest it over more`)
  }
  for (const action of ['step-up', 'review', 'block'] as const) {
    const [most, share] = [shares[action] ?? 1, backtest.asked[action] / seen]
    if (share <= most) continue
    throw refused(
      version,
      `${action} for at most ${percent(most)} of the events`,
      `${percent(share)}; narrow the rules`,
    )
  }
}

function refused(version: number, expected: string, got: string): SluiceError {
  return new SluiceError('GUARD_REFUSED', `rule set ${version}: expected ${expected}, got ${got}`)
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

import { SluiceError } from '../foundation/index.ts'
import type { RerankOptions } from './page-options.ts'
import { ruleName } from './page-rule.ts'
import type { QuotaRule } from './quota.ts'
import type { RankedCandidates } from './ranked-candidates.ts'

/** A quota over the candidates of a request. */
export interface QuotaNeed {
  readonly name: string
  readonly least: number
  /** The first so many places, at most the limit. */
  readonly among: number
  /** Shape (n,): 1 where the candidate counts. */
  readonly counts: Uint8Array
}

/**
 * @throws SluiceError `INVALID_ARGUMENT` when the request brings no time for an age or no numbers for named values
 * @remarks O(n + values).
 */
export function stateQuota(rule: QuotaRule, ranked: RankedCandidates, options: RerankOptions): QuotaNeed {
  const { least, among = options.limit } = rule
  const meets = rule.maxAgeMs === undefined ? hasValue(rule, options) : isFresh(rule, rule.maxAgeMs, options)
  const counts = new Uint8Array(ranked.count)
  for (let rank = 0; rank < ranked.count; rank++) {
    if (meets(options.attributes(rule.by, ranked.items[rank]!))) counts[rank] = 1
  }
  return { name: ruleName(rule), least, among: Math.min(among, options.limit), counts }
}

type Meets = (values: ArrayLike<number>) => boolean

function hasValue(rule: QuotaRule, { valueNumber }: RerankOptions): Meets {
  const { value } = rule
  if (typeof value === 'string' && valueNumber === undefined) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `${ruleName(rule)}: expected the numbers of named values, got none; pass valueNumber`,
    )
  }
  const wanted = typeof value === 'string' ? valueNumber?.(rule.by, value) : Number(value)
  return (values) => {
    for (let index = 0; index < values.length; index++) if (values[index] === wanted) return true
    return false
  }
}

function isFresh(rule: QuotaRule, maxAgeMs: number, { at }: RerankOptions): Meets {
  if (at === undefined || !Number.isFinite(at)) {
    throw new SluiceError('INVALID_ARGUMENT', `${ruleName(rule)}: expected the time of the request, got ${at}; pass at`)
  }
  return (values) => values.length > 0 && values[0]! <= at && at - values[0]! <= maxAgeMs
}

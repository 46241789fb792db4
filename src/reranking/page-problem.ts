import { SluiceError } from '../foundation/index.ts'
import type { Ceiling } from './category-ceiling.ts'
import { type CategoryLists, readCategoryLists } from './category-lists.ts'
import type { DeterminantalRule } from './determinantal.ts'
import type { DiversifyRule } from './diversify.ts'
import type { PageVectors, RerankOptions } from './page-options.ts'
import { type PageRule, requirePageRules, ruleName } from './page-rule.ts'
import { type QuotaNeed, stateQuota } from './quota-need.ts'
import { CANDIDATE_KIND, type PageCandidates, type RankedCandidates, rankCandidates } from './ranked-candidates.ts'
import type { SlidingLimit } from './window-marks.ts'

/** A soft goal and what it compares: the values of an attribute, or vectors. */
export interface GoalStatement {
  readonly rule: DiversifyRule | DeterminantalRule
  readonly lists: CategoryLists | undefined
  readonly vectors: PageVectors | undefined
}

/** Candidates and rules in the form that filling and explaining work on. Candidates go by rank less one. */
export interface PageProblem {
  readonly ranked: RankedCandidates
  readonly limit: number
  /** Rules that close on a value for good, in the order of the application. */
  readonly ceilings: readonly Ceiling[]
  readonly windows: readonly SlidingLimit[]
  /** Of these attributes a sponsored item shares no value with its neighbours. */
  readonly apart: readonly CategoryLists[]
  readonly quotas: readonly QuotaNeed[]
  readonly goals: readonly GoalStatement[]
  /** How moves call the soft goals together. */
  readonly goalName: string
  /** Shape (limit + 1,): the kind of candidate that the place is kept for; 0 is any organic one. Places go from 1. */
  readonly slotKinds: Uint8Array
}

/**
 * @throws SluiceError `INVALID_ARGUMENT` when the limit, the rules, an option or an attribute's value cannot be used,
 *   `SHAPE_MISMATCH` when arrays do not fit each other, `NOT_FINITE` when a score is not finite
 */
export function statePageProblem(
  candidates: PageCandidates,
  rules: readonly PageRule[],
  options: RerankOptions,
): PageProblem {
  const { limit } = options
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new SluiceError('INVALID_ARGUMENT', `page limit: expected a whole number of at least 1, got ${limit}`)
  }
  requirePageRules(rules)
  const ranked = rankCandidates(candidates)
  const lists = memoise((path) => readCategoryLists(path, ranked.items, options.attributes))
  const goals = rules.flatMap((rule) => goalOf(rule, lists, ranked, options))
  return {
    ranked,
    limit,
    ceilings: [...sameItem(ranked), ...rules.flatMap((rule) => ceilingOf(rule, lists))],
    windows: rules.flatMap((rule) =>
      rule.kind === 'slidingWindow'
        ? [{ name: ruleName(rule), lists: lists(rule.by), most: rule.most, within: rule.within }]
        : [],
    ),
    apart: rules.flatMap((rule) => (rule.kind === 'sponsored' ? (rule.notBeside ?? []).map(lists) : [])),
    quotas: rules.flatMap((rule) => (rule.kind === 'quota' ? [stateQuota(rule, ranked, options)] : [])),
    goals,
    goalName: goals.length === 0 ? 'diversify' : goals.map(({ rule }) => ruleName(rule)).join(' + '),
    slotKinds: slotKindsOf(rules, limit),
  }
}

function slotKindsOf(rules: readonly PageRule[], limit: number): Uint8Array {
  const kinds = new Uint8Array(limit + 1)
  for (const rule of rules) {
    if (rule.kind !== 'sponsored' && rule.kind !== 'exploration') continue
    for (const slot of rule.slots) if (slot <= limit) kinds[slot] = CANDIDATE_KIND[rule.kind]
  }
  return kinds
}

function ceilingOf(rule: PageRule, lists: (path: string) => CategoryLists): Ceiling[] {
  if (rule.kind === 'deduplicate') return [{ name: ruleName(rule), lists: lists(rule.by), most: 1 }]
  if (rule.kind === 'cap') return [{ name: ruleName(rule), lists: lists(rule.by), most: rule.perPage }]
  return []
}

/** No item twice, whatever the rules; costs nothing more when no candidate repeats. */
function sameItem(ranked: RankedCandidates): Ceiling[] {
  if (ranked.different === ranked.count) return []
  const own = new Int32Array(1)
  const lists = readCategoryLists('item', ranked.items, (_path, item) => {
    own[0] = item
    return own
  })
  return [{ name: 'deduplicate(item)', lists, most: 1 }]
}

function goalOf(
  rule: PageRule,
  lists: (path: string) => CategoryLists,
  ranked: RankedCandidates,
  { vectors }: RerankOptions,
): GoalStatement[] {
  if (rule.kind === 'diversify') return [{ rule, lists: lists(rule.by), vectors: undefined }]
  if (rule.kind !== 'determinantal') return []
  if (rule.by !== undefined) return [{ rule, lists: lists(rule.by), vectors: undefined }]
  return [{ rule, lists: undefined, vectors: requireVectors(vectors, ranked.count) }]
}

function requireVectors(vectors: PageVectors | undefined, count: number): PageVectors {
  if (vectors === undefined) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'determinantal(vectors): expected the vectors of the candidates, got none; pass them, or compare an attribute',
    )
  }
  const { width, of } = vectors
  if (!Number.isSafeInteger(width) || width < 1) {
    throw new SluiceError('INVALID_ARGUMENT', `page vectors: expected a width of at least 1, got ${width}`)
  }
  if (typeof of !== 'function' && of.length !== count * width) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `page vectors: expected ${count} x ${width} numbers, got ${of.length}; give one row a candidate`,
    )
  }
  return vectors
}

function memoise<Value>(read: (path: string) => Value): (path: string) => Value {
  const known = new Map<string, Value>()
  return (path) => {
    const value = known.get(path) ?? read(path)
    known.set(path, value)
    return value
  }
}

import { SluiceError } from '../foundation/index.ts'
import type { Ceiling } from './category-ceiling.ts'
import { type CategoryLists, type PageAttributes, readCategoryLists } from './category-lists.ts'
import type { DiversifyRule } from './diversify.ts'
import { type PageRule, requirePageRules, ruleName } from './page-rule.ts'
import { type PageCandidate, type RankedCandidates, rankCandidates } from './ranked-candidates.ts'
import type { SponsoredRule } from './sponsored.ts'

/** How a page is asked for. */
export interface RerankOptions {
  /** Most items on the page, a whole number of at least 1. */
  readonly limit: number
  readonly attributes: PageAttributes
}

/** Candidates and rules in the form that filling and explaining work on. Candidates go by rank less one. */
export interface PageProblem {
  readonly ranked: RankedCandidates
  readonly limit: number
  /** The hard rules, in the order of the application. */
  readonly ceilings: readonly Ceiling[]
  readonly diversity: { readonly rule: DiversifyRule; readonly lists: CategoryLists } | undefined
  /** Positions from 1, ascending, all within the limit. */
  readonly slots: readonly number[]
}

/**
 * @throws SluiceError `INVALID_ARGUMENT` when the limit, the rules or an attribute's value cannot be used,
 *   `NOT_FINITE` when a score is not finite
 */
export function statePageProblem(
  candidates: readonly PageCandidate[],
  rules: readonly PageRule[],
  options: RerankOptions,
): PageProblem {
  const { limit, attributes } = options
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new SluiceError('INVALID_ARGUMENT', `page limit: expected a whole number of at least 1, got ${limit}`)
  }
  requirePageRules(rules)
  const ranked = rankCandidates(candidates)
  const lists = memoise((path) => readCategoryLists(path, ranked.items, attributes))
  const diversify = rules.find((rule): rule is DiversifyRule => rule.kind === 'diversify')
  const sponsored = rules.find((rule): rule is SponsoredRule => rule.kind === 'sponsored')
  return {
    ranked,
    limit,
    ceilings: [...sameItem(ranked), ...rules.flatMap((rule) => ceilingOf(rule, lists))],
    diversity: diversify && { rule: diversify, lists: lists(diversify.by) },
    slots: sponsored?.slots.filter((slot) => slot <= limit) ?? [],
  }
}

function ceilingOf(rule: PageRule, lists: (path: string) => CategoryLists): Ceiling[] {
  if (rule.kind === 'deduplicate') return [{ name: ruleName(rule), lists: lists(rule.by), most: 1 }]
  if (rule.kind === 'cap') return [{ name: ruleName(rule), lists: lists(rule.by), most: rule.perPage }]
  return []
}

/** No item twice, whatever the rules; costs nothing more when no candidate repeats. */
function sameItem(ranked: RankedCandidates): Ceiling[] {
  if (new Set(ranked.items).size === ranked.count) return []
  const lists = readCategoryLists('item', ranked.items, (_path, item) => [item])
  return [{ name: 'deduplicate(item)', lists, most: 1 }]
}

function memoise<Value>(read: (path: string) => Value): (path: string) => Value {
  const known = new Map<string, Value>()
  return (path) => {
    const value = known.get(path) ?? read(path)
    known.set(path, value)
    return value
  }
}

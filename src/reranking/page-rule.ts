import { SluiceError } from '../foundation/index.ts'
import type { CapRule } from './cap.ts'
import type { DeduplicateRule } from './deduplicate.ts'
import type { DeterminantalRule } from './determinantal.ts'
import type { DiversifyRule } from './diversify.ts'
import type { ExplorationRule } from './exploration.ts'
import type { QuotaRule } from './quota.ts'
import type { SlidingWindowRule } from './sliding-window.ts'
import type { SponsoredRule } from './sponsored.ts'

/** One rule of a page, as an application lists them. `Path` is the union of the attribute paths it names. */
export type PageRule<Path extends string = string> =
  | DeduplicateRule<Path>
  | CapRule<Path>
  | SlidingWindowRule<Path>
  | QuotaRule<Path>
  | DiversifyRule<Path>
  | DeterminantalRule<Path>
  | SponsoredRule<Path>
  | ExplorationRule

/** The name by which explanations call a rule: `cap(video.creator)`, `quota(video.genres=jazz)`, `sponsored`. */
export function ruleName(rule: PageRule): string {
  switch (rule.kind) {
    case 'sponsored':
    case 'exploration':
      return rule.kind
    case 'determinantal':
      return `determinantal(${rule.by ?? 'vectors'})`
    case 'slidingWindow':
      return `slidingWindow(${rule.by},${rule.most} in ${rule.within})`
    case 'quota':
      return `quota(${quotaName(rule)})`
    default:
      return `${rule.kind}(${rule.by})`
  }
}

/** The attribute paths that the rules read, each once, in the order of the rules. */
export function rulePaths(rules: readonly PageRule[]): readonly string[] {
  return [...new Set(rules.flatMap(pathsOf))]
}

/**
 * Refuses a list of rules that contradict each other: at most one `sponsored` and one `exploration`, without a slot in
 * common, and no other rule twice. The order of the rules only decides which one is named when two forbid an item at
 * once, and which quota goes first: the earlier.
 *
 * @param limit - the length of a page, when it is known: a quota above it is refused
 * @throws SluiceError `INVALID_ARGUMENT`
 */
export function requirePageRules(rules: readonly PageRule[], limit = Number.POSITIVE_INFINITY): void {
  const seen = new Set<string>()
  const slots = new Set<number>()
  for (const rule of rules) {
    const name = ruleName(rule)
    if (seen.has(name)) throw invalid(`${name} once, got it twice; remove one of them`)
    seen.add(name)
    if (rule.kind === 'quota' && rule.least > limit) {
      throw invalid(`${name} to ask for at most the ${limit} places of a page, got ${rule.least}; ask for fewer`)
    }
    if (rule.kind !== 'sponsored' && rule.kind !== 'exploration') continue
    for (const slot of rule.slots) {
      if (slots.has(slot)) throw invalid(`slot ${slot} in one rule, got it in two; move one of them`)
      slots.add(slot)
    }
  }
}

function pathsOf(rule: PageRule): readonly string[] {
  if (rule.kind === 'exploration') return []
  if (rule.kind === 'sponsored') return rule.notBeside ?? []
  return rule.by === undefined ? [] : [rule.by]
}

function quotaName({ by, value, maxAgeMs, among }: QuotaRule): string {
  const sort = value === undefined ? `${by}<=${maxAgeMs}ms` : `${by}=${value}`
  return among === undefined ? sort : `${sort} in ${among}`
}

function invalid(expected: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `page rules: expected ${expected}`)
}

import { SluiceError } from '../foundation/index.ts'
import type { CapRule } from './cap.ts'
import type { DeduplicateRule } from './deduplicate.ts'
import type { DiversifyRule } from './diversify.ts'
import type { SponsoredRule } from './sponsored.ts'

/** One rule of a page, as an application lists them. `Path` is the union of the attribute paths it names. */
export type PageRule<Path extends string = string> =
  | DeduplicateRule<Path>
  | DiversifyRule<Path>
  | CapRule<Path>
  | SponsoredRule

/** The name by which explanations call a rule: `cap(video.creator)`, `sponsored`. */
export function ruleName(rule: PageRule): string {
  return rule.kind === 'sponsored' ? rule.kind : `${rule.kind}(${rule.by})`
}

/** The attribute paths that the rules read, each once, in the order of the rules. */
export function rulePaths(rules: readonly PageRule[]): readonly string[] {
  return [...new Set(rules.flatMap((rule) => (rule.kind === 'sponsored' ? [] : [rule.by])))]
}

/**
 * Refuses a list of rules that contradict each other: at most one `diversify`, one `sponsored`, and one `deduplicate`
 * and one `cap` an attribute. The order of the rules only decides which one is named when two forbid an item at once.
 *
 * @throws SluiceError `INVALID_ARGUMENT`
 */
export function requirePageRules(rules: readonly PageRule[]): void {
  const seen = new Set<string>()
  for (const rule of rules) {
    const name = rule.kind === 'diversify' ? rule.kind : ruleName(rule)
    if (seen.has(name)) {
      throw new SluiceError('INVALID_ARGUMENT', `page rules: expected ${name} once, got it twice; remove one of them`)
    }
    seen.add(name)
  }
}

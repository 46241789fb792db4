import { contentHash } from '../../foundation/index.ts'
import { parseRules } from '../rules/parse-rules.ts'
import { printRules } from '../rules/print-rules.ts'
import type { Rule, RuleVocabulary } from '../rules/rule.ts'

/** Rules as they are kept: their canonical text and the hash of it. */
export interface CanonicalRules {
  readonly rules: string
  readonly hash: string
}

/** The identity of rules: equal rules have equal hashes, however they were written. */
export function ruleSetHash(rules: readonly Rule[]): string {
  return contentHash(printRules(rules))
}

/**
 * Checks the text of rules against what a system knows and gives back what a draft of them holds.
 *
 * @throws SluiceError `INVALID_RULES` as `parseRules`
 */
export function canonicalRules(text: string, vocabulary: RuleVocabulary): CanonicalRules {
  const rules = printRules(parseRules(text, vocabulary))
  return { rules, hash: contentHash(rules) }
}

import type { Action } from '../action.ts'

/** A number that a rule makes of others. */
export type Quantity =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'negative'; readonly of: Quantity }
  | {
      readonly kind: 'arithmetic'
      readonly operator: ArithmeticOperator
      readonly left: Quantity
      readonly right: Quantity
    }

export type ArithmeticOperator = '+' | '-' | '*' | '/'
export type Comparison = '<' | '<=' | '>' | '>=' | '=' | '!='

/**
 * What a rule asks. A test is true, false or unknown: a comparison with what is missing, or with a division by zero, is
 * unknown, and so is what hangs on it (Kleene's logic). A rule fires when its test is true.
 */
export type Test =
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Quantity; readonly right: Quantity }
  /** Whether a text is one of these. */
  | { readonly kind: 'one-of'; readonly name: string; readonly values: readonly string[] }
  /** Whether a number or text is not there; never unknown. */
  | { readonly kind: 'missing'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Test }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Test[] }

export interface Rule {
  /** Unique within its set. */
  readonly name: string
  readonly when: Test
  readonly action: Action
  /** What is told of it, to a reviewer or a customer; the name when it says nothing. */
  readonly because?: string
}

/** What rules can name. */
export interface RuleVocabulary {
  /** Columns of numbers, in the order in which rows hold them. */
  readonly numbers: readonly string[]
  /** Columns of texts, in the order in which rows hold them. */
  readonly texts: readonly string[]
}

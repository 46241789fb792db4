import type { ArithmeticOperator, Comparison } from './rule.ts'

// What a step of compiled rules does. Up to TEXT_MISSING a step pushes a value, and its operand says which; the others
// take values from the stack.
export const NUMBER = 0
export const COLUMN = 1
export const ONE_OF = 2
export const NUMBER_MISSING = 3
export const TEXT_MISSING = 4
export const NEGATE = 5
export const NOT = 6
export const AND = 7
export const OR = 8
export const PLUS = 9
export const MINUS = 10
export const TIMES = 11
export const OVER = 12
export const BELOW = 13
export const AT_MOST = 14
export const ABOVE = 15
export const AT_LEAST = 16
export const EQUAL = 17
export const UNEQUAL = 18
export const OPERATORS: Readonly<Record<ArithmeticOperator | Comparison, number>> = {
  '+': PLUS,
  '-': MINUS,
  '*': TIMES,
  '/': OVER,
  '<': BELOW,
  '<=': AT_MOST,
  '>': ABOVE,
  '>=': AT_LEAST,
  '=': EQUAL,
  '!=': UNEQUAL,
}

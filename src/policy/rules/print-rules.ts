import type { Quantity, Rule, Test } from './rule.ts'
import { quoted } from './rule-tokens.ts'

const PLAIN_NAME = /^[A-Za-z_]\w*(?:[.-]\w+)*$/
const RESERVED = /^(?:rule|when|then|because|and|or|not|is|in|missing)$/

/** Rules in their one canonical form, in which equal rules are equal texts; `parseRules` reads it back. */
export function printRules(rules: readonly Rule[]): string {
  return rules.map(printRule).join('\n')
}

function printRule({ name, when, action, because }: Rule): string {
  const isPlain = PLAIN_NAME.test(name) && !RESERVED.test(name)
  const reason = because === undefined ? '' : ` because ${quoted(because)}`
  return `rule ${isPlain ? name : quoted(name)}\n  when ${printTest(when)}\n  then ${action}${reason}\n`
}

/** A test as rules write it. */
export function printTest(test: Test): string {
  switch (test.kind) {
    case 'compare':
      return `${printQuantity(test.left, 0)} ${test.operator} ${printQuantity(test.right, 0)}`
    case 'missing':
      return `${test.name} is missing`
    case 'one-of': {
      const [only, ...others] = test.values
      if (only !== undefined && others.length === 0) return `${test.name} is ${quoted(only)}`
      return `${test.name} in (${test.values.map(quoted).join(', ')})`
    }
    case 'not':
      return `not ${printPart(test.of)}`
    case 'all':
      return test.of.map(printPart).join(' and ')
    case 'any':
      return test.of.map(printPart).join(' or ')
  }
}

/** A test within another: chains stand in parentheses, so that a reader need not know what binds closer. */
function printPart(test: Test): string {
  return test.kind === 'all' || test.kind === 'any' ? `(${printTest(test)})` : printTest(test)
}

const STRENGTH = { '+': 1, '-': 1, '*': 2, '/': 2 } as const

/** A quantity, in parentheses when it binds less than `strength`. */
function printQuantity(quantity: Quantity, strength: number): string {
  switch (quantity.kind) {
    case 'number':
      return String(quantity.value)
    case 'column':
      return quantity.name
    case 'negative':
      return `-${printQuantity(quantity.of, 3)}`
    case 'arithmetic': {
      const own = STRENGTH[quantity.operator]
      const text = `${printQuantity(quantity.left, own)} ${quantity.operator} ${printQuantity(quantity.right, own + 1)}`
      return own < strength ? `(${text})` : text
    }
  }
}

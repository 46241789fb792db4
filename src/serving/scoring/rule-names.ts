import type { Quantity, Rule, RuleVocabulary, Test } from '../../policy/index.ts'

/** The part of a vocabulary that rules name, in its order. */
export function namedBy(rules: readonly Rule[], { numbers, texts }: RuleVocabulary): RuleVocabulary {
  const names = new Set<string>()
  for (const { when } of rules) addTest(when, names)
  return { numbers: numbers.filter((name) => names.has(name)), texts: texts.filter((name) => names.has(name)) }
}

function addTest(test: Test, names: Set<string>): void {
  switch (test.kind) {
    case 'compare':
      addQuantity(test.left, names)
      addQuantity(test.right, names)
      return
    case 'one-of':
    case 'missing':
      names.add(test.name)
      return
    case 'not':
      addTest(test.of, names)
      return
    default:
      for (const part of test.of) addTest(part, names)
  }
}

function addQuantity(quantity: Quantity, names: Set<string>): void {
  if (quantity.kind === 'column') names.add(quantity.name)
  else if (quantity.kind === 'negative') addQuantity(quantity.of, names)
  else if (quantity.kind === 'arithmetic') {
    addQuantity(quantity.left, names)
    addQuantity(quantity.right, names)
  }
}

import { SluiceError } from '../../foundation/index.ts'
import { ACTIONS, type Action } from '../action.ts'
import type { ArithmeticOperator, Comparison, Quantity, Rule, RuleVocabulary, Test } from './rule.ts'
import { type Token, tokensOf } from './rule-tokens.ts'

const LONGEST_TEXT = 1_000_000
const MOST_RULES = 1_000
/** Parentheses and `not` within each other. */
const DEEPEST = 50
const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '=', '!='] satisfies Comparison[]
const RESERVED: readonly string[] = ['rule', 'when', 'then', 'because', 'and', 'or', 'not', 'is', 'in', 'missing']

/**
 * Reads rules as people write them:
 *
 * ```
 * rule many-payments
 *   when cardCount.1h > 10 and (amount > 200 or channel in ("online", "phone"))
 *   then review because "many payments in an hour"
 * ```
 *
 * `and` binds closer than `or`, `not` closer than both; numbers are added, multiplied and compared as everywhere; `x is
 * missing` asks whether a column has no value, `channel is "online"` whether a text is that. Line ends mean nothing, and
 * there is nothing that could repeat itself, so a rule takes as long as it is.
 *
 * @param vocabulary - what rules may name
 * @throws SluiceError `INVALID_RULES` with line and column, for what cannot be read, unknown or mistyped columns, two
 * rules of one name, more than 1,000 rules, 1,000,000 letters or 50 levels of parentheses
 */
export function parseRules(text: string, vocabulary: RuleVocabulary): Rule[] {
  if (text.length > LONGEST_TEXT) {
    throw new SluiceError(
      'INVALID_RULES',
      `rules: expected at most ${LONGEST_TEXT} letters, got ${text.length}; split them`,
    )
  }
  return new RuleParser(tokensOf(text), vocabulary).rules()
}

class RuleParser {
  readonly #tokens: readonly Token[]
  readonly #numbers: ReadonlySet<string>
  readonly #texts: ReadonlySet<string>
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[], { numbers, texts }: RuleVocabulary) {
    this.#tokens = tokens
    this.#numbers = new Set(numbers)
    this.#texts = new Set(texts)
  }

  rules(): Rule[] {
    const rules = new Map<string, Rule>()
    while (this.#token.kind !== 'end') {
      const place = this.#token
      const rule = this.#rule()
      if (rules.has(rule.name)) throw fault(place, 'a name that no other rule has', rule.name)
      rules.set(rule.name, rule)
      if (rules.size > MOST_RULES) throw fault(place, `at most ${MOST_RULES} rules`, 'more')
    }
    return [...rules.values()]
  }

  get #token(): Token {
    return this.#tokens[this.#next]!
  }

  #rule(): Rule {
    this.#expect('rule')
    const name = this.#token.kind === 'text' ? this.#take().text : this.#name('a name of a rule')
    this.#skip(':')
    this.#expect('when')
    const when = this.#test()
    this.#expect('then')
    const action = this.#action()
    if (!this.#skip('because')) return { name, when, action }
    if (this.#token.kind !== 'text') throw this.#fault('a reason in quotes')
    return { name, when, action, because: this.#take().text }
  }

  #action(): Action {
    const found = ACTIONS.find((action) => action === this.#token.text)
    if (found === undefined || this.#token.kind !== 'word') throw this.#fault(`one of ${ACTIONS.join(', ')}`)
    this.#take()
    return found
  }

  #test(): Test {
    return this.#chain('any', 'or', () => this.#chain('all', 'and', () => this.#negation()))
  }

  #chain(kind: 'all' | 'any', word: string, part: () => Test): Test {
    const parts = [part()]
    while (this.#skip(word)) parts.push(part())
    return parts.length === 1 ? parts[0]! : { kind, of: parts }
  }

  #negation(): Test {
    if (!this.#skip('not')) return this.#question()
    return { kind: 'not', of: this.#deeper(() => this.#negation()) }
  }

  #question(): Test {
    if (this.#isTestInParentheses()) {
      this.#expect('(')
      const test = this.#deeper(() => this.#test())
      this.#expect(')')
      return test
    }
    const isText = this.#token.kind === 'word' && this.#texts.has(this.#token.text)
    const following = this.#tokens[this.#next + 1]
    if (this.#token.kind === 'word' && (isText || (following?.kind === 'word' && following.text === 'is'))) {
      return this.#questionOfColumn(isText)
    }
    const left = this.#sum()
    const operator = this.#token.text
    if (this.#token.kind !== 'sign' || !COMPARISONS.includes(operator)) {
      throw this.#fault(`a comparison (${COMPARISONS.join(' ')})`)
    }
    this.#take()
    return { kind: 'compare', operator: operator as Comparison, left, right: this.#sum() }
  }

  /** `channel is "online"`, `channel in ("a", "b")`, `x is missing`. */
  #questionOfColumn(isText: boolean): Test {
    const name = this.#column()
    if (this.#skip('is')) {
      if (this.#skip('missing')) return { kind: 'missing', name }
      if (isText && this.#token.kind === 'text') return { kind: 'one-of', name, values: [this.#take().text] }
      throw this.#fault(isText ? 'missing or a text in quotes' : 'missing')
    }
    if (!this.#skip('in')) throw this.#fault('is or in')
    this.#expect('(')
    const values: string[] = []
    do {
      if (this.#token.kind !== 'text') throw this.#fault('a text in quotes')
      values.push(this.#take().text)
    } while (this.#skip(','))
    this.#expect(')')
    return { kind: 'one-of', name, values }
  }

  /** Whether the parenthesis that follows holds a test; else it holds a part of a sum. */
  #isTestInParentheses(): boolean {
    if (this.#token.kind !== 'sign' || this.#token.text !== '(') return false
    let open = 0
    for (let index = this.#next; index < this.#tokens.length; index++) {
      const { kind, text } = this.#tokens[index]!
      if (kind === 'sign' && text === '(') open++
      else if (kind === 'sign' && text === ')') {
        if (--open === 0) return false
      } else if (kind === 'sign' && COMPARISONS.includes(text)) return true
      else if (kind === 'word' && ['is', 'in', 'not'].includes(text)) return true
    }
    return false
  }

  #sum(): Quantity {
    return this.#leftToRight(['+', '-'], () => this.#leftToRight(['*', '/'], () => this.#factor()))
  }

  #leftToRight(operators: readonly ArithmeticOperator[], part: () => Quantity): Quantity {
    let left = part()
    for (;;) {
      const operator = operators.find((each) => this.#skip(each))
      if (operator === undefined) return left
      left = { kind: 'arithmetic', operator, left, right: part() }
    }
  }

  #factor(): Quantity {
    if (this.#skip('-')) return { kind: 'negative', of: this.#deeper(() => this.#factor()) }
    if (this.#skip('(')) {
      const inner = this.#deeper(() => this.#sum())
      this.#expect(')')
      return inner
    }
    if (this.#token.kind === 'number') return this.#number()
    if (this.#token.kind === 'word' && this.#texts.has(this.#token.text)) {
      throw this.#fault('a column of numbers, as texts are asked about by is and in')
    }
    return { kind: 'column', name: this.#column() }
  }

  #number(): Quantity {
    const value = Number(this.#token.text)
    if (!Number.isFinite(value)) throw this.#fault('a finite number')
    this.#take()
    return { kind: 'number', value }
  }

  #column(): string {
    const { kind, text } = this.#token
    if (kind === 'word' && (this.#numbers.has(text) || this.#texts.has(text))) return this.#take().text
    if (kind !== 'word' || RESERVED.includes(text)) throw this.#fault('a column, number or parenthesis')
    throw this.#fault(`one of the columns ${nearest(text, [...this.#numbers, ...this.#texts])}`)
  }

  #name(what: string): string {
    if (this.#token.kind === 'word' && !RESERVED.includes(this.#token.text)) return this.#take().text
    throw this.#fault(what)
  }

  #deeper<Result>(parse: () => Result): Result {
    if (++this.#depth > DEEPEST) throw this.#fault(`at most ${DEEPEST} levels of parentheses`)
    const result = parse()
    this.#depth--
    return result
  }

  /** Whether a word or sign follows; it is taken. */
  #skip(text: string): boolean {
    const { kind, text: got } = this.#token
    if (got !== text || (kind !== 'word' && kind !== 'sign')) return false
    this.#next++
    return true
  }

  #expect(text: string): void {
    if (!this.#skip(text)) throw this.#fault(JSON.stringify(text))
  }

  #take(): Token {
    return this.#tokens[this.#next++]!
  }

  #fault(expected: string): SluiceError {
    const { kind, text } = this.#token
    return fault(this.#token, expected, kind === 'end' ? 'the end' : JSON.stringify(text))
  }
}

function fault({ line, column }: Token, expected: string, got: string): SluiceError {
  return new SluiceError(
    'INVALID_RULES',
    `rules, line ${line}, column ${column}: expected ${expected}, got ${got}; correct the rules`,
    { details: { line, column } },
  )
}

/** The known names that are most like one, at most 8. */
function nearest(name: string, known: readonly string[]): string {
  const pairs = (text: string) =>
    new Set(Array.from(text.toLowerCase(), (_, at) => text.toLowerCase().slice(at, at + 2)))
  const wanted = pairs(name)
  const likeness = (other: string) => {
    const found = pairs(other)
    return [...found].filter((pair) => wanted.has(pair)).length / (found.size + wanted.size)
  }
  return known
    .map((other) => ({ other, like: likeness(other) }))
    .sort((a, b) => b.like - a.like || (a.other < b.other ? -1 : 1))
    .slice(0, 8)
    .map(({ other }) => other)
    .join(', ')
}

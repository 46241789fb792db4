import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../../foundation/index.ts'
import { parseRules } from './parse-rules.ts'
import { printRules } from './print-rules.ts'
import type { Comparison, Quantity, Rule, Test } from './rule.ts'
import { BLOCK_ROWS, RuleBlocks } from './rule-blocks.ts'
import { compileRules, FIRED, NOT_FIRED, RuleProgram, type RuleRow, UNKNOWN } from './rule-program.ts'

const VOCABULARY = { numbers: ['amount', 'cardCount.1h', 'cardMean.7d', 'probability'], texts: ['channel', 'country'] }

function rowOf(numbers: readonly number[], texts: readonly (string | undefined)[] = []): RuleRow {
  return { numbers: Float64Array.from(numbers), texts }
}

/** What one rule with a test says of a row. */
function answer(test: string, row: RuleRow): number {
  const out = new Uint8Array(1)
  compileRules(`rule it when ${test} then review`, VOCABULARY).evaluate(row, out)
  return out[0]!
}

/** A rule's test, read the slow way: true, false or undefined for unknown. */
function naive(test: Test, row: RuleRow): boolean | undefined {
  const texts = (name: string) => row.texts[VOCABULARY.texts.indexOf(name)]
  switch (test.kind) {
    case 'compare': {
      const [left, right] = [amountOf(test.left, row), amountOf(test.right, row)]
      if (left === undefined || right === undefined) return undefined
      const { operator } = test
      if (operator === '=') return left === right
      if (operator === '!=') return left !== right
      if (operator.startsWith('<')) return left < right || (operator === '<=' && left === right)
      return left > right || (operator === '>=' && left === right)
    }
    case 'one-of': {
      const text = texts(test.name)
      return text === undefined ? undefined : test.values.includes(text)
    }
    case 'missing': {
      const at = VOCABULARY.numbers.indexOf(test.name)
      return at < 0 ? texts(test.name) === undefined : Number.isNaN(row.numbers[at]!)
    }
    case 'not': {
      const inner = naive(test.of, row)
      return inner === undefined ? undefined : !inner
    }
    case 'all': {
      const parts = test.of.map((part) => naive(part, row))
      return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true
    }
    case 'any': {
      const parts = test.of.map((part) => naive(part, row))
      return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false
    }
  }
}

function amountOf(quantity: Quantity, row: RuleRow): number | undefined {
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? undefined : value)
  switch (quantity.kind) {
    case 'number':
      return quantity.value
    case 'column':
      return known(row.numbers[VOCABULARY.numbers.indexOf(quantity.name)])
    case 'negative': {
      const inner = amountOf(quantity.of, row)
      return inner === undefined ? undefined : -inner
    }
    case 'arithmetic': {
      const [left, right] = [amountOf(quantity.left, row), amountOf(quantity.right, row)]
      if (left === undefined || right === undefined) return undefined
      if (quantity.operator === '/') return right === 0 ? undefined : known(left / right)
      return known(quantity.operator === '+' ? left + right : quantity.operator === '-' ? left - right : left * right)
    }
  }
}

const text = fc.constantFrom('online', 'a "b"', 'back\\slash', '', 'FI')
const { test } = fc.letrec<{ quantity: Quantity; test: Test }>((tie) => ({
  quantity: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.nat(5), fc.double({ min: 0, max: 1e30, noNaN: true })).map(
      (value): Quantity => ({
        kind: 'number',
        value: Math.abs(value),
      }),
    ),
    fc.constantFrom(...VOCABULARY.numbers).map((name): Quantity => ({ kind: 'column', name })),
    tie('quantity').map((of): Quantity => ({ kind: 'negative', of })),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/'), tie('quantity'), tie('quantity'))
      .map(([operator, left, right]): Quantity => ({ kind: 'arithmetic', operator, left, right })),
  ),
  test: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .tuple(fc.constantFrom<Comparison>('<', '<=', '>', '>=', '=', '!='), tie('quantity'), tie('quantity'))
      .map(([operator, left, right]): Test => ({ kind: 'compare', operator, left, right })),
    fc
      .tuple(fc.constantFrom(...VOCABULARY.texts), fc.array(text, { minLength: 1, maxLength: 3 }))
      .map(([name, values]): Test => ({ kind: 'one-of', name, values })),
    fc.constantFrom(...VOCABULARY.numbers, ...VOCABULARY.texts).map((name): Test => ({ kind: 'missing', name })),
    tie('test').map((of): Test => ({ kind: 'not', of })),
    fc
      .tuple(fc.constantFrom('all', 'any'), fc.array(tie('test'), { minLength: 2, maxLength: 3 }))
      .map(([kind, of]): Test => ({ kind, of })),
  ),
}))
const rules = fc
  .uniqueArray(fc.constantFrom('velocity', 'new-pair', 'rule', 'two words', 'x.1h'), { maxLength: 4 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.tuple(test, fc.constantFrom('allow', 'step-up', 'review', 'block'), fc.option(text)).map(
          ([when, action, because]): Rule => ({
            name,
            when,
            action,
            ...(because === null ? {} : { because }),
          }),
        ),
      ),
    ),
  )
const value = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -2, max: 5 }), fc.double())
const row = fc
  .tuple(
    fc.array(value, { minLength: 4, maxLength: 4 }),
    fc.array(fc.option(text, { nil: undefined }), { minLength: 2, maxLength: 2 }),
  )
  .map(([numbers, texts]) => rowOf(numbers, texts))

describe('rules', () => {
  it('are read back from what is printed, whatever they say', () => {
    fc.assert(
      fc.property(rules, (given) => {
        assert.deepEqual(parseRules(printRules(given), VOCABULARY), given)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it('say of a row what they say when read one by one', () => {
    fc.assert(
      fc.property(rules, row, (given, asked) => {
        const out = new Uint8Array(given.length)
        const fired = new RuleProgram(given, VOCABULARY).evaluate(asked, out)
        const expected = given.map(({ when }) => {
          const truth = naive(when, asked)
          return truth === undefined ? UNKNOWN : truth ? FIRED : NOT_FIRED
        })
        assert.deepEqual(Array.from(out), expected)
        assert.equal(fired, expected.filter((each) => each === FIRED).length)
      }),
      { seed: 4, numRuns: 2000 },
    )
  })

  it('say of rows in blocks what they say of them one by one', () => {
    fc.assert(
      fc.property(rules, fc.array(row, { minLength: 1, maxLength: 8 }), fc.nat(7), (given, asked, skipped) => {
        const program = new RuleProgram(given, VOCABULARY)
        const numbers = Float64Array.from(asked.flatMap((each) => [...each.numbers]))
        const texts = asked.flatMap((each) => each.texts)
        const from = Math.min(skipped, asked.length - 1)
        const said = new Uint8Array(given.length * BLOCK_ROWS)
        new RuleBlocks(program).evaluate({ count: asked.length, numbers, texts }, from, asked.length - from, said)
        for (const [at, each] of asked.slice(from).entries()) {
          const out = new Uint8Array(given.length)
          program.evaluate(each, out)
          assert.deepEqual(
            given.map((_, rule) => said[rule * BLOCK_ROWS + at]),
            Array.from(out),
          )
        }
      }),
      { seed: 5, numRuns: 1000 },
    )
  })

  it('are read as docs/rules.md writes them', () => {
    const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8')
    const [, example = ''] = page.match(/```rules\n(.*?)```/s) ?? []
    const numbers = ['cardCount.1h', 'amount', 'cardMean.30d', 'terminalRisk.7d']
    const read = parseRules(example, { numbers, texts: ['channel', 'terminal'] })
    assert.deepEqual(
      read.map(({ name, action, because }) => [name, action, because]),
      [
        ['many-payments', 'review', 'many payments in an hour'],
        ['far-above-usual', 'step-up', undefined],
        ['known-terminal', 'allow', 'our own test terminal'],
      ],
    )
  })

  it('bind as they are read: times before plus, and before or, not before and', () => {
    const at = rowOf([5, 1, 2, 0.5], ['online', undefined])
    assert.equal(answer('amount - 1 - 1 = 3 and 2 + 3 * 2 = 8', at), FIRED)
    assert.equal(answer('amount = 5 or amount = 6 and amount = 7', at), FIRED)
    assert.equal(answer('(amount = 5 or amount = 6) and amount = 7', at), NOT_FIRED)
    assert.equal(answer('not amount = 6 and channel in ("online", "phone")', at), FIRED)
    assert.equal(answer('(amount + 1) * 2 > -(3)', at), FIRED)
  })

  it('never fire on what is missing or divided by zero, and say that it is unknown', () => {
    const at = rowOf([5, Number.NaN, 0, 0.5], [undefined, 'FI'])
    assert.equal(answer('cardCount.1h > 3', at), UNKNOWN)
    assert.equal(answer('not cardCount.1h > 3', at), UNKNOWN)
    assert.equal(answer('amount / cardMean.7d > 3', at), UNKNOWN)
    assert.equal(answer('channel is "online"', at), UNKNOWN)
    assert.equal(answer('cardCount.1h is missing and channel is missing', at), FIRED)
    assert.equal(answer('cardCount.1h > 3 or amount > 1', at), FIRED)
  })

  const faults: Readonly<Record<string, RegExp>> = {
    'rule a when amount >\nthen block': /line 2, column 1: expected a column, number or parenthesis, got "then"/,
    'rule a when amont > 1 then block': /column 13: expected one of the columns amount, .*, got "amont"/,
    'rule a when amount > 1 then refuse': /expected one of allow, step-up, review, block, got "refuse"/,
    'rule a when channel > 1 then block': /expected is or in, got ">"/,
    'rule a when amount > channel then block': /expected a column of numbers.*got "channel"/,
    'rule a when amount is "x" then block': /expected missing, got "x"/,
    'rule a when amount then block': /expected a comparison/,
    'rule a when channel in () then block': /expected a text in quotes, got "\)"/,
    'rule a when amount > 1 then block rule a when amount > 1 then block': /a name that no other rule has, got a/,
    'rule a when amount > 1 then block because nothing': /a reason in quotes, got "nothing"/,
    'rule a when channel is "x\n" then block': /line 1, column 24: expected a text that ends with "/,
    'rule a when amount > 1e999 then block': /a finite number, got "1e999"/,
    'rule a when amount @ 1 then block': /column 20: expected a word, number, text or sign, got "@ 1/,
    'rule a when (amount > 1 then block': /expected "\)", got "then"/,
    'amount > 1': /column 1: expected "rule", got "amount"/,
  }
  for (const [given, message] of Object.entries(faults)) {
    it(`name line and column of what is wrong in ${JSON.stringify(given)}`, () => {
      assert.throws(
        () => parseRules(given, VOCABULARY),
        (error) => isSluiceError(error, 'INVALID_RULES') && message.test(error.message),
      )
    })
  }

  it('are refused when they are too many, too deep or too long', () => {
    const many = Array.from({ length: 1001 }, (_, n) => `rule r${n} when amount > 1 then block`).join('\n')
    const deep = `rule a when ${'('.repeat(60)}amount > 1${')'.repeat(60)} then block`
    for (const given of [many, deep, `# ${'x'.repeat(1_000_000)}`]) {
      assert.throws(
        () => parseRules(given, VOCABULARY),
        (error) => isSluiceError(error, 'INVALID_RULES'),
      )
    }
  })

  it('are refused by a system without their columns', () => {
    const [rule] = parseRules('rule a when channel is "x" then block', VOCABULARY)
    assert.throws(
      () => new RuleProgram([rule!], { numbers: ['channel'], texts: [] }),
      (error) => isSluiceError(error, 'INVALID_RULES'),
    )
  })
})

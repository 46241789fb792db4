import { SluiceError } from '../../foundation/index.ts'

/** Of one expression. */
const MOST_WORDS = 8
const MOST_RULES = 100_000
const SHOWN_LETTERS = 60

/** One line: each expression on the left also stands for each on the right that it is not itself. */
export interface SynonymRule {
  readonly line: number
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** What {@link parseSynonyms} read; searches that are given the same object read it once. */
export interface Synonyms {
  readonly rules: readonly SynonymRule[]
}

/**
 * Reads synonyms, a rule a line: `sneakers, trainers, running shoes` stand for one another; with `tv => television set,
 * telly` who asks for the left also gets the right, but not the other way round. Expressions may have up to eight words; an
 * empty line and what follows a `#` are left out. Case, accents and endings do not matter, since words are compared as
 * they are searched.
 *
 * @throws SluiceError `MALFORMED_ROW` at a line that is none of these, `LIMIT_EXCEEDED` at more than 100,000 rules
 */
export function parseSynonyms(text: string): Synonyms {
  const rules = text.split(/\r\n|[\n\r]/).flatMap((line, place) => {
    const rule = line.replace(/#.*$/u, '').trim()
    return rule === '' ? [] : [readRule(rule, place + 1)]
  })
  if (rules.length <= MOST_RULES) return { rules }
  throw new SluiceError('LIMIT_EXCEEDED', `synonyms: expected at most ${MOST_RULES} rules, got ${rules.length}`)
}

function readRule(rule: string, line: number): SynonymRule {
  const [left = '', right, ...more] = rule.split('=>')
  if (more.length > 0) throw malformed(line, 'at most one =>', rule)
  const from = readExpressions(left, rule, line)
  if (right !== undefined) return { line, from, to: readExpressions(right, rule, line) }
  if (from.length > 1) return { line, from, to: from }
  throw malformed(line, 'two or more expressions with commas between, or one => another', rule)
}

function readExpressions(side: string, rule: string, line: number): string[] {
  const expressions = side.split(',').map((expression) => expression.trim().replace(/\s+/gu, ' '))
  for (const expression of expressions) {
    if (!/[\p{L}\p{N}]/u.test(expression)) throw malformed(line, 'words between commas', rule)
    if (expression.split(' ').length > MOST_WORDS) throw malformed(line, `at most ${MOST_WORDS} words in a row`, rule)
  }
  return expressions
}

function malformed(line: number, expected: string, rule: string): SluiceError {
  const shown = rule.length > SHOWN_LETTERS ? `${rule.slice(0, SHOWN_LETTERS)}…` : rule
  return new SluiceError(
    'MALFORMED_ROW',
    `synonyms line ${line}: expected ${expected}, got "${shown}"; correct the line`,
  )
}

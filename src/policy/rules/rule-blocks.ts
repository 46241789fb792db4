import {
  ABOVE,
  AND,
  AT_LEAST,
  AT_MOST,
  BELOW,
  COLUMN,
  EQUAL,
  MINUS,
  NEGATE,
  NOT,
  NUMBER_MISSING,
  OR,
  PLUS,
  TEXT_MISSING,
  TIMES,
} from './rule-operations.ts'
import { FIRED, NOT_FIRED, type RuleProgram, UNKNOWN } from './rule-program.ts'

/** Many rows that rules are asked about. */
export interface RuleRows {
  readonly count: number
  /** Shape (count, columns of numbers), row after row; `NaN` is missing. */
  readonly numbers: Float64Array
  /** Shape (count, columns of texts), row after row; undefined is missing. */
  readonly texts: readonly (string | undefined)[]
}

/** How many rows are asked about at once. */
export const BLOCK_ROWS = 256

/** By two truth values, each {@link FIRED}, {@link NOT_FIRED} or {@link UNKNOWN}, the left one times 3. */
const BOTH = Uint8Array.of(NOT_FIRED, NOT_FIRED, NOT_FIRED, NOT_FIRED, FIRED, UNKNOWN, NOT_FIRED, UNKNOWN, UNKNOWN)
const EITHER = Uint8Array.of(NOT_FIRED, FIRED, UNKNOWN, FIRED, FIRED, FIRED, UNKNOWN, FIRED, UNKNOWN)
const OPPOSITE = Uint8Array.of(FIRED, NOT_FIRED, UNKNOWN)

/**
 * Asks rules about rows a block at a time: each step of the code runs over the whole block before the next, and without
 * branches, as what rows say cannot be foreseen. It says what `RuleProgram.evaluate` says of each row.
 */
export class RuleBlocks {
  readonly #program: RuleProgram
  readonly #numberWidth: number
  readonly #textWidth: number
  /** The block's columns that rules name, each in one piece. */
  readonly #columns = new Map<number, Float64Array>()
  /** Numbers on the stack: columns, or what stands in {@link #scratch}. */
  readonly #numbers: Float64Array[] = []
  readonly #scratch: Float64Array[] = []
  /** Truth values on a stack of their own. */
  readonly #truths: Uint8Array[] = []

  constructor(program: RuleProgram) {
    this.#program = program
    this.#numberWidth = program.vocabulary.numbers.length
    this.#textWidth = program.vocabulary.texts.length
    const { steps } = program.code
    for (let at = 0; at < steps.length; at += 2) {
      if (steps[at] === COLUMN || steps[at] === NUMBER_MISSING) {
        this.#columns.set(steps[at + 1]!, new Float64Array(BLOCK_ROWS))
      }
    }
  }

  /**
   * @param from - the first row of the block
   * @param count - how many rows it has, at most {@link BLOCK_ROWS}
   * @param out - shape (rules, BLOCK_ROWS), overwritten: what each rule says of each row
   */
  evaluate(rows: RuleRows, from: number, count: number, out: Uint8Array): void {
    this.#gather(rows, from, count)
    const { ends } = this.#program.code
    for (let rule = 0, start = 0; rule < ends.length; rule++) {
      this.#run(rows, start, ends[rule]!, from, count)
      start = ends[rule]!
      out.set(this.#truth(0), rule * BLOCK_ROWS)
    }
  }

  #gather({ numbers }: RuleRows, from: number, count: number): void {
    const width = this.#numberWidth
    for (const [column, values] of this.#columns) {
      for (let row = 0, at = from * width + column; row < count; row++, at += width) values[row] = numbers[at]!
    }
  }

  #run(rows: RuleRows, start: number, end: number, from: number, count: number): void {
    const { steps } = this.#program.code
    let numbers = 0
    let truths = 0
    for (let at = start; at < end; at += 2) {
      const operation = steps[at]!
      const operand = steps[at + 1]!
      if (operation <= COLUMN) this.#pushNumbers(operation, operand, numbers++, count)
      else if (operation <= TEXT_MISSING) this.#ask(operation, operand, this.#truth(truths++), rows, from, count)
      else if (operation === NEGATE) this.#negate(numbers - 1, count)
      else if (operation <= OR) {
        if (operation !== NOT) truths--
        decide(operation, this.#truth(truths - 1), this.#truth(truths), count)
      } else if (operation < BELOW) {
        numbers--
        const out = this.#room(numbers - 1)
        calculate(operation, this.#numbers[numbers - 1]!, this.#numbers[numbers]!, out, count)
        this.#numbers[numbers - 1] = out
      } else {
        numbers -= 2
        compare(operation, this.#numbers[numbers]!, this.#numbers[numbers + 1]!, this.#truth(truths++), count)
      }
    }
  }

  #pushNumbers(operation: number, operand: number, place: number, count: number): void {
    this.#numbers[place] =
      operation === COLUMN
        ? this.#columns.get(operand)!
        : this.#room(place).fill(this.#program.code.constants[operand]!, 0, count)
  }

  #negate(place: number, count: number): void {
    const values = this.#numbers[place]!
    const out = this.#room(place)
    for (let row = 0; row < count; row++) out[row] = -values[row]!
    this.#numbers[place] = out
  }

  /** What is asked of a column itself. */
  #ask(operation: number, operand: number, out: Uint8Array, { texts }: RuleRows, from: number, count: number): void {
    if (operation === NUMBER_MISSING) {
      const values = this.#columns.get(operand)!
      for (let row = 0; row < count; row++) out[row] = Number(Number.isNaN(values[row]!))
      return
    }
    const isMissing = operation === TEXT_MISSING
    const width = this.#textWidth
    const set = isMissing ? undefined : this.#program.code.sets[operand & 0xffff]
    for (let row = 0, at = from * width + (isMissing ? operand : operand >>> 16); row < count; row++, at += width) {
      const text = texts[at]
      out[row] = set === undefined ? Number(text === undefined) : text === undefined ? UNKNOWN : Number(set.has(text))
    }
  }

  #room(place: number): Float64Array<ArrayBuffer> {
    const room = this.#scratch[place] ?? new Float64Array(BLOCK_ROWS)
    this.#scratch[place] = room
    return room as Float64Array<ArrayBuffer>
  }

  #truth(place: number): Uint8Array {
    const truth = this.#truths[place] ?? new Uint8Array(BLOCK_ROWS)
    this.#truths[place] = truth
    return truth
  }
}

/** Two truth values become one, in the place of the left; `not` needs none but the left. */
function decide(operation: number, left: Uint8Array, right: Uint8Array, count: number): void {
  if (operation === NOT) for (let row = 0; row < count; row++) left[row] = OPPOSITE[left[row]!]!
  else {
    const table = operation === AND ? BOTH : EITHER
    for (let row = 0; row < count; row++) left[row] = table[left[row]! * 3 + right[row]!]!
  }
}

function calculate(operation: number, left: Float64Array, right: Float64Array, out: Float64Array, count: number): void {
  switch (operation) {
    case PLUS:
      for (let row = 0; row < count; row++) out[row] = left[row]! + right[row]!
      return
    case MINUS:
      for (let row = 0; row < count; row++) out[row] = left[row]! - right[row]!
      return
    case TIMES:
      for (let row = 0; row < count; row++) out[row] = left[row]! * right[row]!
      return
    default:
      for (let row = 0; row < count; row++) out[row] = right[row] === 0 ? Number.NaN : left[row]! / right[row]!
  }
}

/** Each comparison and its opposite are asked: of `NaN` neither holds, which leaves {@link UNKNOWN}. */
function compare(operation: number, left: Float64Array, right: Float64Array, out: Uint8Array, count: number): void {
  if (operation === BELOW) below(left, right, out, count)
  else if (operation === ABOVE) below(right, left, out, count)
  else if (operation === AT_MOST) atMost(left, right, out, count)
  else if (operation === AT_LEAST) atMost(right, left, out, count)
  else {
    equal(left, right, out, count)
    if (operation !== EQUAL) for (let row = 0; row < count; row++) out[row] = OPPOSITE[out[row]!]!
  }
}

function below(left: Float64Array, right: Float64Array, out: Uint8Array, count: number): void {
  for (let row = 0; row < count; row++) {
    const a = left[row]!
    const b = right[row]!
    out[row] = UNKNOWN - Number(a < b) - 2 * Number(a >= b)
  }
}

function atMost(left: Float64Array, right: Float64Array, out: Uint8Array, count: number): void {
  for (let row = 0; row < count; row++) {
    const a = left[row]!
    const b = right[row]!
    out[row] = UNKNOWN - Number(a <= b) - 2 * Number(a > b)
  }
}

function equal(left: Float64Array, right: Float64Array, out: Uint8Array, count: number): void {
  for (let row = 0; row < count; row++) {
    const a = left[row]!
    const b = right[row]!
    out[row] = UNKNOWN - Number(a === b) - 2 * Number(a < b) - 2 * Number(a > b)
  }
}

import { severityOf } from '../action.ts'
import { type ModelPolicy, modelAction } from '../decide-action.ts'
import { BLOCK_ROWS, RuleBlocks } from '../rules/rule-blocks.ts'
import { FIRED, type RuleProgram } from '../rules/rule-program.ts'
import { type BacktestRows, LISTED } from './backtest-rows.ts'

const ALLOW = severityOf('allow')
const BLOCK = severityOf('block')

/**
 * Decides a block of events as `decideAction` decides each, without reasons. Actions are their places among `ACTIONS`.
 */
export class BlockActions {
  readonly program: RuleProgram
  /** Shape (rules, BLOCK_ROWS): what each rule said. */
  readonly said: Uint8Array
  /** How many rules fired on each row. */
  readonly firedCounts = new Int32Array(BLOCK_ROWS)
  /** What the rules alone ask for. */
  readonly asked = new Uint8Array(BLOCK_ROWS)
  /** What is done. */
  readonly done = new Uint8Array(BLOCK_ROWS)
  readonly #blocks: RuleBlocks
  readonly #model: ModelPolicy | undefined
  readonly #severities: Uint8Array
  /** Whether a rule that says `allow` fired. */
  readonly #trusted = new Uint8Array(BLOCK_ROWS)

  constructor(program: RuleProgram, model: ModelPolicy | undefined) {
    this.program = program
    this.said = new Uint8Array(program.rules.length * BLOCK_ROWS)
    this.#blocks = new RuleBlocks(program)
    this.#model = model
    this.#severities = Uint8Array.from(program.rules, ({ action }) => severityOf(action))
  }

  decide(rows: BacktestRows, from: number, count: number): void {
    this.#blocks.evaluate(rows, from, count, this.said)
    this.#askRules(count)
    for (let row = 0; row < count; row++) this.done[row] = this.#action(rows, from + row, row)
  }

  #askRules(count: number): void {
    this.firedCounts.fill(0)
    this.asked.fill(ALLOW)
    this.#trusted.fill(0)
    for (let rule = 0; rule < this.#severities.length; rule++) {
      const severity = this.#severities[rule]!
      for (let row = 0, at = rule * BLOCK_ROWS; row < count; row++, at++) {
        if (this.said[at] !== FIRED) continue
        this.firedCounts[row]!++
        if (severity === ALLOW) this.#trusted[row] = 1
        else if (severity > this.asked[row]!) this.asked[row] = severity
      }
    }
  }

  #action({ listed, probabilities, amounts }: BacktestRows, at: number, row: number): number {
    const asked = this.asked[row]!
    if (listed?.[at] === LISTED.block) return BLOCK
    if (listed?.[at] === LISTED.allow) return ALLOW
    const probability = probabilities?.[at] ?? Number.NaN
    if (this.#model === undefined || this.#trusted[row] === 1 || Number.isNaN(probability)) return asked
    return Math.max(asked, severityOf(modelAction(this.#model, probability, amounts[at]!)))
  }
}

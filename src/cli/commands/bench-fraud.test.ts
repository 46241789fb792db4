import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { randomFrom } from '../../foundation/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import type { FraudReport } from '../bench/fraud/fraud-bench.ts'
import { runProgram } from '../testing/run-program.ts'

const HEADER = 'TRANSACTION_ID,TX_TIME_SECONDS,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO'
const DAYS = 70
const PAYMENTS_A_DAY = 80

const folder = temporaryFolder()
const bench = (line: string) => runProgram(folder, 'bench', 'fraud', ...line.split(' '))

/** Cards that pay about as much each time; a fraud is what is beyond 220, or half of a bad terminal's payments. */
function transactions(): string[] {
  const random = randomFrom(6, 'handbook')
  return Array.from({ length: DAYS * PAYMENTS_A_DAY }, (_, id) => {
    const seconds = Math.floor((id * 86_400) / PAYMENTS_A_DAY)
    const [card, terminal] = [random.integer(400), random.integer(60)]
    const isLarge = random.uniform() < 0.01
    const amount = isLarge ? 221 + random.integer(90) : 5 + random.integer(90)
    const isBad = terminal < 2 && random.uniform() < 0.5
    const scenario = isLarge ? 1 : isBad ? 2 : 0
    return `${id},${seconds},${card},${terminal},${amount}.5,${Math.min(1, scenario)},${scenario}`
  })
}

function write(name: string, lines: readonly string[], half = lines.length): void {
  mkdirSync(join(folder, name))
  writeFileSync(join(folder, name, 'transactions-1.csv'), `${[HEADER, ...lines.slice(0, half)].join('\n')}\n`)
  if (half === lines.length) return
  const rest = gzipSync(`${[HEADER, ...lines.slice(half)].join('\n')}\n`)
  writeFileSync(join(folder, name, 'transactions-2.csv.gz'), rest)
}

const lines = transactions()
write('good', lines, 2000)
write('short', lines.slice(0, 800))
write('torn', [...lines.slice(0, 5), '5,400,1,2,3.5,maybe,0'])
write('unsorted', [lines[4]!, lines[3]!])
write(
  'gap',
  lines.filter((_, id) => Math.floor(id / PAYMENTS_A_DAY) !== 50),
)
write(
  'calm',
  lines.map((line) => line.replace(/,1,[12]$/, ',0,0')),
)
mkdirSync(join(folder, 'empty'))

describe('sluice bench fraud', { concurrency: 2 }, () => {
  it("measures the book's models and one that was chosen on earlier weeks, twice the same", async () => {
    const runs = await Promise.all([1, 2].map(() => bench('--data good --periods 1 --trials 2 --json')))
    const [first, second] = runs.map(({ code, out, err }) => {
      assert.equal(code, 0, err)
      const { seconds, ...report } = JSON.parse(out) as FraudReport
      assert.deepEqual(Object.keys(seconds), ['replay', 'choose', 'measure'])
      return report
    })
    assert.deepEqual(first, second)
    const { payments, published, system, choice, costs, imbalance } = first!
    assert.equal(payments, lines.length)
    assert.deepEqual(
      published.map(({ model }) => model),
      ['logistic regression', 'one tree of depth 2', '100 boosted trees of depth 6'],
    )
    assert.ok(system.newest.rocAuc.estimate > 0.8, `AUC ${system.newest.rocAuc.estimate}`)
    assert.deepEqual(system.newest, system.mean)
    assert.deepEqual(
      system.weeks.map(({ from }) => from),
      ['2018-06-03'],
    )
    // A week of delay lies between the last week of the choice and the test week.
    assert.deepEqual(
      choice.validationWeeks.map(({ from }) => from),
      ['2018-05-20', '2018-05-13', '2018-05-06', '2018-04-29'],
    )
    assert.equal(choice.trials.length, 2)
    const scores = choice.trials.map(({ score }) => score)
    assert.deepEqual(choice.trials[scores.indexOf(Math.max(...scores))]!.options, system.options)
    assert.equal(costs.heldOutDays, 7)
    for (const { fixedThreshold, costPolicy, reviewsPerDay } of costs.capacities) {
      for (const { reviewsPerDay: made } of [fixedThreshold, costPolicy]) assert.ok(made <= reviewsPerDay)
    }
    const plain = imbalance[0]!
    const sampled = imbalance.slice(-2)
    assert.deepEqual(plain.asFitted, plain.corrected)
    for (const { corrected, asFitted } of sampled) assert.ok(corrected.logLoss < asFitted.logLoss)
  })

  const wrong: Readonly<Record<string, readonly [code: number, message: RegExp]>> = {
    '--periods 1': [2, /required option '--data <folder>' not specified/],
    '--data none': [2, /FILE_NOT_FOUND: none: expected a folder, got none/],
    '--data empty': [2, /FILE_NOT_FOUND: empty: expected files transactions-\*\.csv/],
    '--data good --periods 0': [2, /expected a whole number of at least 1/],
    '--data torn': [1, /MALFORMED_ROW: .*transactions-1\.csv: line 7: expected TX_FRAUD as 0 or 1, got maybe/],
    '--data unsorted': [1, /MALFORMED_ROW: .*: expected rows in the order of time, got 1080 s before/],
    '--data short --periods 1': [1, /NO_TRAINING_DATA: .*expected payments on 70 days without a gap, got 10 days/],
    '--data gap --periods 1': [1, /NO_TRAINING_DATA: .*got none on day 50/],
    '--data calm --periods 1 --trials 1': [1, /ONE_CLASS_ONLY: /],
  }
  for (const [line, [expected, message]] of Object.entries(wrong)) {
    it(`refuses "${line}"`, async () => {
      const { code, out, err } = await bench(line)
      assert.match(err, message)
      assert.deepEqual([code, out], [expected, ''])
      assert.doesNotMatch(err, /^ {4}at /m)
    })
  }
})

import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { backtestRules, compileRules } from '../src/policy/index.ts'

// How fast rules are asked about many events, beside the same rules asked about one event after the other, in turns.
// The events are drawn with a seed: 50 columns of numbers of which one in fifty is missing, and one of texts.

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rows: { type: 'string', default: '1000000' },
    rules: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
  },
})
const SEED = Number(values.seed)
const ROWS = Number(values.rows)
const RULES = Number(values.rules)
const COLUMNS = 50
const CHANNELS = ['online', 'phone', 'shop', undefined]
const ACTIONS = ['review', 'block', 'step-up', 'allow']

const random = randomFrom(SEED, 'rules')
const vocabulary = { numbers: Array.from({ length: COLUMNS }, (_, column) => `x${column}`), texts: ['channel'] }
const pick = (count: number) => Math.floor(random.uniform() * count)
const text = Array.from({ length: RULES }, (_, rule) => {
  const tests = Array.from({ length: 3 }, () => `x${pick(COLUMNS)} > ${(0.6 + 0.4 * random.uniform()).toFixed(3)}`)
  if (rule % 5 === 0) tests[2] = 'channel in ("online", "phone")'
  if (rule % 7 === 0) tests[1] = `x${pick(COLUMNS)} / x${pick(COLUMNS)} > 3`
  return `rule r${rule} when ${tests.join(' and ')} then ${ACTIONS[rule % 4]}`
}).join('\n')
const program = compileRules(text, vocabulary)
const numbers = Float64Array.from({ length: ROWS * COLUMNS }, () =>
  random.uniform() < 0.02 ? Number.NaN : random.uniform(),
)
const rows = {
  count: ROWS,
  numbers,
  texts: Array.from({ length: ROWS }, () => CHANNELS[pick(4)]),
  at: Float64Array.from({ length: ROWS }, (_, row) => 1.7e12 + row * 2_000),
  amounts: Float64Array.from({ length: ROWS }, () => 100 * random.uniform()),
  labels: Float64Array.from({ length: ROWS }, () => Number(random.uniform() < 0.01)),
}

/** Rows a second of processor time. */
function rate(work: () => void, count: number): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return Math.round((count / (user + system)) * 1e6)
}

const one = Math.min(ROWS, 100_000)
const out = new Uint8Array(RULES)
const rounds = Array.from({ length: Number(values.rounds) }, () => ({
  backtestRowsPerSecond: rate(() => backtestRules(program, rows), ROWS),
  oneByOneRowsPerSecond: rate(() => {
    for (let row = 0; row < one; row++) {
      const values = numbers.subarray(row * COLUMNS, (row + 1) * COLUMNS)
      program.evaluate({ numbers: values, texts: rows.texts.slice(row, row + 1) }, out)
    }
  }, one),
}))
const command = `node bench/rules.bench.ts --rows ${ROWS} --rules ${RULES} --seed ${SEED}`
console.log(
  JSON.stringify({ command, data: `${ROWS} events drawn with seed ${SEED}`, columns: COLUMNS, rounds }, null, 2),
)

/**
 * How many events a second one core writes into all windows of the fraud application (velocity, amounts, quantiles,
 * distinct terminals, pairs, links), in the turns in which the log is replayed. Processor time of the thread, names and
 * the growth of arrays included; the events lie in memory.
 *
 *     node bench/fraud-windows.bench.ts [--cards 4000] [--days 90] [--rounds 7] [--seed 1]
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { FeatureState } from '../src/features/index.ts'
import { createFraudWorld, fraudApplication, generateFraudEvents } from '../src/systems/fraud/index.ts'

const { values } = parseArgs({
  options: {
    cards: { type: 'string', default: '4000' },
    days: { type: 'string', default: '90' },
    rounds: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
  },
})
const [cards, days, rounds, seed] = [values.cards, values.days, values.rounds, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
]
/** As a replay of the log has them. */
const EVENTS_A_TURN = 2_048
/** As single events come, each a commit of its own. */
const ALONE = 1

const { schema, aggregates, features } = fraudApplication
const events = [...generateFraudEvents(createFraudWorld({ seed, cards, days }))]
const rates = new Map([EVENTS_A_TURN, ALONE].map((turn) => [turn, [] as number[]]))
let keptBytes = 0
for (let round = 0; round < rounds; round++) for (const turn of rates.keys()) rates.get(turn)!.push(write(turn))

/** Events a second of processor time. */
function write(turn: number): number {
  const state = new FeatureState(schema, aggregates)
  const started = process.threadCpuUsage()
  for (let from = 0; from < events.length; from += turn) state.applyAll(from + 1, events.slice(from, from + turn))
  const { user, system } = process.threadCpuUsage(started)
  keptBytes = state.bytes()
  return events.length / ((user + system) / 1e6)
}

function summary(turn: number) {
  const sorted = rates.get(turn)!.toSorted((a, b) => a - b)
  return { slowest: sorted[0], median: sorted[sorted.length >> 1], fastest: sorted.at(-1) }
}

process.stdout.write(
  `${JSON.stringify(
    {
      command: `node bench/fraud-windows.bench.ts --cards ${cards} --days ${days} --rounds ${rounds} --seed ${seed}`,
      machine: { cpu: cpus()[0]?.model, cores: cpus().length },
      events: events.length,
      columns: features.columnNames.length,
      keptMegabytes: keptBytes / 2 ** 20,
      eventsASecondOfProcessorTime: { replayed: summary(EVENTS_A_TURN), oneByOne: summary(ALONE) },
    },
    undefined,
    2,
  )}\n`,
)
